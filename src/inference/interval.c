/* Diffusion coefficient of each particle and heating interval. */
#include "inference/interval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "inference/root.h"

/* Where the search of the first interval starts: the order of magnitude of Au-Ag
 * interdiffusion (tracer data: 2e-20 to 6e-19 m2/s at 400 degC, 169 to 199 kJ/mol). Only
 * the number of evaluations depends on it. */
#define START_D_M2_PER_S 1e-19
#define START_T_K 673.15
#define START_Q_J_PER_MOL 190e3
/* Where it ends. At 1e-24 m2/s two minutes move an atom 0.015 nm, a twentieth of an
 * atomic distance: no tomogram sees that. At 1e-15 m2/s they move it 490 nm, several
 * times the length of any particle: mixing cannot proceed further. */
#define SEARCH_D_MIN_M2_PER_S 1e-24
#define SEARCH_D_MAX_M2_PER_S 1e-15

/* How well ln D is sought: dT of the published design moves by 23 K per unit, so by less
 * than a hundredth of its scatter. */
#define LN_D_TOLERANCE 5e-4

static const char status_ok[] = "ok";

struct task {
    const struct atw_observations *observations;
    const struct atw_forward_model *model;
    struct atw_interval_result *interval;
    enum atw_status status[ATW_ARRHENIUS_PARTICLES_MAX];
    struct atw_error err[ATW_ARRHENIUS_PARTICLES_MAX];
};

struct degree_call {
    const struct atw_forward_model *model;
    size_t particle, step;
};

static enum atw_status
degree_at(void *context, double S_m2, double *degree, struct atw_error *err)
{
    const struct degree_call *call = context;

    return call->model->degree_after(call->model->context, call->particle, call->step,
                                     S_m2, degree, err);
}

/* Relative deviation of D from those of the degrees before and after the interval. */
static double
relative_std(const struct atw_observed_particle *particle, size_t step, double slope)
{
    double after = particle->alloying_degree_std[step];
    double before = step > 0 ? particle->alloying_degree_std[step - 1] : 0.0;

    return slope > 0.0 ? hypot(before, after) / slope : NAN;
}

static struct atw_interval_result
interval_from_root(const struct atw_root *root,
                   const struct atw_observed_particle *particle,
                   size_t step)
{
    struct atw_interval_result result = {.D_m2_per_s = NAN, .D_std_m2_per_s = NAN};

    switch (root->verdict) {
    case ATW_ROOT_BEYOND_MAX:
        result.status = "saturated";
        break;
    case ATW_ROOT_BELOW_MIN:
        result.status = "no progress";
        break;
    case ATW_ROOT_FOUND:
        result.status = status_ok;
        result.D_m2_per_s = root->S_m2 / particle->dwell_s[step];
        result.D_std_m2_per_s =
            result.D_m2_per_s * relative_std(particle, step, root->slope);
        break;
    }
    return result;
}

struct guess {
    double D_m2_per_s, T_K; /* a diffusivity and where it holds */
};

static double extrapolate(const struct guess *guess, double T_K)
{
    double slope_K = START_Q_J_PER_MOL / ATW_GAS_CONSTANT_J_PER_MOL_K;

    return guess->D_m2_per_s * exp(slope_K * (1.0 / guess->T_K - 1.0 / T_K));
}

/* One interval; moves the guess on when it finds a diffusivity. */
static enum atw_status find_interval(
    struct task *task, size_t p, size_t step, struct guess *guess, struct atw_error *err)
{
    const struct atw_observed_particle *particle = &task->observations->particles[p];
    struct atw_interval_result *interval = &task->interval[p * ATW_STEPS_MAX + step];
    struct degree_call call = {task->model, p, step};
    double T_K = particle->nominal_K[step], t_s = particle->dwell_s[step];
    double target = particle->alloying_degree[step];
    struct atw_root_options options =
        atw_root_defaults(extrapolate(guess, T_K) * t_s, SEARCH_D_MIN_M2_PER_S * t_s,
                          SEARCH_D_MAX_M2_PER_S * t_s);
    struct atw_root root;
    enum atw_status status;

    options.tolerance_estimate = LN_D_TOLERANCE;
    options.has_limit = 1;
    if (isnan(target)) {
        *interval = (struct atw_interval_result){NAN, NAN, "not measured"};
        return ATW_OK;
    }
    if (step > 0 && isnan(particle->alloying_degree[step - 1])) {
        *interval = (struct atw_interval_result){NAN, NAN, "start not measured"};
        return ATW_OK;
    }
    status = atw_root_find(&root, degree_at, &call, target, &options, err);
    if (status != ATW_OK) {
        atw_error_prepend(err, "diffusivity of particle %s, step %zu",
                          particle->name ? particle->name : "?", step + 1);
        return status;
    }
    *interval = interval_from_root(&root, particle, step);
    if (root.verdict == ATW_ROOT_FOUND)
        *guess = (struct guess){interval->D_m2_per_s, T_K};
    return ATW_OK;
}

static void run_particle(void *context, size_t p, size_t worker)
{
    struct task *task = context;
    struct guess guess = {START_D_M2_PER_S, START_T_K};

    (void)worker;
    for (size_t step = 0; step < task->observations->particles[p].n_steps; step++) {
        task->status[p] = find_interval(task, p, step, &guess, &task->err[p]);
        if (task->status[p] != ATW_OK)
            return;
    }
}

enum atw_status atw_intervals_determine(struct atw_interval_result **interval,
                                        const struct atw_observations *observations,
                                        const struct atw_forward_model *model,
                                        struct atw_error *err)
{
    enum atw_status status = atw_observations_check(observations, err);
    struct task *task = NULL;

    *interval = NULL;
    if (status != ATW_OK)
        return status;
    task = calloc(1, sizeof *task);
    if (task)
        task->interval =
            calloc(observations->n_particles * ATW_STEPS_MAX, sizeof *task->interval);
    if (!task || !task->interval) {
        status = atw_error_set(err, ATW_ENOMEM, "diffusivities: out of memory");
        goto cleanup;
    }
    task->observations = observations;
    task->model = model;
    atw_parallel_for(observations->n_particles, run_particle, task);
    for (size_t p = 0; p < observations->n_particles && status == ATW_OK; p++) {
        status = task->status[p];
        if (status != ATW_OK)
            (void)atw_error_set(err, status, "%s", task->err[p].text);
    }
    if (status == ATW_OK) {
        *interval = task->interval;
        task->interval = NULL; /* now owned by the caller */
    }
cleanup:
    if (task)
        free(task->interval);
    free(task);
    return status;
}

int atw_interval_is_ok(const struct atw_interval_result *interval)
{
    return interval->status && strcmp(interval->status, status_ok) == 0;
}
