/* What chains of walkers say about a distribution, and how far they can be trusted. */
#ifndef ATW_INFERENCE_CHAIN_STATISTICS_H
#define ATW_INFERENCE_CHAIN_STATISTICS_H

#include "inference/sampler.h"

struct atw_chain_statistics {
    double mean, std;
    /* Split R-hat: square root of the variance that the means of the halves of all
     * ensembles suggest over the variance within them; 1 when all tell the same.
     * Gelman and Rubin, Stat. Sci. 7 (1992) 457; halves as in Gelman et al., Bayesian
     * Data Analysis, 3rd ed. (2013), section 11.4. The walkers of a half are pooled: they
     * are not independent of each other. */
    double r_hat;
    /* Integrated autocorrelation time in steps, 1 + 2 sum of rho(t), summed up to the
     * first window of 5 such times (Sokal, 1996), rho averaged over all walkers about
     * their common mean. Infinite when no window is that long. At least keep_every. */
    double autocorrelation_steps;
    double effective_samples; /* steps of all walkers over that time */
    double n_steps;           /* of one walker, after the first ones */
};

/* Of one parameter, from kept step `first` on. ATW_EINVAL for fewer than 4 steps;
 * ATW_ENOMEM. */
enum atw_status atw_chain_statistics(struct atw_chain_statistics *statistics,
                                     const struct atw_chains *chains,
                                     size_t first,
                                     size_t parameter,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Quantiles [n_levels] at levels in [0, 1], interpolated between the ordered samples.
 * ATW_EINVAL without samples; ATW_ENOMEM. */
enum atw_status atw_chain_quantiles(double *quantile,
                                    const double *level,
                                    size_t n_levels,
                                    const struct atw_chains *chains,
                                    size_t first,
                                    size_t parameter,
                                    struct atw_error *err) ATW_MUST_CHECK;

#endif
