/* The S = D t at which an expensive, nearly monotone function meets a target.
 *
 * Works in ln S. From a starting guess the bracket grows until the sign changes, then
 * Chandrupatla's method closes it: inverse quadratic interpolation where that is safe,
 * bisection otherwise (Adv. Eng. Softw. 28 (1997) 145). Noise in the function cannot
 * make it fail, only move the root within the noise; of several roots it returns one. */
#ifndef ATW_INFERENCE_ROOT_H
#define ATW_INFERENCE_ROOT_H

#include <stddef.h>

#include "core/status.h"

/* value of the function at S_m2, increasing with S on the whole */
typedef enum atw_status (*atw_root_fn)(void *context,
                                       double S_m2,
                                       double *value,
                                       struct atw_error *err);

struct atw_root_options {
    double S_start_m2;         /* guess, moved into the limits if outside */
    double S_min_m2, S_max_m2; /* where the search ends */
    double slope;              /* typical d value / d ln S: sizes the first step */
    double tolerance_ln_S;     /* stop when the bracket is this narrow, or ... */
    double tolerance_value;    /* ... when the function meets the target this well */
    double tolerance_estimate; /* ... or when the samples agree on the root this well in
                                  ln S (it is some five times as good); 0:
                                  whatever they say */
    int has_limit; /* the function takes S = INFINITY, where it is cheap: asked there once
                    * if the root seems far beyond the samples, which is settled then if
                    * the value is still below the target */
};

/* 0.1 to 0.3 is the slope of an alloying degree between 0.2 and 0.95. */
static inline struct atw_root_options
atw_root_defaults(double S_start_m2, double S_min_m2, double S_max_m2)
{
    return (struct atw_root_options){.S_start_m2 = S_start_m2,
                                     .S_min_m2 = S_min_m2,
                                     .S_max_m2 = S_max_m2,
                                     .slope = 0.2,
                                     .tolerance_ln_S = 1e-4,
                                     .tolerance_value = 1e-6,
                                     .tolerance_estimate = 0.0};
}

enum atw_root_verdict {
    ATW_ROOT_FOUND,
    ATW_ROOT_BEYOND_MAX, /* still below the target at S_max, or at infinity: saturated */
    ATW_ROOT_BELOW_MIN   /* above the target even at S_min: no progress */
};

struct atw_root {
    enum atw_root_verdict verdict;
    double S_m2;  /* NaN unless found */
    double slope; /* d value / d ln S at the root, 10 % off as a rule, 30 % at worst; NaN
                     likewise, or when the first evaluation met the target */
    size_t evaluations;
};

/* Find S with function(S) = target. 5 to 6 evaluations on average from a guess
 * within a factor 3, 8 from one within 20, never more than 60; one or two fewer with an
 * estimate to 5e-4. A verdict other than found
 * is a result, not an error. *root is untouched on failure. ATW_EINVAL for limits or
 * tolerances that are not positive or not in order, ATW_EDIVERGED for a value that is not
 * finite, else what the function returns. */
enum atw_status atw_root_find(struct atw_root *root,
                              atw_root_fn function,
                              void *context,
                              double target,
                              const struct atw_root_options *options,
                              struct atw_error *err) ATW_MUST_CHECK;

#endif
