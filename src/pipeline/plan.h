/* Plan: the heating programme, tilts and dose that would tell dT best, within limits.
 *
 * What one series tells about ln S is found once for every particle, from a ladder of its
 * states, recorded and analysed as the scenario says; programmes are then judged by
 * inference/precision.h. Equations, limits, examples: docs/planning.md. */
#ifndef ATW_PIPELINE_PLAN_H
#define ATW_PIPELINE_PLAN_H

#include "inference/precision.h"
#include "pipeline/scenario.h"

enum atw_plan_objective {
    ATW_PLAN_DEGREES, /* what the degrees of alloying of the analysis tell */
    ATW_PLAN_PHOTONS  /* what the tilt series tell, everything but D, Q, dT known */
};

enum { ATW_PLAN_TILTS_MAX = 16 };

/* Each step takes another tilt series: more of them are planned only if fewer leave dT
 * more uncertain by this factor. */
#define ATW_PLAN_WORTH_A_STEP 1.05

struct atw_plan_tilts {
    double first_rad, last_rad, step_rad;
    size_t n_views; /* filled in */
};

/* NaN: as the scenario has it. */
struct atw_plan_options {
    enum atw_plan_objective objective;
    enum atw_delta_T_model delta_T_model;
    double time_s; /* of all dwells together */
    double dose; /* counts of the brightest pixel, of all views of a particle together */
    double coldest_K; /* set point; NaN: 50 K below the lowest, if the chip can */
    double hottest_K, shortest_s;
    size_t n_steps_max; /* 2 to ATW_PROGRAM_STEPS_MAX */
    size_t n_tilts;     /* 0: the scenario's */
    struct atw_plan_tilts tilts[ATW_PLAN_TILTS_MAX];
};

struct atw_plan_row {
    int exists;
    struct atw_program program; /* dose over that of a series of the scenario */
    struct atw_precision precision;
    struct atw_plan_tilts tilts;
    double counts; /* of the brightest pixel in a view, at equal doses */
};

struct atw_plan {
    struct atw_plan_options options; /* without NaN */
    struct atw_plan_row best;        /* the fewest steps that come near the best */
    struct atw_plan_row with_steps[ATW_PROGRAM_STEPS_MAX + 1]; /* the best of so many */
    struct atw_plan_row split;               /* the best with its dose divided freely */
    struct atw_plan_row scenario, published; /* at the dose of the plan and its tilts */
};

/* ATW_EINPUT or ATW_EINVAL when the scenario has no bound (pipeline/bound.h), the limits
 * allow no programme, or no programme within them would tell dT; ATW_ENOMEM. */
enum atw_status atw_plan_create(struct atw_plan **out,
                                const struct atw_scenario *scenario,
                                const struct atw_plan_options *options,
                                struct atw_error *err) ATW_MUST_CHECK;
void atw_plan_destroy(struct atw_plan *plan);

/* What one series of a particle tells; of equal particles the same. */
struct atw_plan_series {
    size_t count;
    struct atw_series_model model[ATW_ARRHENIUS_PARTICLES_MAX];
    size_t of_particle[ATW_ARRHENIUS_PARTICLES_MAX]; /* index into model */
};

/* At a dose of one series of the scenario, divided among these views. The caller clears
 * *series, on failure too. */
enum atw_status atw_plan_measure_series(struct atw_plan_series *series,
                                        const struct atw_scenario *scenario,
                                        enum atw_plan_objective objective,
                                        const struct atw_plan_tilts *tilts,
                                        struct atw_error *err) ATW_MUST_CHECK;
void atw_plan_series_clear(struct atw_plan_series *series);

#endif
