/* Subsets of views: each has a projector and its weights. */
#include "tomography/stage.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>

#include "core/parallel.h"
#include "projection/block.h"

/* A subset that sees a voxel less than this share of the best seen one leaves it alone.
 */
#define LEAST_SEEN 1e-2f

/* New array [n_z][n_x] of 1 / sensitivity, 0 where that is not above `least` of the
 * greatest. */
static float *weigh_voxels(const struct atw_projector *projector, float least)
{
    const struct atw_grid *grid = &atw_projector_geometry(projector)->grid;
    const float *sensitivity = atw_projector_sensitivity(projector);
    size_t count = grid->n_z * grid->n_x;
    float *weight = calloc(count, sizeof *weight);
    float most = 0.0f;

    if (!weight)
        return NULL;
    for (size_t i = 0; i < count; i++)
        most = fmaxf(most, sensitivity[i]);
    for (size_t i = 0; i < count; i++)
        weight[i] = sensitivity[i] > least * most ? 1.0f / sensitivity[i] : 0.0f;
    return weight;
}

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
    int is_part = count < geometry->n_tilt;

    if (is_part) {
        enum atw_status status =
            atw_block_part(&stage->owned, stage->projector, first, count, err);

        if (status != ATW_OK)
            return status;
        stage->projector = stage->owned;
    }
    stage->data_at = first * geometry->n_u * atw_block_lanes(stage->projector);
    stage->row_sum = calloc(count * geometry->n_u, sizeof(float));
    stage->weight = weigh_voxels(stage->projector, is_part ? LEAST_SEEN : 0.0f);
    if (!stage->row_sum || !stage->weight)
        return atw_error_set(err, ATW_ENOMEM, "reconstruction: no memory for weights");
    return ATW_OK;
}

struct stages {
    struct atw_stage *stage;
    size_t count;
    const struct atw_projector *projector;
};

static enum atw_status init_one(void *context, size_t i, struct atw_error *err)
{
    const struct stages *s = context;
    size_t n = s->count - 1, first, subset;

    s->stage[i].projector = s->projector;
    if (i == 0)
        return stage_init(&s->stage[0], 0, atw_projector_geometry(s->projector)->n_tilt,
                          err);
    /* Making a projector takes a block of slices for a moment. The heap would keep one
     * hole of that size per subset. */
    (void)malloc_trim(0);
    subset = reversed(i - 1, n);
    first = first_slot(s->projector, subset, n);
    return stage_init(&s->stage[i], first,
                      first_slot(s->projector, subset + 1, n) - first, err);
}

enum atw_status atw_stages_create(struct atw_stage **out,
                                  size_t count,
                                  const struct atw_projector *projector,
                                  struct atw_error *err)
{
    struct stages stages = {calloc(count, sizeof *stages.stage), count, projector};
    enum atw_status status;

    *out = NULL;
    if (!stages.stage)
        return atw_error_set(err, ATW_ENOMEM, "reconstruction: no memory for subsets");
    status = atw_parallel_try(count, init_one, &stages, err);
    if (status == ATW_OK)
        *out = stages.stage; /* now owned by the caller */
    else
        atw_stages_destroy(stages.stage, count);
    return status;
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
