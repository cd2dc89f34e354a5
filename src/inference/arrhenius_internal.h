/* The least-squares problem behind atw_arrhenius_fit(), in centred parameters.
 *
 *   theta_0 = ln D(T_ref),  theta_1 = Q / (R T_ref),  theta_2.. = dT_p / T_ref
 *   ln D = theta_0 - theta_1 (T_ref / (T + T_ref theta_p) - 1) */
#ifndef ATW_INFERENCE_ARRHENIUS_INTERNAL_H
#define ATW_INFERENCE_ARRHENIUS_INTERNAL_H

#include "inference/arrhenius.h"
#include "inference/least_squares.h"

#define ATW_ARRHENIUS_PARAMETERS_MAX ATW_LEAST_SQUARES_PARAMETERS_MAX
#define ATW_ARRHENIUS_STARTS_MAX 2
#define ATW_ARRHENIUS_NO_PARAMETER ((size_t)-1)

struct atw_arrhenius_problem {
    const struct atw_diffusivity_point *points;
    size_t n_points, n_particles, n_parameters;
    size_t nominal_particle;
    enum atw_weighting weighting;
    int deviations_known;
    double T_ref_K;
    double D_max_m2_per_s; /* scale of unweighted linear residuals */
};

/* How messages call a particle: its name or, without names, its number from 1. */
struct atw_arrhenius_label {
    char text[64];
};
struct atw_arrhenius_label
atw_arrhenius_label(const struct atw_arrhenius_options *options, size_t particle);

/* Refuse what atw_arrhenius_fit() documents as ATW_EINVAL. */
enum atw_status atw_arrhenius_check(const struct atw_diffusivity_point *points,
                                    size_t n_points,
                                    size_t n_particles,
                                    const struct atw_arrhenius_options *options,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Index of a particle's shift in theta; ATW_ARRHENIUS_NO_PARAMETER for the nominal one.
 */
size_t atw_arrhenius_shift_index(const struct atw_arrhenius_problem *problem,
                                 size_t particle);

/* Assumed deviation of point i in m2/s: the given one; or D itself (log) or the largest D
 * (linear), which makes both weightings one formula. */
double atw_arrhenius_sigma(const struct atw_arrhenius_problem *problem, size_t i);

/* Residual i (model - datum) / deviation; and row i of the Jacobian [n_parameters].
 * Returns 0 for parameters outside the model: an absolute temperature below 1 K or a D
 * beyond any number. */
int atw_arrhenius_residual(const struct atw_arrhenius_problem *problem,
                           const double *theta,
                           size_t i,
                           double *residual);
void atw_arrhenius_jacobian_row(const struct atw_arrhenius_problem *problem,
                                const double *theta,
                                size_t i,
                                double *row);

/* Size of the rounding error in the vector of residuals. */
double atw_arrhenius_rounding(const struct atw_arrhenius_problem *problem);

/* Starting points from the linearised problem, one per guess of Q: the common slope of
 * the particles, and a typical one. Returns their number. */
size_t atw_arrhenius_starts(const struct atw_arrhenius_problem *problem,
                            double start[][ATW_ARRHENIUS_PARAMETERS_MAX]);

/* Levenberg-Marquardt from one starting point; stops at a minimum or where no more
 * progress is possible, which gradient_cosine tells apart. ATW_ENOMEM. */
enum atw_status atw_arrhenius_minimise(struct atw_least_squares_minimum *minimum,
                                       const struct atw_arrhenius_problem *problem,
                                       const double *start,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
