/* The heating steps of each particle as a table. */
#include "report/page.h"

#include <math.h>

#include "report/html.h"

static void put_celsius(
    FILE *page, const json_t *particle, const char *key, size_t step, int decimals)
{
    fputs("<td class=\"n\">", page);
    atw_html_fixed(page, atw_report_element(particle, key, step) - 273.15, decimals);
    fputs("</td>", page);
}

static void put_degree(
    FILE *page, const json_t *particle, const char *key, const char *std_key, size_t step)
{
    double std = std_key ? atw_report_element(particle, std_key, step) : NAN;

    fputs("<td class=\"n\">", page);
    atw_html_uncertain(page, atw_report_element(particle, key, step), std,
                       (int)fmax(3, atw_html_decimals(std, 3)));
    fputs("</td>", page);
}

static void put_diffusivity(
    FILE *page, const json_t *particle, const char *key, const char *std_key, size_t step)
{
    fputs("<td class=\"n\">", page);
    atw_html_scientific(page, atw_report_element(particle, key, step),
                        std_key ? atw_report_element(particle, std_key, step) : NAN);
    fputs("</td>", page);
}

static void put_step(FILE *page, const json_t *particle, size_t step, int has_truth)
{
    fprintf(page, "<td class=\"n\">%zu</td>", step + 1);
    put_celsius(page, particle, "nominal_K", step, 1);
    if (has_truth)
        put_celsius(page, particle, "true_K", step, 2);
    put_degree(page, particle, "alloying_degree", "alloying_degree_std", step);
    if (has_truth)
        put_degree(page, particle, "alloying_degree_true", NULL, step);
    put_diffusivity(page, particle, "D_m2_per_s", "D_std_m2_per_s", step);
    if (has_truth)
        put_diffusivity(page, particle, "D_true_m2_per_s", NULL, step);
}

/* One body of rows per particle, its name beside them all. */
static void put_particle(FILE *page, const json_t *particle, int has_truth)
{
    size_t n_steps = json_array_size(json_object_get(particle, "nominal_K"));
    const char *window = atw_report_text(particle, "window");

    if (n_steps == 0)
        return;
    fprintf(page, "<tbody>\n<tr><th class=\"side\" rowspan=\"%zu\">", n_steps);
    atw_html_text(page, atw_report_text(particle, "name"));
    if (*window) {
        fputs("<br /><small>", page);
        atw_html_text(page, window);
        fputs("</small>", page);
    }
    fputs("</th>", page);
    for (size_t step = 0; step < n_steps; step++) {
        fputs(step ? "<tr>" : "", page);
        put_step(page, particle, step, has_truth);
        fputs("</tr>\n", page);
    }
    fputs("</tbody>\n", page);
}

/* What a particle's unheated tomogram said against the stated instrument, if it did. */
static void put_instrument(FILE *page, const json_t *particle)
{
    const json_t *found = json_object_get(particle, "instrument_found");
    double gain = json_number_value(json_object_get(found, "gain"));
    const json_t *path = json_object_get(found, "mean_free_path_nm");
    const char *name = json_string_value(json_object_get(particle, "name"));

    if (!json_is_object(found) || (!json_is_number(path) && gain == 1.0))
        return;
    fputs("<p class=\"note\">", page);
    atw_html_text(page, name ? name : "?");
    fputs(": before heating the tomogram asks for another instrument than was stated",
          page);
    if (json_is_number(path))
        fprintf(page, ", a mean free path of %.0f nm in the core",
                json_number_value(path));
    if (gain != 1.0)
        fprintf(page, ", %+.1f %% of brightness", 100.0 * (gain - 1.0));
    fputs("; joint and bayes use that.</p>\n", page);
}

void atw_report_put_steps(FILE *page, const struct atw_report_run *run)
{
    const json_t *particles = json_object_get(run->result, "particles"), *particle;
    int has_truth = run->has_truth;
    size_t i;

    if (json_array_size(particles) == 0)
        return;
    fputs("<h2>Heating steps</h2>\n<div class=\"wide\"><table id=\"steps\">\n<thead><tr>"
          "<th>Particle</th><th class=\"n\">Step</th>"
          "<th class=\"n\">Set point<br />(\302\260C)</th>",
          page);
    fputs(has_truth ? "<th class=\"n\">True temperature<br />(\302\260C)</th>" : "",
          page);
    fputs("<th class=\"n\">Degree of<br />alloying (1)</th>", page);
    fputs(has_truth ? "<th class=\"n\">True degree<br />(1)</th>" : "", page);
    fputs("<th class=\"n\">D<br />(m\302\262/s)</th>", page);
    fputs(has_truth ? "<th class=\"n\">True D<br />(m\302\262/s)</th>" : "", page);
    fputs("</tr></thead>\n", page);
    json_array_foreach(particles, i, particle)
    {
        put_particle(page, particle, has_truth);
    }
    fputs("</table></div>\n<p class=\"note\">Values after each step; D: diffusion "
          "coefficient "
          "during the step; \302\261: one standard deviation; \342\200\223: not "
          "determined.</p>\n",
          page);
    json_array_foreach(particles, i, particle)
    {
        put_instrument(page, particle);
    }
}
