/* The estimates of the temperature difference at a glance. */
#include "report/page.h"

#include <math.h>
#include <string.h>

#include "report/html.h"

int atw_report_is_ok(const json_t *estimate)
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

        if (atw_report_is_ok(earlier) && share(earlier, estimate, "estimator") &&
            share(earlier, estimate, "delta_T_model"))
            return 0;
    }
    return atw_report_is_ok(estimate);
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
    fputs("<h1>Local temperature from alloying", page);
    atw_report_put_name(page, run->result);
    fputs("</h1>\n", page);
    if (json_array_size(json_object_get(run->result, "particles")) > 0)
        put_sentence(page, run->result);
    put_cards(page, run);
}
