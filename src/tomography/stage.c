/* Subsets of views: each has a projector, its data and its weights. */
#include "tomography/stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A subset that sees a voxel less than this share of the best seen one leaves it alone.
 */
#define LEAST_SEEN 1e-2f

float *atw_stage_weight(const struct atw_projector *projector, float least)
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

enum atw_status atw_stage_init(struct atw_stage *stage,
                               const struct atw_projector *projector,
                               const float *series,
                               size_t i,
                               size_t n,
                               struct atw_error *err)
{
    const struct atw_projection_geometry *geometry;
    enum atw_status status = ATW_OK;

    *stage = (struct atw_stage){.projector = projector, .series = series};
    if (n > 1)
        status = choose_views(stage, series, i, n, err);
    if (status != ATW_OK)
        return status;
    geometry = atw_projector_geometry(stage->projector);
    stage->row_sum = calloc(geometry->n_tilt * geometry->n_u, sizeof(float));
    stage->weight = atw_stage_weight(stage->projector, n > 1 ? LEAST_SEEN : 0.0f);
    if (!stage->row_sum || !stage->weight)
        return atw_error_set(err, ATW_ENOMEM, "reconstruction: no memory for weights");
    return ATW_OK;
}

void atw_stage_release(struct atw_stage *stage)
{
    atw_projector_destroy(stage->owned);
    free(stage->gathered);
    free(stage->weight);
    free(stage->row_sum);
}
