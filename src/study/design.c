/* The table of designs, and what they have in common: limits and memory. The grid and the
 * single point, which need no random numbers, are here too. */
#include "study/design.h"

#include <stdlib.h>
#include <string.h>

const struct atw_design *const atw_designs[] = {&atw_design_grid,
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

static enum atw_status check_grid(const struct atw_design_options *options,
                                  struct atw_error *err)
{
    if (options->n_factors == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "design grid needs at least one factor; design "
                             "bootstrap repeats one scenario");
    for (size_t i = 0; i < options->n_factors; i++)
        if (options->n_values[i] == 0)
            return atw_error_set(err, ATW_EINVAL,
                                 "design grid needs a list of values of every factor; "
                                 "factor %zu has none",
                                 i + 1);
    return ATW_OK;
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

            points->u[point * points->n_factors + i] =
                ((double)(rest % n) + 0.5) / (double)n;
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
