/* The table of reconstruction methods, and reconstruction of a whole series. */
#include "tomography/reconstruction.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/constants.h"
#include "tomography/cgls.h"
#include "tomography/data.h"
#include "tomography/em.h"
#include "tomography/os_em.h"
#include "tomography/sirt.h"
#include "tomography/tv.h"
#include "tomography/wbp.h"

#define PITCH_TOLERANCE 1e-6
#define ANGLE_TOLERANCE_RAD 1e-9

const struct atw_reconstruction_method *const atw_reconstruction_methods[] = {
    &atw_reconstruction_em,
    &atw_reconstruction_os_em,
    &atw_reconstruction_sirt,
    &atw_reconstruction_cgls,
    &atw_reconstruction_wbp,
    &atw_reconstruction_tv,
    NULL,
};

enum atw_status atw_reconstruction_find(const struct atw_reconstruction_method **method,
                                        const char *name,
                                        struct atw_error *err)
{
    char known[256] = "";
    size_t used = 0;

    for (size_t i = 0; atw_reconstruction_methods[i]; i++) {
        const char *candidate = atw_reconstruction_methods[i]->name;

        if (strcmp(candidate, name) == 0) {
            *method = atw_reconstruction_methods[i];
            return ATW_OK;
        }
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 candidate);
    }
    return atw_error_set(err, ATW_EINVAL,
                         "reconstruction: there is no method '%s'; there are: %s", name,
                         known);
}

struct atw_grid atw_reconstruction_default_grid(const struct atw_tilt_series *series)
{
    return (struct atw_grid){.n_x = series->n_u,
                             .n_y = series->n_v,
                             .n_z = series->n_u,
                             .spacing_m = series->pixel_m};
}

enum atw_status atw_reconstruction_check_views(const struct atw_tilt_series *series,
                                               struct atw_error *err)
{
    for (size_t i = 1; i < series->n_tilt; i++)
        if (fabs(sin(series->tilt_rad[i] - series->tilt_rad[0])) > ANGLE_TOLERANCE_RAD)
            return ATW_OK;
    return atw_error_set(err, ATW_EINPUT,
                         "the series has %zu view%s, %s at %.4g degrees: a volume needs "
                         "views from two directions at least",
                         series->n_tilt, series->n_tilt == 1 ? "" : "s",
                         series->n_tilt == 1 ? "taken" : "all taken",
                         series->tilt_rad[0] / ATW_DEGREE_RAD);
}

static enum atw_status check_counts(const struct atw_projection_geometry *geometry,
                                    const struct atw_tilt_series *series,
                                    struct atw_error *err)
{
    if (geometry->n_tilt == series->n_tilt && geometry->grid.n_y == series->n_v &&
        geometry->n_u == series->n_u)
        return ATW_OK;
    return atw_error_set(err, ATW_EINVAL,
                         "reconstruction: a series of %zu views of %zu x %zu pixels does "
                         "not fit a projector of %zu views of %zu x %zu",
                         series->n_tilt, series->n_u, series->n_v, geometry->n_tilt,
                         geometry->n_u, geometry->grid.n_y);
}

enum atw_status atw_reconstruction_check_series(const struct atw_projector *projector,
                                                const struct atw_tilt_series *series,
                                                struct atw_error *err)
{
    const struct atw_projection_geometry *geometry = atw_projector_geometry(projector);
    enum atw_status status = check_counts(geometry, series, err);

    if (status != ATW_OK)
        return status;
    if (!(fabs(series->pixel_m / geometry->pixel_m - 1.0) <= PITCH_TOLERANCE))
        return atw_error_set(err, ATW_EINVAL,
                             "reconstruction: the series has pixels of %g m, the "
                             "projector of %g m",
                             series->pixel_m, geometry->pixel_m);
    for (size_t i = 0; i < series->n_tilt; i++)
        if (fabs(series->tilt_rad[i] - geometry->tilt_rad[i]) > ANGLE_TOLERANCE_RAD)
            return atw_error_set(err, ATW_EINVAL,
                                 "reconstruction: view %zu is at %g rad, the projector "
                                 "has %g rad",
                                 i + 1, series->tilt_rad[i], geometry->tilt_rad[i]);
    return ATW_OK;
}

enum atw_status atw_reconstruct_with(struct atw_field **out,
                                     const struct atw_projector *projector,
                                     const struct atw_tilt_series *series,
                                     const struct atw_reconstruction_method *method,
                                     const struct atw_reconstruction_options *options,
                                     struct atw_error *err)
{
    struct atw_reconstruction_options usual = {.iterations = method->iterations};
    struct atw_field *field = NULL;
    enum atw_status status = atw_reconstruction_check_series(projector, series, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    status = atw_field_create(&field, &atw_projector_geometry(projector)->grid, err);
    if (status != ATW_OK)
        return status;
    status = method->run(projector, series->value, options ? options : &usual,
                         field->value, NULL, err);
    if (status == ATW_OK)
        status = atw_data_check_result(method->name, field, err);
    if (status != ATW_OK)
        goto cleanup;
    *out = field;
    field = NULL; /* now owned by the caller */
cleanup:
    atw_field_destroy(field);
    return status;
}

static enum atw_status check_grid(const struct atw_grid *grid,
                                  const struct atw_tilt_series *series,
                                  struct atw_error *err)
{
    if (grid->n_y != series->n_v)
        return atw_error_set(err, ATW_EINVAL,
                             "reconstruction: %zu slices from %zu detector rows: they "
                             "must be equal",
                             grid->n_y, series->n_v);
    if (!(fabs(grid->spacing_m / series->pixel_m - 1.0) <= PITCH_TOLERANCE))
        return atw_error_set(err, ATW_EINVAL,
                             "reconstruction: voxels of %g m from pixels of %g m: they "
                             "must be equal",
                             grid->spacing_m, series->pixel_m);
    return ATW_OK;
}

enum atw_status atw_reconstruct(struct atw_field **out,
                                const struct atw_tilt_series *series,
                                const struct atw_grid *grid,
                                const struct atw_reconstruction_method *method,
                                const struct atw_reconstruction_options *options,
                                struct atw_error *err)
{
    struct atw_projection_geometry geometry = {.grid = *grid,
                                               .n_u = series->n_u,
                                               .pixel_m = series->pixel_m,
                                               .n_tilt = series->n_tilt,
                                               .tilt_rad = series->tilt_rad};
    struct atw_projector *projector = NULL;
    enum atw_status status = check_grid(grid, series, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_projector_create(&projector, &geometry, err);
    if (status == ATW_OK)
        status = atw_reconstruct_with(out, projector, series, method, options, err);
    atw_projector_destroy(projector);
    return status;
}
