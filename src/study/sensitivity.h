/* Which factor matters: Sobol' indices from a Saltelli design, elementary effects from a
 * Morris design, with intervals by a seeded bootstrap. Pure.
 *
 * A block (base sample, trajectory) with a gap is left out whole and counted. An interval
 * is value +- 1.96 bootstrap standard errors; a value whose interval reaches zero is zero
 * within noise. */
#ifndef ATW_STUDY_SENSITIVITY_H
#define ATW_STUDY_SENSITIVITY_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

enum { ATW_BOOTSTRAP_DEFAULT = 1000 };

struct atw_index {
    double value, se;
    double interval_95[2];
    int is_zero_within_noise;
};

struct atw_sobol_index {
    struct atw_index first; /* share of the variance by this factor alone */
    struct atw_index total; /* with all its interactions */
};

struct atw_morris_index {
    struct atw_index mu_star; /* mean magnitude of the effect over the whole range */
    double mu, sigma;         /* mean and spread: interaction or curvature */
};

struct atw_bootstrap {
    uint64_t seed;
    size_t n_resamples; /* at least 2 */
};

/* Sobol' indices.
 *
 * indices   out, [n_factors]
 * outcomes  [n_blocks][n_factors + 2] in the order of the design; NaN: missing
 * n_used    out, blocks without a gap
 *
 * First order: Saltelli et al. (2010), table 2 (b); total order: Jansen (1999), ibid.
 * (f). With fewer than two blocks or without any variance everything is NaN. ATW_ENOMEM.
 */
enum atw_status atw_sobol_indices(struct atw_sobol_index *indices,
                                  const double *outcomes,
                                  size_t n_blocks,
                                  size_t n_factors,
                                  const struct atw_bootstrap *bootstrap,
                                  size_t *n_used,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Elementary effects, scaled to the whole range of a factor (difference of the outcome
 * per difference of the coordinate in the unit cube).
 *
 * indices   out, [n_factors]
 * u         [n_blocks * (n_factors + 1)][n_factors], the points of the design
 * outcomes  [n_blocks * (n_factors + 1)]; NaN: missing
 *
 * mu* after Campolongo, Cariboni, Saltelli, Environ. Model. Softw. 22 (2007) 1509.
 * ATW_ENOMEM. */
enum atw_status atw_morris_indices(struct atw_morris_index *indices,
                                   const double *u,
                                   const double *outcomes,
                                   size_t n_blocks,
                                   size_t n_factors,
                                   const struct atw_bootstrap *bootstrap,
                                   size_t *n_used,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
