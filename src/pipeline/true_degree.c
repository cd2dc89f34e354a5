/* True degree of alloying: what a perfect instrument would measure. */
#include "pipeline/true_degree.h"

#include "microscope/microscope.h"
#include "quantification/alloying.h"

static enum atw_status true_spread(double *spread,
                                   const struct atw_truth_particle *truth,
                                   size_t state,
                                   const struct atw_mask *interior,
                                   const struct atw_haadf_contrast *contrast,
                                   struct atw_error *err)
{
    struct atw_field *intensity = NULL;
    enum atw_status status =
        atw_microscope_intensity(&intensity, truth->phantom->metal,
                                 truth->composition[state], NULL, contrast, err);

    if (status == ATW_OK)
        status = atw_intensity_spread(spread, intensity, interior, err);
    atw_field_destroy(intensity);
    return status;
}

enum atw_status atw_true_degrees(struct atw_truth_particle *truth,
                                 const struct atw_haadf_contrast *contrast,
                                 double erosion_m,
                                 struct atw_error *err)
{
    const struct atw_segmentation_options half = {.rule = ATW_THRESHOLD_VALUE,
                                                  .parameter = 0.5};
    struct atw_alloying_reference reference = {0};
    struct atw_mask *mask = NULL, *interior = NULL;
    double spread = 0.0;
    enum atw_status status = atw_segment(&mask, truth->phantom->metal, &half, NULL, err);

    if (status == ATW_OK)
        status = atw_mask_erode(&interior, mask, erosion_m, err);
    for (size_t k = 0; k <= truth->n_steps && status == ATW_OK; k++) {
        status = true_spread(&spread, truth, k, interior, contrast, err);
        if (k == 0)
            reference.spread_unalloyed = spread;
        if (status == ATW_OK)
            status = atw_alloying_degree(&truth->degree[k], spread, &reference,
                                         ATW_ALLOYING_LINEAR, err);
    }
    atw_mask_destroy(mask);
    atw_mask_destroy(interior);
    return status;
}
