/* The cells and the composition of a core-shell ball. */
#ifndef ATW_TESTS_DIFFUSION_BALL_H
#define ATW_TESTS_DIFFUSION_BALL_H

#include "diffusion/cells.h"

struct ball {
    struct atw_field *metal;
    struct atw_cells *cells;
    size_t count;
    double *c; /* [count] */
};

/* Radius in voxels of 1 nm, three quarters of it core, its centre beside those of voxels.
 */
void ball_open(struct ball *ball, double radius);
void ball_close(struct ball *ball);

double greatest_difference(const double *a, const double *b, size_t count);

#endif
