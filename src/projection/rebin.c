/* The rebin of one view: from the fine line of bins to the detector pixels.
 *
 * A bin stands for a box as wide as a voxel row's spacing on the detector, ATW_SUBBINS
 * bins wide. Its weight in a pixel is the share of the box inside the pixel: never
 * negative, and whatever falls on the detector is kept, so the mass of a view is exact.
 * The sharp kernel subtracts a share of the second difference of the boxes one voxel
 * before and after: mass is kept, small weights beside the box are negative. Source: the
 * distance-driven overlap of De Man and Basu, Phys. Med. Biol. 49 (2004) 2463, in one
 * dimension. */
#include "projection/plan.h"

#include <math.h>
#include <stdlib.h>

/* Shares below this are rounding at a common edge, not overlap. */
#define LEAST_SHARE 1e-9

static enum atw_status band_allocate(struct atw_band *band,
                                     size_t n_row,
                                     size_t n_part,
                                     size_t n_tap,
                                     struct atw_error *err)
{
    *band = (struct atw_band){.n_row = n_row, .n_part = n_part, .n_tap = n_tap};
    band->first = calloc(n_row * n_part, sizeof *band->first);
    band->weight = calloc(n_row * n_part * n_tap, sizeof *band->weight);
    if (!band->first || !band->weight)
        return atw_error_set(err, ATW_ENOMEM,
                             "projector: no memory for the weights of a view");
    return ATW_OK;
}

void atw_band_release(struct atw_band *band)
{
    free(band->first);
    free(band->weight);
}

/* Share of the box about `centre_m` that lies in pixel u. */
static double share(const struct atw_rebin_line *line, double centre_m, double u)
{
    double overlap_m = fmin(centre_m + 0.5 * line->width_m, (u + 1.0) * line->pixel_m) -
                       fmax(centre_m - 0.5 * line->width_m, u * line->pixel_m);

    return overlap_m > LEAST_SHARE * line->width_m ? overlap_m / line->width_m : 0.0;
}

static double weight_of(const struct atw_rebin_line *line, size_t bin, double u)
{
    double centre_m = line->bin0_m + (double)bin * line->step_m;

    if (line->sharpness == 0.0)
        return line->scale * share(line, centre_m, u);
    return line->scale * ((1.0 + 2.0 * line->sharpness) * share(line, centre_m, u) -
                          line->sharpness * (share(line, centre_m - line->width_m, u) +
                                             share(line, centre_m + line->width_m, u)));
}

/* Half of what a bin reaches on the detector. */
static double reach_m(const struct atw_rebin_line *line)
{
    return (line->sharpness == 0.0 ? 0.5 : 1.5) * line->width_m;
}

static void fill_bin(struct atw_band *band, const struct atw_rebin_line *line, size_t bin)
{
    size_t row = bin % ATW_SUBBINS * line->pitch + bin / ATW_SUBBINS;
    double low_m = line->bin0_m + (double)bin * line->step_m - reach_m(line);
    double first = floor(low_m / line->pixel_m + LEAST_SHARE);

    first = fmin(fmax(first, 0.0), (double)(line->n_u - band->n_tap));
    band->first[row] = (uint32_t)first;
    for (size_t i = 0; i < band->n_tap; i++)
        band->weight[row * band->n_tap + i] =
            (float)weight_of(line, bin, first + (double)i);
}

/* Visit all entries of to_bins that are not zero: pixel, class, bin within the class. */
#define FOR_ENTRIES(band, line)                                                          \
    for (size_t row = 0; row < (band)->n_row; row++)                                     \
        for (size_t i = 0; i < (band)->n_tap; i++)                                       \
            if ((band)->weight[row * (band)->n_tap + i] != 0.0f)

static size_t longest_run(const struct atw_band *to_bins,
                          const struct atw_rebin_line *line,
                          uint32_t *low,
                          uint32_t *high)
{
    size_t longest = 1;

    for (size_t i = 0; i < line->n_u * ATW_SUBBINS; i++)
        low[i] = UINT32_MAX;
    FOR_ENTRIES(to_bins, line)
    {
        size_t at = (to_bins->first[row] + i) * ATW_SUBBINS + row / line->pitch;
        uint32_t bin = (uint32_t)(row % line->pitch);

        low[at] = low[at] < bin ? low[at] : bin;
        high[at] = high[at] > bin ? high[at] : bin;
        if ((size_t)(high[at] - low[at]) + 1 > longest)
            longest = high[at] - low[at] + 1;
    }
    return longest;
}

static void fill_transpose(struct atw_band *to_view,
                           const struct atw_band *to_bins,
                           const struct atw_rebin_line *line,
                           const uint32_t *low)
{
    for (size_t at = 0; at < line->n_u * ATW_SUBBINS; at++) {
        size_t first = low[at] == UINT32_MAX ? 0 : low[at];

        if (first + to_view->n_tap > line->pitch)
            first = line->pitch - to_view->n_tap;
        to_view->first[at] = (uint32_t)(at % ATW_SUBBINS * line->pitch + first);
    }
    FOR_ENTRIES(to_bins, line)
    {
        size_t at = (to_bins->first[row] + i) * ATW_SUBBINS + row / line->pitch;

        to_view->weight[at * to_view->n_tap + row - to_view->first[at]] =
            to_bins->weight[row * to_bins->n_tap + i];
    }
}

static enum atw_status transpose(struct atw_band *to_view,
                                 const struct atw_band *to_bins,
                                 const struct atw_rebin_line *line,
                                 struct atw_error *err)
{
    uint32_t *low = calloc(line->n_u * ATW_SUBBINS, sizeof *low);
    uint32_t *high = calloc(line->n_u * ATW_SUBBINS, sizeof *high);
    enum atw_status status = ATW_OK;

    if (!low || !high)
        status = atw_error_set(err, ATW_ENOMEM, "projector: out of memory");
    if (status == ATW_OK)
        status = band_allocate(to_view, line->n_u, ATW_SUBBINS,
                               longest_run(to_bins, line, low, high), err);
    if (status == ATW_OK)
        fill_transpose(to_view, to_bins, line, low);
    free(low);
    free(high);
    return status;
}

enum atw_status atw_rebin_build(struct atw_band *to_view,
                                struct atw_band *to_bins,
                                const struct atw_rebin_line *line,
                                struct atw_error *err)
{
    double n_tap = ceil(2.0 * reach_m(line) / line->pixel_m - LEAST_SHARE) + 1.0;
    enum atw_status status;

    if (n_tap > (double)line->n_u)
        n_tap = (double)line->n_u;
    status = band_allocate(to_bins, line->pitch * ATW_SUBBINS, 1, (size_t)n_tap, err);
    if (status != ATW_OK)
        return status;
    for (size_t bin = 0; bin < line->n_bin; bin++)
        fill_bin(to_bins, line, bin);
    return transpose(to_view, to_bins, line, err);
}

void atw_rebin_find_seen_tiles(struct atw_view *view,
                               const struct atw_projector *projector)
{
    const struct atw_band *band = &view->to_view;
    size_t lanes = projector->lanes, tile = projector->sweep->tile;
    size_t pitch = view->class_pitch / lanes, first = pitch, end = 0;

    for (size_t run = 0; run < band->n_row * band->n_part; run++)
        for (size_t i = 0; i < band->n_tap; i++) {
            size_t bin = band->first[run] - run % band->n_part * pitch + i;

            if (band->weight[run * band->n_tap + i] == 0.0f)
                continue;
            first = bin < first ? bin : first;
            end = bin >= end ? bin + 1 : end;
        }
    view->first_tile = first * lanes / tile;
    view->end_tile = (end * lanes + tile - 1) / tile;
}
