/* The rebin of one view: from the fine line of bins to the detector pixels.
 *
 * A bin stands for a box as wide as a voxel row's spacing on the detector. Its weight in
 * a pixel is the share of the box inside the pixel: never negative, and whatever falls on
 * the detector is kept, so the mass of a view is exact. Source: the distance-driven
 * overlap of De Man and Basu, Phys. Med. Biol. 49 (2004) 2463, in one dimension. */
#include "projection/plan.h"

#include <math.h>
#include <stdlib.h>

/* Shares below this are rounding at a common edge, not overlap. */
#define LEAST_SHARE 1e-9

static enum atw_status
band_allocate(struct atw_band *band, size_t n_row, size_t n_weight, struct atw_error *err)
{
    band->n_row = n_row;
    band->first = calloc(n_row, sizeof *band->first);
    band->start = calloc(n_row + 1, sizeof *band->start);
    band->weight = calloc(n_weight + 1, sizeof *band->weight);
    if (!band->first || !band->start || !band->weight)
        return atw_error_set(err, ATW_ENOMEM,
                             "projector: no memory for the weights of a view");
    return ATW_OK;
}

void atw_band_release(struct atw_band *band)
{
    free(band->first);
    free(band->start);
    free(band->weight);
}

/* Append the pixels that bin `bin` falls on. */
static void
append_bin(struct atw_band *band, const struct atw_rebin_line *line, size_t bin)
{
    double centre_m = line->bin0_m + (double)bin * line->step_m;
    double low_m = centre_m - 0.5 * line->width_m;
    double high_m = centre_m + 0.5 * line->width_m;
    double u_low = fmax(floor(low_m / line->pixel_m) - 1.0, 0.0);
    double u_high = fmin(floor(high_m / line->pixel_m) + 1.0, (double)line->n_u - 1.0);
    uint32_t end = band->start[bin];

    for (double u = u_low; u <= u_high; u += 1.0) {
        double overlap_m =
            fmin(high_m, (u + 1.0) * line->pixel_m) - fmax(low_m, u * line->pixel_m);

        if (overlap_m <= LEAST_SHARE * line->width_m)
            continue;
        if (end == band->start[bin])
            band->first[bin] = (uint32_t)u;
        band->weight[end++] = (float)(line->scale * overlap_m / line->width_m);
    }
    band->start[bin + 1] = end;
}

/* First bin and number of bins of each pixel. */
static void measure_transpose(const struct atw_band *to_bins,
                              struct atw_band *to_view,
                              uint32_t *count)
{
    for (uint32_t bin = 0; bin < to_bins->n_row; bin++)
        for (uint32_t i = to_bins->start[bin]; i < to_bins->start[bin + 1]; i++) {
            uint32_t u = to_bins->first[bin] + i - to_bins->start[bin];

            if (count[u]++ == 0)
                to_view->first[u] = bin;
        }
    for (size_t u = 0; u < to_view->n_row; u++)
        to_view->start[u + 1] = to_view->start[u] + count[u];
}

static enum atw_status transpose(struct atw_band *to_view,
                                 const struct atw_band *to_bins,
                                 size_t n_u,
                                 struct atw_error *err)
{
    uint32_t *count = calloc(n_u, sizeof *count);
    enum atw_status status =
        band_allocate(to_view, n_u, to_bins->start[to_bins->n_row], err);

    if (status == ATW_OK && !count)
        status = atw_error_set(err, ATW_ENOMEM, "projector: out of memory");
    if (status != ATW_OK)
        goto cleanup;
    measure_transpose(to_bins, to_view, count);
    for (uint32_t bin = 0; bin < to_bins->n_row; bin++)
        for (uint32_t i = to_bins->start[bin]; i < to_bins->start[bin + 1]; i++) {
            uint32_t u = to_bins->first[bin] + i - to_bins->start[bin];

            to_view->weight[to_view->start[u] + bin - to_view->first[u]] =
                to_bins->weight[i];
        }
cleanup:
    free(count);
    return status;
}

enum atw_status atw_rebin_build(struct atw_band *to_view,
                                struct atw_band *to_bins,
                                const struct atw_rebin_line *line,
                                struct atw_error *err)
{
    size_t pixels_at_most = (size_t)ceil(line->width_m / line->pixel_m) + 1;
    enum atw_status status;

    if (pixels_at_most > line->n_u)
        pixels_at_most = line->n_u;
    status = band_allocate(to_bins, line->n_bin, line->n_bin * pixels_at_most, err);
    if (status != ATW_OK)
        return status;
    for (size_t bin = 0; bin < line->n_bin; bin++)
        append_bin(to_bins, line, bin);
    return transpose(to_view, to_bins, line->n_u, err);
}
