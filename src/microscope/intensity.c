/* From volume fractions to HAADF intensity per voxel, core metal = 1. */
#include "microscope/microscope.h"

#include <math.h>

static enum atw_status check_contrast(const struct atw_haadf_contrast *contrast,
                                      struct atw_error *err)
{
    const double value[] = {contrast->core, contrast->shell, contrast->silica};
    static const char *const name[] = {"core", "shell", "silica"};

    for (size_t i = 0; i < 3; i++)
        if (!(value[i] >= 0.0) || !isfinite(value[i]))
            return atw_error_set(err, ATW_EINVAL,
                                 "microscope: contrast of the %s is %g; it must be zero "
                                 "or positive and finite",
                                 name[i], value[i]);
    return ATW_OK;
}

enum atw_status atw_microscope_intensity(struct atw_field **out,
                                         const struct atw_field *metal,
                                         const struct atw_field *composition,
                                         const struct atw_field *silica,
                                         const struct atw_haadf_contrast *contrast,
                                         struct atw_error *err)
{
    size_t count = atw_grid_voxel_count(&metal->grid);
    float core = (float)contrast->core;
    float change = (float)(contrast->shell - contrast->core);
    float silica_signal = (float)contrast->silica;
    enum atw_status status = check_contrast(contrast, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    if (!atw_grid_equal(&metal->grid, &composition->grid) ||
        (silica && !atw_grid_equal(&metal->grid, &silica->grid)))
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: metal, composition and silica must be given on "
                             "one grid");
    status = atw_field_create(out, &metal->grid, err);
    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        (*out)->value[i] = metal->value[i] * (core + change * composition->value[i]);
    for (size_t i = 0; silica && i < count; i++)
        (*out)->value[i] += silica_signal * silica->value[i];
    return ATW_OK;
}
