/* Residuals, analytic Jacobian and starting points of the Arrhenius fit. */
#include "inference/arrhenius_internal.h"

#include <float.h>
#include <math.h>

#include "core/constants.h"

/* Activation energy of Au-Ag interdiffusion to within 20 % (tracer data give 169-199
 * kJ/mol); only a starting point. */
#define TYPICAL_Q_J_PER_MOL 190e3
#define LOWEST_T_K 1.0
#define LARGEST_EXPONENT 200.0

size_t atw_arrhenius_shift_index(const struct atw_arrhenius_problem *problem,
                                 size_t particle)
{
    if (particle == problem->nominal_particle)
        return ATW_ARRHENIUS_NO_PARAMETER;
    return particle < problem->nominal_particle ? 2 + particle : 1 + particle;
}

double atw_arrhenius_sigma(const struct atw_arrhenius_problem *problem, size_t i)
{
    if (problem->deviations_known)
        return problem->points[i].D_std_m2_per_s;
    return problem->weighting == ATW_WEIGHTING_LOG ? problem->points[i].D_m2_per_s
                                                   : problem->D_max_m2_per_s;
}

static double
local_T_K(const struct atw_arrhenius_problem *problem, const double *theta, size_t i)
{
    size_t k = atw_arrhenius_shift_index(problem, problem->points[i].particle);
    double shift = k == ATW_ARRHENIUS_NO_PARAMETER ? 0.0 : theta[k];

    return problem->points[i].nominal_K +
           (1.0 + problem->points[i].excess_share) * problem->T_ref_K * shift;
}

/* ln(model / datum) at a local temperature. */
static double log_residual(const struct atw_arrhenius_problem *problem,
                           const double *theta,
                           size_t i,
                           double T_K)
{
    return theta[0] - theta[1] * (problem->T_ref_K / T_K - 1.0) -
           log(problem->points[i].D_m2_per_s);
}

int atw_arrhenius_residual(const struct atw_arrhenius_problem *problem,
                           const double *theta,
                           size_t i,
                           double *residual)
{
    double T_K = local_T_K(problem, theta, i);
    double weight = problem->points[i].D_m2_per_s / atw_arrhenius_sigma(problem, i);
    double difference;

    if (!(T_K >= LOWEST_T_K))
        return 0;
    difference = log_residual(problem, theta, i, T_K);
    if (!(fabs(difference) < DBL_MAX) ||
        (problem->weighting == ATW_WEIGHTING_LINEAR && difference > LARGEST_EXPONENT))
        return 0;
    *residual = weight * (problem->weighting == ATW_WEIGHTING_LOG ? difference
                                                                  : expm1(difference));
    return 1;
}

void atw_arrhenius_jacobian_row(const struct atw_arrhenius_problem *problem,
                                const double *theta,
                                size_t i,
                                double *row)
{
    size_t k = atw_arrhenius_shift_index(problem, problem->points[i].particle);
    double T_K = local_T_K(problem, theta, i);
    double ratio = problem->T_ref_K / T_K;
    double factor = problem->points[i].D_m2_per_s / atw_arrhenius_sigma(problem, i);

    if (problem->weighting == ATW_WEIGHTING_LINEAR)
        factor *= exp(log_residual(problem, theta, i, T_K));
    for (size_t j = 0; j < problem->n_parameters; j++)
        row[j] = 0.0;
    row[0] = factor;
    row[1] = -factor * (ratio - 1.0);
    if (k != ATW_ARRHENIUS_NO_PARAMETER)
        row[k] =
            factor * theta[1] * ratio * ratio * (1.0 + problem->points[i].excess_share);
}

double atw_arrhenius_rounding(const struct atw_arrhenius_problem *problem)
{
    double sum = 0.0;

    for (size_t i = 0; i < problem->n_points; i++) {
        double D = problem->points[i].D_m2_per_s;
        double size = D / atw_arrhenius_sigma(problem, i) * fabs(log(D));

        sum += size * size;
    }
    return DBL_EPSILON * sqrt(sum);
}

struct line_sums {
    double weight, x, y; /* of one particle; x = 1/T, y = ln D */
};

/* Weight of ln D of point i in the linearised problem, relative to the largest. */
static double log_weight(const struct atw_arrhenius_problem *problem, size_t i)
{
    double ratio = problem->points[i].D_m2_per_s / atw_arrhenius_sigma(problem, i);

    return ratio * ratio;
}

/* Weighted centre of each particle's points in the Arrhenius plane. */
static void find_centres(const struct atw_arrhenius_problem *problem,
                         struct line_sums *centre)
{
    for (size_t p = 0; p < problem->n_particles; p++)
        centre[p] = (struct line_sums){0};
    for (size_t i = 0; i < problem->n_points; i++) {
        struct line_sums *sums = &centre[problem->points[i].particle];
        double weight = log_weight(problem, i);

        sums->weight += weight;
        sums->x += weight / problem->points[i].nominal_K;
        sums->y += weight * log(problem->points[i].D_m2_per_s);
    }
    for (size_t p = 0; p < problem->n_particles; p++) {
        centre[p].x /= centre[p].weight;
        centre[p].y /= centre[p].weight;
    }
}

/* Common slope -d ln D / d(1/T) of all particles, K. */
static double pooled_slope_K(const struct atw_arrhenius_problem *problem,
                             const struct line_sums *centre)
{
    double sum_xx = 0.0, sum_xy = 0.0;

    for (size_t i = 0; i < problem->n_points; i++) {
        const struct line_sums *middle = &centre[problem->points[i].particle];
        double weight = log_weight(problem, i);
        double x = 1.0 / problem->points[i].nominal_K - middle->x;

        sum_xx += weight * x * x;
        sum_xy += weight * x * (log(problem->points[i].D_m2_per_s) - middle->y);
    }
    return -sum_xy / sum_xx;
}

/* All parameters that belong to one guess of the slope Q/R: D from the nominal particle's
 * centre, each shift from the height of the other particle's centre over that line. */
static void start_from_slope(const struct atw_arrhenius_problem *problem,
                             const struct line_sums *centre,
                             double slope_K,
                             double *start)
{
    const struct line_sums *nominal = &centre[problem->nominal_particle];
    double x_ref = 1.0 / problem->T_ref_K;

    start[0] = nominal->y + slope_K * (nominal->x - x_ref);
    start[1] = slope_K * x_ref;
    for (size_t p = 0; p < problem->n_particles; p++) {
        size_t k = atw_arrhenius_shift_index(problem, p);
        double x;

        if (k == ATW_ARRHENIUS_NO_PARAMETER)
            continue;
        x = nominal->x - (centre[p].y - nominal->y) / slope_K;
        /* a useless slope must not start the search outside the model */
        x = fmin(fmax(x, centre[p].x / 1.5), centre[p].x * 1.5);
        start[k] = (1.0 / x - 1.0 / centre[p].x) * x_ref;
    }
}

size_t atw_arrhenius_starts(const struct atw_arrhenius_problem *problem,
                            double start[][ATW_ARRHENIUS_PARAMETERS_MAX])
{
    struct line_sums centre[ATW_ARRHENIUS_PARTICLES_MAX];
    double slope_K;
    size_t count = 0;

    find_centres(problem, centre);
    slope_K = pooled_slope_K(problem, centre);
    start_from_slope(problem, centre, TYPICAL_Q_J_PER_MOL / ATW_GAS_CONSTANT_J_PER_MOL_K,
                     start[count++]);
    if (isfinite(slope_K) && slope_K != 0.0)
        start_from_slope(problem, centre, slope_K, start[count++]);
    return count;
}
