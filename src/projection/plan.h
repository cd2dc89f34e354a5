/* What a projector holds: the geometry worked out into tables. Room-internal. */
#ifndef ATW_PROJECTION_PLAN_H
#define ATW_PROJECTION_PLAN_H

#include "projection/block.h"
#include "projection/sweep.h"

struct atw_projector {
    struct atw_projection_geometry geometry; /* tilt_rad owned */
    const struct atw_sweep *sweep;
    size_t row_pitch;  /* of a packed slice, in voxels */
    size_t bin_stride; /* bins of a view in the scratch, in floats */
    size_t n_group;
    struct atw_group *group;
    struct atw_view *view; /* [n_tilt], in slot order */
    float *sensitivity;    /* [n_z][n_x] */
};

/* Float offset of voxel (x, z) in a packed volume. */
static inline size_t
atw_plan_voxel(const struct atw_projector *projector, size_t x, size_t z)
{
    return ((z + ATW_SWEEP_BORDER) * projector->row_pitch + x + ATW_SWEEP_BORDER) *
           ATW_BLOCK_LANES;
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

/* Band matrix of the rebin of one view; see rebin.c. */
struct atw_rebin_line {
    size_t n_bin;
    double bin0_m, step_m; /* centre of bin 0 on the detector axis; signed distance */
    double width_m;        /* of the box each bin stands for */
    size_t n_u;
    double pixel_m;
    double scale; /* of the weights; a bin wholly inside the detector sums to it */
};
enum atw_status atw_rebin_build(struct atw_band *to_view,
                                struct atw_band *to_bins,
                                const struct atw_rebin_line *line,
                                struct atw_error *err) ATW_MUST_CHECK;
void atw_band_release(struct atw_band *band);

#endif
