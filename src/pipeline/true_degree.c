/* True degree of alloying: what a perfect instrument would measure. */
#include "pipeline/true_degree.h"

#include <stdlib.h>

#include "microscope/microscope.h"
#include "quantification/alloying.h"

struct atw_degree_scale {
    const struct atw_field *metal;
    const struct atw_haadf_contrast *contrast;
    struct atw_mask *interior; /* what the analysis would look at */
    struct atw_alloying_reference reference;
};

static enum atw_status spread_of(double *spread,
                                 const struct atw_degree_scale *scale,
                                 const struct atw_field *composition,
                                 struct atw_error *err)
{
    struct atw_field *intensity = NULL;
    enum atw_status status = atw_microscope_intensity(
        &intensity, scale->metal, composition, NULL, scale->contrast, err);

    if (status == ATW_OK)
        status = atw_intensity_spread(spread, intensity, scale->interior, err);
    atw_field_destroy(intensity);
    return status;
}

/* A scale of the shape of a state, still without its reference. */
static enum atw_status create_scale(struct atw_degree_scale **out,
                                    const struct atw_truth_particle *truth,
                                    size_t state,
                                    const struct atw_haadf_contrast *contrast,
                                    double erosion_m,
                                    struct atw_error *err)
{
    const struct atw_segmentation_options half = {.rule = ATW_THRESHOLD_VALUE,
                                                  .parameter = 0.5};
    struct atw_degree_scale *scale = calloc(1, sizeof *scale);
    struct atw_mask *mask = NULL;
    enum atw_status status;

    *out = NULL;
    if (!scale)
        return atw_error_set(err, ATW_ENOMEM, "true degree: out of memory");
    scale->metal = atw_truth_metal(truth, state);
    scale->contrast = contrast;
    status = atw_segment(&mask, scale->metal, &half, NULL, err);
    if (status == ATW_OK)
        status = atw_mask_erode(&scale->interior, mask, erosion_m, err);
    atw_mask_destroy(mask);
    if (status == ATW_OK)
        *out = scale;
    else
        atw_degree_scale_destroy(scale);
    return status;
}

void atw_degree_scale_destroy(struct atw_degree_scale *scale)
{
    if (!scale)
        return;
    atw_mask_destroy(scale->interior);
    free(scale);
}

enum atw_status atw_degree_scale_create(struct atw_degree_scale **out,
                                        const struct atw_truth_particle *truth,
                                        size_t state,
                                        const struct atw_haadf_contrast *contrast,
                                        double erosion_m,
                                        struct atw_error *err)
{
    struct atw_degree_scale *scale = NULL, *before = NULL;
    enum atw_status status = create_scale(&scale, truth, state, contrast, erosion_m, err);

    *out = NULL;
    if (status == ATW_OK)
        status = create_scale(&before, truth, 0, contrast, erosion_m, err);
    if (status == ATW_OK)
        status = spread_of(&scale->reference.spread_unalloyed, before,
                           truth->composition[0], err);
    if (status == ATW_OK && !(scale->reference.spread_unalloyed > 0.0))
        status = atw_error_set(
            err, ATW_EINPUT,
            "the voxels of the simulation show a single metal, analysis.segmentation"
            ".erosion (%g nm) below the surface; make simulation.voxel (%g nm) finer "
            "than the shell, or the erosion less",
            erosion_m * 1e9, scale->metal->grid.spacing_m * 1e9);
    atw_degree_scale_destroy(before);
    if (status == ATW_OK)
        *out = scale;
    else
        atw_degree_scale_destroy(scale);
    return status;
}

enum atw_status atw_degree_of(double *degree,
                              const struct atw_degree_scale *scale,
                              const struct atw_field *composition,
                              struct atw_error *err)
{
    double spread = 0.0;
    enum atw_status status = spread_of(&spread, scale, composition, err);

    if (status == ATW_OK)
        status = atw_alloying_degree(degree, spread, &scale->reference,
                                     ATW_ALLOYING_LINEAR, err);
    return status;
}

enum atw_status atw_true_degrees(struct atw_truth_particle *truth,
                                 const struct atw_haadf_contrast *contrast,
                                 double erosion_m,
                                 struct atw_error *err)
{
    struct atw_degree_scale *scale = NULL;
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k <= truth->n_steps && status == ATW_OK; k++) {
        if (!scale || truth->reshaped[k]) {
            atw_degree_scale_destroy(scale);
            scale = NULL;
            status = atw_degree_scale_create(&scale, truth, k, contrast, erosion_m, err);
        }
        if (status == ATW_OK)
            status = atw_degree_of(&truth->degree[k], scale, truth->composition[k], err);
    }
    atw_degree_scale_destroy(scale);
    return status;
}
