/* Plan: limits from the scenario, one search per number of steps and choice of tilts. */
#include "pipeline/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/progress.h"
#include "inference/estimator.h"
#include "pipeline/bound.h"

enum { TEMPERATURE_NODES = 9 };

/* How far below the scenario's set points to look, if nothing is said. */
#define COLDER_K 50.0
#define SHORTEST_S 10.0

/* Chen et al., doi 10.1002/ppsc.202300070: four steps of two minutes. */
static const double published_K[] = {673.15, 683.15, 693.15, 703.15};
#define PUBLISHED_DWELL_S 120.0

struct planning {
    const struct atw_scenario *scenario;
    struct atw_plan *plan;
    double dose_of_series; /* of the scenario, counts of all views */
    struct atw_curve *temperature_K[ATW_ARRHENIUS_PARTICLES_MAX];
    struct atw_plan_series series[ATW_PLAN_TILTS_MAX];
};

/* ---- local temperatures ---- */

/* The plateau of a particle at any set point: the chip as it should be. */
static enum atw_status local_temperature(double *T_K,
                                         const struct atw_scenario *scenario,
                                         size_t particle,
                                         double set_point_K,
                                         struct atw_error *err)
{
    struct atw_scenario one = *scenario;
    double error_K[ATW_ARRHENIUS_PARTICLES_MAX] = {0};

    one.n_steps = 1;
    one.set_point_K = one.reached_K = &set_point_K;
    one.local_error_K = error_K;
    return atw_scenario_local_temperature(&one, particle, 0, T_K, err);
}

static enum atw_status tabulate_temperature(struct atw_curve **out,
                                            const struct atw_scenario *scenario,
                                            size_t particle,
                                            double coldest_K,
                                            double hottest_K,
                                            struct atw_error *err)
{
    double set_point_K[TEMPERATURE_NODES], T_K[TEMPERATURE_NODES];
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < TEMPERATURE_NODES && status == ATW_OK; i++) {
        set_point_K[i] =
            coldest_K + (hottest_K - coldest_K) * (double)i / (TEMPERATURE_NODES - 1.0);
        status = local_temperature(&T_K[i], scenario, particle, set_point_K[i], err);
    }
    if (status != ATW_OK)
        return status;
    return atw_curve_create(out, set_point_K, T_K, TEMPERATURE_NODES, err);
}

static int is_within_reach(const struct atw_scenario *scenario, double set_point_K)
{
    for (size_t p = 0; p < scenario->n_particles; p++) {
        struct atw_error ignored = {0};
        double T_K;

        if (local_temperature(&T_K, scenario, p, set_point_K, &ignored) != ATW_OK)
            return 0;
    }
    return 1;
}

/* Over all set points that are planned with or shown beside the plan. */
static enum atw_status tabulate_temperatures(struct planning *planning,
                                             struct atw_error *err)
{
    const struct atw_scenario *scenario = planning->scenario;
    const struct atw_plan_options *options = &planning->plan->options;
    double low_K = options->coldest_K, high_K = options->hottest_K;
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < scenario->n_steps; k++) {
        low_K = fmin(low_K, scenario->set_point_K[k]);
        high_K = fmax(high_K, scenario->set_point_K[k]);
    }
    planning->plan->published.exists = is_within_reach(scenario, published_K[0]) &&
                                       is_within_reach(scenario, published_K[3]);
    if (planning->plan->published.exists) {
        low_K = fmin(low_K, published_K[0]);
        high_K = fmax(high_K, published_K[3]);
    }
    for (size_t p = 0; p < scenario->n_particles && status == ATW_OK; p++)
        status = tabulate_temperature(&planning->temperature_K[p], scenario, p, low_K,
                                      high_K + 1e-3, err);
    return status;
}

/* ---- limits ---- */

static void complete_limits(struct atw_plan_options *options,
                            const struct atw_scenario *scenario,
                            double dose_of_series)
{
    double lowest_K = INFINITY, highest_K = 0.0, time_s = 0.0;

    for (size_t k = 0; k < scenario->n_steps; k++) {
        lowest_K = fmin(lowest_K, scenario->set_point_K[k]);
        highest_K = fmax(highest_K, scenario->set_point_K[k]);
        time_s += scenario->dwell_s[k];
    }
    if (isnan(options->time_s))
        options->time_s = time_s;
    if (isnan(options->dose))
        options->dose = dose_of_series * (double)(scenario->n_steps + 1);
    if (isnan(options->hottest_K))
        options->hottest_K = highest_K;
    if (isnan(options->coldest_K)) {
        options->coldest_K = fmin(lowest_K, options->hottest_K) - COLDER_K;
        if (!is_within_reach(scenario, options->coldest_K))
            options->coldest_K = fmin(lowest_K, options->hottest_K);
    }
    if (isnan(options->shortest_s))
        options->shortest_s = SHORTEST_S;
}

/* Views from first to last; those of the scenario if none are named. */
static enum atw_status complete_tilts(struct atw_plan_options *options,
                                      const struct atw_scenario *scenario,
                                      struct atw_error *err)
{
    if (options->n_tilts == 0) {
        const double *tilt = scenario->tilt_rad;
        size_t last = scenario->n_tilt - 1;

        options->n_tilts = 1;
        options->tilts[0] = (struct atw_plan_tilts){
            .first_rad = tilt[0],
            .last_rad = tilt[last],
            .step_rad = last > 0 ? (tilt[last] - tilt[0]) / (double)last : 1.0};
    }
    for (size_t i = 0; i < options->n_tilts; i++) {
        struct atw_plan_tilts *tilts = &options->tilts[i];
        double steps = (tilts->last_rad - tilts->first_rad) / tilts->step_rad;

        if (!(tilts->step_rad > 0.0) || !(steps >= 0.0))
            return atw_error_set(err, ATW_EINVAL,
                                 "tilts: the last lies before the first, or the step is "
                                 "not positive");
        tilts->n_views = 1 + (size_t)floor(steps + 1e-6);
    }
    return ATW_OK;
}

static enum atw_status check(const struct atw_plan_options *options,
                             const struct atw_scenario *scenario,
                             struct atw_error *err)
{
    enum atw_status status = atw_bound_check(scenario, err);

    if (status != ATW_OK)
        return status;
    if (options->n_steps_max < 2 || options->n_steps_max > ATW_PROGRAM_STEPS_MAX)
        return atw_error_set(err, ATW_EINVAL,
                             "at most %zu heating steps; allowed: 2 to %d, fewer do not "
                             "tell D, Q and dT apart",
                             options->n_steps_max, ATW_PROGRAM_STEPS_MAX);
    if (!(options->hottest_K >= options->coldest_K))
        return atw_error_set(err, ATW_EINVAL,
                             "the hottest set point allowed, %g degC, is below the "
                             "coldest one, %g degC",
                             options->hottest_K - 273.15, options->coldest_K - 273.15);
    return ATW_OK;
}

/* ---- rows ---- */

static struct atw_precision_model model_of(const struct planning *planning, size_t tilts)
{
    const struct atw_scenario *scenario = planning->scenario;
    const struct atw_plan_series *series = &planning->series[tilts];
    struct atw_precision_model model = {.n_particles = scenario->n_particles,
                                        .reference = scenario->reference,
                                        .law = scenario->material.law,
                                        .delta_T_model =
                                            planning->plan->options.delta_T_model,
                                        .frame_K = ATW_FRAME_K};

    for (size_t p = 0; p < scenario->n_particles; p++) {
        model.series[p] = &series->model[series->of_particle[p]];
        model.temperature_K[p] = planning->temperature_K[p];
    }
    return model;
}

/* A row whose programme is known. */
static enum atw_status finish_row(struct atw_plan_row *row,
                                  const struct planning *planning,
                                  size_t tilts,
                                  struct atw_error *err)
{
    const struct atw_precision_model model = model_of(planning, tilts);
    const struct atw_plan_options *options = &planning->plan->options;

    row->exists = 1;
    row->tilts = options->tilts[tilts];
    row->counts = options->dose / ((double)(row->program.n_steps + 1) *
                                   (double)options->tilts[tilts].n_views);
    return atw_program_precision(&row->precision, &model, &row->program, err);
}

static void set_dose(struct atw_program *program, const struct planning *planning)
{
    double dose = planning->plan->options.dose / planning->dose_of_series;

    for (size_t k = 0; k <= program->n_steps; k++)
        program->dose[k] = dose / (double)(program->n_steps + 1);
}

/* The best programme of n_steps for one choice of tilts, if it beats what is there. */
static enum atw_status
search(struct planning *planning, size_t n_steps, size_t tilts, struct atw_error *err)
{
    struct atw_plan *plan = planning->plan;
    const struct atw_precision_model model = model_of(planning, tilts);
    const struct atw_program_limits limits = {.time_s = plan->options.time_s,
                                              .dose = plan->options.dose /
                                                      planning->dose_of_series,
                                              .coldest_K = plan->options.coldest_K,
                                              .hottest_K = plan->options.hottest_K,
                                              .shortest_s = plan->options.shortest_s};
    struct atw_plan_row row = {0}, *known = &plan->with_steps[n_steps];
    enum atw_status status =
        atw_program_search(&row.program, &model, &limits, n_steps, err);

    if (status == ATW_OK)
        status = finish_row(&row, planning, tilts, err);
    if (status != ATW_OK || !isfinite(row.precision.merit_K))
        return status;
    if (!known->exists || row.precision.merit_K < known->precision.merit_K)
        *known = row;
    return ATW_OK;
}

/* The fewest steps that come near the best. */
static void choose(struct atw_plan *plan)
{
    double lowest_K = INFINITY;

    for (size_t n = 2; n <= plan->options.n_steps_max; n++)
        if (plan->with_steps[n].exists)
            lowest_K = fmin(lowest_K, plan->with_steps[n].precision.merit_K);
    for (size_t n = 2; n <= plan->options.n_steps_max && !plan->best.exists; n++)
        if (plan->with_steps[n].exists &&
            plan->with_steps[n].precision.merit_K <= ATW_PLAN_WORTH_A_STEP * lowest_K)
            plan->best = plan->with_steps[n];
}

static size_t tilts_of_best(const struct planning *planning)
{
    const struct atw_plan *plan = planning->plan;
    size_t tilts = 0;

    while (
        memcmp(&plan->options.tilts[tilts], &plan->best.tilts, sizeof plan->best.tilts))
        tilts++;
    return tilts;
}

/* What the plan stands beside. */
static enum atw_status compare(struct planning *planning, struct atw_error *err)
{
    const struct atw_scenario *scenario = planning->scenario;
    struct atw_plan *plan = planning->plan;
    size_t tilts = tilts_of_best(planning);
    const struct atw_precision_model model = model_of(planning, tilts);
    enum atw_status status = ATW_OK;

    if (plan->published.exists) {
        plan->published.program.n_steps = sizeof published_K / sizeof *published_K;
        for (size_t k = 0; k < plan->published.program.n_steps; k++) {
            plan->published.program.set_point_K[k] = published_K[k];
            plan->published.program.dwell_s[k] = PUBLISHED_DWELL_S;
        }
        set_dose(&plan->published.program, planning);
        status = finish_row(&plan->published, planning, tilts, err);
    }
    if (status == ATW_OK && scenario->n_steps <= ATW_PROGRAM_STEPS_MAX) {
        plan->scenario.program.n_steps = scenario->n_steps;
        for (size_t k = 0; k < scenario->n_steps; k++) {
            plan->scenario.program.set_point_K[k] = scenario->set_point_K[k];
            plan->scenario.program.dwell_s[k] = scenario->dwell_s[k];
        }
        set_dose(&plan->scenario.program, planning);
        status = finish_row(&plan->scenario, planning, tilts, err);
    }
    plan->split = plan->best;
    if (status == ATW_OK)
        status = atw_program_split_dose(&plan->split.program, &model, err);
    if (status == ATW_OK)
        status = finish_row(&plan->split, planning, tilts, err);
    return status;
}

static enum atw_status make_plan(struct planning *planning, struct atw_error *err)
{
    const struct atw_plan_options *options = &planning->plan->options;
    enum atw_status status = tabulate_temperatures(planning, err);

    for (size_t i = 0; i < options->n_tilts && status == ATW_OK; i++) {
        atw_log("tilts %zu of %zu: ladder of states", i + 1, options->n_tilts);
        status = atw_plan_measure_series(&planning->series[i], planning->scenario,
                                         options->objective, &options->tilts[i], err);
        for (size_t n = 2; n <= options->n_steps_max && status == ATW_OK; n++) {
            if (n > 2 && options->time_s < (double)n * ceil(options->shortest_s))
                break; /* fewer steps fit */
            status = search(planning, n, i, err);
        }
    }
    choose(planning->plan);
    if (status == ATW_OK && !planning->plan->best.exists)
        return atw_error_set(
            err, ATW_EINPUT,
            "no programme within the limits tells dT: the particles stay "
            "as they are, or are mixed at once, or one set point is all "
            "that is allowed; allow other temperatures or more time");
    return status == ATW_OK ? compare(planning, err) : status;
}

enum atw_status atw_plan_create(struct atw_plan **out,
                                const struct atw_scenario *scenario,
                                const struct atw_plan_options *options,
                                struct atw_error *err)
{
    const struct atw_imaging_settings *imaging = &scenario->imaging;
    struct planning planning = {.scenario = scenario,
                                .plan = calloc(1, sizeof(struct atw_plan))};
    enum atw_status status;

    *out = NULL;
    if (!planning.plan)
        return atw_error_set(err, ATW_ENOMEM, "plan: out of memory");
    planning.dose_of_series =
        (double)scenario->n_tilt * (imaging->calibration == ATW_CALIBRATION_PEAK
                                        ? imaging->peak_counts
                                        : imaging->electrons_per_pixel);
    planning.plan->options = *options;
    complete_limits(&planning.plan->options, scenario, planning.dose_of_series);
    status = complete_tilts(&planning.plan->options, scenario, err);
    if (status == ATW_OK)
        status = check(&planning.plan->options, scenario, err);
    if (status == ATW_OK)
        status = make_plan(&planning, err);
    for (size_t p = 0; p < scenario->n_particles; p++)
        atw_curve_destroy(planning.temperature_K[p]);
    for (size_t i = 0; i < ATW_PLAN_TILTS_MAX; i++)
        atw_plan_series_clear(&planning.series[i]);
    if (status == ATW_OK)
        *out = planning.plan;
    else
        atw_plan_destroy(planning.plan);
    return status;
}

void atw_plan_destroy(struct atw_plan *plan)
{
    free(plan);
}
