/* Sheet in time. The Newton systems of CVODE, (C + gamma dF/dT) z = C r, are symmetric
 * and solved with the factor of a nearby gamma, refined to what is asked for; the
 * controller adds a term of rank one (Sherman and Morrison). */
#include "chip/sheet_transient.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/ode.h"

/* A factor serves for step sizes within this share of its own. */
#define SAME_GAMMA 0.3
enum { REFINEMENTS_MAX = 60 };

struct atw_sheet_transient {
    struct atw_sheet *sheet;
    struct atw_sheet_drive drive;
    int has_drive;
    struct atw_ode *ode;
    double factored_gamma; /* 0: no factor */
    double *rise_K;        /* [n_nodes]; the frame stays at 0 */
    double *right, *residual, *step, *heating, *answer; /* [n_free] */
};

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Square of the current, and how much it falls per kelvin of the controlled rise. */
static double
current2(const struct atw_sheet_transient *transient, const double *rise_K, double *slope)
{
    const struct atw_sheet_drive *drive = &transient->drive;
    double gain, value;

    *slope = 0.0;
    if (!transient->has_drive)
        return 0.0;
    gain = (drive->greatest_A2 - drive->steady_A2) / drive->band_K;
    value = drive->steady_A2 +
            gain * (drive->target.rise_K -
                    dot(drive->target.weight, rise_K, transient->sheet->mesh->n_free));
    if (value <= 0.0 || value >= drive->greatest_A2)
        return value <= 0.0 ? 0.0 : drive->greatest_A2;
    *slope = gain;
    return value;
}

static void set_rise(struct atw_sheet_transient *transient, const double *y)
{
    memcpy(transient->rise_K, y, transient->sheet->mesh->n_free * sizeof *y);
}

static int rhs(double t, const double *y, double *dy_dt, void *context)
{
    struct atw_sheet_transient *transient = context;
    const struct atw_sheet *sheet = transient->sheet;
    double slope;

    (void)t;
    set_rise(transient, y);
    atw_sheet_imbalance(sheet, transient->rise_K, current2(transient, y, &slope), dy_dt);
    for (size_t i = 0; i < sheet->mesh->n_free; i++)
        dy_dt[i] /= sheet->capacity_J_per_K[i];
    return 0;
}

/* ---- linear systems ------------------------------------------------------- */

/* residual = right - A z with A in sheet->matrix. */
static void
subtract_product(const struct atw_sheet *sheet, const double *z, double *residual)
{
    for (size_t j = 0; j < sheet->mesh->n_free; j++)
        for (int k = sheet->column[j]; k < sheet->column[j + 1]; k++) {
            size_t i = (size_t)sheet->row[k];

            residual[i] -= sheet->matrix[k] * z[j];
            if (i != j)
                residual[j] -= sheet->matrix[k] * z[i];
        }
}

/* Norm as CVODE means it: of the residual over the capacity. */
static double norm2(const struct atw_sheet *sheet, const double *residual)
{
    double sum = 0.0;

    for (size_t i = 0; i < sheet->mesh->n_free; i++) {
        double value = residual[i] / sheet->capacity_J_per_K[i];

        sum += value * value;
    }
    return sum;
}

/* A z = b; b [n_free] may not be z. 0, or a CVODE code. */
static int solve_refined(struct atw_sheet_transient *transient,
                         const double *b,
                         double reduction,
                         double *z)
{
    struct atw_sheet *sheet = transient->sheet;
    size_t n = sheet->mesh->n_free;
    double enough = reduction * reduction * norm2(sheet, b);

    memset(z, 0, n * sizeof *z);
    for (int i = 0; i < REFINEMENTS_MAX; i++) {
        memcpy(transient->residual, b, n * sizeof *b);
        subtract_product(sheet, z, transient->residual);
        if (norm2(sheet, transient->residual) <= enough)
            return 0;
        if (atw_cholesky_solve(sheet->cholesky, transient->residual, transient->step,
                               NULL) != ATW_OK)
            return -1;
        for (size_t k = 0; k < n; k++)
            z[k] += transient->step[k];
    }
    return 1;
}

/* The factor that refines: of A as it is now, unless one of nearly the same step size is
 * there. */
static int prepare(struct atw_sheet_transient *transient, double gamma, double I2)
{
    struct atw_sheet *sheet = transient->sheet;
    enum atw_status status;

    atw_sheet_linearise(sheet, transient->rise_K, I2, gamma, sheet->capacity_J_per_K);
    if (fabs(gamma - transient->factored_gamma) <= SAME_GAMMA * transient->factored_gamma)
        return 0;
    transient->factored_gamma = 0.0;
    status = atw_cholesky_factor(sheet->cholesky, sheet->matrix, NULL);
    if (status != ATW_OK)
        return status == ATW_EDIVERGED ? 1 : -1;
    transient->factored_gamma = gamma;
    return 0;
}

static int solve(double t,
                 const double *y,
                 double gamma,
                 double reduction,
                 const double *r,
                 double *z,
                 void *context)
{
    struct atw_sheet_transient *transient = context;
    struct atw_sheet *sheet = transient->sheet;
    const double *weight = transient->drive.target.weight;
    size_t n = sheet->mesh->n_free;
    double slope, I2 = current2(transient, y, &slope), factor;
    int flag;

    (void)t;
    set_rise(transient, y);
    flag = prepare(transient, gamma, I2);
    for (size_t i = 0; i < n; i++)
        transient->right[i] = sheet->capacity_J_per_K[i] * r[i];
    if (flag == 0)
        flag = solve_refined(transient, transient->right, reduction, z);
    if (flag != 0 || slope == 0.0)
        return flag;
    atw_sheet_heating(sheet, transient->rise_K, transient->heating);
    flag =
        solve_refined(transient, transient->heating, 0.1 * reduction, transient->answer);
    if (flag != 0)
        return flag;
    factor = gamma * slope * dot(weight, z, n) /
             (1.0 + gamma * slope * dot(weight, transient->answer, n));
    for (size_t i = 0; i < n; i++)
        z[i] -= factor * transient->answer[i];
    return 0;
}

/* ---- life ----------------------------------------------------------------- */

static enum atw_status check(const struct atw_sheet *sheet,
                             const struct atw_sheet_drive *drive,
                             double tolerance_K,
                             struct atw_error *err)
{
    for (size_t i = 0; i < sheet->mesh->n_free; i++)
        if (!(sheet->capacity_J_per_K[i] > 0.0))
            return atw_error_set(err, ATW_EINVAL, "chip: node %zu has no heat capacity",
                                 i);
    if (!(tolerance_K > 0.0) || (drive && !(drive->band_K > 0.0)))
        return atw_error_set(err, ATW_EINVAL,
                             "chip: tolerance %g K and control band must be positive",
                             tolerance_K);
    return ATW_OK;
}

static int allocate(struct atw_sheet_transient *transient)
{
    size_t n = transient->sheet->mesh->n_free;

    transient->rise_K = calloc(transient->sheet->mesh->n_nodes, sizeof(double));
    transient->right = malloc(n * sizeof(double));
    transient->residual = malloc(n * sizeof(double));
    transient->step = malloc(n * sizeof(double));
    transient->heating = malloc(n * sizeof(double));
    transient->answer = malloc(n * sizeof(double));
    return transient->rise_K && transient->right && transient->residual &&
           transient->step && transient->heating && transient->answer;
}

enum atw_status atw_sheet_transient_create(struct atw_sheet_transient **out,
                                           struct atw_sheet *sheet,
                                           const struct atw_sheet_drive *drive,
                                           const double *rise_K,
                                           double tolerance_K,
                                           struct atw_error *err)
{
    struct atw_ode_options options = ATW_ODE_DEFAULTS;
    struct atw_ode_problem problem = {
        .count = sheet->mesh->n_free, .rhs = rhs, .solve = solve};
    struct atw_sheet_transient *transient;
    enum atw_status status = check(sheet, drive, tolerance_K, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    transient = calloc(1, sizeof *transient);
    if (!transient)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    transient->sheet = sheet;
    transient->has_drive = drive != NULL;
    if (drive)
        transient->drive = *drive;
    if (!allocate(transient)) {
        atw_sheet_transient_destroy(transient);
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    }
    problem.context = transient;
    options.relative_tolerance = 0.0;
    options.absolute_tolerance = tolerance_K;
    status = atw_ode_create(&transient->ode, &problem, &options, err);
    if (status == ATW_OK)
        status = atw_ode_start(transient->ode, 0.0, rise_K, err);
    if (status == ATW_OK)
        *out = transient;
    else
        atw_sheet_transient_destroy(transient);
    return status;
}

void atw_sheet_transient_destroy(struct atw_sheet_transient *transient)
{
    if (!transient)
        return;
    atw_ode_destroy(transient->ode);
    free(transient->rise_K);
    free(transient->right);
    free(transient->residual);
    free(transient->step);
    free(transient->heating);
    free(transient->answer);
    free(transient);
}

enum atw_status atw_sheet_transient_advance(struct atw_sheet_transient *transient,
                                            double t_s,
                                            double *rise_K,
                                            struct atw_error *err)
{
    const struct atw_mesh *mesh = transient->sheet->mesh;

    for (size_t i = mesh->n_free; i < mesh->n_nodes; i++)
        rise_K[i] = 0.0;
    return atw_ode_advance(transient->ode, t_s, rise_K, err);
}
