/* Every other slice of a tomogram's interior. */
#include "pipeline/sample.h"

#include <stdlib.h>

/* With fewer slices than this the sample is the whole. */
#define SLICES_LEAST 16

static enum atw_status
thin(struct atw_sample *sample, const struct atw_projector *whole, struct atw_error *err)
{
    double count = (double)atw_mask_count(sample->mask);
    enum atw_status status =
        atw_slices_every_other(&sample->own_mask, sample->mask, SLICES_LEAST, err);

    if (status != ATW_OK || !sample->own_mask)
        return status;
    status = atw_slices_create(&sample->own_slices, sample->own_mask, 0, whole, err);
    if (status != ATW_OK)
        return status;
    sample->mask = sample->own_mask;
    sample->slices = sample->own_slices;
    sample->share = (double)atw_mask_count(sample->mask) / count;
    return ATW_OK;
}

enum atw_status atw_sample_create(struct atw_sample **out,
                                  const struct atw_mask *interior,
                                  const struct atw_slices *slices,
                                  const struct atw_projector *whole,
                                  int thins,
                                  struct atw_error *err)
{
    struct atw_sample *sample = calloc(1, sizeof *sample);
    enum atw_status status = ATW_OK;

    *out = NULL;
    if (!sample)
        return atw_error_set(err, ATW_ENOMEM, "sample of slices: out of memory");
    sample->mask = interior;
    sample->slices = slices;
    sample->share = 1.0;
    if (thins)
        status = thin(sample, whole, err);
    if (status == ATW_OK)
        *out = sample;
    else
        atw_sample_destroy(sample);
    return status;
}

void atw_sample_destroy(struct atw_sample *sample)
{
    if (!sample)
        return;
    atw_mask_destroy(sample->own_mask);
    atw_slices_destroy(sample->own_slices);
    free(sample);
}
