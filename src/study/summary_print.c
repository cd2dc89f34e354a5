/* The statistics of a study as tables: for people, and for CSV. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "study/summary.h"

static double number(const json_t *json, const char *key)
{
    const json_t *value = json_object_get(json, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

static const char *text(const json_t *json, const char *key)
{
    const char *value = json_string_value(json_object_get(json, key));

    return value ? value : "";
}

static void put_number(FILE *stream, int width, double value)
{
    if (isnan(value))
        fprintf(stream, " %*s", width, "-");
    else
        fprintf(stream, " %*.4g", width, value);
}

static void put_measure(FILE *stream, const json_t *measure)
{
    double mcse = number(measure, "mcse");
    char error[24] = "-";

    put_number(stream, 10, number(measure, "value"));
    if (!isnan(mcse))
        snprintf(error, sizeof error, "%.2g", mcse);
    fprintf(stream, " +- %-8s", error);
}

/* With Wilson's interval: the standard error of 8 of 8 is zero, which says nothing. */
static void put_proportion(FILE *stream, const json_t *estimate, const char *name)
{
    const json_t *measure = json_object_get(estimate, name);
    const json_t *interval = json_object_get(measure, "wilson_95");

    put_number(stream, 10, number(measure, "value"));
    if (!isnan(number(measure, "value")))
        fprintf(stream, " [%.2f, %.2f]", json_number_value(json_array_get(interval, 0)),
                json_number_value(json_array_get(interval, 1)));
}

static void print_estimates(const json_t *estimates, FILE *stream)
{
    const json_t *estimate;
    size_t i;

    json_array_foreach(estimates, i, estimate)
    {
        if (i == 0)
            fprintf(stream,
                    "  %-30s %-12s %5s %5s %10s %10s    %-8s %10s    %-8s %10s    "
                    "%-8s %10s    %-8s %10s\n",
                    "estimator", "quantity", "n", "fail", "truth", "bias", "mcse",
                    "emp. SE", "mcse", "model SE", "mcse", "RMSE", "mcse", "cover 95%");
        fprintf(stream, "  %-30s %-12s %5.0f %5.0f", text(estimate, "estimator"),
                text(estimate, "quantity"), number(estimate, "n"),
                number(estimate, "failures"));
        put_number(stream, 10, number(estimate, "truth"));
        put_measure(stream, json_object_get(estimate, "bias"));
        put_measure(stream, json_object_get(estimate, "empirical_se"));
        put_measure(stream, json_object_get(estimate, "model_se"));
        put_measure(stream, json_object_get(estimate, "rmse"));
        put_proportion(stream, estimate, "coverage");
        fputc('\n', stream);
    }
}

static void print_point(const json_t *point, FILE *stream)
{
    const json_t *factor;
    const char *key;

    fprintf(stream, "\npoint %.0f: %.0f done, %.0f failed, %.0f missing\n",
            number(point, "point"), number(point, "done"), number(point, "failed"),
            number(point, "missing"));
    json_object_foreach((json_t *)json_object_get(point, "factors"), key, factor)
        fprintf(stream, "  %s = %s\n", key, json_string_value(factor));
    print_estimates(json_object_get(point, "estimates"), stream);
}

static void print_index(const json_t *factor, const char *name, FILE *stream)
{
    const json_t *index = json_object_get(factor, name);
    const json_t *interval = json_object_get(index, "interval_95");

    if (!index)
        return;
    put_number(stream, 10, number(index, "value"));
    fprintf(stream, " [%.3g, %.3g]%s ", json_number_value(json_array_get(interval, 0)),
            json_number_value(json_array_get(interval, 1)),
            json_is_true(json_object_get(index, "zero_within_noise"))
                ? " zero within noise"
                : "");
}

static void print_sensitivity(const json_t *sensitivity, FILE *stream)
{
    const json_t *factor;
    size_t i;
    int is_sobol = strcmp(text(sensitivity, "method"), "sobol") == 0;

    fprintf(stream, "\n%s, %s: %s of %.0f blocks (%.0f with gaps left out)\n",
            text(sensitivity, "estimator"), text(sensitivity, "quantity"),
            is_sobol ? "Sobol' indices, first and total order,"
                     : "elementary effects, mu* and sigma,",
            number(sensitivity, "blocks_used"),
            number(sensitivity, "blocks") - number(sensitivity, "blocks_used"));
    json_array_foreach(json_object_get(sensitivity, "factors"), i, factor)
    {
        fprintf(stream, "  %-32s", text(factor, "key"));
        print_index(factor, "first", stream);
        print_index(factor, "total", stream);
        print_index(factor, "mu_star", stream);
        if (!is_sobol)
            put_number(stream, 10, number(factor, "sigma"));
        fputc('\n', stream);
    }
}

static void print_difference(const json_t *difference, FILE *stream)
{
    fprintf(stream, "    %-30s %-12s", text(difference, "estimator"),
            text(difference, "quantity"));
    put_measure(stream, difference);
    fprintf(stream, " (%.0f pairs)\n", number(difference, "pairs"));
}

/* Point by point, with the factors that are not those of point 0. */
static void print_differences(const json_t *json, FILE *stream)
{
    const json_t *points = json_object_get(json, "points"), *point, *factor, *row;
    const json_t *differences = json_object_get(json, "differences");
    const json_t *first = json_object_get(json_array_get(points, 0), "factors");
    const char *key;
    size_t p, i;

    if (json_array_size(differences) == 0)
        return;
    fputs("\nerror at a point minus error at point 0, common random numbers\n", stream);
    json_array_foreach(points, p, point)
    {
        if (p == 0)
            continue;
        fprintf(stream, "  point %zu:", p);
        json_object_foreach(json_object_get(point, "factors"), key,
                            factor) if (!json_equal(factor, json_object_get(first, key)))
            fprintf(stream, " %s = %s", key, json_string_value(factor));
        fputc('\n', stream);
        json_array_foreach(differences, i, row) if (number(row, "point") == (double)p)
            print_difference(row, stream);
    }
}

/* "5 % to 10 %  12  ############" for every bin of a histogram. */
static void print_calibration(const json_t *calibration, FILE *stream)
{
    const json_t *histogram = json_object_get(calibration, "histogram"), *count;
    double n = number(calibration, "n"), n_bins = (double)json_array_size(histogram);
    size_t i;

    fprintf(stream, "\n%s, %s: ranks of the truth among posterior draws, %.0f items",
            text(calibration, "estimator"), text(calibration, "quantity"), n);
    if (!isnan(number(calibration, "p_value")))
        fprintf(
            stream, "; chi^2 %.1f of %.0f, p = %.3g", number(calibration, "chi_square"),
            number(calibration, "degrees_of_freedom"), number(calibration, "p_value"));
    if (n_bins < 2.0) {
        fputs(", too few for a histogram\n", stream);
        return;
    }
    fputc('\n', stream);
    json_array_foreach(histogram, i, count)
    {
        double value = json_number_value(count);

        fprintf(stream, "  %3.0f %% to %3.0f %% %6.0f  ", 100.0 * (double)i / n_bins,
                100.0 * (double)(i + 1) / n_bins, value);
        for (double mark = 0.5; mark < 30.0 * value * n_bins / n / 2.0; mark += 1.0)
            fputc('#', stream);
        fputc('\n', stream);
    }
}

static void print_criterion(const json_t *criterion, FILE *stream)
{
    const json_t *worst = json_object_get(criterion, "worst");

    fprintf(stream, "%s: %s of %s of %s",
            json_is_true(json_object_get(criterion, "met")) ? "met" : "NOT MET",
            text(criterion, "measure"), text(criterion, "quantity"),
            *text(criterion, "estimator") ? text(criterion, "estimator")
                                          : "every estimator");
    if (!isnan(number(criterion, "at_most")))
        fprintf(stream, ", at most %g", number(criterion, "at_most"));
    if (!isnan(number(criterion, "at_least")))
        fprintf(stream, ", at least %g", number(criterion, "at_least"));
    if (number(criterion, "judged") > 0.0)
        fprintf(stream, "; worst at point %.0f: %s %.4g +- %.2g\n",
                number(worst, "point"), text(worst, "estimator"), number(worst, "value"),
                number(worst, "mcse"));
    else
        fputs("; there is no such estimator or quantity\n", stream);
}

void atw_summary_print(const json_t *json, FILE *stream)
{
    const json_t *items = json_object_get(json, "items"), *row;
    const json_t *points = json_object_get(json, "points");
    const json_t *sensitivities = json_object_get(json, "sensitivity");
    const json_t *overall = json_object_get(json, "overall");
    double n_points = number(json, "n_points");
    size_t i;

    fprintf(stream,
            "%s: design %s, %.0f points; %.0f items done, %.0f failed, %.0f "
            "missing\n",
            text(json, "study"), text(json, "design"), n_points, number(items, "done"),
            number(items, "failed"), number(items, "missing"));
    /* Samples and sensitivity designs have points without a meaning of their own. */
    if (json_array_size(overall) > 0) {
        fputs("\nall points together (-o FILE.csv or --json has each)\n", stream);
        print_estimates(overall, stream);
    } else if (json_array_size(sensitivities) == 0) {
        json_array_foreach(points, i, row) if (i < ATW_SUMMARY_POINTS_SHOWN)
            print_point(row, stream);
        if (n_points > ATW_SUMMARY_POINTS_SHOWN)
            fprintf(stream, "\n(%.0f more points: -o FILE.csv or --json has all)\n",
                    n_points - ATW_SUMMARY_POINTS_SHOWN);
    }
    json_array_foreach(sensitivities, i, row) print_sensitivity(row, stream);
    print_differences(json, stream);
    json_array_foreach(json_object_get(json, "calibration"), i, row)
        print_calibration(row, stream);
    if (i > 0 && strcmp(text(json, "outcome"), "posterior") != 0)
        fputs("(uniform where truths are drawn from the priors; others need not be)\n",
              stream);
    json_array_foreach(json_object_get(json, "criteria"), i, row)
    {
        if (i == 0)
            fputc('\n', stream);
        print_criterion(row, stream);
    }
}

/* ---- CSV ---- */

static const char *const columns[] = {"point",
                                      "factors",
                                      "estimator",
                                      "quantity",
                                      "n",
                                      "failures",
                                      "truth",
                                      "mean",
                                      "mean_mcse",
                                      "bias",
                                      "bias_mcse",
                                      "empirical_se",
                                      "empirical_se_mcse",
                                      "model_se",
                                      "model_se_mcse",
                                      "model_se_excess",
                                      "model_se_excess_mcse",
                                      "rmse",
                                      "rmse_mcse",
                                      "coverage",
                                      "coverage_mcse",
                                      "coverage_wilson_low",
                                      "coverage_wilson_high",
                                      "bias_eliminated_coverage",
                                      "bias_eliminated_coverage_mcse",
                                      "width",
                                      "width_mcse",
                                      "power",
                                      "power_mcse",
                                      "detection_limit",
                                      "detection_limit_mcse",
                                      "convergence",
                                      "convergence_mcse"};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

/* "key=value; key=value"; free() it. */
static char *factors_text(const struct atw_summary *summary, size_t point)
{
    char *joined = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&joined, &size);

    for (size_t i = 0; stream && i < summary->n_factors; i++) {
        char *key, *value;

        if (atw_ledger_factor(&key, &value, summary->ledger, point, i, NULL) == ATW_OK)
            fprintf(stream, "%s%s=%s", i ? "; " : "", key, value);
        free(key);
        free(value);
    }
    return stream && fclose(stream) == 0 ? joined : NULL;
}

static enum atw_status append_row(struct atw_table *table,
                                  const struct atw_summary *summary,
                                  size_t point,
                                  size_t group,
                                  const char *factors,
                                  struct atw_error *err)
{
    struct atw_performance p;
    enum atw_status status = atw_summary_performance(&p, summary, group, point, err);
    const double numbers[] = {p.mean.value,
                              p.mean.mcse,
                              p.bias.value,
                              p.bias.mcse,
                              p.empirical_se.value,
                              p.empirical_se.mcse,
                              p.model_se.value,
                              p.model_se.mcse,
                              p.model_se_excess.value,
                              p.model_se_excess.mcse,
                              p.rmse.value,
                              p.rmse.mcse,
                              p.coverage.value,
                              p.coverage.mcse,
                              p.coverage.wilson_95[0],
                              p.coverage.wilson_95[1],
                              p.bias_eliminated_coverage.value,
                              p.bias_eliminated_coverage.mcse,
                              p.width.value,
                              p.width.mcse,
                              p.power.value,
                              p.power.mcse,
                              p.detection_limit.value,
                              p.detection_limit.mcse,
                              p.convergence.value,
                              p.convergence.mcse};
    struct atw_cell cells[N_COLUMNS] = {atw_cell_number((double)point),
                                        atw_cell_text(factors),
                                        atw_cell_text(summary->group[group].estimator),
                                        atw_cell_text(summary->group[group].quantity),
                                        atw_cell_number((double)p.n),
                                        atw_cell_number((double)p.n_failures),
                                        atw_cell_number(p.truth)};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        cells[7 + i] = atw_cell_number(numbers[i]);
    return status == ATW_OK ? atw_table_append(table, cells, err) : status;
}

enum atw_status atw_summary_to_table(struct atw_table **out,
                                     const struct atw_summary *summary,
                                     struct atw_error *err)
{
    struct atw_table *table = NULL;
    enum atw_status status = atw_table_create(&table, columns, N_COLUMNS, err);

    *out = NULL;
    for (size_t point = 0; point < summary->n_points && status == ATW_OK; point++) {
        char *factors = factors_text(summary, point);

        if (!factors)
            status = atw_error_set(err, ATW_ENOMEM, "statistics: out of memory");
        for (size_t g = 0; g < summary->n_groups && status == ATW_OK; g++)
            status = append_row(table, summary, point, g, factors, err);
        free(factors);
    }
    if (status == ATW_OK)
        *out = table;
    else
        atw_table_destroy(table);
    return status;
}
