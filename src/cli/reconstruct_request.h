/* What a reconstruction is asked for on the command line. */
#ifndef ATW_CLI_RECONSTRUCT_REQUEST_H
#define ATW_CLI_RECONSTRUCT_REQUEST_H

#include "core/grid.h"
#include "core/tilt_series.h"
#include "tomography/stopping.h"

/* Texts of the options; NULL: not given. */
struct atw_reconstruct_words {
    const char *method, *iterations, *subsets, *filter, *regularisation;
    const char *mask, *bounds, *start, *discrepancy, *hold_out;
    const char *thickness, *axis_offset;
};

struct atw_reconstruct_request {
    const struct atw_reconstruction_method *method;
    struct atw_reconstruction_options options;
    struct atw_stopping stopping;
    size_t thickness; /* voxels along the beam; 0: as many as across */
    double axis_offset_m;
    struct atw_field *mask, *start; /* owned */
};

/* All but the volumes. ATW_EUSAGE names the option. */
enum atw_status atw_reconstruct_request_parse(struct atw_reconstruct_request *request,
                                              const struct atw_reconstruct_words *words,
                                              struct atw_error *err) ATW_MUST_CHECK;

/* Geometry for a series; its angles are borrowed. ATW_EUSAGE for a thickness many times
 * the width. */
enum atw_status
atw_reconstruct_request_geometry(struct atw_projection_geometry *geometry,
                                 const struct atw_reconstruct_request *request,
                                 const struct atw_tilt_series *series,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Read mask and start image, which must have the size of the result. */
enum atw_status
atw_reconstruct_request_read_volumes(struct atw_reconstruct_request *request,
                                     const struct atw_reconstruct_words *words,
                                     const struct atw_grid *grid,
                                     struct atw_error *err) ATW_MUST_CHECK;

void atw_reconstruct_request_release(struct atw_reconstruct_request *request);

#endif
