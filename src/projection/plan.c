/* Works a geometry out into tables: row shifts, register tiles, groups of views.
 *
 * Rows are the voxel lines most across the beam: along x for |tan t| <= 1, along z
 * beyond. In units of half a voxel, voxel (row, column) projects to
 * 2 column + 2 (row - centre) tan t + constant, so a row's shift and fraction are those
 * of its first voxel. */
#include "projection/plan.h"

#include <math.h>
#include <stdlib.h>

#include "core/constants.h"

/* Fractions are multiples of 1/1024: 1 - fraction is exact in single precision, and a
 * small one still stands well above the rounding of the sums it is the difference of.
 * Moves a row by at most 2.5e-4 voxels. */
#define FRACTION_STEPS 1024.0
/* Bins of this many views stay in a 32 KiB cache while a strip is gathered. */
#define GROUP_AT_MOST 12

/* One view, measured in voxels. */
struct direction {
    int steep; /* rows along z */
    size_t n_row, n_col;
    double shear;  /* shift per row */
    double cosine; /* of the rows with the detector, signed */
    double offset; /* bins; makes all shifts non-negative */
};

static struct direction measure(const struct atw_grid *grid, double tilt_rad)
{
    double c = cos(tilt_rad), s = sin(tilt_rad);
    struct direction d = {.steep = fabs(s) > fabs(c)};

    d.n_row = d.steep ? grid->n_x : grid->n_z;
    d.n_col = d.steep ? grid->n_z : grid->n_x;
    d.cosine = d.steep ? s : c;
    d.shear = d.steep ? c / s : s / c;
    d.offset = 2.0 * ceil(0.5 * (double)(d.n_row - 1) * fabs(d.shear));
    return d;
}

static struct atw_lift lift_of_row(const struct direction *d, size_t row)
{
    double centred = (double)row - 0.5 * (double)(d->n_row - 1);
    double shift = d->offset + 2.0 * centred * d->shear;
    double steps = fmax(round(shift * FRACTION_STEPS), 0.0);
    double whole = floor(steps / FRACTION_STEPS);

    return (struct atw_lift){.shift = (uint32_t)whole,
                             .fraction = (float)(steps / FRACTION_STEPS - whole)};
}

/* Bins in use: those of the last column at the greatest shift, and one more. */
static size_t bin_count(const struct direction *d)
{
    uint32_t first = lift_of_row(d, 0).shift, last = lift_of_row(d, d->n_row - 1).shift;

    return 2 * (d->n_col - 1) + (first > last ? first : last) + 2;
}

static size_t tile_count(const struct atw_projector *projector, const struct direction *d)
{
    size_t pairs = (bin_count(d) + 1) / 2;

    return (pairs + projector->sweep->tile - 1) / projector->sweep->tile;
}

/* Rows first <= i < end of the sorted list (all of one parity, shifts monotone) whose
 * voxels reach the bin pairs pair0 ... pair0 + tile - 1. */
static void find_rows(const uint32_t *shift,
                      size_t first,
                      size_t end,
                      size_t pair0,
                      size_t tile,
                      size_t n_col,
                      uint32_t range[2])
{
    range[0] = range[1] = (uint32_t)first;
    for (size_t i = first; i < end; i++) {
        size_t pair = shift[i] / 2;

        if (pair + n_col <= pair0 || pair >= pair0 + tile)
            continue;
        if (range[1] == range[0])
            range[0] = (uint32_t)i;
        range[1] = (uint32_t)i + 1;
    }
}

/* List the rows by parity of their shift. Returns the number of even ones. */
static size_t sort_rows(const struct atw_projector *projector,
                        const struct direction *d,
                        struct atw_view *view,
                        uint32_t *shift)
{
    size_t filled = 0, n_even = 0;

    for (uint32_t parity = 0; parity < 2; parity++) {
        for (size_t row = 0; row < d->n_row; row++) {
            struct atw_lift lift = lift_of_row(d, row);
            size_t x = d->steep ? row : 0, z = d->steep ? 0 : row;

            if (lift.shift % 2 != parity)
                continue;
            shift[filled] = lift.shift;
            view->row_fraction[filled] = lift.fraction;
            view->row_offset[filled++] = (ptrdiff_t)atw_plan_voxel(projector, x, z) -
                                         (ptrdiff_t)(lift.shift / 2) * view->col_stride;
        }
        if (parity == 0)
            n_even = filled;
    }
    return n_even;
}

static enum atw_status build_sweep(const struct atw_projector *projector,
                                   const struct direction *d,
                                   struct atw_view *view,
                                   struct atw_error *err)
{
    size_t tile = projector->sweep->tile;
    uint32_t *shift = calloc(d->n_row, sizeof *shift);
    enum atw_status status = ATW_OK;
    size_t n_even;

    view->col_stride =
        (ptrdiff_t)((d->steep ? projector->row_pitch : 1) * ATW_BLOCK_LANES);
    view->n_tile = tile_count(projector, d);
    view->row_offset = calloc(d->n_row, sizeof *view->row_offset);
    view->row_fraction = calloc(d->n_row, sizeof *view->row_fraction);
    view->tile_rows = calloc(4 * view->n_tile, sizeof *view->tile_rows);
    if (!shift || !view->row_offset || !view->row_fraction || !view->tile_rows) {
        status = atw_error_set(err, ATW_ENOMEM, "projector: no memory for a view");
        goto cleanup;
    }
    n_even = sort_rows(projector, d, view, shift);
    for (size_t i = 0; i < view->n_tile; i++) {
        uint32_t *range = view->tile_rows + 4 * i;

        find_rows(shift, 0, n_even, i * tile, tile, d->n_col, range);
        find_rows(shift, n_even, d->n_row, i * tile, tile, d->n_col, range + 2);
    }
cleanup:
    free(shift);
    return status;
}

static enum atw_status build_rebin(const struct atw_projection_geometry *geometry,
                                   const struct direction *d,
                                   struct atw_view *view,
                                   struct atw_error *err)
{
    double spacing_m = geometry->grid.spacing_m, pixel_m = geometry->pixel_m;
    double first_voxel = -0.5 * (d->offset + (double)(d->n_col - 1));
    double spacing_nm = spacing_m / ATW_METRE_PER_NM;
    struct atw_rebin_line line = {
        .n_bin = bin_count(d),
        .bin0_m = first_voxel * d->cosine * spacing_m + geometry->axis_offset_m +
                  0.5 * (double)geometry->n_u * pixel_m,
        .step_m = 0.5 * d->cosine * spacing_m,
        .width_m = fabs(d->cosine) * spacing_m,
        .n_u = geometry->n_u,
        .pixel_m = pixel_m,
        /* A voxel's area in the slice, spread over one pixel. */
        .scale = spacing_nm * spacing_m / pixel_m,
    };

    return atw_rebin_build(&view->to_view, &view->to_bins, &line, err);
}

struct slot {
    size_t tilt;
    struct direction direction;
};

/* Shallow views first, each kind by slope, so that neighbours share voxels and bins. */
static int compare_slots(const void *a, const void *b)
{
    const struct slot *left = a, *right = b;

    if (left->direction.steep != right->direction.steep)
        return left->direction.steep - right->direction.steep;
    if (left->direction.shear < right->direction.shear)
        return -1;
    if (left->direction.shear > right->direction.shear)
        return 1;
    return left->tilt < right->tilt ? -1 : 1;
}

static struct slot *sort_tilts(const struct atw_projection_geometry *geometry)
{
    struct slot *slot = calloc(geometry->n_tilt, sizeof *slot);

    if (!slot)
        return NULL;
    for (size_t i = 0; i < geometry->n_tilt; i++)
        slot[i] = (struct slot){
            .tilt = i, .direction = measure(&geometry->grid, geometry->tilt_rad[i])};
    qsort(slot, geometry->n_tilt, sizeof *slot, compare_slots);
    return slot;
}

static enum atw_status build_views(struct atw_projector *projector,
                                   const struct slot *slot,
                                   struct atw_error *err)
{
    size_t n_tilt = projector->geometry.n_tilt;
    enum atw_status status = ATW_OK;

    projector->view = calloc(n_tilt, sizeof *projector->view);
    if (!projector->view)
        return atw_error_set(err, ATW_ENOMEM, "projector: no memory for the views");
    for (size_t i = 0; i < n_tilt && status == ATW_OK; i++) {
        struct atw_view *view = &projector->view[i];
        size_t bins;

        view->tilt = slot[i].tilt;
        status = build_sweep(projector, &slot[i].direction, view, err);
        if (status == ATW_OK)
            status = build_rebin(&projector->geometry, &slot[i].direction, view, err);
        bins = 2 * projector->sweep->tile * view->n_tile + 1;
        if (bins * ATW_BLOCK_LANES > projector->bin_stride)
            projector->bin_stride = bins * ATW_BLOCK_LANES;
    }
    return status;
}

static enum atw_status fill_group(const struct atw_projector *projector,
                                  struct atw_group *group,
                                  const struct slot *slot,
                                  struct atw_error *err)
{
    const struct direction *d = &slot[group->first].direction;
    ptrdiff_t along_z = (ptrdiff_t)(projector->row_pitch * ATW_BLOCK_LANES);

    group->n_row = d->n_row;
    group->n_col = d->n_col;
    group->row_stride = d->steep ? ATW_BLOCK_LANES : along_z;
    group->col_stride = d->steep ? along_z : ATW_BLOCK_LANES;
    group->origin = (ptrdiff_t)atw_plan_voxel(projector, 0, 0);
    group->lift = calloc(d->n_row * group->count, sizeof *group->lift);
    if (!group->lift)
        return atw_error_set(err, ATW_ENOMEM, "projector: no memory for the views");
    for (size_t row = 0; row < d->n_row; row++)
        for (size_t i = 0; i < group->count; i++)
            group->lift[row * group->count + i] =
                lift_of_row(&slot[group->first + i].direction, row);
    return ATW_OK;
}

static enum atw_status build_groups(struct atw_projector *projector,
                                    const struct slot *slot,
                                    struct atw_error *err)
{
    size_t n_tilt = projector->geometry.n_tilt;
    enum atw_status status = ATW_OK;

    projector->group = calloc(n_tilt, sizeof *projector->group);
    if (!projector->group)
        return atw_error_set(err, ATW_ENOMEM, "projector: no memory for the views");
    for (size_t first = 0; first < n_tilt && status == ATW_OK;) {
        struct atw_group *group = &projector->group[projector->n_group++];
        int steep = slot[first].direction.steep;

        group->first = first;
        while (first < n_tilt && group->count < GROUP_AT_MOST &&
               slot[first].direction.steep == steep) {
            group->count++;
            first++;
        }
        status = fill_group(projector, group, slot, err);
    }
    return status;
}

enum atw_status atw_plan_build(struct atw_projector *projector, struct atw_error *err)
{
    struct slot *slot = sort_tilts(&projector->geometry);
    enum atw_status status;

    if (!slot)
        return atw_error_set(err, ATW_ENOMEM, "projector: no memory for the views");
    /* Odd, so that voxels above each other do not share a cache set. */
    projector->row_pitch = (projector->geometry.grid.n_x + 2 * ATW_SWEEP_BORDER) | 1;
    status = build_views(projector, slot, err);
    if (status == ATW_OK)
        status = build_groups(projector, slot, err);
    free(slot);
    return status;
}

void atw_plan_release(struct atw_projector *projector)
{
    for (size_t i = 0; projector->view && i < projector->geometry.n_tilt; i++) {
        free(projector->view[i].row_offset);
        free(projector->view[i].row_fraction);
        free(projector->view[i].tile_rows);
        atw_band_release(&projector->view[i].to_view);
        atw_band_release(&projector->view[i].to_bins);
    }
    free(projector->view);
    for (size_t i = 0; i < projector->n_group; i++)
        free(projector->group[i].lift);
    free(projector->group);
}
