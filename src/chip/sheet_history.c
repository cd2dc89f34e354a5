/* Sheet chip in time: time constant and histories of windows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chip/sheet_chip.h"
#include "chip/sheet_chip_internal.h"
#include "chip/sheet_transient.h"

/* Time needs less resolution than place: with cells twice as large the time constant
 * changes by less than 1 % (tests/chip/test_sheet_chip.c). */
#define COARSER 2.0
#define TOLERANCE_K 0.2
/* The controller acts in proportion to what is missing within this band. */
#define BAND_K 5.0

struct run {
    struct atw_sheet_body *body;
    struct atw_sheet_state steady;
    double *rise_K; /* [n_nodes] */
};

static void run_clear(struct run *run)
{
    atw_sheet_body_destroy(run->body);
    free(run->steady.rise_K);
    free(run->rise_K);
}

/* The coarser body in its steady state. */
static enum atw_status run_begin(struct run *run,
                                 const struct atw_sheet_chip *chip,
                                 double set_point_K,
                                 struct atw_error *err)
{
    enum atw_status status;

    *run = (struct run){0};
    status =
        atw_sheet_body_create(&run->body, &chip->design, chip->trace, COARSER, NULL, err);
    if (status != ATW_OK)
        return status;
    run->steady.rise_K = calloc(run->body->mesh->n_nodes, sizeof(double));
    run->rise_K = calloc(run->body->mesh->n_nodes, sizeof(double));
    if (!run->steady.rise_K || !run->rise_K)
        status = atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    if (status == ATW_OK)
        status = atw_sheet_chip_state(chip, run->body, set_point_K, &run->steady, err);
    if (status != ATW_OK)
        run_clear(run);
    return status;
}

static double
weighted(const struct atw_sheet_body *body, const double *weight, const double *rise_K)
{
    double sum = 0.0;

    for (size_t i = 0; i < body->mesh->n_free; i++)
        sum += weight[i] * rise_K[i];
    return sum;
}

/* Heat in the membrane over the heat that leaves it: about the time constant. */
static double estimate_s(const struct atw_sheet_body *body,
                         const struct atw_sheet_state *state)
{
    struct atw_sheet_powers powers;

    atw_sheet_powers(body->sheet, state, &powers);
    return weighted(body, body->sheet->capacity_J_per_K, state->rise_K) / powers.joule_W;
}

/* Follow the quench in small steps; in the last one the rise falls exponentially. */
static enum atw_status follow_decay(struct run *run,
                                    struct atw_sheet_transient *transient,
                                    double step_s,
                                    double *time_constant_s,
                                    struct atw_error *err)
{
    double start_K = weighted(run->body, run->body->centre, run->steady.rise_K);
    double end = start_K * exp(-1.0), before = start_K;

    for (size_t i = 1; i < 10000; i++) {
        enum atw_status status =
            atw_sheet_transient_advance(transient, (double)i * step_s, run->rise_K, err);
        double now;

        if (status != ATW_OK)
            return status;
        now = weighted(run->body, run->body->centre, run->rise_K);
        if (now <= end) {
            *time_constant_s = step_s * ((double)i - log(end / now) / log(before / now));
            return ATW_OK;
        }
        before = now;
    }
    return atw_error_set(err, ATW_EDIVERGED, "chip: the centre does not cool");
}

enum atw_status atw_sheet_chip_decay(const struct atw_sheet_chip *chip,
                                     double set_point_K,
                                     double *time_constant_s,
                                     struct atw_error *err)
{
    struct atw_sheet_transient *transient = NULL;
    struct run run;
    /* At the frame's own temperature nothing decays: take that of a small rise. */
    double hot_K = fmax(set_point_K, chip->design.frame_K + 1.0), rise_K, found = 0.0;
    enum atw_status status = run_begin(&run, chip, hot_K, err);

    if (status != ATW_OK)
        return status;
    rise_K = weighted(run.body, run.body->centre, run.steady.rise_K);
    status = atw_sheet_transient_create(&transient, run.body->sheet, NULL,
                                        run.steady.rise_K, 1e-3 * rise_K, err);
    if (status == ATW_OK)
        status = follow_decay(&run, transient, estimate_s(run.body, &run.steady) / 20.0,
                              &found, err);
    if (status == ATW_OK)
        *time_constant_s = found;
    atw_sheet_transient_destroy(transient);
    run_clear(&run);
    return status;
}

/* ---- histories of windows ------------------------------------------------- */

static void note_windows(const struct atw_sheet_chip *chip,
                         const struct atw_mesh *mesh,
                         const double *rise_K,
                         double *window_K)
{
    for (size_t w = 0; w < chip->design.n_windows; w++) {
        double weight[4];
        size_t cell;

        window_K[w] = chip->design.frame_K;
        if (!atw_mesh_locate(mesh, chip->windows[w].x_m, chip->windows[w].y_m, &cell,
                             weight))
            continue;
        for (size_t i = 0; i < 4; i++)
            window_K[w] += weight[i] * rise_K[mesh->corner[cell][i]];
    }
}

static enum atw_status follow(struct run *run,
                              const struct atw_sheet_chip *chip,
                              const struct atw_sheet_drive *drive,
                              const double *start_K,
                              double step_s,
                              size_t n,
                              double *window_K,
                              struct atw_error *err)
{
    struct atw_sheet_transient *transient = NULL;
    enum atw_status status = atw_sheet_transient_create(&transient, run->body->sheet,
                                                        drive, start_K, TOLERANCE_K, err);

    for (size_t i = 0; i < n && status == ATW_OK; i++) {
        status = atw_sheet_transient_advance(transient, (double)(i + 1) * step_s,
                                             run->rise_K, err);
        if (status == ATW_OK)
            note_windows(chip, run->body->mesh, run->rise_K,
                         window_K + i * chip->design.n_windows);
    }
    atw_sheet_transient_destroy(transient);
    return status;
}

enum atw_status atw_chip_history(const struct atw_chip *chip,
                                 double set_point_K,
                                 double step_s,
                                 size_t n,
                                 double *heating_K,
                                 double *quench_K,
                                 struct atw_error *err)
{
    const struct atw_sheet_chip *sheet = atw_sheet_chip_of(chip);
    double greatest_A;
    struct atw_sheet_drive drive;
    struct run run;
    double *cold;
    enum atw_status status;

    if (!sheet)
        return atw_error_set(err, ATW_EINVAL, "chip: a table has no history");
    status = run_begin(&run, sheet, set_point_K, err);
    if (status != ATW_OK)
        return status;
    greatest_A = sheet->design.greatest_current_A;
    drive = (struct atw_sheet_drive){
        .target = {.weight = run.body->control,
                   .rise_K = set_point_K - sheet->design.frame_K},
        .steady_A2 = run.steady.current2_A2,
        .greatest_A2 = greatest_A * greatest_A,
        .band_K = BAND_K};
    cold = calloc(run.body->mesh->n_nodes, sizeof *cold);
    if (!cold)
        status = atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    if (status == ATW_OK)
        status = follow(&run, sheet, &drive, cold, step_s, n, heating_K, err);
    if (status == ATW_OK)
        status = follow(&run, sheet, NULL, run.steady.rise_K, step_s, n, quench_K, err);
    free(cold);
    run_clear(&run);
    return status;
}
