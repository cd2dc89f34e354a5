/* Designs of experiments: where in the unit cube a study looks. Pure, no input or output.
 *
 * One file per family, one row of atw_designs each. Points are in a fixed order, which
 * the statistics of the design rely on, and depend on the seed alone. */
#ifndef ATW_STUDY_DESIGN_H
#define ATW_STUDY_DESIGN_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

enum {
    ATW_DESIGN_FACTORS_MAX = 40,     /* of the Sobol' sequence */
    ATW_DESIGN_POINTS_MAX = 10000000 /* 10^7 points of 8 factors are 640 MB */
};

struct atw_design_options {
    uint64_t seed;
    size_t n_factors;
    /* Number of values of each factor: grid and one-at-a-time. */
    size_t n_values[ATW_DESIGN_FACTORS_MAX];
    size_t size;     /* points, trajectories (morris) or base samples (saltelli) */
    size_t n_levels; /* morris: even */
};

/* Points in the open unit cube. */
struct atw_points {
    size_t n_points, n_factors;
    double *u; /* [n_points][n_factors] */
};

struct atw_design {
    const char *name, *description;
    int is_sample; /* points spread over the cube, without a meaning of their own */
    /* Points the design will have, without making them; 0 if more than the limit. */
    size_t (*count)(const struct atw_design_options *options);
    enum atw_status (*check)(const struct atw_design_options *options,
                             struct atw_error *err);
    enum atw_status (*fill)(struct atw_points *points,
                            const struct atw_design_options *options,
                            struct atw_error *err);
};

extern const struct atw_design atw_design_grid;
extern const struct atw_design atw_design_one_at_a_time;
extern const struct atw_design atw_design_random;
extern const struct atw_design atw_design_latin_hypercube;
extern const struct atw_design atw_design_sobol;
extern const struct atw_design atw_design_morris;
extern const struct atw_design atw_design_saltelli;
extern const struct atw_design atw_design_bootstrap;

/* NULL-terminated table of all designs. */
extern const struct atw_design *const atw_designs[];

/* NULL if there is none of that name. */
const struct atw_design *atw_design_find(const char *name);

/* Number of points. ATW_EINVAL: more than ATW_DESIGN_POINTS_MAX points, no factors or too
 * many, a size that the design does not allow; the message says what is allowed. */
enum atw_status atw_design_count(size_t *count,
                                 const struct atw_design *design,
                                 const struct atw_design_options *options,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* The points; free() points->u. Errors as atw_design_count(), ATW_ENOMEM. */
enum atw_status atw_design_create(struct atw_points *points,
                                  const struct atw_design *design,
                                  const struct atw_design_options *options,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Row of a Morris trajectory point: trajectory * (n_factors + 1) + step. The factor that
 * moves in step 1 .. n_factors is the one whose coordinate differs from the row before.
 *
 * Rows of a Saltelli base sample j, n_factors + 2 of them: A_j, B_j, then for every
 * factor i the row A_j with coordinate i from B_j. */

#endif
