/* From the fine screen of one view to the pixels of the detector. */
#include "microscope/detection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct placement {
    double shift_u_m, shift_v_m; /* of one detector row */
    double sine, cosine;         /* of the rotation of the tilt axis */
};

static struct placement placement_of(const struct atw_detection *d, size_t view, double v)
{
    const struct atw_acquisition_settings *settings = &d->acquisition->settings;
    const struct atw_view *taken = &d->acquisition->view[view];
    double height = (double)d->microscope->n_v * d->microscope->pixel_m;

    return (struct placement){.shift_u_m = settings->axis_offset_m + taken->shift_u_m +
                                           taken->drift_u_m * v / height,
                              .shift_v_m =
                                  taken->shift_v_m + taken->drift_v_m * v / height,
                              .sine = sin(settings->axis_rotation_rad),
                              .cosine = cos(settings->axis_rotation_rad)};
}

/* All columns of a row lie at the same v. */
static void sum_rows(const struct atw_detection *d,
                     double v,
                     const float *plane,
                     float *weight,
                     float *out)
{
    size_t n_u = d->screen.n_u, first;
    size_t count = atw_footprint_weights(d->along_v, d->screen.n_v, v, &first, weight);

    for (size_t tap = 0; tap < count; tap++) {
        const float *from = plane + (first + tap) * n_u;

        for (size_t i = 0; i < n_u; i++)
            out[i] += weight[tap] * from[i];
    }
}

/* Every column has its own v. */
static void sum_slanted(const struct atw_detection *d,
                        double v,
                        const struct placement *at,
                        const float *plane,
                        float *weight,
                        float *out)
{
    size_t n_u = d->screen.n_u, first;

    for (size_t i = 0; i < n_u; i++) {
        double u = atw_grid_position_m(i, n_u, d->screen.pitch_u_m);
        size_t count = atw_footprint_weights(
            d->along_v, d->screen.n_v, (v - at->shift_v_m - u * at->sine) / at->cosine,
            &first, weight);

        for (size_t tap = 0; tap < count; tap++)
            out[i] += weight[tap] * plane[(first + tap) * n_u + i];
    }
}

/* Weights of the samples that the pixels of a row see: the same for all rows that lie
 * equally along u. */
struct columns {
    int are_known;
    double shift_m, slant_m; /* of the row they are for */
    size_t *first, *count;   /* [n_u] */
    float *weight;           /* [n_u][n_taps] */
};

static enum atw_status create_columns(struct columns *columns,
                                      const struct atw_detection *d,
                                      struct atw_error *err)
{
    size_t n_u = d->microscope->n_u;

    *columns = (struct columns){
        .first = malloc(2 * n_u * sizeof *columns->first),
        .weight = malloc(n_u * d->along_u->n_taps * sizeof *columns->weight)};
    if (!columns->first || !columns->weight)
        return atw_error_set(err, ATW_ENOMEM, "detection: out of memory");
    columns->count = columns->first + n_u;
    return ATW_OK;
}

static void destroy_columns(struct columns *columns)
{
    free(columns->first);
    free(columns->weight);
}

static void weigh_columns(struct columns *columns,
                          const struct atw_detection *d,
                          double v,
                          const struct placement *at)
{
    const struct atw_microscope *microscope = d->microscope;
    double slant_m = (v - at->shift_v_m) * at->sine;

    if (columns->are_known && columns->shift_m == at->shift_u_m &&
        columns->slant_m == slant_m)
        return;
    columns->are_known = 1;
    columns->shift_m = at->shift_u_m;
    columns->slant_m = slant_m;
    for (size_t i = 0; i < microscope->n_u; i++) {
        double u = atw_grid_position_m(i, microscope->n_u, microscope->pixel_m);

        columns->count[i] = atw_footprint_weights(
            d->along_u, d->screen.n_u, (u - at->shift_u_m) * at->cosine + slant_m,
            &columns->first[i], columns->weight + i * d->along_u->n_taps);
    }
}

/* Whether one quarter of the image is the mirror of the others. */
static int is_image_even(const struct atw_detection *d, size_t view)
{
    const struct atw_acquisition_settings *settings = &d->acquisition->settings;
    const struct atw_view *taken = &d->acquisition->view[view];

    return d->is_even && settings->axis_offset_m == 0.0 &&
           settings->axis_rotation_rad == 0.0 && taken->shift_u_m == 0.0 &&
           taken->shift_v_m == 0.0 && taken->drift_u_m == 0.0 && taken->drift_v_m == 0.0;
}

static void sum_columns(const struct atw_detection *d,
                        const struct columns *columns,
                        const float *row,
                        size_t n_pixels,
                        float *pixel)
{
    for (size_t i = 0; i < n_pixels; i++) {
        const float *weight = columns->weight + i * d->along_u->n_taps;
        const float *from = row + columns->first[i];
        float sum = 0.0F;

        for (size_t tap = 0; tap < columns->count[i]; tap++)
            sum += weight[tap] * from[tap];
        pixel[i] = sum;
    }
}

/* From the first quarter to the others. */
static void mirror(float *pixel, size_t n_u, size_t n_v)
{
    for (size_t j = 0; j < (n_v + 1) / 2; j++) {
        float *row = pixel + j * n_u;

        for (size_t i = (n_u + 1) / 2; i < n_u; i++)
            row[i] = row[n_u - 1 - i];
        memmove(pixel + (n_v - 1 - j) * n_u, row, n_u * sizeof *pixel);
    }
}

enum atw_status atw_detect(const struct atw_detection *detection,
                           size_t view,
                           const float *plane,
                           float *scratch,
                           float *pixel,
                           struct atw_error *err)
{
    const struct atw_microscope *microscope = detection->microscope;
    int even = is_image_even(detection, view);
    size_t n_u = detection->screen.n_u;
    size_t n_rows = even ? (microscope->n_v + 1) / 2 : microscope->n_v;
    size_t n_columns = even ? (microscope->n_u + 1) / 2 : microscope->n_u;
    float *weight = malloc(detection->along_v->n_taps * sizeof *weight);
    struct columns columns;
    enum atw_status status = create_columns(&columns, detection, err);

    if (status == ATW_OK && !weight)
        status = atw_error_set(err, ATW_ENOMEM, "detection: out of memory");
    if (status != ATW_OK)
        goto cleanup;
    memset(scratch, 0, microscope->n_v * n_u * sizeof *scratch);
    for (size_t j = 0; j < n_rows; j++) {
        double v = atw_grid_position_m(j, microscope->n_v, microscope->pixel_m);
        struct placement at = placement_of(detection, view, v);
        float *row = scratch + j * n_u;

        if (at.sine == 0.0)
            sum_rows(detection, v - at.shift_v_m, plane, weight, row);
        else
            sum_slanted(detection, v, &at, plane, weight, row);
        weigh_columns(&columns, detection, v, &at);
        sum_columns(detection, &columns, row, n_columns, pixel + j * microscope->n_u);
    }
    if (even)
        mirror(pixel, microscope->n_u, microscope->n_v);
cleanup:
    destroy_columns(&columns);
    free(weight);
    return status;
}
