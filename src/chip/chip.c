/* Chip: windows and their names, over any model of their temperatures. */
#include "chip/chip.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/chip_internal.h"

struct atw_chip {
    const struct atw_chip_model *model;
    void *parameters;
    struct atw_chip_window *windows; /* names owned */
    size_t n_windows;
};

static enum atw_status
check_window(const struct atw_chip_window *windows, size_t index, struct atw_error *err)
{
    const struct atw_chip_window *window = &windows[index];

    if (!window->name || window->name[0] == '\0')
        return atw_error_set(err, ATW_EINVAL, "chip: window %zu has no name", index + 1);
    if (!isfinite(window->x_m) || !isfinite(window->y_m))
        return atw_error_set(
            err, ATW_EINVAL,
            "chip: window '%s' at (%g, %g) m: its position must be finite", window->name,
            window->x_m, window->y_m);
    for (size_t i = 0; i < index; i++)
        if (strcmp(windows[i].name, window->name) == 0)
            return atw_error_set(err, ATW_EINVAL,
                                 "chip: two windows are named '%s'; names must differ",
                                 window->name);
    return ATW_OK;
}

static enum atw_status
check(const struct atw_chip_window *windows, size_t n_windows, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    if (n_windows == 0)
        return atw_error_set(err, ATW_EINVAL, "chip: there must be at least one window");
    for (size_t i = 0; i < n_windows && status == ATW_OK; i++)
        status = check_window(windows, i, err);
    return status;
}

/* 0 when out of memory; what was copied is freed with the chip. */
static int copy_windows(struct atw_chip *chip,
                        const struct atw_chip_window *windows,
                        size_t n_windows)
{
    chip->windows = calloc(n_windows, sizeof *chip->windows);
    if (!chip->windows)
        return 0;
    chip->n_windows = n_windows;
    for (size_t i = 0; i < n_windows; i++) {
        chip->windows[i] = windows[i];
        chip->windows[i].name = strdup(windows[i].name);
        if (!chip->windows[i].name)
            return 0;
    }
    return 1;
}

enum atw_status atw_chip_create(struct atw_chip **out,
                                const struct atw_chip_model *model,
                                void *parameters,
                                const struct atw_chip_window *windows,
                                size_t n_windows,
                                struct atw_error *err)
{
    struct atw_chip *chip = NULL;
    enum atw_status status = check(windows, n_windows, err);

    *out = NULL;
    if (status != ATW_OK)
        goto cleanup;
    chip = calloc(1, sizeof *chip);
    if (!chip || !copy_windows(chip, windows, n_windows)) {
        status = atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
        goto cleanup;
    }
    chip->model = model;
    chip->parameters = parameters;
    *out = chip;
    return ATW_OK;
cleanup:
    model->destroy(parameters);
    atw_chip_destroy(chip);
    return status;
}

void atw_chip_destroy(struct atw_chip *chip)
{
    if (!chip)
        return;
    for (size_t i = 0; i < chip->n_windows; i++)
        free((char *)chip->windows[i].name);
    free(chip->windows);
    if (chip->model)
        chip->model->destroy(chip->parameters);
    free(chip);
}

size_t atw_chip_window_count(const struct atw_chip *chip)
{
    return chip->n_windows;
}

struct atw_chip_window atw_chip_window(const struct atw_chip *chip, size_t index)
{
    return chip->windows[index];
}

static enum atw_status
unknown_window(const struct atw_chip *chip, const char *name, struct atw_error *err)
{
    char names[512] = "";
    size_t used = 0;

    for (size_t i = 0; i < chip->n_windows && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
                                 i > 0 ? ", " : "", chip->windows[i].name);
    return atw_error_set(err, ATW_EINVAL, "chip: no window '%s'; there are: %s", name,
                         names);
}

enum atw_status atw_chip_find_window(const struct atw_chip *chip,
                                     const char *name,
                                     size_t *index,
                                     struct atw_error *err)
{
    for (size_t i = 0; i < chip->n_windows; i++)
        if (strcmp(chip->windows[i].name, name) == 0) {
            *index = i;
            return ATW_OK;
        }
    return unknown_window(chip, name, err);
}

enum atw_status atw_chip_temperature(const struct atw_chip *chip,
                                     size_t window,
                                     double set_point_K,
                                     double *temperature_K,
                                     struct atw_error *err)
{
    if (window >= chip->n_windows)
        return atw_error_set(err, ATW_EINVAL, "chip: window index %zu must be below %zu",
                             window, chip->n_windows);
    if (!isfinite(set_point_K))
        return atw_error_set(err, ATW_EINVAL, "chip: set point %g K must be finite",
                             set_point_K);
    return chip->model->temperature(chip->parameters, window, set_point_K, temperature_K,
                                    err);
}

enum atw_status atw_chip_time_constant(const struct atw_chip *chip,
                                       double set_point_K,
                                       double *time_constant_s,
                                       struct atw_error *err)
{
    return chip->model->time_constant(chip->parameters, set_point_K, time_constant_s,
                                      err);
}

const void *atw_chip_parameters(const struct atw_chip *chip,
                                const struct atw_chip_model *model)
{
    return chip->model == model ? chip->parameters : NULL;
}
