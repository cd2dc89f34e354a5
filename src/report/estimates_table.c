/* The estimates of the temperature difference: at a glance and as a table. */
#include "report/page.h"

#include <math.h>
#include <string.h>

#include "report/html.h"

/* True dT behind an estimate. result.json has one for the run, which is unambiguous for
 * two particles only; an estimate may carry its own. */
static double true_delta_T_K(const struct atw_report_run *run, const json_t *estimate)
{
    double own_K = atw_report_number(estimate, "delta_T_true_K");

    if (isfinite(own_K) || json_array_size(json_object_get(run->result, "particles")) > 2)
        return own_K;
    return atw_report_number(json_object_get(run->result, "truth"), "delta_T_K");
}

static int is_ok(const json_t *estimate)
{
    return strcmp(atw_report_text(estimate, "status"), "ok") == 0 &&
           isfinite(atw_report_number(estimate, "delta_T_K"));
}

/* The particle every estimate is reported against: the reference of the first one. */
static const json_t *reference_particle(const json_t *result)
{
    const json_t *particles = json_object_get(result, "particles"), *particle;
    const char *name = atw_report_text(
        json_array_get(json_object_get(result, "estimates"), 0), "reference");
    size_t i;

    json_array_foreach(particles, i, particle)
    {
        if (strcmp(atw_report_text(particle, "name"), name) == 0)
            return particle;
    }
    return json_array_get(particles, 0);
}

static void put_particle(FILE *page, const json_t *particle)
{
    const char *window = atw_report_text(particle, "window");

    fputs("<em>", page);
    atw_html_text(page, atw_report_text(particle, "name"));
    fputs("</em>", page);
    if (*window) {
        fputs(" (window \342\200\234", page);
        atw_html_text(page, window);
        fputs("\342\200\235)", page);
    }
}

/* Lowest and highest set point over all particles; returns the largest number of steps.
 */
static size_t set_point_range(const json_t *particles, double range_K[2])
{
    const json_t *particle, *value;
    size_t i, k, n_steps = 0;

    range_K[0] = range_K[1] = NAN;
    json_array_foreach(particles, i, particle)
    {
        const json_t *nominal = json_object_get(particle, "nominal_K");

        if (json_array_size(nominal) > n_steps)
            n_steps = json_array_size(nominal);
        json_array_foreach(nominal, k, value)
        {
            range_K[0] = fmin(range_K[0], json_number_value(value));
            range_K[1] = fmax(range_K[1], json_number_value(value));
        }
    }
    return n_steps;
}

static void put_sentence(FILE *page, const json_t *result)
{
    const json_t *particles = json_object_get(result, "particles"), *particle;
    const json_t *reference = reference_particle(result);
    const char *separator = "";
    double range_K[2];
    size_t i, n_steps = set_point_range(particles, range_K);

    fputs("<p class=\"lead\">Measured: the temperature difference \316\224T between ",
          page);
    json_array_foreach(particles, i, particle)
    {
        if (particle == reference)
            continue;
        fputs(separator, page);
        put_particle(page, particle);
        separator = ", ";
    }
    fputs(" and the reference ", page);
    put_particle(page, reference);
    fprintf(
        page,
        " on a heating chip, from how fast core-shell nanoparticles alloyed there in %zu "
        "heating step%s with set points from ",
        n_steps, n_steps == 1 ? "" : "s");
    atw_html_fixed(page, range_K[0] - 273.15, 0);
    fputs(" to ", page);
    atw_html_fixed(page, range_K[1] - 273.15, 0);
    fputs(" \302\260C; \316\224T is negative where it is colder than at the "
          "reference.</p>\n",
          page);
}

static void put_card(FILE *page,
                     const char *label,
                     const char *name,
                     double value_K,
                     double std_K,
                     int decimals)
{
    fprintf(page, "<div class=\"card\"><span class=\"label\">%s", label);
    atw_html_text(page, name);
    fputs("</span><span class=\"value\">", page);
    atw_html_uncertain(page, value_K, std_K, decimals);
    fputs(" K</span></div>\n", page);
}

static int share(const json_t *a, const json_t *b, const char *key)
{
    return strcmp(atw_report_text(a, key), atw_report_text(b, key)) == 0;
}

/* Whether this is the first good estimate of its estimator with its model of dT. */
static int leads(const json_t *estimates, size_t index)
{
    const json_t *estimate = json_array_get(estimates, index);

    for (size_t i = 0; i < index; i++) {
        const json_t *earlier = json_array_get(estimates, i);

        if (is_ok(earlier) && share(earlier, estimate, "estimator") &&
            share(earlier, estimate, "delta_T_model"))
            return 0;
    }
    return is_ok(estimate);
}

/* "paper, constant" */
static void put_estimate_card(FILE *page, const json_t *estimate)
{
    double std_K = atw_report_number(estimate, "std_K");
    char name[96];

    snprintf(name, sizeof name, "%s, %s", atw_report_text(estimate, "estimator"),
             atw_report_text(estimate, "delta_T_model"));
    put_card(page, "\316\224T, ", name, atw_report_number(estimate, "delta_T_K"), std_K,
             atw_html_decimals(std_K, 1));
}

static void put_cards(FILE *page, const struct atw_report_run *run)
{
    const json_t *estimates = json_object_get(run->result, "estimates"), *estimate;
    double truth_K =
        atw_report_number(json_object_get(run->result, "truth"), "delta_T_K");
    double bound_K =
        atw_report_number(json_object_get(run->result, "bound"), "delta_T_std_K");
    size_t i;

    fputs("<div class=\"cards\">\n", page);
    json_array_foreach(estimates, i, estimate)
    {
        if (leads(estimates, i))
            put_estimate_card(page, estimate);
    }
    if (isfinite(truth_K))
        put_card(page, "True \316\224T", "", truth_K, NAN, 2);
    if (isfinite(bound_K))
        put_card(page, "Smallest possible \317\203 (Cram\303\251r-Rao)", "", bound_K, NAN,
                 atw_html_decimals(bound_K, 2));
    fputs("</div>\n", page);
}

void atw_report_put_summary(FILE *page, const struct atw_report_run *run)
{
    fputs("<h1>Local temperature from alloying: ", page);
    atw_html_text(page, atw_report_text(run->result, "scenario"));
    fputs("</h1>\n", page);
    if (json_array_size(json_object_get(run->result, "particles")) > 0)
        put_sentence(page, run->result);
    put_cards(page, run);
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

/* Whether estimates say whose temperature they give (more than two particles). */
static int names_particles(const json_t *result)
{
    const json_t *first = json_array_get(json_object_get(result, "estimates"), 0);

    return json_object_get(first, "particle") != NULL;
}

static void
put_estimate(FILE *page, const struct atw_report_run *run, const json_t *estimate)
{
    double std_K = atw_report_number(estimate, "std_K");
    int decimals = atw_html_decimals(std_K, 1);

    fprintf(page, "<tr%s>", is_ok(estimate) ? "" : " class=\"failed\"");
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
    put_text_cell(page, atw_report_text(estimate, "status"));
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
    const json_t *estimate;
    size_t i;

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
    json_array_foreach(json_object_get(run->result, "estimates"), i, estimate)
    {
        put_estimate(page, run, estimate);
    }
    fputs("</tbody></table></div>\n<p class=\"note\">\316\224T: temperature difference "
          "to the "
          "reference particle; \317\203: its standard deviation; Q: activation energy; "
          "D<sub>0</sub>: prefactor; \342\200\234At set point\342\200\235: the particle "
          "whose temperature the fit takes to be the set point; weighting: residuals of "
          "ln D (log), of D (linear), or of the variance of "
          "composition that is left (variance); \316\224T model: the same at all set "
          "points, or proportional to their rise above the frame.</p>\n",
          page);
}
