/* The disc phantom on which reconstruction programs are compared: 256 x 256 voxels of
 * 1 nm, a disc of radius 0.35 and value 1, on it one of radius 0.12 and value 1.5 more at
 * (0.13, 0.09), in units of the frame; 73 views from -72 to 72 degrees. */
#ifndef ATW_TESTS_TOMOGRAPHY_DISCS_H
#define ATW_TESTS_TOMOGRAPHY_DISCS_H

#include "core/tilt_series.h"

#define N_DISC 256

/* The exact bin means, the same in every slice, at any angles. */
struct atw_tilt_series *
discs_series_at(size_t n_slice, size_t n_tilt, const double *tilt_rad);

/* At the angles above. */
struct atw_tilt_series *discs_series(size_t n_slice);

/* Root mean square error of slice 0 of a volume [N_DISC][n_slice][N_DISC] over the whole
 * frame; edges of the phantom are averages of 32 x 32 points. */
double discs_error(const float *volume, size_t n_slice);

/* What other programs reach on it, one slice. Measured once with optimised builds of
 * their own, from the same bin means, in the same frame; programs and settings in words.
 */
struct discs_peer {
    const char *program, *settings;
    const char *method; /* ours to compare with */
    size_t iterations;
    double error;     /* theirs */
    double tolerance; /* by which ours may differ, for the discretisation */
};
#define N_DISCS_PEER 6
extern const struct discs_peer discs_peers[N_DISCS_PEER];

#endif
