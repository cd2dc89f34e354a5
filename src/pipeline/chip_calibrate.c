/* Calibration of a chip: a bracketing search (Illinois method: Dowell and Jarratt, BIT 11
 * (1971) 168) over chips that differ in one parameter. */
#include "pipeline/chip_calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario_schema.h"
#include "pipeline/chip_section.h"

#define CLOSE_ENOUGH_K 1e-4
enum { SOLVES_MAX = 60 };

struct search {
    const struct atw_chip_measurement *measurement;
    const struct atw_config *config;
    char *section, *name; /* text of the chip, and what stands for its file */
    size_t solves;
};

enum atw_status atw_chip_read_measurement(struct atw_chip_measurement *measurement,
                                          const struct atw_config *config,
                                          struct atw_error *err)
{
    static const char *const keys[] = {"parameter", "window", "reference", "set_point",
                                       "difference"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!atw_config_is_set(config, "chip.calibration.%s", keys[i]))
            return atw_config_error(config, err, ATW_EINPUT, "chip.calibration",
                                    "%s is not set; a calibration needs parameter, "
                                    "window, reference, set_point and difference",
                                    keys[i]);
    *measurement = (struct atw_chip_measurement){
        .parameter = atw_config_text(config, "chip.calibration.parameter"),
        .window = atw_config_text(config, "chip.calibration.window"),
        .reference = atw_config_text(config, "chip.calibration.reference"),
        .set_point_K = atw_config_number(config, "chip.calibration.set_point"),
        .difference_K = atw_config_number(config, "chip.calibration.difference")};
    return ATW_OK;
}

void atw_chip_format_value(char text[ATW_QUANTITY_TEXT_SIZE],
                           const struct atw_config *config,
                           const char *key,
                           double value)
{
    char path[128];

    snprintf(path, sizeof path, "chip.%s", key);
    atw_schema_format_number(text, atw_schema_find(atw_config_schema(config), path),
                             value);
}

static enum atw_status find_range(struct atw_chip_range *range,
                                  const struct atw_config *config,
                                  const char *parameter,
                                  struct atw_error *err)
{
    for (size_t i = 0; i < atw_config_count(config, "chip.ranges"); i++) {
        enum atw_status status = atw_chip_read_range(range, config, i, err);

        if (status != ATW_OK || strcmp(range->key, parameter) == 0)
            return status;
    }
    return atw_config_error(config, err, ATW_EINPUT, "chip.calibration",
                            "'%s' has no range; add it to chip.ranges", parameter);
}

static enum atw_status search_begin(struct search *search,
                                    const struct atw_config *config,
                                    struct atw_error *err)
{
    size_t size = 0;
    FILE *stream = open_memstream(&search->section, &size);

    search->config = config;
    if (stream) {
        atw_config_write_section(config, "chip", stream);
        if (fclose(stream) != 0) {
            free(search->section);
            search->section = NULL;
        }
    }
    if (asprintf(&search->name, "%s/calibrated chip", atw_config_directory(config)) < 0)
        search->name = NULL;
    return search->section && search->name
               ? ATW_OK
               : atw_error_set(err, ATW_ENOMEM, "calibrate: out of memory");
}

/* The chip with this value of the parameter. */
static enum atw_status vary(struct atw_config **out,
                            const struct search *search,
                            double value,
                            struct atw_error *err)
{
    const char *key = search->measurement->parameter, *override;
    char text[ATW_QUANTITY_TEXT_SIZE], assignment[ATW_QUANTITY_TEXT_SIZE + 128];

    atw_chip_format_value(text, search->config, key, value);
    snprintf(assignment, sizeof assignment, "chip.%s=%s", key, text);
    override = assignment;
    return atw_config_parse(out, &atw_chip_schema, search->section,
                            strlen(search->section), search->name, &override, 1, err);
}

static enum atw_status window_temperature(double *T_K,
                                          const struct atw_chip *chip,
                                          const char *name,
                                          double set_point_K,
                                          struct atw_error *err)
{
    size_t window;
    enum atw_status status = atw_chip_find_window(chip, name, &window, err);

    if (status == ATW_OK)
        status = atw_chip_temperature(chip, window, set_point_K, T_K, err);
    return status == ATW_EINVAL ? ATW_EINPUT : status;
}

/* Difference at a value, less the measured one. */
static enum atw_status
excess(double *K, struct search *search, double value, struct atw_error *err)
{
    const struct atw_chip_measurement *measurement = search->measurement;
    struct atw_config *config = NULL;
    struct atw_chip *chip = NULL;
    double window_K = 0.0, reference_K = 0.0;
    enum atw_status status = vary(&config, search, value, err);

    search->solves++;
    if (status == ATW_OK)
        status = atw_chip_read(&chip, config, err);
    if (status == ATW_OK)
        status = window_temperature(&window_K, chip, measurement->window,
                                    measurement->set_point_K, err);
    if (status == ATW_OK)
        status = window_temperature(&reference_K, chip, measurement->reference,
                                    measurement->set_point_K, err);
    *K = window_K - reference_K - measurement->difference_K;
    atw_chip_destroy(chip);
    atw_config_destroy(config);
    return status;
}

static enum atw_status out_of_range(const struct search *search,
                                    const struct atw_chip_range *range,
                                    double at_low_K,
                                    double at_high_K,
                                    struct atw_error *err)
{
    double wanted_K = search->measurement->difference_K;
    char low[ATW_QUANTITY_TEXT_SIZE], high[ATW_QUANTITY_TEXT_SIZE];

    atw_chip_format_value(low, search->config, range->key, range->low);
    atw_chip_format_value(high, search->config, range->key, range->high);
    return atw_config_error(search->config, err, ATW_EINPUT, "chip.calibration",
                            "%.4g K cannot be met by %s within its range: %s gives %.4g "
                            "K, %s gives %.4g K",
                            wanted_K, range->key, low, at_low_K + wanted_K, high,
                            at_high_K + wanted_K);
}

static enum atw_status bracket(struct atw_chip_calibrated *result,
                               struct search *search,
                               const struct atw_chip_range *range,
                               struct atw_error *err)
{
    double a = range->low, b = range->high, at_a = 0.0, at_b = 0.0, x = a, at_x;
    enum atw_status status = excess(&at_a, search, a, err);

    if (status == ATW_OK)
        status = excess(&at_b, search, b, err);
    if (status != ATW_OK)
        return status;
    if (at_a * at_b > 0.0)
        return out_of_range(search, range, at_a, at_b, err);
    at_x = fabs(at_a) < fabs(at_b) ? at_a : at_b;
    x = fabs(at_a) < fabs(at_b) ? a : b;
    while (fabs(at_x) > CLOSE_ENOUGH_K && search->solves < SOLVES_MAX) {
        x = (a * at_b - b * at_a) / (at_b - at_a);
        status = excess(&at_x, search, x, err);
        if (status != ATW_OK)
            return status;
        if (at_x * at_b < 0.0) {
            a = b;
            at_a = at_b;
        } else {
            at_a *= 0.5; /* lest one end stays for ever */
        }
        b = x;
        at_b = at_x;
    }
    if (fabs(at_x) > CLOSE_ENOUGH_K)
        return atw_error_set(err, ATW_EDIVERGED,
                             "calibrate: not met within %d solves; off by %.3g K",
                             SOLVES_MAX, at_x);
    result->value = x;
    result->difference_K = at_x + search->measurement->difference_K;
    return ATW_OK;
}

enum atw_status atw_chip_calibrate(struct atw_chip_calibrated *result,
                                   struct atw_config **calibrated,
                                   const struct atw_config *config,
                                   const struct atw_chip_measurement *measurement,
                                   struct atw_error *err)
{
    struct search search = {.measurement = measurement};
    struct atw_chip_range range = {0};
    enum atw_status status = find_range(&range, config, measurement->parameter, err);

    *calibrated = NULL;
    *result = (struct atw_chip_calibrated){0};
    if (status == ATW_OK)
        status = search_begin(&search, config, err);
    if (status == ATW_OK)
        status = bracket(result, &search, &range, err);
    result->low = range.low;
    result->high = range.high;
    result->solves = search.solves;
    if (status == ATW_OK)
        status = vary(calibrated, &search, result->value, err);
    free(search.section);
    free(search.name);
    return status;
}
