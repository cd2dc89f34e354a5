/* Subsets of views: each has a projector, its data and its weights. */
#include "tomography/stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static enum atw_status gather(struct atw_stage *stage,
                              const float *series,
                              size_t i,
                              size_t n,
                              double *tilt_rad,
                              struct atw_error *err)
{
    struct atw_projection_geometry geometry = *atw_projector_geometry(stage->projector);
    size_t view = geometry.grid.n_y * geometry.n_u, n_tilt = 0;
    enum atw_status status;

    for (size_t tilt = i; tilt < geometry.n_tilt; tilt += n, n_tilt++) {
        tilt_rad[n_tilt] = geometry.tilt_rad[tilt];
        memcpy(stage->gathered + n_tilt * view, series + tilt * view,
               view * sizeof(float));
    }
    geometry.n_tilt = n_tilt;
    geometry.tilt_rad = tilt_rad;
    status = atw_projector_create(&stage->owned, &geometry, err);
    stage->projector = stage->owned;
    stage->series = stage->gathered;
    return status;
}

static enum atw_status choose_views(struct atw_stage *stage,
                                    const float *series,
                                    size_t i,
                                    size_t n,
                                    struct atw_error *err)
{
    const struct atw_projection_geometry *geometry =
        atw_projector_geometry(stage->projector);
    size_t view = geometry->grid.n_y * geometry->n_u;
    double *tilt_rad = calloc(geometry->n_tilt, sizeof *tilt_rad);
    enum atw_status status;

    stage->gathered = calloc((geometry->n_tilt / n + 1) * view, sizeof(float));
    if (!tilt_rad || !stage->gathered)
        status = atw_error_set(err, ATW_ENOMEM, "reconstruction: no memory for subsets");
    else
        status = gather(stage, series, i, n, tilt_rad, err);
    free(tilt_rad);
    return status;
}

/* Subset i of n. */
static enum atw_status stage_init(struct atw_stage *stage,
                                  const struct atw_projector *projector,
                                  const float *series,
                                  size_t i,
                                  size_t n,
                                  struct atw_error *err)
{
    const struct atw_projection_geometry *geometry;
    enum atw_status status = ATW_OK;

    stage->projector = projector;
    stage->series = series;
    if (n > 1)
        status = choose_views(stage, series, i, n, err);
    if (status != ATW_OK)
        return status;
    geometry = atw_projector_geometry(stage->projector);
    stage->row_sum = calloc(geometry->n_tilt * geometry->n_u, sizeof(float));
    stage->weight = weigh_voxels(stage->projector, n > 1 ? LEAST_SEEN : 0.0f);
    if (!stage->row_sum || !stage->weight)
        return atw_error_set(err, ATW_ENOMEM, "reconstruction: no memory for weights");
    return ATW_OK;
}

struct stages {
    struct atw_stage *stage;
    size_t count;
    const struct atw_projector *projector;
    const float *series;
};

static enum atw_status init_one(void *context, size_t i, struct atw_error *err)
{
    const struct stages *s = context;

    if (i == 0)
        return stage_init(&s->stage[0], s->projector, s->series, 0, 1, err);
    return stage_init(&s->stage[i], s->projector, s->series, i - 1, s->count - 1, err);
}

enum atw_status atw_stages_create(struct atw_stage **out,
                                  size_t count,
                                  const struct atw_projector *projector,
                                  const float *series,
                                  struct atw_error *err)
{
    struct stages stages = {calloc(count, sizeof *stages.stage), count, projector,
                            series};
    struct atw_stage *stage = stages.stage;
    enum atw_status status;

    *out = NULL;
    if (!stage)
        return atw_error_set(err, ATW_ENOMEM, "reconstruction: no memory for subsets");
    status = atw_parallel_try(count, init_one, &stages, err);
    if (status != ATW_OK)
        goto cleanup;
    for (size_t i = 1; i < count; i++)
        stage[i].data_at =
            stage[i - 1].data_at +
            atw_stage_padded(atw_block_views_length(stage[i - 1].projector));
    *out = stage;
    stage = NULL; /* now owned by the caller */
cleanup:
    atw_stages_destroy(stage, count);
    return status;
}

void atw_stages_destroy(struct atw_stage *stage, size_t count)
{
    for (size_t i = 0; stage && i < count; i++) {
        atw_projector_destroy(stage[i].owned);
        free(stage[i].gathered);
        free(stage[i].weight);
        free(stage[i].row_sum);
    }
    free(stage);
}
