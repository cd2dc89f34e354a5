/* What the designs with a size share, inside this room. */
#ifndef ATW_STUDY_DESIGN_SAMPLED_H
#define ATW_STUDY_DESIGN_SAMPLED_H

#include <gsl/gsl_rng.h>

#include "study/design.h"

/* rows * size, or 0 beyond the limit. */
size_t atw_design_product(size_t rows, size_t size);

/* At least one factor and one sample. ATW_EINVAL. */
enum atw_status atw_design_check_size(const char *name,
                                      const struct atw_design_options *options,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* The same, and a size of 2^m, at most `factors_max` factors. ATW_EINVAL. */
enum atw_status atw_design_check_power(const char *name,
                                       const struct atw_design_options *options,
                                       size_t factors_max,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* The random stream of a design; `item` tells several apart. */
enum atw_status atw_design_stream(gsl_rng **out,
                                  const struct atw_design_options *options,
                                  uint64_t item,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Shuffle 0 .. count-1 (Fisher and Yates). */
void atw_design_permute(size_t *order, size_t count, gsl_rng *rng);

/* Coordinates of the Sobol' sequence with n_dimensions <= 40, n_points = 2^m <= 2^30 of
 * them, the origin included, moved by a random digital shift.
 *
 * u  out, [n_points][n_dimensions], in the open unit interval
 *
 * Point i is that of Gray code order. The shift adds random bits without carry
 * (exclusive or), which keeps every stratification of the sequence. shift 0: the plain
 * sequence plus 2^-53, whose first point stands for the origin. ATW_ENOMEM. */
enum atw_status atw_sobol_points(double *u,
                                 size_t n_points,
                                 size_t n_dimensions,
                                 const uint64_t *shift,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* 52 random bits for every dimension. */
enum atw_status atw_sobol_shift(uint64_t *shift,
                                size_t n_dimensions,
                                const struct atw_design_options *options,
                                struct atw_error *err) ATW_MUST_CHECK;

#endif
