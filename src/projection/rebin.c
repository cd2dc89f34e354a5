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

/* Share of the box about `centre_m` that lies in pixel u. */
static double share(const struct atw_rebin_line *line, double centre_m, double u)
{
    double overlap_m = fmin(centre_m + 0.5 * line->width_m, (u + 1.0) * line->pixel_m) -
                       fmax(centre_m - 0.5 * line->width_m, u * line->pixel_m);

    return overlap_m > LEAST_SHARE * line->width_m ? overlap_m / line->width_m : 0.0;
}

/* Number of a bin counted along the detector, whichever way the line runs, to its number
 * on the line. */
static size_t on_line(const struct atw_rebin_line *line, size_t along)
{
    return line->step_m < 0.0 ? line->n_bin - 1 - along : along;
}

static double centre_of(const struct atw_rebin_line *line, size_t along)
{
    return line->bin0_m + (double)on_line(line, along) * line->step_m;
}

/* Zero beside the detector. */
static double weight_of(const struct atw_rebin_line *line, size_t along, double u)
{
    double centre_m = centre_of(line, along);

    if (u < 0.0 || u >= (double)line->n_u)
        return 0.0;
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

/* The pixel, of the detector or beside it, in which a bin begins. */
static double pixel_of(const struct atw_rebin_line *line, size_t along)
{
    double low_m = centre_of(line, along) - reach_m(line);

    return floor(low_m / line->pixel_m + LEAST_SHARE);
}

static int
is_seen(const struct atw_rebin *rebin, const struct atw_rebin_line *line, size_t along)
{
    double pixel = pixel_of(line, along);

    for (size_t i = 0; i < rebin->n_tap; i++)
        if (weight_of(line, along, pixel + (double)i) != 0.0)
            return 1;
    return 0;
}

/* Bins that weigh in a pixel, counted along the detector: a run without gaps. */
struct run {
    size_t first, end;
};

static struct run find_seen(const struct atw_rebin *rebin,
                            const struct atw_rebin_line *line)
{
    struct run seen = {0, line->n_bin};

    while (seen.first < seen.end && !is_seen(rebin, line, seen.first))
        seen.first++;
    while (seen.end > seen.first && !is_seen(rebin, line, seen.end - 1))
        seen.end--;
    return seen;
}

/* The most bins that begin in one pixel. */
static size_t find_most(const struct atw_rebin_line *line, struct run seen)
{
    size_t most = 0, count = 0;

    for (size_t i = seen.first; i < seen.end; i++) {
        int goes_on =
            i > seen.first && pixel_of(line, i) == pixel_of(line, i - 1); /* integers */

        count = goes_on ? count + 1 : 1;
        most = count > most ? count : most;
    }
    return most;
}

/* Entries of one pixel, of which its bins take the last: the ones before repeat the first
 * bin with weight zero. */
static void fill_pixel(struct atw_rebin *rebin,
                       const struct atw_rebin_line *line,
                       size_t at,
                       struct run bins)
{
    size_t n_spare = rebin->n_bin - (bins.end - bins.first);

    for (size_t i = 0; i < rebin->n_bin; i++) {
        size_t entry = at * rebin->n_bin + i;
        size_t along = i < n_spare ? bins.first : bins.first + i - n_spare;
        size_t bin = on_line(line, along);
        double pixel = pixel_of(line, along);

        rebin->bin[entry] =
            (uint32_t)(bin % ATW_SUBBINS * line->pitch + bin / ATW_SUBBINS);
        for (size_t tap = 0; tap < rebin->n_tap; tap++)
            rebin->weight[entry * rebin->n_tap + tap] =
                i < n_spare ? 0.0F : (float)weight_of(line, along, pixel + (double)tap);
    }
}

static void
fill(struct atw_rebin *rebin, const struct atw_rebin_line *line, struct run seen)
{
    struct run bins = {seen.first, seen.first};

    for (size_t at = 0; at < rebin->n_pixel; at++) {
        double pixel = (double)rebin->first_pixel + (double)at;

        while (bins.end < seen.end && pixel_of(line, bins.end) == pixel)
            bins.end++;
        fill_pixel(rebin, line, at, bins);
        bins.first = bins.end;
    }
}

/* The first and last bin of every class that is seen. */
static void find_class_runs(struct atw_rebin *rebin,
                            const struct atw_rebin_line *line,
                            struct run seen)
{
    for (size_t class = 0; class < ATW_SUBBINS; class ++)
        rebin->seen_first[class] = rebin->seen_end[class] = 0;
    for (size_t i = seen.first; i < seen.end; i++) {
        size_t bin = on_line(line, i), class = bin % ATW_SUBBINS;
        size_t number = bin / ATW_SUBBINS;

        if (rebin->seen_end[class] == 0 || number < rebin->seen_first[class])
            rebin->seen_first[class] = (uint32_t)number;
        if (number >= rebin->seen_end[class])
            rebin->seen_end[class] = (uint32_t)(number + 1);
    }
}

enum atw_status atw_rebin_build(struct atw_rebin *rebin,
                                const struct atw_rebin_line *line,
                                struct atw_error *err)
{
    struct run seen;

    *rebin = (struct atw_rebin){.n_u = line->n_u, .pitch = line->pitch};
    rebin->n_tap = (size_t)ceil(2.0 * reach_m(line) / line->pixel_m - LEAST_SHARE) + 1;
    seen = find_seen(rebin, line);
    find_class_runs(rebin, line, seen);
    if (seen.first == seen.end)
        return ATW_OK;
    rebin->n_bin = find_most(line, seen);
    rebin->first_pixel = (ptrdiff_t)pixel_of(line, seen.first);
    rebin->n_pixel =
        (size_t)((ptrdiff_t)pixel_of(line, seen.end - 1) - rebin->first_pixel + 1);
    rebin->bin = calloc(rebin->n_pixel * rebin->n_bin, sizeof *rebin->bin);
    rebin->weight =
        calloc(rebin->n_pixel * rebin->n_bin * rebin->n_tap, sizeof *rebin->weight);
    if (!rebin->bin || !rebin->weight)
        return atw_error_set(err, ATW_ENOMEM,
                             "projector: no memory for the weights of a view");
    fill(rebin, line, seen);
    return ATW_OK;
}

void atw_rebin_release(struct atw_rebin *rebin)
{
    free(rebin->bin);
    free(rebin->weight);
}

void atw_rebin_find_seen_tiles(struct atw_view *view,
                               const struct atw_projector *projector)
{
    const struct atw_rebin *rebin = &view->rebin;
    size_t lanes = projector->lanes, tile = projector->sweep->tile;
    size_t first = view->class_pitch / lanes, end = 0;

    for (size_t class = 0; class < ATW_SUBBINS; class ++) {
        if (rebin->seen_end[class] == 0)
            continue;
        first = rebin->seen_first[class] < first ? rebin->seen_first[class] : first;
        end = rebin->seen_end[class] > end ? rebin->seen_end[class] : end;
    }
    view->first_tile = first * lanes / tile;
    view->end_tile = (end * lanes + tile - 1) / tile;
}
