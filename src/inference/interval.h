/* Diffusion coefficient of each particle and heating interval: the first half of every
 * two-step estimator.
 *
 * For each interval, S = D t is chosen so that the state measured before the interval,
 * diffused by S and seen through the analysis chain, reaches the degree of alloying
 * measured after it. Source: Chen et al., doi 10.1002/ppsc.202300070, Experimental
 * Section, "Alloying Simulations". */
#ifndef ATW_INFERENCE_INTERVAL_H
#define ATW_INFERENCE_INTERVAL_H

#include "inference/estimator.h"

/* interval  out, [n_particles * ATW_STEPS_MAX], entry particle * ATW_STEPS_MAX + step;
 *           to be freed by the caller; NULL on failure. Entries past a particle's last
 *           step are zero.
 *
 * D_std is sqrt(std_before^2 + std_after^2) / (d degree / d ln S) * D: linear propagation
 * of the deviations of the two degrees, the one before the first step being 0 by
 * definition; NaN where one is unknown. Neighbouring intervals share a degree, hence are
 * correlated; the std does not say so.
 *
 * Particles run concurrently; the result does not depend on the threads. About 6 calls of
 * the forward model per interval. ATW_EINVAL for bad observations, ATW_ENOMEM, else the
 * first failure of the forward model in the order of the particles. */
enum atw_status atw_intervals_determine(struct atw_interval_result **interval,
                                        const struct atw_observations *observations,
                                        const struct atw_forward_model *model,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* Whether an interval has a diffusivity. */
int atw_interval_is_ok(const struct atw_interval_result *interval);

#endif
