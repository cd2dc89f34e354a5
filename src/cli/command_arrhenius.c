/* arrhenius: fit ln D0, Q and dT to a table of diffusivities. */
#include "cli/commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/progress.h"
#include "inference/arrhenius.h"
#include "io/csv.h"
#include "io/json_file.h"

struct arguments {
    struct atw_common common;
    const char *data, *reference;
};

enum { KEY_REFERENCE = 0x2001 };

static const struct argp_option options[] = {
    {"reference", KEY_REFERENCE, "NAME", 0,
     "dT is against this particle (default: first)", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_REFERENCE:
        arguments->reference = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->data)
            argp_error(state, "one table at a time");
        arguments->data = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->data)
            argp_error(state, "name a CSV file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

struct data {
    struct atw_table *table;
    struct atw_diffusivity_point *points;
    size_t n_points, n_particles, reference;
    char name[ATW_ARRHENIUS_PARTICLES_MAX][64];
};

/* A name that looks like a number is still a name. */
static void cell_name(char name[64], struct atw_cell cell)
{
    if (cell.text)
        snprintf(name, 64, "%s", cell.text);
    else
        snprintf(name, 64, "%.15g", cell.number);
}

static enum atw_status find_particle(struct data *data,
                                     size_t *particle,
                                     const char *name,
                                     struct atw_error *err)
{
    for (*particle = 0; *particle < data->n_particles; (*particle)++)
        if (strcmp(data->name[*particle], name) == 0)
            return ATW_OK;
    if (data->n_particles == ATW_ARRHENIUS_PARTICLES_MAX)
        return atw_error_set(err, ATW_EINPUT, "more than %d particles",
                             ATW_ARRHENIUS_PARTICLES_MAX);
    snprintf(data->name[data->n_particles++], 64, "%s", name);
    return ATW_OK;
}

static enum atw_status find_column(size_t *column,
                                   const struct data *data,
                                   const char *name,
                                   const char *path,
                                   struct atw_error *err)
{
    *column = atw_table_find(data->table, name);
    if (*column < atw_table_column_count(data->table))
        return ATW_OK;
    return atw_error_set(
        err, ATW_EINPUT,
        "%s: no column '%s'; needed: particle, nominal_K, D_m2_per_s and, if "
        "known, std_m2_per_s (or std)",
        path, name);
}

/* Unknown is NaN; a text is not a number. */
static enum atw_status read_number(double *value,
                                   const struct data *data,
                                   size_t row,
                                   size_t column,
                                   const char *path,
                                   struct atw_error *err)
{
    struct atw_cell cell;

    *value = NAN;
    if (column == atw_table_column_count(data->table))
        return ATW_OK;
    cell = atw_table_cell(data->table, row, column);
    if (cell.text)
        return atw_error_set(
            err, ATW_EINPUT, "%s: data row %zu: '%s' in column '%s' is not a number",
            path, row + 1, cell.text, atw_table_column_name(data->table, column));
    *value = cell.number;
    return ATW_OK;
}

/* Column of standard deviations, also under the names a run's table uses; the number of
 * columns if there is none. */
static size_t find_deviation(const struct data *data)
{
    static const char *const names[] = {"std", "std_m2_per_s", "D_std_m2_per_s"};
    size_t none = atw_table_column_count(data->table);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (atw_table_find(data->table, names[i]) < none)
            return atw_table_find(data->table, names[i]);
    return none;
}

/* One row; an interval without a diffusivity (an empty cell) is passed over. */
static enum atw_status read_point(struct data *data,
                                  size_t row,
                                  const size_t column[4],
                                  const char *path,
                                  struct atw_error *err)
{
    struct atw_diffusivity_point *point = &data->points[data->n_points];
    struct atw_cell particle = atw_table_cell(data->table, row, column[0]);
    enum atw_status status;
    char name[64];

    if (!particle.text && isnan(particle.number))
        return atw_error_set(
            err, ATW_EINPUT,
            "%s: data row %zu: no name in column 'particle'; a name tells "
            "whose diffusivity it is",
            path, row + 1);
    cell_name(name, particle);
    status = read_number(&point->nominal_K, data, row, column[1], path, err);
    if (status == ATW_OK)
        status = read_number(&point->D_m2_per_s, data, row, column[2], path, err);
    if (status == ATW_OK)
        status = read_number(&point->D_std_m2_per_s, data, row, column[3], path, err);
    if (status == ATW_OK)
        status = find_particle(data, &point->particle, name, err);
    if (status != ATW_OK)
        return status;
    if (isnan(point->D_m2_per_s))
        atw_warn("%s: row %zu (particle %s, %g K) has no diffusivity and is left out",
                 path, row + 1, name, point->nominal_K);
    else
        data->n_points++;
    return ATW_OK;
}

static enum atw_status
read_points(struct data *data, const char *path, struct atw_error *err)
{
    size_t n_rows = atw_table_row_count(data->table);
    size_t column[4] = {0};
    enum atw_status status = find_column(&column[0], data, "particle", path, err);

    if (status == ATW_OK)
        status = find_column(&column[1], data, "nominal_K", path, err);
    if (status == ATW_OK)
        status = find_column(&column[2], data, "D_m2_per_s", path, err);
    if (status != ATW_OK)
        return status;
    column[3] = find_deviation(data);
    data->points = calloc(n_rows + 1, sizeof *data->points);
    if (!data->points)
        return atw_error_set(err, ATW_ENOMEM, "arrhenius: out of memory");
    for (size_t i = 0; i < n_rows && status == ATW_OK; i++)
        status = read_point(data, i, column, path, err);
    if (status == ATW_OK && data->n_particles < 2)
        return atw_error_set(err, ATW_EINPUT,
                             "%s: %zu particles; a temperature difference needs at least "
                             "2, told apart by the column 'particle'",
                             path, data->n_particles);
    return status;
}

static enum atw_status
find_reference(struct data *data, const char *name, struct atw_error *err)
{
    data->reference = 0;
    for (size_t i = 0; name && i < data->n_particles; i++)
        if (strcmp(data->name[i], name) == 0) {
            data->reference = i;
            return ATW_OK;
        }
    if (!name)
        return ATW_OK;
    return atw_error_set(err, ATW_EUSAGE,
                         "--reference '%s': no such particle in the table", name);
}

static json_t *pair(const double *values)
{
    return json_pack("[o, o]", atw_json_number(values[0]), atw_json_number(values[1]));
}

static json_t *fit_to_json(const struct data *data,
                           const struct atw_arrhenius_fit *fit,
                           const struct atw_arrhenius_options *choice,
                           size_t particle)
{
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}",
        "estimator", "arrhenius", "weighting",
        choice->weighting == ATW_WEIGHTING_LOG ? "log" : "linear", "reference",
        data->name[choice->nominal_particle], "particle", data->name[particle],
        "delta_T_K", atw_json_number(fit->delta_T_K[particle]), "std_K",
        atw_json_number(fit->delta_T_std_K[particle]), "interval_68_K",
        pair(fit->interval_68_K[particle]), "interval_95_K",
        pair(fit->interval_95_K[particle]), "Q_J_per_mol",
        atw_json_number(fit->Q_J_per_mol), "Q_std_J_per_mol",
        atw_json_number(fit->Q_std_J_per_mol), "D0_m2_per_s",
        atw_json_number(fit->D0_m2_per_s), "chi_square", atw_json_number(fit->chi_square),
        "condition_number", atw_json_number(fit->condition_number), "status", "ok");
}

static enum atw_status
fit_all(json_t *estimates, const struct data *data, struct atw_error *err)
{
    const char *names[ATW_ARRHENIUS_PARTICLES_MAX];

    for (size_t p = 0; p < data->n_particles; p++)
        names[p] = data->name[p];
    for (int weighting = ATW_WEIGHTING_LOG; weighting <= ATW_WEIGHTING_LINEAR;
         weighting++)
        for (size_t nominal = 0; nominal < data->n_particles; nominal++) {
            struct atw_arrhenius_options choice = {.weighting =
                                                       (enum atw_weighting)weighting,
                                                   .nominal_particle = nominal,
                                                   .origin_particle = data->reference,
                                                   .particle_names = names};
            struct atw_arrhenius_fit fit;
            enum atw_status status = atw_arrhenius_fit(&fit, data->points, data->n_points,
                                                       data->n_particles, &choice, err);

            if (status != ATW_OK)
                return status;
            for (size_t p = 0; p < data->n_particles; p++)
                if (p != data->reference)
                    json_array_append_new(estimates, fit_to_json(data, &fit, &choice, p));
        }
    return ATW_OK;
}

static double real_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void print_estimates(const json_t *estimates)
{
    const json_t *row;
    size_t i;

    printf("weight  reference particle   dT (K) std (K)  Q (kJ/mol)    std  D0 (m2/s)\n");
    json_array_foreach(estimates, i, row) printf(
        "%-7s %-9s %-8s %8.2f %7.2f  %10.2f %6.2f  %.4e\n",
        json_string_value(json_object_get(row, "weighting")),
        json_string_value(json_object_get(row, "reference")),
        json_string_value(json_object_get(row, "particle")), real_of(row, "delta_T_K"),
        real_of(row, "std_K"), real_of(row, "Q_J_per_mol") * 1e-3,
        real_of(row, "Q_std_J_per_mol") * 1e-3, real_of(row, "D0_m2_per_s"));
}

static enum atw_status
publish(const struct atw_common *common, json_t *estimates, struct atw_error *err)
{
    json_t *result = json_pack("{s:O}", "estimates", estimates);
    enum atw_status status = ATW_OK;

    if (common->output)
        status = atw_json_save(result, common->output, common->force, err);
    if (status == ATW_OK && common->json)
        json_dumpf(result, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    else if (status == ATW_OK)
        print_estimates(estimates);
    json_decref(result);
    return status;
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    struct data data = {0};
    json_t *estimates = json_array();
    enum atw_status status = atw_csv_read(&data.table, arguments->data, err);

    if (status == ATW_OK)
        status = read_points(&data, arguments->data, err);
    if (status == ATW_OK)
        status = find_reference(&data, arguments->reference, err);
    if (status == ATW_OK) {
        status = fit_all(estimates, &data, err);
        if (status != ATW_OK)
            atw_error_prepend(err, "%s", arguments->data);
    }
    if (status == ATW_OK)
        status = publish(&arguments->common, estimates, err);
    json_decref(estimates);
    free(data.points);
    atw_table_destroy(data.table);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(
        &arguments.common, options, parse, "DATA.csv",
        "Fit D0, Q and the temperature difference of each particle against the "
        "reference to diffusivities at nominal temperatures (columns particle, "
        "nominal_K, D_m2_per_s and optionally std in m2/s), weighting ln D or D, "
        "with each particle in turn taken as nominal. dT always is T(particle) - "
        "T(reference).",
        argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_arrhenius = {
    "arrhenius", "Arrhenius fit with a temperature difference to a CSV table", run};
