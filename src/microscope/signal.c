/* From intensity to the noise-free signal on the detector, and damping.
 *
 * Line integrals are taken on a detector an integer number of times finer than the pixels
 * and finer than the voxels, so that neither the sampling of the projector nor the ratio
 * of voxel and pixel shows; then blur and pixels are applied by exact integrals.
 *
 * Means over voxels of width h, drawn as cubes of width h, are blurred by 2 h^2/12
 * already, along any direction, and so is what passes the fine detector. That much
 * variance is taken off the microscope's blur, or a coarser grid would act as a worse
 * lens. */
#include "microscope/microscope.h"

#include <math.h>
#include <stdlib.h>

#include "core/parallel.h"
#include "microscope/cubes.h"
#include "microscope/resampling.h"

static const double FINE_PIXELS_PER_VOXEL = 1.5;
static const double BLUR_MARGIN_SIGMAS = 6.0;

double atw_damping_factor(double tau)
{
    return fabs(tau) < 1e-6 ? 1.0 - 0.5 * tau : -expm1(-tau) / tau;
}

enum atw_status atw_microscope_check_detector(const struct atw_microscope *microscope,
                                              const double *tilt_rad,
                                              size_t n_tilt,
                                              struct atw_error *err)
{
    if (n_tilt == 0 || !tilt_rad)
        return atw_error_set(err, ATW_EINVAL, "microscope: no tilt angles");
    if (microscope->n_u == 0 || microscope->n_v == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: detector of %zu x %zu pixels: both counts must "
                             "be positive",
                             microscope->n_u, microscope->n_v);
    if (!(microscope->pixel_m > 0.0) || !isfinite(microscope->pixel_m))
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: pixel size %g m must be positive and finite",
                             microscope->pixel_m);
    if (!(microscope->blur_sigma_m >= 0.0) || !isfinite(microscope->blur_sigma_m))
        return atw_error_set(
            err, ATW_EINVAL,
            "microscope: blur of sigma %g m must be zero or positive and "
            "finite",
            microscope->blur_sigma_m);
    if (!(microscope->damping_length_nm >= 0.0) ||
        !isfinite(microscope->damping_length_nm))
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: damping length %g nm must be positive and "
                             "finite, or 0 for no damping",
                             microscope->damping_length_nm);
    return ATW_OK;
}

/* A detector with pixels cut into whole parts, wide enough for what blurs onto it. */
static struct atw_projection_geometry fine_geometry(const struct atw_grid *grid,
                                                    const struct atw_microscope *m,
                                                    const double *tilt_rad,
                                                    size_t n_tilt)
{
    double parts =
        fmax(1.0, ceil(FINE_PIXELS_PER_VOXEL * m->pixel_m / grid->spacing_m - 1e-9));
    double fine_m = m->pixel_m / parts;
    double margin = ceil(BLUR_MARGIN_SIGMAS * m->blur_sigma_m / fine_m);

    return (struct atw_projection_geometry){.grid = *grid,
                                            .n_u = m->n_u * (size_t)parts +
                                                   2 * (size_t)margin,
                                            .pixel_m = fine_m,
                                            .n_tilt = n_tilt,
                                            .tilt_rad = tilt_rad,
                                            .axis_offset_m = 0.0};
}

struct detector_job {
    const struct atw_resampling *along_u, *along_v;
    struct atw_tilt_series *fine; /* damped in place */
    double damping_length_nm;
    struct atw_tilt_series *series;
    float *scratch; /* [workers][n_v][n_u fine] */
};

static void damp_view(struct atw_tilt_series *series, size_t view, double length_nm)
{
    float *value = atw_tilt_series_view(series, view);
    float length = (float)length_nm, per_length = 1.0F / length;

    for (size_t i = 0; i < series->n_v * series->n_u; i++)
        if (value[i] != 0.0F)
            value[i] = -length * expm1f(-value[i] * per_length);
}

static void detect_view(void *context, size_t view, size_t worker)
{
    struct detector_job *job = context;
    float *rows = job->scratch + worker * job->series->n_v * job->fine->n_u;

    if (job->damping_length_nm > 0.0)
        damp_view(job->fine, view, job->damping_length_nm);

    atw_resample_columns(job->along_v, job->fine->n_u,
                         atw_tilt_series_view(job->fine, view), rows);
    atw_resample_rows(job->along_u, job->series->n_v, rows,
                      atw_tilt_series_view(job->series, view));
}

/* What is left of the blur once the sampling has done its share. */
static double remaining_blur_m(double sigma_m, double voxel_m, double fine_m)
{
    double variance = sigma_m * sigma_m - (voxel_m * voxel_m + fine_m * fine_m) / 6.0;

    return variance > 0.0 ? sqrt(variance) : 0.0;
}

/* Blur and pixels: fine [n_tilt][n_y][fine n_u] to series [n_tilt][n_v][n_u]. */
static enum atw_status detect(struct atw_tilt_series *series,
                              struct atw_tilt_series *fine,
                              double voxel_m,
                              const struct atw_microscope *microscope,
                              struct atw_error *err)
{
    double sigma_m = microscope->blur_sigma_m;
    struct atw_resampling *along_u = NULL, *along_v = NULL;
    float *scratch = NULL;
    enum atw_status status = atw_resampling_create(
        &along_u, fine->n_u, fine->pixel_m, series->n_u, series->pixel_m,
        remaining_blur_m(sigma_m, voxel_m, fine->pixel_m), err);

    if (status == ATW_OK)
        status = atw_resampling_create(&along_v, fine->n_v, voxel_m, series->n_v,
                                       series->pixel_m,
                                       remaining_blur_m(sigma_m, voxel_m, 0.0), err);
    if (status != ATW_OK)
        goto cleanup;
    scratch =
        calloc(atw_parallel_thread_count() * series->n_v, fine->n_u * sizeof *scratch);
    if (!scratch) {
        status = atw_error_set(err, ATW_ENOMEM, "microscope: out of memory");
        goto cleanup;
    }
    atw_parallel_for(
        series->n_tilt, detect_view,
        &(struct detector_job){.along_u = along_u,
                               .along_v = along_v,
                               .fine = fine,
                               .damping_length_nm = microscope->damping_length_nm,
                               .series = series,
                               .scratch = scratch});
cleanup:
    free(scratch);
    atw_resampling_destroy(along_u);
    atw_resampling_destroy(along_v);
    return status;
}

enum atw_status atw_microscope_signal(struct atw_tilt_series **out,
                                      const struct atw_field *intensity,
                                      const struct atw_microscope *microscope,
                                      const double *tilt_rad,
                                      size_t n_tilt,
                                      struct atw_error *err)
{
    struct atw_tilt_series *series = NULL, *fine = NULL;
    struct atw_projection_geometry geometry;
    enum atw_status status =
        atw_microscope_check_detector(microscope, tilt_rad, n_tilt, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    geometry = fine_geometry(&intensity->grid, microscope, tilt_rad, n_tilt);
    status = atw_tilt_series_create(&series, n_tilt, microscope->n_v, microscope->n_u,
                                    microscope->pixel_m, tilt_rad, err);
    if (status == ATW_OK)
        status = atw_cubes_project(&fine, intensity, &geometry, err);
    if (status == ATW_OK)
        status = detect(series, fine, intensity->grid.spacing_m, microscope, err);
    if (status == ATW_OK) {
        *out = series;
        series = NULL; /* now owned by the caller */
    }
    atw_tilt_series_destroy(fine);
    atw_tilt_series_destroy(series);
    return status;
}
