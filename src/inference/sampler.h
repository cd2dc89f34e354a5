/* Samples of a probability density by ensembles of walkers.
 *
 * A walker X_k of one half of an ensemble of n parameters jumps by what walkers of the
 * other half show of the density. Every other time, by chance, it stretches (Goodman and
 * Weare, Comm. Appl. Math. Comput. Sci. 5 (2010) 65),
 *
 *   Y = X_j + Z (X_k - X_j),   g(z) ~ 1 / sqrt(z) for 1/2 <= z <= 2,
 *
 * accepted with probability min(1, Z^(n-1) p(Y) / p(X_k)), or it moves along a difference
 * (ter Braak, Stat. Comput. 16 (2006) 239; of the other half, Nelson et al., Astrophys.
 * J. Suppl. 210 (2014) 11),
 *
 *   Y = X_k + c 2.38 / sqrt(2 n) (X_i - X_j),   c uniform in [1/2, 3/2],
 *
 * accepted with probability min(1, p(Y) / p(X_k)). Of 8 parameters a normal density is
 * forgotten three times sooner than with stretches alone. Linear maps of the parameters
 * change nothing, so scales and correlations need no tuning. Several ensembles that know
 * nothing of each other tell whether all have forgotten where they started
 * (chain_statistics.h). */
#ifndef ATW_INFERENCE_SAMPLER_H
#define ATW_INFERENCE_SAMPLER_H

#include <stddef.h>

#include "core/random.h"

/* Logarithm of the density, up to a constant; -infinity where it is 0. An error ends the
 * sampling. */
typedef enum atw_status (*atw_log_density_fn)(void *context,
                                              const double *theta,
                                              double *log_density,
                                              struct atw_error *err);

struct atw_sampler_options {
    size_t n_parameters;
    size_t n_ensembles;
    size_t n_walkers;  /* of each ensemble; even, at least 2 n_parameters */
    size_t keep_every; /* steps: others are not kept */
    /* item must be 0: it numbers the ensembles */
    struct atw_random_key key;
};

/* What the walkers went through. */
struct atw_chains {
    size_t n_parameters, n_ensembles, n_walkers, keep_every;
    size_t n_kept;       /* steps of each walker that are kept */
    double *value;       /* [n_kept][n_ensembles][n_walkers][n_parameters] */
    double *log_density; /* [n_kept][n_ensembles][n_walkers] */
    size_t n_proposed, n_accepted;
};

struct atw_sampler; /* opaque */

/* ATW_EINVAL for counts that make no ensemble; ATW_ENOMEM. */
enum atw_status atw_sampler_create(struct atw_sampler **out,
                                   const struct atw_sampler_options *options,
                                   struct atw_error *err) ATW_MUST_CHECK;
void atw_sampler_destroy(struct atw_sampler *sampler);

/* Scatter all walkers around `centre` [n_parameters], normally with deviations `spread`
 * [n_parameters] > 0, where the density is not 0. ATW_EDIVERGED if there is no such
 * place. */
enum atw_status atw_sampler_scatter(struct atw_sampler *sampler,
                                    const double *centre,
                                    const double *spread,
                                    atw_log_density_fn density,
                                    void *context,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Move the worse half of each ensemble beside the better one: after a first walk this
 * frees walkers that got stuck far from where the density is. What was walked before
 * must not be used. What the density returns. */
enum atw_status atw_sampler_gather(struct atw_sampler *sampler,
                                   atw_log_density_fn density,
                                   void *context,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Walk on until n_kept steps are kept in all. Each ensemble draws from its own stream and
 * is walked in one thread, so the chains do not depend on the number of threads, nor on
 * how they are cut into calls. ATW_ENOMEM; else what the density returns. */
enum atw_status atw_sampler_run(struct atw_sampler *sampler,
                                size_t n_kept,
                                atw_log_density_fn density,
                                void *context,
                                struct atw_error *err) ATW_MUST_CHECK;

/* Borrowed; valid until the next call of atw_sampler_run(). */
const struct atw_chains *atw_sampler_chains(const struct atw_sampler *sampler);

#endif
