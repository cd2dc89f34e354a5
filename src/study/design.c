/* The table of designs, and what they have in common: limits and memory. Those
 * that need no random numbers are here too. */
#include "study/design.h"

#include <stdlib.h>
#include <string.h>

const struct atw_design *const atw_designs[] = {&atw_design_grid,
                                                &atw_design_one_at_a_time,
                                                &atw_design_random,
                                                &atw_design_latin_hypercube,
                                                &atw_design_sobol,
                                                &atw_design_morris,
                                                &atw_design_saltelli,
                                                &atw_design_bootstrap,
                                                NULL};

const struct atw_design *atw_design_find(const char *name)
{
    for (size_t i = 0; atw_designs[i]; i++)
        if (strcmp(atw_designs[i]->name, name) == 0)
            return atw_designs[i];
    return NULL;
}

enum atw_status atw_design_count(size_t *count,
                                 const struct atw_design *design,
                                 const struct atw_design_options *options,
                                 struct atw_error *err)
{
    enum atw_status status;

    *count = 0;
    if (options->n_factors > ATW_DESIGN_FACTORS_MAX)
        return atw_error_set(err, ATW_EINVAL, "%zu factors; allowed: at most %d",
                             options->n_factors, ATW_DESIGN_FACTORS_MAX);
    status = design->check(options, err);
    if (status != ATW_OK)
        return status;
    *count = design->count(options);
    if (*count == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "design %s has more than %d points; take fewer values or a "
                             "smaller size",
                             design->name, ATW_DESIGN_POINTS_MAX);
    return ATW_OK;
}

enum atw_status atw_design_create(struct atw_points *points,
                                  const struct atw_design *design,
                                  const struct atw_design_options *options,
                                  struct atw_error *err)
{
    enum atw_status status;

    *points = (struct atw_points){.n_factors = options->n_factors};
    status = atw_design_count(&points->n_points, design, options, err);
    if (status != ATW_OK)
        return status;
    points->u = calloc(points->n_points * options->n_factors + 1, sizeof *points->u);
    if (!points->u)
        return atw_error_set(err, ATW_ENOMEM,
                             "design %s: %zu points of %zu factors: out of memory",
                             design->name, points->n_points, options->n_factors);
    status = design->fill(points, options, err);
    if (status != ATW_OK) {
        free(points->u);
        points->u = NULL;
    }
    return status;
}

/* ---- grid: every combination, the last factor fastest ---- */

static size_t count_grid(const struct atw_design_options *options)
{
    size_t count = 1;

    for (size_t i = 0; i < options->n_factors; i++) {
        if (options->n_values[i] > ATW_DESIGN_POINTS_MAX / count)
            return 0;
        count *= options->n_values[i];
    }
    return count;
}

static enum atw_status check_values(const char *name,
                                    const struct atw_design_options *options,
                                    struct atw_error *err)
{
    if (options->n_factors == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "design %s needs at least one factor; design "
                             "bootstrap repeats one scenario",
                             name);
    for (size_t i = 0; i < options->n_factors; i++)
        if (options->n_values[i] == 0)
            return atw_error_set(err, ATW_EINVAL,
                                 "design %s needs a list of values of every factor; "
                                 "factor %zu has none",
                                 name, i + 1);
    return ATW_OK;
}

static enum atw_status check_grid(const struct atw_design_options *options,
                                  struct atw_error *err)
{
    return check_values("grid", options, err);
}

/* Coordinate of value `index` of `count`. */
static double cell_centre(size_t index, size_t count)
{
    return ((double)index + 0.5) / (double)count;
}

static enum atw_status fill_grid(struct atw_points *points,
                                 const struct atw_design_options *options,
                                 struct atw_error *err)
{
    (void)err;
    for (size_t point = 0; point < points->n_points; point++) {
        size_t rest = point;

        for (size_t i = options->n_factors; i-- > 0;) {
            size_t n = options->n_values[i];

            points->u[point * points->n_factors + i] = cell_centre(rest % n, n);
            rest /= n;
        }
    }
    return ATW_OK;
}

const struct atw_design atw_design_grid = {
    .name = "grid",
    .description = "every combination of the values of the factors",
    .count = count_grid,
    .check = check_grid,
    .fill = fill_grid};

/* ---- one at a time: all first values, then each other value by itself ---- */

static size_t count_one_at_a_time(const struct atw_design_options *options)
{
    size_t count = 1;

    for (size_t i = 0; i < options->n_factors; i++)
        count += options->n_values[i] - 1;
    return count <= ATW_DESIGN_POINTS_MAX ? count : 0;
}

static enum atw_status check_one_at_a_time(const struct atw_design_options *options,
                                           struct atw_error *err)
{
    return check_values("one-at-a-time", options, err);
}

static enum atw_status fill_one_at_a_time(struct atw_points *points,
                                          const struct atw_design_options *options,
                                          struct atw_error *err)
{
    size_t n = points->n_factors, row = 1;

    (void)err;
    for (size_t point = 0; point < points->n_points; point++)
        for (size_t i = 0; i < n; i++)
            points->u[point * n + i] = cell_centre(0, options->n_values[i]);
    for (size_t i = 0; i < n; i++)
        for (size_t value = 1; value < options->n_values[i]; value++)
            points->u[row++ * n + i] = cell_centre(value, options->n_values[i]);
    return ATW_OK;
}

const struct atw_design atw_design_one_at_a_time = {
    .name = "one-at-a-time",
    .description = "the first values of all factors, then every other value by itself",
    .count = count_one_at_a_time,
    .check = check_one_at_a_time,
    .fill = fill_one_at_a_time};

/* ---- bootstrap: the scenario itself, again and again ---- */

static size_t count_one(const struct atw_design_options *options)
{
    (void)options;
    return 1;
}

static enum atw_status check_bootstrap(const struct atw_design_options *options,
                                       struct atw_error *err)
{
    if (options->n_factors > 0)
        return atw_error_set(
            err, ATW_EINVAL,
            "design bootstrap repeats one scenario and takes no factors; "
            "%zu given",
            options->n_factors);
    return ATW_OK;
}

static enum atw_status fill_nothing(struct atw_points *points,
                                    const struct atw_design_options *options,
                                    struct atw_error *err)
{
    (void)points;
    (void)options;
    (void)err;
    return ATW_OK;
}

const struct atw_design atw_design_bootstrap = {
    .name = "bootstrap",
    .description = "one scenario simulated again and again: a parametric bootstrap",
    .count = count_one,
    .check = check_bootstrap,
    .fill = fill_nothing};
