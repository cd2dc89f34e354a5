/* Subsets of views: each has a projector and its weights. */
#include "tomography/stage.h"

#include <stdlib.h>
#include <string.h>

#include "projection/block.h"

/* A subset that sees a voxel less than this share of the best seen one leaves it alone.
 */
#define LEAST_SEEN 1e-2f

/* First slot of subset i of n. Rows along x and rows along z are divided apart, unless
 * either would get less than half of a subset. */
static size_t first_slot(const struct atw_projector *projector, size_t i, size_t n)
{
    size_t n_slot = atw_projector_geometry(projector)->n_tilt;
    size_t n_shallow = atw_block_shallow_count(projector);
    size_t shallow = (2 * n * n_shallow + n_slot) / (2 * n_slot); /* subsets */

    if (shallow == 0 || shallow == n)
        return i * n_slot / n;
    if (i < shallow)
        return i * n_shallow / shallow;
    return n_shallow + (i - shallow) * (n_slot - n_shallow) / (n - shallow);
}

/* Number i of the numbers below n in the order of their reversed binary digits. */
static size_t reversed(size_t i, size_t n)
{
    size_t top = 1, value;

    while (top < n)
        top *= 2;
    for (size_t j = 0;; j++) {
        value = 0;
        for (size_t bit = 1; bit < top; bit *= 2)
            value = 2 * value + (j / bit & 1);
        if (value < n && i-- == 0)
            return value;
    }
}

static enum atw_status
stage_init(struct atw_stage *stage, size_t first, size_t count, struct atw_error *err)
{
    const struct atw_projection_geometry *geometry =
        atw_projector_geometry(stage->projector);

    if (count < geometry->n_tilt) {
        enum atw_status status =
            atw_block_part(&stage->owned, stage->projector, first, count, err);

        if (status != ATW_OK)
            return status;
        stage->projector = stage->owned;
    }
    stage->data_at = first * geometry->n_u * atw_block_lanes(stage->projector);
    stage->row_sum = calloc(count * geometry->n_u, sizeof(float));
    stage->weight = calloc(geometry->grid.n_z * geometry->grid.n_x, sizeof(float));
    if (!stage->row_sum || !stage->weight)
        return atw_error_set(err, ATW_ENOMEM, "reconstruction: no memory for weights");
    return ATW_OK;
}

enum atw_status atw_stages_create(struct atw_stage **out,
                                  size_t count,
                                  const struct atw_projector *projector,
                                  struct atw_error *err)
{
    size_t n_tilt = atw_projector_geometry(projector)->n_tilt;
    struct atw_stage *stage = calloc(count, sizeof *stage);
    enum atw_status status = ATW_OK;

    *out = NULL;
    if (!stage)
        return atw_error_set(err, ATW_ENOMEM, "reconstruction: no memory for subsets");
    for (size_t i = 0; i < count && status == ATW_OK; i++) {
        size_t subset = i > 0 ? reversed(i - 1, count - 1) : 0;
        size_t first = i > 0 ? first_slot(projector, subset, count - 1) : 0;
        size_t end = i > 0 ? first_slot(projector, subset + 1, count - 1) : n_tilt;

        stage[i].projector = projector;
        status = stage_init(&stage[i], first, end - first, err);
    }
    if (status == ATW_OK)
        *out = stage; /* now owned by the caller */
    else
        atw_stages_destroy(stage, count);
    return status;
}

void atw_stage_weigh(struct atw_stage *stage, float *views, float *scratch, float *packed)
{
    const struct atw_grid *grid = &atw_projector_geometry(stage->projector)->grid;
    const float *known = atw_projector_sensitivity(stage->projector);
    size_t count = grid->n_z * grid->n_x;
    float most = 0.0f, least;

    if (known)
        memcpy(stage->weight, known, count * sizeof *known);
    else
        atw_block_sensitivity(stage->projector, views, scratch, packed, stage->weight);
    for (size_t i = 0; i < count; i++)
        most = stage->weight[i] > most ? stage->weight[i] : most;
    least = known ? 0.0f : LEAST_SEEN * most;
    for (size_t i = 0; i < count; i++)
        stage->weight[i] = stage->weight[i] > least ? 1.0f / stage->weight[i] : 0.0f;
}

void atw_stages_destroy(struct atw_stage *stage, size_t count)
{
    for (size_t i = 0; stage && i < count; i++) {
        atw_projector_destroy(stage[i].owned);
        free(stage[i].weight);
        free(stage[i].row_sum);
    }
    free(stage);
}
