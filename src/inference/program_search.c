/* The best heating programme: simplex searches, then a pattern search on whole numbers.
 *
 * The simplex (Nelder and Mead, GSL) moves in variables without limits,
 *
 *   T_i = coldest + (hottest - coldest) / (1 + exp(-u_i))
 *   t_i = shortest + spare exp(v_i) / (1 + sum exp(v_j)),  spare = time - n shortest
 *
 * so that every programme it tries is within the limits. */
#include "inference/precision.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_multimin.h>

/* What a programme that tells nothing counts as, in ln K: the simplex needs a number. */
#define HOPELESS 30.0
#define SIMPLEX_ITERATIONS 3000
#define SIMPLEX_SIZE 1e-4
#define CELSIUS_K 273.15
#define GAIN_LEAST 1e-9 /* of the merit, for a step of the pattern search */

struct search {
    const struct atw_precision_model *model;
    const struct atw_program_limits *limits;
    struct atw_program program; /* dose and number of steps; the rest from variables */
    enum atw_status status;     /* the first failure */
    struct atw_error *err;
};

/* ln of the merit. */
static double judge(struct search *search, const struct atw_program *program)
{
    struct atw_precision precision;
    enum atw_status status =
        atw_program_precision(&precision, search->model, program, search->err);

    if (status != ATW_OK) {
        search->status = status;
        return HOPELESS;
    }
    return isfinite(precision.merit_K) ? fmin(log(precision.merit_K), HOPELESS)
                                       : HOPELESS;
}

/* ---- simplex ---- */

typedef void (*decode_fn)(struct search *search, const gsl_vector *variables);

static void decode_program(struct search *search, const gsl_vector *variables)
{
    const struct atw_program_limits *limits = search->limits;
    struct atw_program *program = &search->program;
    size_t n = program->n_steps;
    double spare_s = limits->time_s - (double)n * limits->shortest_s, sum = 1.0;

    for (size_t k = 0; k < n; k++)
        sum += exp(gsl_vector_get(variables, n + k));
    for (size_t k = 0; k < n; k++) {
        program->set_point_K[k] =
            limits->coldest_K + (limits->hottest_K - limits->coldest_K) /
                                    (1.0 + exp(-gsl_vector_get(variables, k)));
        program->dwell_s[k] =
            limits->shortest_s + spare_s * exp(gsl_vector_get(variables, n + k)) / sum;
    }
}

/* Shares of a dose that stays what it is. */
static void decode_dose(struct search *search, const gsl_vector *variables)
{
    double sum = 0.0, total = 0.0;

    for (size_t k = 0; k <= search->program.n_steps; k++) {
        sum += exp(gsl_vector_get(variables, k));
        total += search->program.dose[k];
    }
    for (size_t k = 0; k <= search->program.n_steps; k++)
        search->program.dose[k] = total * exp(gsl_vector_get(variables, k)) / sum;
}

struct minimisation {
    struct search *search;
    decode_fn decode;
};

static double objective(const gsl_vector *variables, void *context)
{
    struct minimisation *minimisation = context;

    minimisation->decode(minimisation->search, variables);
    return judge(minimisation->search, &minimisation->search->program);
}

/* From variables to those of the minimum near them; returns its value. */
static double minimise(struct search *search, decode_fn decode, gsl_vector *variables)
{
    struct minimisation minimisation = {.search = search, .decode = decode};
    gsl_multimin_function function = {
        .f = objective, .n = variables->size, .params = &minimisation};
    gsl_multimin_fminimizer *minimizer = gsl_multimin_fminimizer_alloc(
        gsl_multimin_fminimizer_nmsimplex2, variables->size);
    gsl_vector *step = gsl_vector_alloc(variables->size);
    double value = HOPELESS;

    if (minimizer && step) {
        gsl_vector_set_all(step, 1.0);
        gsl_multimin_fminimizer_set(minimizer, &function, variables, step);
        for (size_t i = 0; i < SIMPLEX_ITERATIONS; i++)
            if (gsl_multimin_fminimizer_iterate(minimizer) != 0 ||
                gsl_multimin_fminimizer_size(minimizer) < SIMPLEX_SIZE)
                break;
        gsl_vector_memcpy(variables, gsl_multimin_fminimizer_x(minimizer));
        value = gsl_multimin_fminimizer_minimum(minimizer);
        decode(search, variables);
    } else {
        search->status = atw_error_set(search->err, ATW_ENOMEM, "plan: out of memory");
    }
    gsl_multimin_fminimizer_free(minimizer);
    gsl_vector_free(step);
    return value;
}

/* Starts: how far the set points rise, about where, and ln of dwell over slack. */
static const double start[][3] = {{4.0, 0.0, 1.0},  {4.0, 0.0, -2.0}, {0.0, 3.0, 0.0},
                                  {-4.0, 0.0, 1.0}, {2.0, 2.0, -3.0}, {2.0, -2.0, 3.0}};

static void set_start(gsl_vector *variables, size_t n_steps, const double *from)
{
    for (size_t k = 0; k < n_steps; k++) {
        double place = n_steps > 1 ? (double)k / (double)(n_steps - 1) - 0.5 : 0.0;

        gsl_vector_set(variables, k, from[1] + from[0] * place);
        gsl_vector_set(variables, n_steps + k, from[2] - log((double)n_steps));
    }
}

/* ---- whole degrees and seconds ---- */

static double celsius(double T_K)
{
    return T_K - CELSIUS_K;
}

static int is_within(const struct atw_program *program,
                     const struct atw_program_limits *limits)
{
    const double rounding = 1e-9;
    double time_s = 0.0;

    for (size_t k = 0; k < program->n_steps; k++) {
        time_s += program->dwell_s[k];
        if (program->set_point_K[k] > limits->hottest_K + rounding ||
            program->set_point_K[k] < limits->coldest_K - rounding ||
            program->dwell_s[k] < limits->shortest_s - rounding)
            return 0;
    }
    return time_s <= limits->time_s + rounding;
}

/* Set points between the whole degrees within the limits, dwells downwards. */
static void round_program(struct atw_program *program,
                          const struct atw_program_limits *limits)
{
    double low = ceil(celsius(limits->coldest_K) - 1e-9);
    double high = floor(celsius(limits->hottest_K) + 1e-9);
    double least_s = ceil(limits->shortest_s - 1e-9);

    for (size_t k = 0; k < program->n_steps; k++) {
        program->set_point_K[k] =
            CELSIUS_K + fmin(fmax(round(celsius(program->set_point_K[k])), low), high);
        program->dwell_s[k] = fmax(floor(program->dwell_s[k] + 1e-6), least_s);
    }
}

struct pattern {
    struct search *search;
    struct atw_program *program;
    double value;
};

/* Keep a change if it is allowed and better. */
static int try_change(struct pattern *pattern, const struct atw_program *changed)
{
    double value;

    if (!is_within(changed, pattern->search->limits))
        return 0;
    value = judge(pattern->search, changed);
    if (!(value < pattern->value - GAIN_LEAST))
        return 0;
    *pattern->program = *changed;
    pattern->value = value;
    return 1;
}

/* Every set point, every dwell, and time from one dwell to another, by one stride. */
static int improve(struct pattern *pattern, double stride)
{
    size_t n = pattern->program->n_steps;
    int is_better = 0;

    for (size_t k = 0; k < n; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            struct atw_program warmer = *pattern->program, longer;

            warmer.set_point_K[k] += sign * stride;
            is_better |= try_change(pattern, &warmer);
            longer = *pattern->program;
            longer.dwell_s[k] += sign * stride;
            is_better |= try_change(pattern, &longer);
        }
    for (size_t k = 0; k < n; k++)
        for (size_t other = 0; other < n; other++) {
            struct atw_program moved = *pattern->program;

            moved.dwell_s[k] += stride;
            moved.dwell_s[other] -= stride;
            if (other != k)
                is_better |= try_change(pattern, &moved);
        }
    return is_better;
}

static double polish(struct search *search, struct atw_program *program)
{
    static const double strides[] = {16.0, 4.0, 2.0, 1.0};
    struct pattern pattern = {.search = search, .program = program};

    round_program(program, search->limits);
    pattern.value =
        is_within(program, search->limits) ? judge(search, program) : HOPELESS;
    for (size_t i = 0; i < sizeof strides / sizeof *strides; i++)
        while (search->status == ATW_OK && improve(&pattern, strides[i]))
            ;
    return pattern.value;
}

/* ---- both ---- */

static enum atw_status
check(const struct atw_program_limits *limits, size_t n_steps, struct atw_error *err)
{
    if (n_steps < 1 || n_steps > ATW_PROGRAM_STEPS_MAX)
        return atw_error_set(err, ATW_EINVAL, "%zu heating steps; allowed: 1 to %d",
                             n_steps, ATW_PROGRAM_STEPS_MAX);
    if (!(limits->shortest_s > 0.0) ||
        limits->time_s < (double)n_steps * ceil(limits->shortest_s - 1e-9))
        return atw_error_set(
            err, ATW_EINVAL,
            "%zu steps of at least %g s do not fit into %g s; allow more "
            "time, fewer steps or shorter ones",
            n_steps, limits->shortest_s, limits->time_s);
    if (!(floor(celsius(limits->hottest_K) + 1e-9) >=
          ceil(celsius(limits->coldest_K) - 1e-9)))
        return atw_error_set(err, ATW_EINVAL,
                             "there is no whole degree from the coldest set point, %g "
                             "degC, to the hottest, %g degC",
                             celsius(limits->coldest_K), celsius(limits->hottest_K));
    if (!(limits->dose > 0.0))
        return atw_error_set(err, ATW_EINVAL, "a dose of %g; it must be positive",
                             limits->dose);
    return ATW_OK;
}

enum atw_status atw_program_search(struct atw_program *best,
                                   const struct atw_precision_model *model,
                                   const struct atw_program_limits *limits,
                                   size_t n_steps,
                                   struct atw_error *err)
{
    struct search search = {.model = model, .limits = limits, .err = err};
    double least = INFINITY;
    gsl_vector *variables;
    enum atw_status status = check(limits, n_steps, err);

    if (status != ATW_OK)
        return status;
    variables = gsl_vector_alloc(2 * n_steps);
    if (!variables)
        return atw_error_set(err, ATW_ENOMEM, "plan: out of memory");
    search.program.n_steps = n_steps;
    for (size_t k = 0; k <= n_steps; k++)
        search.program.dose[k] = limits->dose / (double)(n_steps + 1);
    for (size_t i = 0; i < sizeof start / sizeof *start && search.status == ATW_OK; i++) {
        struct atw_program found;
        double value;

        set_start(variables, n_steps, start[i]);
        minimise(&search, decode_program, variables);
        minimise(&search, decode_program, variables); /* a fresh simplex goes on */
        found = search.program;
        value = polish(&search, &found);
        if (value < least) {
            least = value;
            *best = found;
        }
    }
    gsl_vector_free(variables);
    return search.status;
}

enum atw_status atw_program_split_dose(struct atw_program *program,
                                       const struct atw_precision_model *model,
                                       struct atw_error *err)
{
    struct search search = {.model = model, .program = *program, .err = err};
    gsl_vector *variables = gsl_vector_calloc(program->n_steps + 1);

    if (!variables)
        return atw_error_set(err, ATW_ENOMEM, "plan: out of memory");
    minimise(&search, decode_dose, variables);
    minimise(&search, decode_dose, variables);
    if (search.status == ATW_OK)
        *program = search.program;
    gsl_vector_free(variables);
    return search.status;
}
