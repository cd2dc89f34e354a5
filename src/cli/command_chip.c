/* chip: temperatures, power and current of a heating chip. */
#include "cli/commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "chip/sheet_chip.h"
#include "cli/chip_output.h"
#include "cli/model.h"
#include "cli/values.h"
#include "core/constants.h"
#include "io/scenario_schema.h"
#include "pipeline/chip_section.h"

enum { KEY_SET_POINT = 0x2001, KEY_TABLE, KEY_PIXEL, KEY_COMPARE };

struct arguments {
    struct atw_common common;
    const char *model, *set_point, *pixel, *compare;
    int table;
};

static const struct argp_option options[] = {
    {"set-point", KEY_SET_POINT, "VALUE", 0, "what the controller keeps (400 degC)", 0},
    {"table", KEY_TABLE, NULL, 0, "windows at set points from 100 to 1300 degC", 0},
    {"pixel", KEY_PIXEL, "LENGTH", 0, "of the map (default \"1 um\")", 0},
    {"compare", KEY_COMPARE, "MODEL", 0, "another chip, at equal distances", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_SET_POINT:
        arguments->set_point = argument;
        return 0;
    case KEY_TABLE:
        arguments->table = 1;
        return 0;
    case KEY_PIXEL:
        arguments->pixel = argument;
        return 0;
    case KEY_COMPARE:
        arguments->compare = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->model)
            argp_error(state, "one model at a time; see --compare");
        arguments->model = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->model)
            argp_error(state, "name a chip model; `alloytwin list models` knows them");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum atw_status load(struct atw_chip **chip,
                            struct atw_config **config,
                            const char *model,
                            const struct atw_common *common,
                            struct atw_error *err)
{
    static const char *const sections[] = {"chip."};
    enum atw_status status = atw_model_check_overrides(common, sections, 1, err);

    if (status == ATW_OK)
        status = atw_model_load(config, &atw_chip_schema, "chip", model, common, err);
    if (status == ATW_OK)
        status = atw_chip_read(chip, *config, err);
    return status;
}

/* ---- one set point -------------------------------------------------------- */

/* {"windows", "power_W", "current_A", "resistance_ohm"} at a set point. A set point that
 * the chip refuses came from the command line: ATW_EINPUT, as in a scenario. */
static enum atw_status describe(json_t **out,
                                const struct atw_chip *chip,
                                double set_point_K,
                                struct atw_error *err)
{
    struct atw_chip_solution *solution = NULL;
    struct atw_chip_operation operation;
    json_t *windows = json_array();
    enum atw_status status = atw_chip_solve(&solution, chip, set_point_K, err);

    *out = NULL;
    for (size_t w = 0; w < atw_chip_window_count(chip) && status == ATW_OK; w++) {
        struct atw_chip_window window = atw_chip_window(chip, w);
        double T_K;

        status = atw_chip_temperature(chip, w, set_point_K, &T_K, err);
        if (status == ATW_OK)
            json_array_append_new(windows,
                                  json_pack("{s:s, s:f, s:f, s:f}", "name", window.name,
                                            "x_um", window.x_m * 1e6, "y_um",
                                            window.y_m * 1e6, "T_K", T_K));
    }
    if (status == ATW_OK) {
        operation = atw_chip_solution_operation(solution);
        *out = json_pack("{s:O, s:f, s:f, s:f}", "windows", windows, "power_W",
                         operation.power_W, "current_A", operation.current_A,
                         "resistance_ohm", operation.resistance_ohm);
    }
    json_decref(windows);
    atw_chip_solution_destroy(solution);
    return status == ATW_EINVAL ? ATW_EINPUT : status;
}

static void print_windows(const json_t *state, double set_point_K)
{
    const json_t *row;
    size_t i;

    printf("window        x (um)   y (um)   distance   T (degC)  T - set point (K)\n");
    json_array_foreach(json_object_get(state, "windows"), i, row)
    {
        double x = json_number_value(json_object_get(row, "x_um"));
        double y = json_number_value(json_object_get(row, "y_um"));
        double T_K = json_number_value(json_object_get(row, "T_K"));

        printf("%-10s %9.2f %8.2f %10.2f %10.3f %18.3f\n",
               json_string_value(json_object_get(row, "name")), x, y, hypot(x, y),
               T_K - ATW_ZERO_CELSIUS_K, T_K - set_point_K);
    }
}

/* Where the power goes, and how fast. */
static enum atw_status
print_operation(const struct atw_chip *chip, double set_point_K, struct atw_error *err)
{
    struct atw_chip_solution *solution = NULL;
    struct atw_chip_operation operation;
    double tau_s;
    enum atw_status status = atw_chip_solve(&solution, chip, set_point_K, err);

    if (status == ATW_OK)
        status = atw_chip_time_constant(chip, set_point_K, &tau_s, err);
    if (status == ATW_OK) {
        operation = atw_chip_solution_operation(solution);
        printf("power %.4g mW, current %.4g mA, resistance %.5g ohm; leads %.3g mW\n",
               operation.power_W * 1e3, operation.current_A * 1e3,
               operation.resistance_ohm, operation.lead_power_W * 1e3);
        printf("heat to the frame %.4g mW, radiated %.3g mW, to gas %.3g mW; time "
               "constant %.3g ms\n",
               operation.frame_W * 1e3, operation.radiated_W * 1e3, operation.gas_W * 1e3,
               tau_s * 1e3);
    }
    atw_chip_solution_destroy(solution);
    return status;
}

/* Both chips at equal distances, those at which the publication has windows. */
static enum atw_status print_comparison(const struct atw_named_chip *chips,
                                        double set_point_K,
                                        struct atw_error *err)
{
    static const double distance_m[] = {35e-6, 90e-6};
    struct atw_chip_solution *solution[2] = {NULL, NULL};
    enum atw_status status = ATW_OK;

    for (int c = 0; c < 2 && status == ATW_OK; c++)
        status = atw_chip_solve(&solution[c], chips[c].chip, set_point_K, err);
    if (status == ATW_OK)
        printf("around the centre at equal distances, T - set point (K): mean, least, "
               "greatest\n");
    for (size_t i = 0; i < 2 && status == ATW_OK; i++) {
        for (int c = 0; c < 2; c++) {
            double span_K[2];
            double mean_K = atw_chip_solution_around(solution[c], distance_m[i], span_K);

            printf("%-22s %5g um %8.2f %8.2f %8.2f\n", chips[c].name, distance_m[i] * 1e6,
                   mean_K - set_point_K, span_K[0] - set_point_K,
                   span_K[1] - set_point_K);
        }
    }
    atw_chip_solution_destroy(solution[0]);
    atw_chip_solution_destroy(solution[1]);
    return status;
}

static enum atw_status print_state(const struct arguments *arguments,
                                   const struct atw_named_chip *chips,
                                   double set_point_K,
                                   struct atw_error *err)
{
    const struct atw_chip *chip = chips[0].chip;
    json_t *state;
    enum atw_status status = describe(&state, chip, set_point_K, err);

    if (status != ATW_OK)
        return status;
    if (arguments->common.json) {
        json_dumpf(state, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
        putchar('\n');
    } else {
        print_windows(state, set_point_K);
        status = print_operation(chip, set_point_K, err);
        if (status == ATW_OK && chips[1].chip)
            status = print_comparison(chips, set_point_K, err);
    }
    json_decref(state);
    return status;
}

/* ---- table ---------------------------------------------------------------- */

static void print_row(const json_t *state, double set_point_K, int with_head)
{
    const json_t *windows = json_object_get(state, "windows"), *row;
    size_t i;

    if (with_head) {
        printf("set point (degC)");
        json_array_foreach(windows, i, row)
            printf(" %10s", json_string_value(json_object_get(row, "name")));
        printf("   P (mW)  I (mA)  R (ohm)\n");
    }
    printf("%16.6g", set_point_K - ATW_ZERO_CELSIUS_K);
    json_array_foreach(windows, i, row) printf(
        " %10.2f", json_number_value(json_object_get(row, "T_K")) - ATW_ZERO_CELSIUS_K);
    printf(" %8.3f %7.3f %8.2f\n",
           json_number_value(json_object_get(state, "power_W")) * 1e3,
           json_number_value(json_object_get(state, "current_A")) * 1e3,
           json_number_value(json_object_get(state, "resistance_ohm")));
}

static enum atw_status print_table(const struct arguments *arguments,
                                   const struct atw_chip *chip,
                                   struct atw_error *err)
{
    json_t *rows = json_array();
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < ATW_CHIP_TABLE_ROWS && status == ATW_OK; i++) {
        double set_point_K = atw_chip_table_set_point_K(i);
        json_t *state = NULL;

        status = describe(&state, chip, set_point_K, err);
        if (status != ATW_OK)
            break;
        if (!arguments->common.json)
            print_row(state, set_point_K, i == 0);
        json_object_set_new(state, "set_point_K", json_real(set_point_K));
        json_array_append_new(rows, state);
    }
    if (status == ATW_OK && arguments->common.json) {
        json_t *table = json_pack("{s:O}", "table", rows);

        json_dumpf(table, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
        putchar('\n');
        json_decref(table);
    }
    json_decref(rows);
    return status;
}

/* ---- command -------------------------------------------------------------- */

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_chip_files files = {.common = common, .with_table = arguments->table};
    struct atw_config *config = NULL, *other = NULL;
    enum atw_status status = ATW_OK;

    files.set_point_K = 400.0 + ATW_ZERO_CELSIUS_K;
    files.pixel_m = 1e-6;
    if (arguments->set_point)
        status = atw_option_temperature(&files.set_point_K, "--set-point",
                                        arguments->set_point, err);
    if (status == ATW_OK && arguments->pixel)
        status =
            atw_option_quantity(&files.pixel_m, "--pixel", arguments->pixel, "m", err);
    files.chip[0].name = arguments->model;
    files.chip[1].name = arguments->compare;
    if (status == ATW_OK)
        status = load(&files.chip[0].chip, &config, arguments->model, common, err);
    if (status == ATW_OK && arguments->compare)
        status = load(&files.chip[1].chip, &other, arguments->compare, common, err);
    if (status == ATW_OK && common->output)
        status = atw_chip_files_write(&files, config, err);
    if (status == ATW_OK)
        status = arguments->table
                     ? print_table(arguments, files.chip[0].chip, err)
                     : print_state(arguments, files.chip, files.set_point_K, err);
    atw_chip_destroy(files.chip[0].chip);
    atw_chip_destroy(files.chip[1].chip);
    atw_config_destroy(config);
    atw_config_destroy(other);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(&arguments.common, options, parse, "MODEL",
                     "Compute a heating chip: temperatures of its windows, power, "
                     "current and resistance at a set point. -o FILE.emd writes the map "
                     "of temperature, -o FILE.png draws it with contours, trace and "
                     "windows, -o DIR writes both with profile, history and tables.",
                     argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_chip = {
    "chip", "temperatures, power and current of a heating chip", run};
