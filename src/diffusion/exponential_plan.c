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

/* Where exp() is zero, and times the exponent too. */
#define LEAST_EXPONENT -760.0

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
static void
find_weights(double z, double dispersion, int is_state, double *f, double *weight)
{
    size_t last = order_bound(z), points = point_count(z);

    for (size_t j = 0; j <= points / 2; j++) {
        double sine = sin(ATW_PI * (double)j / (double)points);
        double below = 2.0 * sine * sine; /* 1 - X */
        double exponent = -z * below * (1.0 + dispersion * below);

        if (exponent < LEAST_EXPONENT) {
            memset(f + j, 0, (points - 2 * j + 1) * sizeof *f);
            break;
        }
        f[j] = exp(exponent) * (is_state ? 1.0 : exponent);
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

        find_weights(z[j], dispersion, atw_exponential_is_state(plan, j), f, weight);
        weight[0] = 0.0; /* y_0 = 0 */
    }
    free(f);
    return ATW_OK;
}

static void find_lengths(struct atw_exponential_plan *plan, const double *z)
{
    plan->n_terms = 0;
    for (size_t j = 0; j < plan->n_states; j++) {
        const double *weight = plan->weight + j * plan->n_columns;

        plan->length[j] = z[j] > 0.0 ? needed_terms(weight, order_bound(z[j]),
                                                    SHARE_OF_REST * plan->tolerance)
                                     : 0;
        plan->n_terms = plan->length[j] > plan->n_terms ? plan->length[j] : plan->n_terms;
    }
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
    double greatest = 0.0;
    enum atw_status status;

    *plan = (struct atw_exponential_plan){
        .n_states = n_states, .kind = kind, .tolerance = tolerance};
    for (size_t j = 0; j < n_states; j++)
        greatest = fmax(greatest, z[j]);
    plan->n_columns = (order_bound(greatest) / multiple + 1) * multiple;
    plan->length = calloc(n_states, sizeof *plan->length);
    plan->weight = calloc(n_states * plan->n_columns, sizeof *plan->weight);
    if (!plan->length || !plan->weight)
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                               n_states);
    else
        status = fill_weights(plan, z, greatest, dispersion, err);
    if (status == ATW_OK)
        find_lengths(plan, z);
    else
        atw_exponential_plan_free(plan);
    return status;
}

void atw_exponential_plan_free(struct atw_exponential_plan *plan)
{
    free(plan->length);
    free(plan->weight);
    *plan = (struct atw_exponential_plan){0};
}

int atw_exponential_is_state(const struct atw_exponential_plan *plan, size_t state)
{
    return !plan->kind || plan->kind[state] == ATW_EXPONENTIAL_STATE;
}

void atw_exponential_plan_cut(struct atw_exponential_plan *plan)
{
    for (size_t j = 0; j < plan->n_states; j++) {
        size_t kept = plan->length[j] + 1;

        memset(plan->weight + j * plan->n_columns + kept, 0,
               (plan->n_columns - kept) * sizeof *plan->weight);
    }
}

/* ---- basis ---------------------------------------------------------------- */

/* What is left of the rows of the states from `first` on. */
struct rest {
    size_t first, n_rows, n_columns;
    double *row; /* [n_rows][n_columns] */
};

static double size_of(const double *row, size_t count)
{
    double sum = 0.0;

    for (size_t k = 0; k < count; k++)
        sum += fabs(row[k]);
    return sum;
}

/* The row that is left with most, if that is more than `tolerance`; else n_rows. */
static size_t find_pivot(const struct rest *rest, double tolerance)
{
    size_t pivot = rest->n_rows;

    for (size_t j = 0; j < rest->n_rows; j++) {
        double size = size_of(rest->row + j * rest->n_columns, rest->n_columns);

        if (size > tolerance) {
            tolerance = size;
            pivot = j;
        }
    }
    return pivot;
}

/* Take the pivot's direction out of every row; its share in row j goes to mix[j][p]. */
static void
eliminate(struct atw_exponential_basis *basis, struct rest *rest, size_t pivot)
{
    size_t n = rest->n_columns, p = basis->count;
    double norm2 = 0.0, *direction = rest->row + pivot * n;

    for (size_t k = 0; k < n; k++)
        norm2 += direction[k] * direction[k];
    for (size_t j = 0; j < rest->n_rows; j++) {
        double *row = rest->row + j * n, dot = 0.0;

        for (size_t k = 0; k < n; k++)
            dot += row[k] * direction[k];
        basis->mix[(rest->first + j) * basis->n_states + p] = dot / norm2;
        if (j == pivot)
            continue;
        for (size_t k = 0; k < n; k++)
            row[k] -= dot / norm2 * direction[k];
    }
    memset(direction, 0, n * sizeof *direction);
    basis->state[basis->count++] = rest->first + pivot;
}

int atw_exponential_basis_has(const struct atw_exponential_basis *basis, size_t state)
{
    for (size_t p = 0; p < basis->count; p++)
        if (basis->state[p] == state)
            return 1;
    return 0;
}

/* From shares of the directions to shares of the basis' own rows: x B = m with B the
 * unit lower triangular matrix of the basis' shares. */
static void solve_for_mix(struct atw_exponential_basis *basis, size_t first)
{
    size_t n = basis->n_states;

    for (size_t j = first; j < n; j++) {
        double *x = basis->mix + j * n;

        if (atw_exponential_basis_has(basis, j))
            continue;
        for (size_t p = basis->count; p-- > 0;)
            for (size_t q = p + 1; q < basis->count; q++)
                x[p] -= x[q] * basis->mix[basis->state[q] * n + p];
    }
}

static void
find_basis(struct atw_exponential_basis *basis, struct rest *rest, double tolerance)
{
    size_t pivot;

    while (basis->count < rest->n_rows) {
        pivot = find_pivot(rest, tolerance);
        if (pivot == rest->n_rows)
            break;
        eliminate(basis, rest, pivot);
    }
    solve_for_mix(basis, rest->first);
}

enum atw_status atw_exponential_basis(struct atw_exponential_basis *basis,
                                      const struct atw_exponential_plan *plan,
                                      size_t first,
                                      size_t n_columns,
                                      struct atw_error *err)
{
    size_t n = plan->n_states;
    struct rest rest = {.first = first, .n_rows = n - first, .n_columns = n_columns};

    *basis = (struct atw_exponential_basis){.n_states = n};
    basis->state = calloc(n, sizeof *basis->state);
    basis->mix = calloc(n * n, sizeof *basis->mix);
    rest.row = malloc((rest.n_rows * n_columns + 1) * sizeof *rest.row);
    if (!basis->state || !basis->mix || !rest.row) {
        free(rest.row);
        atw_exponential_basis_free(basis);
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states", n);
    }
    for (size_t j = 0; j < rest.n_rows; j++)
        memcpy(rest.row + j * n_columns, plan->weight + (first + j) * plan->n_columns,
               n_columns * sizeof *rest.row);
    find_basis(basis, &rest, SHARE_OF_MIXING * plan->tolerance);
    free(rest.row);
    return ATW_OK;
}

void atw_exponential_basis_free(struct atw_exponential_basis *basis)
{
    free(basis->state);
    free(basis->mix);
    *basis = (struct atw_exponential_basis){0};
}
