/* Which voxels 'quantify' takes for the particle. */
#include "cli/quantify_mask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/values.h"
#include "core/progress.h"
#include "io/volume_file.h"

/* Half of the shell metal: where a blurred surface of it stays in place. */
#define FRACTION 0.5
/* Below the surface: beyond the blur, well within the shell. */
#define DEPTH_M 1e-9

enum rule { SHELL, OTSU, FRACTION_OF_METAL, SURFACE, VALUE, RULES };

static const char *const rule_names[RULES] = {"shell", "otsu", "fraction", "surface",
                                              "value"};

static enum atw_status
find_rule(enum rule *rule, const struct atw_mask_request *request, struct atw_error *err)
{
    size_t i = 0;

    while (request->rule && i < RULES && strcmp(request->rule, rule_names[i]) != 0)
        i++;
    if (i == RULES)
        return atw_error_set(err, ATW_EUSAGE,
                             "--rule '%s': give shell, otsu, fraction, surface or value",
                             request->rule);
    *rule = (enum rule)i;
    if ((*rule == OTSU || *rule == SURFACE) && request->threshold)
        return atw_error_set(err, ATW_EUSAGE,
                             "--threshold '%s': rule %s finds its threshold; remove one "
                             "of them",
                             request->threshold, rule_names[*rule]);
    if (*rule == VALUE && !request->threshold)
        return atw_error_set(err, ATW_EUSAGE,
                             "--rule value: give the intensity with --threshold");
    return ATW_OK;
}

static enum atw_status read_threshold(double *value,
                                      const struct atw_mask_request *request,
                                      struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    *value = FRACTION;
    if (request->threshold)
        status = atw_option_number(value, "--threshold", request->threshold, err);
    if (status == ATW_OK && !(*value >= 0.0))
        status = atw_error_set(err, ATW_EUSAGE, "--threshold '%s': must not be negative",
                               request->threshold);
    return status;
}

static enum atw_status mask_of_model(struct atw_mask **out,
                                     const struct atw_mask_request *request,
                                     const struct atw_field *volume,
                                     struct atw_error *err)
{
    struct atw_field *metal = NULL;
    enum atw_status status;

    if (request->rule || request->threshold)
        return atw_error_set(err, ATW_EUSAGE,
                             "--mask '%s': --rule and --threshold do nothing beside it; "
                             "remove them",
                             request->model);
    status = atw_volume_read(&metal, request->model, 0.0, err);
    if (status != ATW_OK)
        return status;
    status = atw_mask_from_model(out, metal, &volume->grid, err);
    if (status != ATW_OK)
        atw_error_prepend(err, "%s: ", request->model);
    atw_field_destroy(metal);
    return status;
}

enum atw_status atw_mask_of_request(struct atw_mask **out,
                                    double *threshold,
                                    const struct atw_mask_request *request,
                                    const struct atw_field *volume,
                                    double shell,
                                    struct atw_error *err)
{
    struct atw_segmentation_options options;
    enum rule rule = SHELL;
    double value = FRACTION;
    enum atw_status status;

    *threshold = NAN;
    if (request->model)
        return mask_of_model(out, request, volume, err);
    status = find_rule(&rule, request, err);
    if (status == ATW_OK)
        status = read_threshold(&value, request, err);
    if (status != ATW_OK)
        return status;
    switch (rule) {
    case OTSU:
        options = (struct atw_segmentation_options){ATW_THRESHOLD_OTSU, 0.0};
        break;
    case FRACTION_OF_METAL:
        options = (struct atw_segmentation_options){ATW_THRESHOLD_FRACTION, value};
        break;
    case SURFACE:
        options = (struct atw_segmentation_options){ATW_THRESHOLD_SURFACE, DEPTH_M};
        break;
    case VALUE:
        options = (struct atw_segmentation_options){ATW_THRESHOLD_VALUE, value};
        break;
    default:
        options = (struct atw_segmentation_options){ATW_THRESHOLD_VALUE, value * shell};
    }
    return atw_segment(out, volume, &options, threshold, err);
}

static int compare(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

static enum atw_status
median_around(double *level, const struct atw_field *volume, struct atw_error *err)
{
    const struct atw_segmentation_options otsu = {.rule = ATW_THRESHOLD_OTSU};
    size_t count = atw_grid_voxel_count(&volume->grid), n = 0;
    struct atw_mask *mask = NULL;
    double threshold = 0.0;
    float *around = malloc(count * sizeof *around);
    enum atw_status status =
        around ? atw_segment(&mask, volume, &otsu, &threshold, err)
               : atw_error_set(err, ATW_ENOMEM, "quantify: out of memory");

    if (status == ATW_OK) {
        for (size_t i = 0; i < count; i++)
            if ((double)volume->value[i] < threshold)
                around[n++] = volume->value[i];
        qsort(around, n, sizeof *around, compare);
        *level = n > 0 ? (double)around[n / 2] : 0.0;
    }
    atw_mask_destroy(mask);
    free(around);
    return status;
}

enum atw_status atw_take_background(struct atw_field *volume,
                                    const char *text,
                                    const char *path,
                                    struct atw_error *err)
{
    size_t count = atw_grid_voxel_count(&volume->grid);
    double level = 0.0;
    enum atw_status status;

    if (strcmp(text, "auto") == 0) {
        status = median_around(&level, volume, err);
        if (status == ATW_OK)
            atw_log("%s: background %.6g", path, level);
    } else {
        status = atw_option_number(&level, "--background", text, err);
    }
    for (size_t i = 0; status == ATW_OK && i < count; i++)
        volume->value[i] = (float)((double)volume->value[i] - level);
    return status;
}
