/* What a projector holds: the geometry worked out into tables. Room-internal. */
#ifndef ATW_PROJECTION_PLAN_H
#define ATW_PROJECTION_PLAN_H

#include "projection/block.h"
#include "projection/sweep.h"

struct atw_projector {
    const struct atw_projector *whole; /* of a part: owner of its views; else NULL */
    struct atw_projection_geometry geometry; /* tilt_rad owned */
    const struct atw_sweep *sweep;
    size_t lanes;
    int has_copy; /* vectors hold several voxels: steep views read a copy along z */
    size_t pitch_x, pitch_z; /* of the rows along x and along z, in floats */
    size_t border_z;         /* rows of zeros before the first and after the last */
    size_t part_z;           /* start of the copy along z in a packed volume */
    size_t n_shallow;        /* views that use the rows along x; the others come after */
    size_t bin_stride;       /* bins of a view in the scratch, in floats */
    size_t n_group;
    struct atw_group *group;
    struct atw_view *view; /* [n_tilt], in slot order */
    float *sensitivity;    /* [n_z][n_x]; of a part: NULL */
};

/* Float offset of the first voxel of row z along x, and of row x along z. */
static inline size_t atw_plan_row_x(const struct atw_projector *projector, size_t z)
{
    return (z + projector->border_z) * projector->pitch_x + projector->sweep->tile;
}

static inline size_t atw_plan_row_z(const struct atw_projector *projector, size_t x)
{
    if (projector->has_copy)
        return projector->part_z + x * projector->pitch_z + projector->sweep->tile;
    return atw_plan_row_x(projector, 0) + x * projector->lanes;
}

/* atw_projector_create with inner loops of the caller's choice, which this processor must
 * be able to run. */
enum atw_status atw_projector_create_for(struct atw_projector **out,
                                         const struct atw_projection_geometry *geometry,
                                         const struct atw_sweep *sweep,
                                         struct atw_error *err) ATW_MUST_CHECK;

/* Fill `view` and `group`; what has been allocated is released by atw_plan_release, also
 * after a failure. ATW_ENOMEM. */
enum atw_status atw_plan_build(struct atw_projector *projector,
                               struct atw_error *err) ATW_MUST_CHECK;
void atw_plan_release(struct atw_projector *projector);

/* The line of bins of a view before its detector; see rebin.c. */
struct atw_rebin_line {
    size_t n_bin, pitch;
    double bin0_m, step_m; /* centre of bin 0 on the detector axis; signed distance */
    double width_m;        /* of the box each bin stands for: ATW_SUBBINS steps */
    double sharpness;      /* second difference subtracted, in units of the box */
    size_t n_u;
    double pixel_m;
    double scale; /* of the weights; a bin wholly inside the detector sums to it */
};
/* ATW_ENOMEM; what has been allocated is released by atw_rebin_release, also then. */
enum atw_status atw_rebin_build(struct atw_rebin *rebin,
                                const struct atw_rebin_line *line,
                                struct atw_error *err) ATW_MUST_CHECK;
void atw_rebin_release(struct atw_rebin *rebin);

/* The tiles of a view, whose rebin is built, with bins that weigh in a pixel; none if
 * the detector misses the slice. */
void atw_rebin_find_seen_tiles(struct atw_view *view,
                               const struct atw_projector *projector);

#endif
