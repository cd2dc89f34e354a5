/* plan, of a scenario: options, table, JSON and the scenario to run. */
#include "cli/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli/values.h"
#include "core/constants.h"
#include "io/json_file.h"
#include "io/output.h"
#include "io/scenario_schema.h"

enum { OVERRIDES_MORE = 6, TEXT_SIZE = 64 + 64 * ATW_PROGRAM_STEPS_MAX };

/* ---- options ---- */

static enum atw_status read_positive(double *value,
                                     const char *option,
                                     const char *text,
                                     const char *unit,
                                     struct atw_error *err)
{
    enum atw_status status;

    *value = NAN;
    if (!text)
        return ATW_OK;
    status = unit ? atw_option_quantity(value, option, text, unit, err)
                  : atw_option_number(value, option, text, err);
    if (status == ATW_OK && !(*value > 0.0))
        return atw_error_set(err, ATW_EUSAGE, "%s must be positive", option);
    return status;
}

static enum atw_status
read_temperature(double *T_K, const char *option, const char *text, struct atw_error *err)
{
    *T_K = NAN;
    return text ? atw_option_temperature(T_K, option, text, err) : ATW_OK;
}

static enum atw_status
read_tilts(struct atw_plan_tilts *tilts, const char *text, struct atw_error *err)
{
    double *tilt_rad = NULL;
    size_t count;
    enum atw_status status = atw_option_tilts(&tilt_rad, &count, text, err);

    if (status == ATW_OK && count < 2)
        status =
            atw_error_set(err, ATW_EUSAGE, "--tilts %s: one tilt is no series", text);
    if (status == ATW_OK)
        *tilts = (struct atw_plan_tilts){.first_rad = tilt_rad[0],
                                         .last_rad = tilt_rad[count - 1],
                                         .step_rad = tilt_rad[1] - tilt_rad[0]};
    free(tilt_rad);
    return status;
}

static enum atw_status read_options(struct atw_plan_arguments *arguments,
                                    struct atw_error *err)
{
    struct atw_plan_options *options = &arguments->options;
    enum atw_status status =
        read_positive(&options->time_s, "--max-time", arguments->max_time, "s", err);

    if (status == ATW_OK)
        status = read_positive(&options->shortest_s, "--min-dwell", arguments->min_dwell,
                               "s", err);
    if (status == ATW_OK)
        status =
            read_positive(&options->dose, "--max-dose", arguments->max_dose, NULL, err);
    if (status == ATW_OK)
        status = read_temperature(&options->hottest_K, "--max-temperature",
                                  arguments->max_temperature, err);
    if (status == ATW_OK)
        status = read_temperature(&options->coldest_K, "--min-temperature",
                                  arguments->min_temperature, err);
    for (size_t i = 0; i < options->n_tilts && status == ATW_OK; i++)
        status = read_tilts(&options->tilts[i], arguments->tilts[i], err);
    return status;
}

/* ---- JSON ---- */

static json_t *steps_json(const struct atw_program *program)
{
    json_t *steps = json_array();

    for (size_t k = 0; k < program->n_steps; k++)
        json_array_append_new(steps,
                              json_pack("{s:o, s:o}", "set_point_K",
                                        atw_json_number(program->set_point_K[k]),
                                        "dwell_s", atw_json_number(program->dwell_s[k])));
    return steps;
}

static json_t *particles_json(const struct atw_precision *precision,
                              const struct atw_scenario *scenario)
{
    json_t *particles = json_array();

    for (size_t p = 0; p < scenario->n_particles; p++)
        if (p != scenario->reference)
            json_array_append_new(
                particles,
                json_pack("{s:s, s:o}", "particle", scenario->particle[p].name,
                          "delta_T_std_K", atw_json_number(precision->delta_T_std_K[p])));
    return particles;
}

/* New reference; null for a row that is none. */
static json_t *row_json(const struct atw_plan_row *row,
                        const struct atw_scenario *scenario)
{
    json_t *share = json_array();
    double total = 0.0;

    if (!row->exists) {
        json_decref(share);
        return json_null();
    }
    for (size_t k = 0; k <= row->program.n_steps; k++)
        total += row->program.dose[k];
    for (size_t k = 0; k <= row->program.n_steps; k++)
        json_array_append_new(share, atw_json_number(row->program.dose[k] / total));
    return json_pack("{s:o, s:{s:o, s:o, s:o, s:I}, s:o, s:o, s:o, s:o, s:o, s:o}",
                     "steps", steps_json(&row->program), "tilts", "first_deg",
                     atw_json_number(row->tilts.first_rad / ATW_DEGREE_RAD), "last_deg",
                     atw_json_number(row->tilts.last_rad / ATW_DEGREE_RAD), "step_deg",
                     atw_json_number(row->tilts.step_rad / ATW_DEGREE_RAD), "views",
                     (json_int_t)row->tilts.n_views, "peak_counts",
                     atw_json_number(row->counts), "dose_share", share, "delta_T_std_K",
                     atw_json_number(row->precision.merit_K), "particles",
                     particles_json(&row->precision, scenario), "Q_std_J_per_mol",
                     atw_json_number(row->precision.Q_std_J_per_mol), "ln_D_std",
                     atw_json_number(row->precision.ln_D_std));
}

static const char *objective_name(const struct atw_plan *plan)
{
    return plan->options.objective == ATW_PLAN_PHOTONS ? "photons" : "degrees";
}

static json_t *plan_json(const struct atw_plan *plan, const struct atw_scenario *scenario)
{
    const struct atw_plan_options *options = &plan->options;
    json_t *with_steps = json_array();

    for (size_t n = 2; n <= options->n_steps_max; n++)
        if (plan->with_steps[n].exists)
            json_array_append_new(with_steps, row_json(&plan->with_steps[n], scenario));
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:{s:o, s:o, s:o, s:o, s:o}, s:o, s:o, s:o, s:o, s:o}",
        "schema", "alloytwin-heating-plan/1", "scenario", scenario->name, "objective",
        objective_name(plan), "delta_T_model",
        atw_delta_T_model_name(options->delta_T_model), "limits", "time_s",
        atw_json_number(options->time_s), "dose", atw_json_number(options->dose),
        "hottest_K", atw_json_number(options->hottest_K), "coldest_K",
        atw_json_number(options->coldest_K), "shortest_s",
        atw_json_number(options->shortest_s), "plan", row_json(&plan->best, scenario),
        "with_steps", with_steps, "dose_divided", row_json(&plan->split, scenario),
        "of_scenario", row_json(&plan->scenario, scenario), "published",
        row_json(&plan->published, scenario));
}

/* ---- table ---- */

static void print_row(const char *name, const struct atw_plan_row *row)
{
    double time_s = 0.0;

    if (!row->exists)
        return;
    for (size_t k = 0; k < row->program.n_steps; k++)
        time_s += row->program.dwell_s[k];
    printf("%-14s %5zu  %8.0f  %9.3g  %9.3g  ", name, row->program.n_steps, time_s,
           row->precision.merit_K, row->precision.Q_std_J_per_mol * 1e-3);
    for (size_t k = 0; k < row->program.n_steps; k++)
        printf("%s%.0f degC %.0f s", k > 0 ? ", " : "",
               row->program.set_point_K[k] - 273.15, row->program.dwell_s[k]);
    putchar('\n');
}

static void print_plan(const struct atw_plan *plan)
{
    const struct atw_plan_options *options = &plan->options;
    const struct atw_plan_row *best = &plan->best, *split = &plan->split;
    double total = 0.0;

    printf("within %.0f s, %.0f to %.0f degC, %.3g counts of the brightest pixel in all "
           "views of a particle; from %s\n\n",
           options->time_s, options->coldest_K - 273.15, options->hottest_K - 273.15,
           options->dose,
           options->objective == ATW_PLAN_PHOTONS ? "all photons"
                                                  : "the degrees of alloying");
    printf("%-14s steps  time (s)  s(dT) (K)  s(Q) (kJ/mol)\n", "");
    for (size_t n = 2; n <= options->n_steps_max; n++) {
        char name[24];

        snprintf(name, sizeof name, "best of %zu", n);
        print_row(name, &plan->with_steps[n]);
    }
    print_row("plan", best);
    print_row("scenario", &plan->scenario);
    print_row("published", &plan->published);
    printf("\ntilts %.4g:%.4g:%.4g, %zu views of %.4g counts\n",
           best->tilts.first_rad / ATW_DEGREE_RAD, best->tilts.last_rad / ATW_DEGREE_RAD,
           best->tilts.step_rad / ATW_DEGREE_RAD, best->tilts.n_views, best->counts);
    for (size_t k = 0; k <= split->program.n_steps; k++)
        total += split->program.dose[k];
    printf("with the dose divided as");
    for (size_t k = 0; k <= split->program.n_steps; k++)
        printf(" %.0f", 100.0 * split->program.dose[k] / total);
    printf(" %% (before heating, after each step): %.3g K\n", split->precision.merit_K);
}

/* ---- the scenario to run ---- */

static void put_steps(char text[TEXT_SIZE], const struct atw_program *program)
{
    size_t used = (size_t)snprintf(text, TEXT_SIZE, "heating.steps=[");

    for (size_t k = 0; k < program->n_steps; k++)
        used += (size_t)snprintf(
            text + used, TEXT_SIZE - used, "%s{set_point: %.2f degC, dwell: %.0f s}",
            k > 0 ? ", " : "", program->set_point_K[k] - 273.15, program->dwell_s[k]);
    snprintf(text + used, TEXT_SIZE - used, "]");
}

/* The file once more, with what the plan changes. */
static enum atw_status load_planned(struct atw_config **config,
                                    const struct atw_plan_arguments *arguments,
                                    const struct atw_plan_row *row,
                                    const struct atw_scenario *scenario,
                                    struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    const char *overrides[ATW_OVERRIDES_MAX + OVERRIDES_MORE];
    char steps[TEXT_SIZE], name[160], dose[80], tilt[3][64];
    size_t n = common->n_overrides;
    int is_peak = scenario->imaging.calibration == ATW_CALIBRATION_PEAK;
    double now =
        is_peak ? scenario->imaging.peak_counts : scenario->imaging.electrons_per_pixel;

    memcpy(overrides, common->overrides, n * sizeof *overrides);
    put_steps(steps, &row->program);
    snprintf(name, sizeof name, "name=%.120s-plan", scenario->name);
    if (is_peak)
        snprintf(dose, sizeof dose, "microscope.peak_counts=%.6g", row->counts);
    else
        snprintf(dose, sizeof dose, "microscope.dwell=%.6g s",
                 atw_config_number(scenario->config, "microscope.dwell") * row->counts /
                     now);
    snprintf(tilt[0], sizeof tilt[0], "microscope.tilt.first=%.10g deg",
             row->tilts.first_rad / ATW_DEGREE_RAD);
    snprintf(tilt[1], sizeof tilt[1], "microscope.tilt.last=%.10g deg",
             row->tilts.last_rad / ATW_DEGREE_RAD);
    snprintf(tilt[2], sizeof tilt[2], "microscope.tilt.step=%.10g deg",
             row->tilts.step_rad / ATW_DEGREE_RAD);
    overrides[n++] = steps;
    overrides[n++] = name;
    overrides[n++] = dose;
    for (size_t i = 0; i < 3; i++)
        overrides[n++] = tilt[i];
    return atw_config_load(config, &atw_scenario_schema, arguments->input, overrides, n,
                           err);
}

static enum atw_status write_scenario(const struct atw_plan_arguments *arguments,
                                      const struct atw_plan *plan,
                                      const struct atw_scenario *scenario,
                                      struct atw_error *err)
{
    struct atw_config *config = NULL;
    struct atw_output *output = NULL;
    enum atw_status status = load_planned(&config, arguments, &plan->best, scenario, err);

    if (status == ATW_OK)
        status = atw_output_begin(&output, arguments->common.output,
                                  arguments->common.force, err);
    if (status == ATW_OK) {
        fprintf(atw_output_stream(output),
                "# Planned by `alloytwin plan` for %s, from %s: standard deviation of dT "
                "%.3g K, of Q %.3g kJ/mol.\n",
                scenario->name, objective_name(plan), plan->best.precision.merit_K,
                plan->best.precision.Q_std_J_per_mol * 1e-3);
        atw_config_write(config, atw_output_stream(output), ATW_CONFIG_PLAIN);
        status = atw_output_commit(&output, err);
    }
    atw_config_destroy(config);
    return status;
}

static enum atw_status publish(const struct atw_plan_arguments *arguments,
                               const struct atw_plan *plan,
                               const struct atw_scenario *scenario,
                               struct atw_error *err)
{
    json_t *json;
    enum atw_status status = ATW_OK;

    if (arguments->common.output)
        status = write_scenario(arguments, plan, scenario, err);
    if (status != ATW_OK || !arguments->common.json) {
        if (status == ATW_OK)
            print_plan(plan);
        return status;
    }
    json = plan_json(plan, scenario);
    if (!json)
        return atw_error_set(err, ATW_ENOMEM, "plan: out of memory");
    json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    printf("\n");
    json_decref(json);
    return ATW_OK;
}

enum atw_status atw_plan_scenario(struct atw_plan_arguments *arguments,
                                  struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_config *config = NULL;
    struct atw_scenario *scenario = NULL;
    struct atw_plan *plan = NULL;
    enum atw_status status = read_options(arguments, err);

    if (status == ATW_OK)
        status = atw_config_load(&config, &atw_scenario_schema, arguments->input,
                                 common->overrides, common->n_overrides, err);
    if (status == ATW_OK)
        status = atw_scenario_create(&scenario, config, err);
    if (status == ATW_OK)
        status = atw_plan_create(&plan, scenario, &arguments->options, err);
    if (status == ATW_EINVAL) /* limits that contradict each other */
        status = ATW_EUSAGE;
    if (status == ATW_OK)
        status = publish(arguments, plan, scenario, err);
    atw_plan_destroy(plan);
    atw_scenario_destroy(scenario);
    atw_config_destroy(config);
    return status;
}
