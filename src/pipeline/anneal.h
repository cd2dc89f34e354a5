/* Anneal: a particle's phantom -> its states after each heating step. */
#ifndef ATW_PIPELINE_ANNEAL_H
#define ATW_PIPELINE_ANNEAL_H

#include "pipeline/scenario.h"
#include "pipeline/truth.h"

/* Phantom of one particle before heating, on a grid that holds it in every state. */
enum atw_status atw_anneal_phantom(struct atw_phantom **out,
                                   const struct atw_scenario *scenario,
                                   size_t particle,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Whether the states of a particle depend on S = integral of D dt alone: one diffusivity
 * at every composition, one path, one shape, nothing lost. */
enum atw_status atw_anneal_is_ideal(int *is_ideal,
                                    const struct atw_scenario *scenario,
                                    size_t particle,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Fill in everything of truth but name and degrees; truth->phantom is given. */
enum atw_status atw_anneal(struct atw_truth_particle *truth,
                           const struct atw_scenario *scenario,
                           size_t particle,
                           struct atw_error *err) ATW_MUST_CHECK;

#endif
