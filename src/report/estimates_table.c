/* The estimates of the temperature difference as a table. */
#include "report/page.h"

#include <math.h>
#include <string.h>

#include "report/html.h"

/* A longer status becomes a note below the table. */
#define STATUS_IN_TABLE 32

/* True dT behind an estimate. result.json has one for the run, which is unambiguous for
 * two particles only; an estimate may carry its own. */
static double true_delta_T_K(const struct atw_report_run *run, const json_t *estimate)
{
    double own_K = atw_report_number(estimate, "delta_T_true_K");

    if (isfinite(own_K) || json_array_size(json_object_get(run->result, "particles")) > 2)
        return own_K;
    return atw_report_number(json_object_get(run->result, "truth"), "delta_T_K");
}

static void
put_interval(FILE *page, const json_t *estimate, const char *key, int decimals)
{
    double low_K = atw_report_element(estimate, key, 0);
    double high_K = atw_report_element(estimate, key, 1);

    fputs("<td class=\"n\">", page);
    if (isfinite(low_K) || isfinite(high_K)) {
        atw_html_fixed(page, low_K, decimals);
        fputs(" \342\200\246 ", page);
        atw_html_fixed(page, high_K, decimals);
    } else {
        atw_html_fixed(page, NAN, 0);
    }
    fputs("</td>", page);
}

static int inside(const json_t *estimate, const char *key, double value_K)
{
    return value_K >= atw_report_element(estimate, key, 0) &&
           value_K <= atw_report_element(estimate, key, 1);
}

/* Error of an estimate and where the truth lies in its intervals: two cells. */
static void
put_comparison(FILE *page, const json_t *estimate, double truth_K, int decimals)
{
    const char *verdict = "\342\200\223";

    fputs("<td class=\"n\">", page);
    atw_html_fixed(page, atw_report_number(estimate, "delta_T_K") - truth_K, decimals);
    if (inside(estimate, "interval_68_K", truth_K))
        verdict = "in 68 %";
    else if (inside(estimate, "interval_95_K", truth_K))
        verdict = "in 95 %";
    else if (isfinite(truth_K) &&
             isfinite(atw_report_element(estimate, "interval_95_K", 0)))
        verdict = "outside 95 %";
    fprintf(page, "</td><td>%s</td>", verdict);
}

static void put_text_cell(FILE *page, const char *text)
{
    fputs("<td>", page);
    atw_html_text(page, text);
    fputs("</td>", page);
}

static void put_number_cell(FILE *page, double value, int decimals)
{
    fputs("<td class=\"n\">", page);
    atw_html_fixed(page, value, decimals);
    fputs("</td>", page);
}

static void put_scientific_cell(FILE *page, double value)
{
    fputs("<td class=\"n\">", page);
    atw_html_scientific(page, value, NAN);
    fputs("</td>", page);
}

/* Whether a column has to say whose temperature a row is. */
static int names_particles(const json_t *result)
{
    const json_t *first = json_array_get(json_object_get(result, "estimates"), 0);

    return json_array_size(json_object_get(result, "particles")) > 2 &&
           json_object_get(first, "particle") != NULL;
}

static int has_note(const json_t *estimate)
{
    return strlen(atw_report_text(estimate, "status")) > STATUS_IN_TABLE;
}

/* *n_notes: notes so far. */
static void put_status(FILE *page, const json_t *estimate, size_t *n_notes)
{
    if (has_note(estimate))
        fprintf(page, "<td>note %zu</td>", ++*n_notes);
    else
        put_text_cell(page, atw_report_text(estimate, "status"));
}

static void put_notes(FILE *page, const json_t *estimates)
{
    const json_t *estimate;
    size_t i, n_notes = 0;

    json_array_foreach(estimates, i, estimate)
    {
        if (!has_note(estimate))
            continue;
        fprintf(page, "<p class=\"note\">Note %zu: ", ++n_notes);
        atw_html_text(page, atw_report_text(estimate, "status"));
        fputs(".</p>\n", page);
    }
}

static void put_estimate(FILE *page,
                         const struct atw_report_run *run,
                         const json_t *estimate,
                         size_t *n_notes)
{
    double std_K = atw_report_number(estimate, "std_K");
    int decimals = atw_html_decimals(std_K, 1);

    fprintf(page, "<tr%s>", atw_report_is_ok(estimate) ? "" : " class=\"failed\"");
    put_text_cell(page, atw_report_text(estimate, "estimator"));
    if (names_particles(run->result))
        put_text_cell(page, atw_report_text(estimate, "particle"));
    put_text_cell(page, atw_report_text(estimate, "weighting"));
    put_text_cell(page, atw_report_text(estimate, "delta_T_model"));
    put_text_cell(page, atw_report_text(estimate, "reference"));
    put_number_cell(page, atw_report_number(estimate, "delta_T_K"), decimals);
    put_number_cell(page, std_K, decimals);
    put_interval(page, estimate, "interval_68_K", decimals);
    put_interval(page, estimate, "interval_95_K", decimals);
    if (run->has_truth)
        put_comparison(page, estimate, true_delta_T_K(run, estimate), decimals);
    put_number_cell(page, 1e-3 * atw_report_number(estimate, "Q_J_per_mol"), 1);
    put_scientific_cell(page, atw_report_number(estimate, "D0_m2_per_s"));
    put_status(page, estimate, n_notes);
    fputs("</tr>\n", page);
}

static void put_truth_row(FILE *page, const json_t *result)
{
    const json_t *truth = json_object_get(result, "truth");

    fprintf(page, "<tr class=\"truth\"><td>truth</td>%s<td></td><td></td><td></td>",
            names_particles(result) ? "<td></td>" : "");
    put_number_cell(page, atw_report_number(truth, "delta_T_K"), 2);
    fputs("<td></td><td></td><td></td><td></td><td></td>", page);
    put_number_cell(page, 1e-3 * atw_report_number(truth, "Q_J_per_mol"), 1);
    put_scientific_cell(page, atw_report_number(truth, "D0_m2_per_s"));
    fputs("<td></td></tr>\n", page);
}

/* Least standard deviation that any unbiased method could have. */
static void put_bound_row(FILE *page, const json_t *result)
{
    const json_t *bound = json_object_get(result, "bound");
    double std_K = atw_report_number(bound, "delta_T_std_K");

    if (!isfinite(std_K))
        return;
    fprintf(page,
            "<tr class=\"truth\"><td>bound</td><td colspan=\"%d\">least \317\203 of any "
            "unbiased method</td>",
            names_particles(result) ? 5 : 4);
    put_number_cell(page, std_K, atw_html_decimals(std_K, 2));
    fputs("<td colspan=\"7\"></td></tr>\n", page);
}

void atw_report_put_estimates(FILE *page, const struct atw_report_run *run)
{
    const json_t *estimates = json_object_get(run->result, "estimates"), *estimate;
    size_t i, n_notes = 0;

    fprintf(
        page,
        "<h2>Estimates</h2>\n<div class=\"wide\"><table id=\"estimates\">\n<thead><tr>"
        "<th>Estimator</th>%s<th>Weighting</th><th>\316\224T<br />model</th><th>At "
        "set<br />point</th>"
        "<th class=\"n\">\316\224T<br />(K)</th><th class=\"n\">\317\203<br />(K)</th>"
        "<th class=\"n\">68 %% interval<br />(K)</th>"
        "<th class=\"n\">95 %% interval<br />(K)</th>%s"
        "<th class=\"n\">Q<br />(kJ/mol)</th>"
        "<th class=\"n\">D<sub>0</sub><br />(m\302\262/s)</th><th>Status</th></tr>"
        "</thead>\n<tbody>\n",
        names_particles(run->result) ? "<th>Particle</th>" : "",
        run->has_truth
            ? "<th class=\"n\">Error<br />(K)</th><th>True \316\224T<br />is</th>"
            : "");
    if (run->has_truth) {
        put_truth_row(page, run->result);
        put_bound_row(page, run->result);
    }
    json_array_foreach(estimates, i, estimate)
    {
        put_estimate(page, run, estimate, &n_notes);
    }
    fputs(
        "</tbody></table></div>\n<p class=\"note\">\316\224T: temperature difference "
        "to the "
        "reference particle; \317\203: its standard deviation; Q: activation energy; "
        "D<sub>0</sub>: prefactor; \342\200\234At set point\342\200\235: the particle "
        "whose temperature the fit takes to be the set point; weighting: residuals of "
        "ln D (log), of ln D by the covariance of its errors (coupled, bootstrap), of D "
        "(linear), of the variance of composition that is left (variance), or of the "
        "counts (counts); \316\224T model: the same at all set "
        "points, or proportional to their rise above the frame.</p>\n",
        page);
    put_notes(page, estimates);
}
