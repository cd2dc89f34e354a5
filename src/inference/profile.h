/* Profile intervals: how far one parameter may be from its best value.
 *
 * The profile of chi^2 is its minimum over all other parameters with one of them held. An
 * interval ends where the profile exceeds the minimum of all by a given amount. Private
 * to this room. */
#ifndef ATW_INFERENCE_PROFILE_H
#define ATW_INFERENCE_PROFILE_H

#include <stddef.h>

#include "inference/least_squares.h"

struct atw_profile {
    /* The minimum with the parameter held at value, searched from `start` (whole). */
    enum atw_status (*minimise)(void *problem,
                                double value,
                                const double *start,
                                struct atw_least_squares_minimum *minimum,
                                struct atw_error *err);
    void *problem;
    double tolerance; /* of the ends, in the first reach, and of the excess, relative */
    double most;      /* values of this magnitude or more do not exist */
};

/* Ends of the interval of parameter `index` about the minimum in which chi^2 exceeds it
 * by at most `excess`. `reach`, positive, is about the distance of an end. An end that is
 * not found among the values that exist is infinite. Errors are those of `minimise`. */
enum atw_status atw_profile_interval(double interval[2],
                                     const struct atw_profile *profile,
                                     const struct atw_least_squares_minimum *minimum,
                                     size_t index,
                                     double reach,
                                     double excess,
                                     struct atw_error *err) ATW_MUST_CHECK;

#endif
