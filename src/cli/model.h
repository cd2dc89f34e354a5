/* Models named on the command line. */
#ifndef ATW_CLI_MODEL_H
#define ATW_CLI_MODEL_H

#include "cli/command.h"
#include "io/config.h"
#include "pipeline/imaging_settings.h"
#include "microscope/microscope.h"
#include "pipeline/material.h"
#include "pipeline/twin.h"

/* Load one model as the only section of a scenario, with the overrides of that section;
 * those of others are left to whoever loads those. */
enum atw_status atw_model_load(struct atw_config **out,
                               const struct atw_schema *schema,
                               const char *section,
                               const char *name,
                               const struct atw_common *common,
                               struct atw_error *err) ATW_MUST_CHECK;

/* models/materials/NAME.yaml with --set material.KEY=VALUE applied, for use between two
 * temperatures. */
enum atw_status atw_model_material(struct atw_material *material,
                                   const char *name,
                                   double T_least_K,
                                   double T_most_K,
                                   const struct atw_common *common,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* What is peculiar to a particle, from --set particle.KEY=VALUE alone: its twin and where
 * it lies (azimuth, elevation), and its factor on the rate of reshaping. */
enum atw_status atw_model_particle(struct atw_twin *twin,
                                   struct atw_shape *orientation,
                                   double *reshaping,
                                   const struct atw_common *common,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* ATW_EUSAGE if a --set is of another section than those named. */
enum atw_status atw_model_check_overrides(const struct atw_common *common,
                                          const char *const *sections,
                                          size_t n_sections,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* Microscope and contrast of a pair of models, with --set microscope.KEY=VALUE applied;
 * detector size and gain are left zero. */
enum atw_status atw_model_imaging(struct atw_imaging_settings *settings,
                                  const char *microscope_name,
                                  const char *material_name,
                                  const struct atw_common *common,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
