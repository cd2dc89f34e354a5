/* Works a geometry out into tables: row shifts, register tiles, groups of views.
 *
 * Rows are the voxel lines most across the beam: along x for |tan t| <= 1, along z
 * beyond. In bins, a sixth of a voxel each, voxel (row, column) projects to
 * 6 column + 6 (row - centre) tan t + constant. Rounded to a whole bin that is a class
 * and a shift of whole voxels, the same for a whole row. */
#include "projection/plan.h"

#include <math.h>
#include <stdlib.h>

#include "core/constants.h"

/* Bins of this many views stay in the first cache while a strip is gathered. */
#define GROUP_AT_MOST 12
/* Up to this many slices are worked on one by one. */
#define FEW_SLICES 4
/* Views of a group meet about the same voxels: greatest difference of the shear. */
#define GROUP_SHEAR 0.75
/* Second difference taken off by the sharp kernel: least error on discs. */
#define SHARPNESS 0.09

/* One view, measured in voxels. */
struct direction {
    int steep; /* rows along z */
    size_t n_row, n_col;
    double shear;  /* shift per row */
    double cosine; /* of the rows with the detector, signed */
    double offset; /* bins; makes all shifts non-negative */
    size_t shift;  /* whole voxels of the row shifted most */
    uint32_t *bin; /* [n_row] of the first voxel of a row; owned */
};

/* Rounded so that the errors add up to less than half a bin over any run of rows from the
 * first: what one row lies too far left, the next ones make good. */
static void round_rows(struct direction *d)
{
    double sum = 0.0;

    for (size_t row = 0; row < d->n_row; row++) {
        double centred = (double)row - 0.5 * (double)(d->n_row - 1);
        double exact = d->offset + ATW_SUBBINS * centred * d->shear;
        double whole = fmax(round(exact - sum), 0.0);

        sum += whole - exact;
        d->bin[row] = (uint32_t)whole;
        if (d->bin[row] / ATW_SUBBINS > d->shift)
            d->shift = d->bin[row] / ATW_SUBBINS;
    }
}

/* ATW_ENOMEM. */
static enum atw_status measure(struct direction *d,
                               const struct atw_grid *grid,
                               double tilt_rad,
                               struct atw_error *err)
{
    double c = cos(tilt_rad), s = sin(tilt_rad);

    *d = (struct direction){.steep = fabs(s) > fabs(c)};
    d->n_row = d->steep ? grid->n_x : grid->n_z;
    d->n_col = d->steep ? grid->n_z : grid->n_x;
    d->cosine = d->steep ? s : c;
    d->shear = d->steep ? c / s : s / c;
    d->offset = ATW_SUBBINS * ceil(0.5 * (double)(d->n_row - 1) * fabs(d->shear));
    d->bin = calloc(d->n_row, sizeof *d->bin);
    if (!d->bin)
        return atw_error_set(err, ATW_ENOMEM, "projector: no memory for a view");
    round_rows(d);
    return ATW_OK;
}

/* Floats between neighbouring voxels of a row. */
static ptrdiff_t voxel_step(const struct atw_projector *projector,
                            const struct direction *d)
{
    return (ptrdiff_t)(d->steep && !projector->has_copy ? projector->pitch_x
                                                        : projector->lanes);
}

/* Floats between neighbouring vectors of a row; only in a copy along the row do they hold
 * several voxels. */
static ptrdiff_t vector_step(const struct atw_projector *projector,
                             const struct direction *d)
{
    return projector->has_copy ? (ptrdiff_t)projector->sweep->lanes
                               : voxel_step(projector, d);
}

static enum atw_status view_allocate(const struct atw_projector *projector,
                                     const struct direction *d,
                                     struct atw_view *view,
                                     struct atw_error *err)
{
    size_t tile = projector->sweep->tile;
    size_t line = (d->n_col + d->shift) * projector->lanes;

    view->step = vector_step(projector, d);
    view->n_tile = (line + tile - 1) / tile;
    view->class_pitch = view->n_tile * tile;
    view->n_band = (d->n_row + ATW_SWEEP_BAND - 1) / ATW_SWEEP_BAND;
    view->row_offset = calloc(d->n_row, sizeof *view->row_offset);
    view->class_start = calloc(view->n_band * ATW_SUBBINS, sizeof *view->class_start);
    view->range = calloc(view->n_band * view->n_tile * ATW_SUBBINS, sizeof *view->range);
    view->centre_tile = calloc(view->n_band, sizeof *view->centre_tile);
    if (!view->row_offset || !view->class_start || !view->range || !view->centre_tile)
        return atw_error_set(err, ATW_ENOMEM, "projector: no memory for a view");
    return ATW_OK;
}

/* The tiles that a row shifted to float `shift` of its class meets: it is number `index`
 * of its class in the band. Within a class shifts are monotone, rounding moves a row by
 * less than a voxel, so a tile meets a run of rows. */
static void mark_tiles(const struct atw_projector *projector,
                       struct atw_row_range *range,
                       size_t shift,
                       size_t row_length,
                       unsigned index)
{
    size_t tile = projector->sweep->tile;

    for (size_t i = shift / tile; i <= (shift + row_length - 1) / tile; i++) {
        struct atw_row_range *met = range + i * ATW_SUBBINS;

        if (met->end == 0)
            met->first = (uint8_t)index;
        met->end = (uint8_t)(index + 1);
    }
}

/* List the rows of one band by class. */
static void list_band(const struct atw_projector *projector,
                      const struct direction *d,
                      size_t band,
                      struct atw_view *view)
{
    size_t lanes = projector->lanes, first = band * ATW_SWEEP_BAND, filled = first;
    size_t end = first + ATW_SWEEP_BAND < d->n_row ? first + ATW_SWEEP_BAND : d->n_row;
    struct atw_row_range *range = view->range + band * view->n_tile * ATW_SUBBINS;
    size_t middle = d->bin[(first + end) / 2] / ATW_SUBBINS * lanes;

    view->centre_tile[band] = (ptrdiff_t)(middle / projector->sweep->tile);
    for (uint32_t class = 0; class < ATW_SUBBINS; class ++) {
        size_t start = filled;

        view->class_start[band * ATW_SUBBINS + class] = (uint32_t)filled;
        for (size_t row = first; row < end; row++) {
            uint32_t bin = d->bin[row];
            size_t shift = bin / ATW_SUBBINS * lanes;

            if (bin % ATW_SUBBINS != class)
                continue;
            mark_tiles(projector, range + class, shift, d->n_col * lanes,
                       (unsigned)(filled - start));
            view->row_offset[filled++] =
                (ptrdiff_t)(d->steep ? atw_plan_row_z(projector, row)
                                     : atw_plan_row_x(projector, row)) -
                (ptrdiff_t)(bin / ATW_SUBBINS) * voxel_step(projector, d);
        }
    }
}

static enum atw_status build_rebin(const struct atw_projector *projector,
                                   const struct direction *d,
                                   struct atw_view *view,
                                   struct atw_error *err)
{
    const struct atw_projection_geometry *geometry = &projector->geometry;
    double spacing_m = geometry->grid.spacing_m, pixel_m = geometry->pixel_m;
    double first_voxel = -d->offset / ATW_SUBBINS - 0.5 * (double)(d->n_col - 1);
    struct atw_rebin_line line = {
        .n_bin = ATW_SUBBINS * (d->n_col + d->shift),
        .pitch = view->class_pitch / projector->lanes,
        .bin0_m = first_voxel * d->cosine * spacing_m + geometry->axis_offset_m +
                  0.5 * (double)geometry->n_u * pixel_m,
        .step_m = d->cosine * spacing_m / ATW_SUBBINS,
        .width_m = fabs(d->cosine) * spacing_m,
        .sharpness = geometry->kernel == ATW_KERNEL_SHARP ? SHARPNESS : 0.0,
        .n_u = geometry->n_u,
        .pixel_m = pixel_m,
        /* A voxel's area in the slice, spread over one pixel. */
        .scale = spacing_m / ATW_METRE_PER_NM * spacing_m / pixel_m,
    };

    return atw_rebin_build(&view->rebin, &line, err);
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

static void slots_release(struct slot *slot, size_t count)
{
    for (size_t i = 0; slot && i < count; i++)
        free(slot[i].direction.bin);
    free(slot);
}

static enum atw_status sort_tilts(struct slot **out,
                                  const struct atw_projection_geometry *geometry,
                                  struct atw_error *err)
{
    struct slot *slot = calloc(geometry->n_tilt, sizeof *slot);
    enum atw_status status = ATW_OK;

    *out = slot;
    if (!slot)
        return atw_error_set(err, ATW_ENOMEM, "projector: no memory for the views");
    for (size_t i = 0; i < geometry->n_tilt && status == ATW_OK; i++) {
        slot[i].tilt = i;
        status = measure(&slot[i].direction, &geometry->grid, geometry->tilt_rad[i], err);
    }
    if (status == ATW_OK)
        qsort(slot, geometry->n_tilt, sizeof *slot, compare_slots);
    return status;
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
        const struct direction *d = &slot[i].direction;

        view->tilt = slot[i].tilt;
        status = view_allocate(projector, d, view, err);
        for (size_t band = 0; status == ATW_OK && band < view->n_band; band++)
            list_band(projector, d, band, view);
        if (status == ATW_OK)
            status = build_rebin(projector, d, view, err);
        if (status == ATW_OK)
            atw_rebin_find_seen_tiles(view, projector);
        if (ATW_SUBBINS * view->class_pitch > projector->bin_stride)
            projector->bin_stride = ATW_SUBBINS * view->class_pitch;
    }
    return status;
}

static enum atw_status fill_group(const struct atw_projector *projector,
                                  struct atw_group *group,
                                  const struct slot *slot,
                                  struct atw_error *err)
{
    const struct direction *d = &slot[group->first].direction;

    group->overwrites =
        group->first == 0 ||
        (projector->has_copy && slot[group->first - 1].direction.steep != d->steep);
    group->n_row = d->n_row;
    group->row_length = d->n_col * projector->lanes;
    group->step = vector_step(projector, d);
    group->origin = (ptrdiff_t)(d->steep ? atw_plan_row_z(projector, 0)
                                         : atw_plan_row_x(projector, 0));
    group->row_stride = (ptrdiff_t)(d->steep ? atw_plan_row_z(projector, 1)
                                             : atw_plan_row_x(projector, 1)) -
                        group->origin;
    group->lift = calloc(d->n_row * group->count, sizeof *group->lift);
    if (!group->lift)
        return atw_error_set(err, ATW_ENOMEM, "projector: no memory for the views");
    for (size_t row = 0; row < d->n_row; row++)
        for (size_t i = 0; i < group->count; i++) {
            const struct atw_view *view = &projector->view[group->first + i];
            uint32_t bin = slot[group->first + i].direction.bin[row];

            group->lift[row * group->count + i] =
                (uint32_t)(i * projector->bin_stride +
                           bin % ATW_SUBBINS * view->class_pitch +
                           bin / ATW_SUBBINS * projector->lanes);
        }
    return ATW_OK;
}

/* Views from `first` on that may share a group. */
static size_t
alike(const struct atw_projector *projector, const struct slot *slot, size_t first)
{
    size_t count = 1;

    while (first + count < projector->geometry.n_tilt &&
           slot[first + count].direction.steep == slot[first].direction.steep &&
           (projector->geometry.n_tilt <= GROUP_AT_MOST ||
            slot[first + count].direction.shear - slot[first].direction.shear <=
                GROUP_SHEAR))
        count++;
    return count;
}

/* Runs of alike views in groups of about equal size. */
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
        size_t run = alike(projector, slot, first);
        size_t n_part = (run + GROUP_AT_MOST - 1) / GROUP_AT_MOST;

        group->first = first;
        group->count = (run + n_part - 1) / n_part;
        if (!slot[first].direction.steep)
            projector->n_shallow += group->count;
        first += group->count;
        status = fill_group(projector, group, slot, err);
    }
    return status;
}

/* Odd numbers of cache lines, so that rows above each other do not share a cache set. */
static size_t row_pitch(const struct atw_projector *projector, size_t n_col)
{
    size_t length = 2 * projector->sweep->tile + n_col * projector->lanes;

    return (((length + 15) / 16) | 1) * 16;
}

/* A vector of slices, or for a few slices one by one with columns as lanes: then rows are
 * read at any address, which costs less than slices that are not there. */
static size_t lane_count(const struct atw_projector *projector)
{
    size_t lanes = projector->sweep->lanes, n_y = projector->geometry.grid.n_y;

    while (lanes > 8 && n_y <= lanes / 2)
        lanes /= 2;
    return n_y <= FEW_SLICES ? 1 : lanes;
}

enum atw_status atw_plan_build(struct atw_projector *projector, struct atw_error *err)
{
    const struct atw_grid *grid = &projector->geometry.grid;
    struct slot *slot = NULL;
    enum atw_status status = sort_tilts(&slot, &projector->geometry, err);

    projector->lanes = lane_count(projector);
    projector->has_copy = projector->lanes < projector->sweep->lanes;
    projector->pitch_x = row_pitch(projector, grid->n_x);
    projector->pitch_z = projector->has_copy ? row_pitch(projector, grid->n_z) : 0;
    if (!projector->has_copy)
        projector->border_z = projector->sweep->tile / projector->sweep->lanes;
    projector->part_z = (grid->n_z + 2 * projector->border_z) * projector->pitch_x;
    if (status == ATW_OK && !projector->whole)
        status = build_views(projector, slot, err);
    if (status == ATW_OK)
        status = build_groups(projector, slot, err);
    slots_release(slot, projector->geometry.n_tilt);
    return status;
}

void atw_plan_release(struct atw_projector *projector)
{
    size_t n_owned =
        projector->view && !projector->whole ? projector->geometry.n_tilt : 0;

    for (size_t i = 0; i < n_owned; i++) {
        struct atw_view *view = &projector->view[i];

        free(view->row_offset);
        free(view->class_start);
        free(view->range);
        free(view->centre_tile);
        atw_rebin_release(&view->rebin);
    }
    if (!projector->whole)
        free(projector->view);
    for (size_t i = 0; i < projector->n_group; i++)
        free(projector->group[i].lift);
    free(projector->group);
}
