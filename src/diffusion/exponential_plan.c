/* The weights of Chebyshev's expansion of exp(s M), and which sums of it to take. */
#include "diffusion/exponential_plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_fft_real.h>

#include "core/constants.h"

/* Shares of the tolerance: weights left out, and what mixing neglects. A vector y_k has
 * up to twice the range of c. */
#define SHARE_OF_REST 0.2
#define SHARE_OF_MIXING 0.05

/* ---- weights -------------------------------------------------------------- */

/* Beyond this order the weights are below 1e-17, with any dispersion. */
static size_t order_bound(double z)
{
    return (size_t)(sqrt(90.0 * z)) + 20;
}

/* Points of the cosine transform: a power of two, aliases beyond the last order. */
static size_t point_count(double z)
{
    size_t points = 2;

    while (points < 2 * (order_bound(z) + 1))
        points *= 2;
    return points;
}

/* weight [order_bound(z) + 1]: the cosine coefficients of the function of X = cos(theta),
 * f [point_count(z)] its values. */
static void find_weights(double z,
                         double dispersion,
                         enum atw_exponential_kind kind,
                         double *f,
                         double *weight)
{
    size_t last = order_bound(z), points = point_count(z);

    for (size_t j = 0; j <= points / 2; j++) {
        double sine = sin(ATW_PI * (double)j / (double)points);
        double below = 2.0 * sine * sine; /* 1 - X */
        double exponent = -z * below * (1.0 + dispersion * below);

        f[j] = exp(exponent) * (kind == ATW_EXPONENTIAL_DERIVATIVE ? exponent : 1.0);
        if (j > 0)
            f[points - j] = f[j];
    }
    gsl_fft_real_radix2_transform(f, 1, points);
    for (size_t k = 0; k <= last; k++)
        weight[k] = (k > 0 ? 2.0 : 1.0) / (double)points * f[k];
}

/* The fewest terms whose remainder is at most `tolerance`. */
static size_t needed_terms(const double *weight, size_t last, double tolerance)
{
    double rest = 0.0;

    while (last > 0 && rest + fabs(weight[last]) <= tolerance)
        rest += fabs(weight[last--]);
    return last;
}

static enum atw_status fill_weights(struct atw_exponential_plan *plan,
                                    const double *z,
                                    double greatest,
                                    double dispersion,
                                    struct atw_error *err)
{
    double *f = malloc(point_count(greatest) * sizeof *f);

    if (!f)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                             plan->n_states);
    for (size_t j = 0; j < plan->n_states; j++) {
        double *weight = plan->weight + j * plan->n_columns;

        find_weights(z[j], dispersion, plan->kind ? plan->kind[j] : ATW_EXPONENTIAL_STATE,
                     f, weight);
        weight[0] = 0.0; /* y_0 = 0 */
    }
    free(f);
    return ATW_OK;
}

static void
cut_weights(struct atw_exponential_plan *plan, const double *z, double tolerance)
{
    plan->n_terms = 0;
    for (size_t j = 0; j < plan->n_states; j++) {
        double *weight = plan->weight + j * plan->n_columns;
        size_t last = order_bound(z[j]);
        size_t length = z[j] > 0.0 ? needed_terms(weight, last, tolerance) : 0;

        memset(weight + length + 1, 0, (last - length) * sizeof *weight);
        plan->length[j] = length;
        plan->n_terms = length > plan->n_terms ? length : plan->n_terms;
    }
}

/* ---- basis ---------------------------------------------------------------- */

static double size_of(const double *row, size_t count)
{
    double sum = 0.0;

    for (size_t k = 0; k < count; k++)
        sum += fabs(row[k]);
    return sum;
}

/* The row that is left with most, if that is more than `tolerance`; else n_states. */
static size_t
find_pivot(const struct atw_exponential_plan *plan, const double *rest, double tolerance)
{
    size_t pivot = plan->n_states;

    for (size_t j = 0; j < plan->n_states; j++) {
        double size = size_of(rest + j * plan->n_columns, plan->n_columns);

        if (size > tolerance) {
            tolerance = size;
            pivot = j;
        }
    }
    return pivot;
}

/* Take the pivot's direction out of every row; its share in row j goes to mix[j][p]. */
static void eliminate(struct atw_exponential_plan *plan, double *rest, size_t pivot)
{
    size_t n = plan->n_columns, p = plan->n_basis;
    double norm2 = 0.0, *direction = rest + pivot * n;

    for (size_t k = 0; k < n; k++)
        norm2 += direction[k] * direction[k];
    for (size_t j = 0; j < plan->n_states; j++) {
        double *row = rest + j * n, dot = 0.0;

        for (size_t k = 0; k < n; k++)
            dot += row[k] * direction[k];
        plan->mix[j * plan->n_states + p] = dot / norm2;
        if (j == pivot)
            continue;
        for (size_t k = 0; k < n; k++)
            row[k] -= dot / norm2 * direction[k];
    }
    memset(direction, 0, n * sizeof *direction);
    plan->basis[plan->n_basis++] = pivot;
}

/* From shares of the directions to shares of the basis' own rows: x B = m with B the
 * unit lower triangular matrix of the basis' shares. */
static void solve_for_mix(struct atw_exponential_plan *plan)
{
    size_t n = plan->n_states;

    for (size_t j = 0; j < n; j++) {
        double *x = plan->mix + j * n;
        int is_basis = 0;

        for (size_t p = 0; p < plan->n_basis; p++)
            is_basis = is_basis || plan->basis[p] == j;
        if (is_basis)
            continue;
        for (size_t p = plan->n_basis; p-- > 0;)
            for (size_t q = p + 1; q < plan->n_basis; q++)
                x[p] -= x[q] * plan->mix[plan->basis[q] * n + p];
    }
}

static void find_basis(struct atw_exponential_plan *plan, double *rest, double tolerance)
{
    size_t pivot;

    plan->n_basis = 0;
    while (plan->n_basis < plan->n_states) {
        pivot = find_pivot(plan, rest, tolerance);
        if (pivot == plan->n_states)
            break;
        eliminate(plan, rest, pivot);
    }
    solve_for_mix(plan);
}

enum atw_status atw_exponential_plan(struct atw_exponential_plan *plan,
                                     const double *z,
                                     const enum atw_exponential_kind *kind,
                                     size_t n_states,
                                     double dispersion,
                                     double tolerance,
                                     size_t multiple,
                                     struct atw_error *err)
{
    double greatest = 0.0, *rest;
    size_t size;
    enum atw_status status;

    *plan = (struct atw_exponential_plan){.n_states = n_states, .kind = kind};
    for (size_t j = 0; j < n_states; j++)
        greatest = fmax(greatest, z[j]);
    plan->n_columns = (order_bound(greatest) / multiple + 1) * multiple;
    size = n_states * plan->n_columns * sizeof *rest;
    plan->length = calloc(n_states, sizeof *plan->length);
    plan->basis = calloc(n_states, sizeof *plan->basis);
    plan->weight = calloc(1, size);
    plan->mix = calloc(n_states * n_states, sizeof *plan->mix);
    rest = malloc(size);
    if (!plan->length || !plan->basis || !plan->weight || !plan->mix || !rest)
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                               n_states);
    else
        status = fill_weights(plan, z, greatest, dispersion, err);
    if (status == ATW_OK) {
        memcpy(rest, plan->weight, size);
        find_basis(plan, rest, SHARE_OF_MIXING * tolerance);
        cut_weights(plan, z, SHARE_OF_REST * tolerance);
    } else {
        atw_exponential_plan_free(plan);
    }
    free(rest);
    return status;
}

void atw_exponential_plan_free(struct atw_exponential_plan *plan)
{
    free(plan->length);
    free(plan->basis);
    free(plan->weight);
    free(plan->mix);
    *plan = (struct atw_exponential_plan){0};
}
