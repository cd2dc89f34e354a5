/* Levenberg-Marquardt on the deviance of the series of one particle. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inference/elimination.h"
#include "pipeline/direct_internal.h"
#include "pipeline/direct_priors.h"

enum { REJECTIONS_MAX = 8 };

#define DAMPING_LEAST 1e-3
/* Farthest that one step goes, in ln S and nm. */
#define LN_S_STEP_MOST 1.5
#define LENGTH_STEP_MOST 2.0

struct problem {
    struct atw_direct_particle *particle;
    struct atw_direct_series *series;
    size_t n_series, n_globals, n; /* unknowns: free globals, ln S of heated series */
    double *matrix, *rhs, *step;
    double damping;
    double gain;    /* of the deviance by what was eliminated */
    int is_current; /* the equations are those of the present parameters, undamped */
    double gain_least;
};

/* What is put back when a step was none. */
struct saved {
    struct atw_direct_globals globals;
    struct atw_direct_series *series; /* [n_series], values only */
    struct atw_direct_view **view;
};

/* ---- values ---- */

static double penalty_of_globals(const struct atw_direct_particle *particle)
{
    double penalty = 0.0;

    for (size_t j = 0; j < particle->n_free; j++) {
        size_t i = particle->free_index[j];

        penalty += pow((particle->globals.value[i] - particle->prior.value[i]) /
                           atw_direct_global_prior_std(i),
                       2.0);
    }
    return penalty;
}

static enum atw_status evaluate(struct atw_direct_minimum *minimum,
                                const struct problem *problem,
                                struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    minimum->deviance = (struct atw_deviance){0};
    minimum->penalty =
        problem->n_globals > 0 ? penalty_of_globals(problem->particle) : 0.0;
    for (size_t k = 0; k < problem->n_series && status == ATW_OK; k++)
        status = atw_direct_compare(&minimum->deviance, &minimum->penalty,
                                    problem->particle, &problem->series[k], err);
    return status;
}

static double cost_of(const struct atw_direct_minimum *minimum)
{
    return minimum->deviance.value + minimum->penalty;
}

/* ---- equations ---- */

/* Unknowns of series k in those of all: its ln S comes after the globals. */
static size_t ln_S_index(const struct problem *problem, size_t k)
{
    size_t index = problem->n_globals;

    for (size_t i = 0; i < k; i++)
        index += problem->series[i].is_heated ? 1 : 0;
    return index;
}

static void
add_series(struct problem *problem, size_t k, const double *matrix, const double *rhs)
{
    size_t n = problem->n_globals + (problem->series[k].is_heated ? 1 : 0);

    for (size_t i = 0; i < n; i++) {
        size_t at_i = i < problem->n_globals ? i : ln_S_index(problem, k);

        for (size_t j = 0; j < n; j++) {
            size_t at_j = j < problem->n_globals ? j : ln_S_index(problem, k);

            problem->matrix[at_i * problem->n + at_j] += matrix[i * n + j];
        }
        problem->rhs[at_i] += rhs[i];
    }
}

static void add_global_priors(struct problem *problem)
{
    for (size_t j = 0; j < problem->n_globals; j++) {
        size_t i = problem->particle->free_index[j];
        double std = atw_direct_global_prior_std(i);
        double off =
            problem->particle->prior.value[i] - problem->particle->globals.value[i];

        problem->matrix[j * problem->n + j] += 1.0 / (std * std);
        problem->rhs[j] += off / (std * std);
    }
}

static enum atw_status linearise(struct problem *problem, struct atw_error *err)
{
    double matrix[ATW_DIRECT_LOCALS_MAX * ATW_DIRECT_LOCALS_MAX];
    double rhs[ATW_DIRECT_LOCALS_MAX];
    enum atw_status status =
        atw_direct_differentiate(problem->particle, problem->series, problem->n_series,
                                 problem->n_globals > 0, err);

    memset(problem->matrix, 0, problem->n * problem->n * sizeof(double));
    memset(problem->rhs, 0, problem->n * sizeof(double));
    problem->gain = 0.0;
    for (size_t k = 0; k < problem->n_series && status == ATW_OK; k++) {
        status = atw_direct_linearise(matrix, rhs, &problem->gain, problem->particle,
                                      &problem->series[k], problem->n_globals > 0,
                                      problem->damping, err);
        if (status == ATW_OK)
            add_series(problem, k, matrix, rhs);
    }
    add_global_priors(problem);
    for (size_t i = 0; i < problem->n; i++)
        problem->matrix[i * (problem->n + 1)] *= 1.0 + problem->damping;
    return status;
}

/* ---- steps ---- */

static void save(struct saved *saved, const struct problem *problem)
{
    saved->globals = problem->particle->globals;
    for (size_t k = 0; k < problem->n_series; k++) {
        saved->series[k] = problem->series[k];
        memcpy(saved->view[k], problem->series[k].view,
               problem->series[k].data->n_tilt * sizeof *saved->view[k]);
    }
}

static void set_globals(struct problem *problem, const struct atw_direct_globals *globals)
{
    if (problem->n_globals == 0)
        return;
    atw_direct_particle_set(problem->particle, globals);
    for (size_t k = 0; k < problem->n_series; k++)
        atw_direct_series_forget(&problem->series[k]);
}

static void restore(struct problem *problem, const struct saved *saved)
{
    for (size_t k = 0; k < problem->n_series; k++) {
        struct atw_direct_series *series = &problem->series[k];

        series->ln_S = saved->series[k].ln_S;
        memcpy(series->value, saved->series[k].value, sizeof series->value);
        memcpy(series->view, saved->view[k], series->data->n_tilt * sizeof *series->view);
        atw_direct_series_forget(series);
    }
    set_globals(problem, &saved->globals);
}

/* As far as the step may go, as a share of it. */
static double share_of_step(const struct problem *problem)
{
    double share = 1.0;

    for (size_t i = 0; i < problem->n; i++) {
        int is_length = i < problem->n_globals &&
                        problem->particle->free_index[i] <= ATW_DIRECT_SHELL_TIP;
        double most = i >= problem->n_globals ? LN_S_STEP_MOST
                      : is_length             ? LENGTH_STEP_MOST
                                              : 0.3;

        share = fmin(share, most / fmax(fabs(problem->step[i]), most));
    }
    return share;
}

static void take_step(struct problem *problem)
{
    double share = share_of_step(problem), first[ATW_DIRECT_LOCALS_MAX];
    struct atw_direct_globals globals = problem->particle->globals;

    for (size_t i = 0; i < problem->n; i++)
        problem->step[i] *= share;
    for (size_t k = 0; k < problem->n_series; k++) {
        size_t n = problem->n_globals;

        memcpy(first, problem->step, n * sizeof *first);
        if (problem->series[k].is_heated)
            first[n++] = problem->step[ln_S_index(problem, k)];
        atw_direct_series_step(&problem->series[k], first, n);
    }
    for (size_t j = 0; j < problem->n_globals; j++)
        globals.value[problem->particle->free_index[j]] += problem->step[j];
    set_globals(problem, &globals);
}

/* By how much the step lowers the deviance if that is as quadratic as it looks. */
static double promise_of(const struct problem *problem)
{
    double promise = problem->gain;

    for (size_t i = 0; i < problem->n; i++)
        promise += problem->rhs[i] * problem->step[i];
    return promise;
}

/* One step downhill, however short. *has_moved 0: there is none. */
static enum atw_status descend(struct atw_direct_minimum *minimum,
                               int *has_moved,
                               struct problem *problem,
                               struct saved *saved,
                               struct atw_error *err)
{
    save(saved, problem);
    *has_moved = 0;
    for (int i = 0; i < REJECTIONS_MAX; i++) {
        struct atw_direct_minimum trial = *minimum;
        struct atw_error why = {0};
        enum atw_status status = linearise(problem, err);

        if (status == ATW_OK)
            status = atw_normal_solve(problem->step, NULL, problem->matrix, problem->rhs,
                                      problem->n, err);
        if (status != ATW_OK)
            return status;
        problem->is_current =
            problem->damping == 0.0 && promise_of(problem) < problem->gain_least;
        take_step(problem);
        if (problem->is_current)
            break;                                /* too short to look where it leads */
        status = evaluate(&trial, problem, &why); /* a shape that cannot be: no step */
        if (status != ATW_OK && status != ATW_EINVAL)
            return atw_error_set(err, status, "%s", why.text);
        if (status == ATW_OK && cost_of(&trial) < cost_of(minimum)) {
            *has_moved = cost_of(minimum) - cost_of(&trial) > problem->gain_least;
            *minimum = trial;
            problem->damping =
                problem->damping > DAMPING_LEAST ? 0.1 * problem->damping : 0.0;
            break;
        }
        restore(problem, saved);
        problem->damping = fmax(10.0 * problem->damping, DAMPING_LEAST);
        if (status == ATW_OK && cost_of(&trial) < cost_of(minimum) + problem->gain_least)
            break; /* as low as rounding lets it get */
    }
    return ATW_OK;
}

/* ---- life ---- */

static enum atw_status
allocate(struct problem *problem, struct saved *saved, struct atw_error *err)
{
    size_t n = problem->n;

    problem->matrix = malloc((n * n + 2 * n + 1) * sizeof(double));
    saved->series = calloc(problem->n_series, sizeof *saved->series);
    saved->view = calloc(problem->n_series, sizeof *saved->view);
    if (!problem->matrix || !saved->series || !saved->view)
        return atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
    problem->rhs = problem->matrix + n * n;
    problem->step = problem->rhs + n;
    for (size_t k = 0; k < problem->n_series; k++) {
        saved->view[k] = malloc(problem->series[k].data->n_tilt * sizeof *saved->view[k]);
        if (!saved->view[k])
            return atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
    }
    return ATW_OK;
}

static void release(struct problem *problem, struct saved *saved)
{
    for (size_t k = 0; saved->view && k < problem->n_series; k++)
        free(saved->view[k]);
    free(saved->view);
    free(saved->series);
    free(problem->matrix);
}

/* At the end, from the equations of the last step if they can be had. */
static enum atw_status
find_covariance(double *covariance, struct problem *problem, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    problem->damping = 0.0;
    if (!problem->is_current)
        status = linearise(problem, err);
    if (status == ATW_OK)
        status = atw_normal_solve(problem->step, covariance, problem->matrix,
                                  problem->rhs, problem->n, err);
    return status;
}

enum atw_status atw_direct_minimise(struct atw_direct_minimum *minimum,
                                    double *covariance,
                                    struct atw_direct_particle *particle,
                                    struct atw_direct_series *series,
                                    size_t n_series,
                                    int with_globals,
                                    const struct atw_direct_effort *effort,
                                    struct atw_error *err)
{
    struct problem problem = {.particle = particle,
                              .series = series,
                              .n_series = n_series,
                              .n_globals = with_globals ? particle->n_free : 0,
                              .gain_least = effort->gain_least};
    struct saved saved = {0};
    enum atw_status status;

    problem.n = ln_S_index(&problem, n_series);
    *minimum = (struct atw_direct_minimum){0};
    status = allocate(&problem, &saved, err);
    if (status == ATW_OK)
        status = evaluate(minimum, &problem, err);
    while (status == ATW_OK && !minimum->has_converged &&
           minimum->n_iterations < effort->n_iterations_max) {
        int has_moved;

        status = descend(minimum, &has_moved, &problem, &saved, err);
        minimum->has_converged = !has_moved;
        minimum->n_iterations++;
    }
    if (status == ATW_OK && covariance)
        status = find_covariance(covariance, &problem, err);
    release(&problem, &saved);
    return status;
}
