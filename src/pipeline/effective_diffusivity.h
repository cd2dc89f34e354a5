/* The diffusivity that a perfect measurement would find where there is none. */
#ifndef ATW_PIPELINE_EFFECTIVE_DIFFUSIVITY_H
#define ATW_PIPELINE_EFFECTIVE_DIFFUSIVITY_H

#include "pipeline/scenario.h"
#include "pipeline/truth.h"

/* Where D depends on composition, truth->D_m2_per_s[k] becomes the constant D that takes
 * the true state before step k, within the true dwell, to the true degree of alloying
 * after it: what the published route would find in perfect data. NaN where no D does, and
 * where the particle is so alloyed that the tolerance of the states decides. States and
 * degrees are given. Cost: one diffusion run per step. */
enum atw_status atw_effective_diffusivity(struct atw_truth_particle *truth,
                                          const struct atw_scenario *scenario,
                                          struct atw_error *err) ATW_MUST_CHECK;

#endif
