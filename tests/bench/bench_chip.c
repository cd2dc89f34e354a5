/* Time of a chip, and what refining its mesh changes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "chip/sheet_chip.h"
#include "core/constants.h"
#include "core/timing.h"
#include "io/scenario_schema.h"
#include "pipeline/chip_section.h"

enum { WINDOWS_MAX = 8, TABLE_ROWS = 13 };

/* NULL after printing why. */
static struct atw_chip *load(const char *model, const char *cell)
{
    struct atw_config *config = NULL;
    struct atw_chip *chip = NULL;
    struct atw_error err = {0};
    char text[128], set[64];
    const char *override = set;
    int length = snprintf(text, sizeof text, "chip: {model: %s}\n", model);

    snprintf(set, sizeof set, "chip.mesh.cell=%s", cell);
    if (atw_config_parse(&config, &atw_chip_schema, text, (size_t)length, "bench.yaml",
                         &override, 1, &err) != ATW_OK ||
        atw_chip_read(&chip, config, &err) != ATW_OK)
        fprintf(stderr, "bench_chip: %s\n", err.text);
    atw_config_destroy(config);
    return chip;
}

static int temperatures(const struct atw_chip *chip, double set_point_K, double *T_K)
{
    struct atw_error err = {0};

    for (size_t w = 0; w < atw_chip_window_count(chip) && w < WINDOWS_MAX; w++)
        if (atw_chip_temperature(chip, w, set_point_K, &T_K[w], &err) != ATW_OK) {
            fprintf(stderr, "bench_chip: %s\n", err.text);
            return 0;
        }
    return 1;
}

static int time_model(const char *model)
{
    double start = atw_now_s(), T_K[WINDOWS_MAX], coarse_K[WINDOWS_MAX], tau_s, read_s;
    struct atw_chip *chip = load(model, "6 um"), *fine;
    double worst_K = 0.0;

    if (!chip)
        return 0;
    read_s = atw_now_s() - start;
    printf("%s\n  drawing and mesh                         %6.3f s\n", model, read_s);
    start = atw_now_s();
    if (!temperatures(chip, 400.0 + ATW_ZERO_CELSIUS_K, coarse_K))
        return 0;
    printf("  steady solve (target 1)                  %6.3f s\n", atw_now_s() - start);
    start = atw_now_s();
    for (int i = 1; i <= TABLE_ROWS; i++)
        if (!temperatures(chip, 100.0 * i + ATW_ZERO_CELSIUS_K, T_K))
            return 0;
    printf("  table 100 to 1300 degC (target 10)       %6.3f s\n", atw_now_s() - start);
    start = atw_now_s();
    if (atw_chip_time_constant(chip, 400.0 + ATW_ZERO_CELSIUS_K, &tau_s, NULL) != ATW_OK)
        return 0;
    printf("  time constant %.2f ms (3 to 40)          %6.3f s\n", tau_s * 1e3,
           atw_now_s() - start);
    fine = load(model, "3 um");
    if (!fine || !temperatures(fine, 400.0 + ATW_ZERO_CELSIUS_K, T_K))
        return 0;
    for (size_t w = 0; w < atw_chip_window_count(chip) && w < WINDOWS_MAX; w++)
        worst_K = fmax(worst_K, fabs(T_K[w] - coarse_K[w]));
    printf("  windows, cells halved (target 0.3)       %6.3f K\n", worst_K);
    atw_chip_destroy(chip);
    atw_chip_destroy(fine);
    return 1;
}

int main(void)
{
    return time_model("double-spiral-like") && time_model("circular-spiral-like")
               ? EXIT_SUCCESS
               : EXIT_FAILURE;
}
