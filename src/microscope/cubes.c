/* Line integrals of a volume whose voxels are cubes. */
#include "microscope/cubes.h"

#include "core/parallel.h"
#include "microscope/resampling.h"

struct widening {
    struct atw_tilt_series *series;
    const struct atw_projection_geometry *geometry;
};

static void widen_view(void *context, size_t view, size_t worker)
{
    const struct widening *widening = context;
    const struct atw_projection_geometry *geometry = widening->geometry;
    double voxel = geometry->grid.spacing_m / geometry->pixel_m;
    double missing = 1.0 / 12.0 - atw_projector_box_variance(geometry->tilt_rad[view]);

    (void)worker;
    atw_blur_rows(voxel * voxel * missing, widening->series->n_v, widening->series->n_u,
                  atw_tilt_series_view(widening->series, view));
}

enum atw_status atw_cubes_project_by(struct atw_tilt_series **out,
                                     const struct atw_field *volume,
                                     const struct atw_projector *projector,
                                     struct atw_error *err)
{
    const struct atw_projection_geometry *geometry = atw_projector_geometry(projector);
    struct atw_tilt_series *series = NULL;
    enum atw_status status =
        atw_tilt_series_create(&series, geometry->n_tilt, geometry->grid.n_y,
                               geometry->n_u, geometry->pixel_m, geometry->tilt_rad, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_projector_forward(projector, volume->value, series->value, err);
    if (status == ATW_OK) {
        atw_parallel_for(geometry->n_tilt, widen_view,
                         &(struct widening){.series = series, .geometry = geometry});
        *out = series;
        series = NULL; /* now owned by the caller */
    }
    atw_tilt_series_destroy(series);
    return status;
}

enum atw_status atw_cubes_project(struct atw_tilt_series **out,
                                  const struct atw_field *volume,
                                  const struct atw_projection_geometry *geometry,
                                  struct atw_error *err)
{
    struct atw_projector *projector;
    enum atw_status status = atw_projector_create(&projector, geometry, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_cubes_project_by(out, volume, projector, err);
    atw_projector_destroy(projector);
    return status;
}
