/* Steady state of a sheet: Newton's method with the current as one more unknown.
 *
 * F(T, c) = 0 and g.T = rise for c = I^2. Each step solves J dT = -F + q dc with one
 * factor and two right-hand sides, and dc follows from the second equation. */
#include "chip/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Newton's method converges quadratically here, each step some 1e-3 / K times the square
 * of the one before: this one leaves an error of a few nanokelvin. */
#define LAST_STEP_K 1e-3
/* While steps are larger than this share of the rise, the resistance is taken as it is:
 * too large a current with its feedback would make the matrix indefinite, though it is
 * definite at the steady state, where the metal loses more heat than it gains. */
#define FAR 0.1

struct work {
    double *residual, *heating, *step; /* [n_free] */
};

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Change of c that meets the target once step1 + dc step2 is added; 0 without one. */
static enum atw_status current_step(double *change,
                                    const struct atw_sheet *sheet,
                                    const struct atw_sheet_target *target,
                                    const struct atw_sheet_state *state,
                                    const struct work *work,
                                    struct atw_error *err)
{
    size_t n = sheet->mesh->n_free;
    double answer, missing;

    *change = 0.0;
    if (!target->weight)
        return ATW_OK;
    answer = dot(target->weight, work->heating, n);
    missing = target->rise_K - dot(target->weight, state->rise_K, n) -
              dot(target->weight, work->step, n);
    if (!(answer > 0.0))
        return atw_error_set(err, ATW_EDIVERGED,
                             "chip: the controlled temperature does not answer to the "
                             "current");
    *change = missing / answer;
    return ATW_OK;
}

/* Add the step; *size is the largest change of temperature, *far whether that is large
 * for the rise. */
static enum atw_status take_step(const struct atw_sheet *sheet,
                                 struct atw_sheet_state *state,
                                 const struct work *work,
                                 double current_change,
                                 double *size,
                                 int *far,
                                 struct atw_error *err)
{
    double largest_K = 0.0;

    *size = 0.0;
    for (size_t i = 0; i < sheet->mesh->n_free; i++) {
        double step = work->step[i] + current_change * work->heating[i];

        state->rise_K[i] += step;
        if (!isfinite(step) || !(sheet->frame_K + state->rise_K[i] > 0.0))
            return atw_error_set(err, ATW_EDIVERGED,
                                 "chip: Newton's method left physical temperatures");
        *size = fmax(*size, fabs(step));
        largest_K = fmax(largest_K, fabs(state->rise_K[i]));
    }
    *far = *size > FAR * largest_K;
    state->current2_A2 += current_change;
    return ATW_OK;
}

/* One Newton step; without feedback when far. */
static enum atw_status iterate(struct atw_sheet *sheet,
                               const struct atw_sheet_target *target,
                               struct atw_sheet_state *state,
                               struct work *work,
                               double *size,
                               int *far,
                               struct atw_error *err)
{
    double change = 0.0;
    enum atw_status status;

    atw_sheet_imbalance(sheet, state->rise_K, state->current2_A2, work->residual);
    atw_sheet_heating(sheet, state->rise_K, work->heating);
    atw_sheet_linearise(sheet, state->rise_K, *far ? 0.0 : state->current2_A2, 1.0, NULL);
    status = atw_cholesky_factor(sheet->cholesky, sheet->matrix, err);
    if (status == ATW_OK)
        status = atw_cholesky_solve(sheet->cholesky, work->residual, work->step, err);
    if (status == ATW_OK && target->weight)
        status = atw_cholesky_solve(sheet->cholesky, work->heating, work->heating, err);
    if (status == ATW_OK)
        status = current_step(&change, sheet, target, state, work, err);
    if (status == ATW_OK)
        status = take_step(sheet, state, work, change, size, far, err);
    return status;
}

enum atw_status atw_sheet_steady(struct atw_sheet *sheet,
                                 const struct atw_sheet_target *target,
                                 size_t max_iterations,
                                 struct atw_sheet_state *state,
                                 struct atw_error *err)
{
    size_t n = sheet->mesh->n_free;
    struct work work = {.residual = malloc(n * sizeof(double)),
                        .heating = malloc(n * sizeof(double)),
                        .step = malloc(n * sizeof(double))};
    double size = INFINITY;
    int far = 1;
    enum atw_status status = ATW_OK;

    if (!work.residual || !work.heating || !work.step) {
        status = atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
        goto cleanup;
    }
    for (size_t i = 0; i < max_iterations && size > LAST_STEP_K && status == ATW_OK; i++)
        status = iterate(sheet, target, state, &work, &size, &far, err);
    if (status == ATW_OK && size > LAST_STEP_K)
        status = atw_error_set(err, ATW_EDIVERGED,
                               "chip: no steady state within %zu iterations; the last "
                               "changed temperatures by %.3g K",
                               max_iterations, size);
cleanup:
    free(work.residual);
    free(work.heating);
    free(work.step);
    return status;
}
