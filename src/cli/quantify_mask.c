/* Which voxels 'quantify' takes for the particle. */
#include "cli/quantify_mask.h"

#include <math.h>
#include <string.h>

#include "cli/values.h"
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
