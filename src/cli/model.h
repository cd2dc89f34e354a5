/* Models named on the command line. */
#ifndef ATW_CLI_MODEL_H
#define ATW_CLI_MODEL_H

#include "cli/command.h"
#include "heating/heating.h"
#include "io/config.h"
#include "pipeline/imaging_settings.h"

/* Diffusion law of models/materials/NAME.yaml, with --set material.KEY=VALUE applied. */
enum atw_status atw_model_law(struct atw_arrhenius_law *law,
                              const char *material,
                              const struct atw_common *common,
                              struct atw_error *err) ATW_MUST_CHECK;

/* Microscope and contrast of a pair of models, with --set microscope.KEY=VALUE applied;
 * detector size and gain are left zero. */
enum atw_status atw_model_imaging(struct atw_imaging_settings *settings,
                                  const char *microscope_name,
                                  const char *material_name,
                                  const struct atw_common *common,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
