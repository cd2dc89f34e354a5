/* The default rod, 28 x 64 nm with a 22 x 58 nm core, in voxels of 0.5 nm. */
#ifndef ATW_BENCH_DEFAULT_ROD_H
#define ATW_BENCH_DEFAULT_ROD_H

#include "diffusion/cells.h"

#define DEFAULT_ROD_H_NM 0.5

struct default_rod {
    struct atw_field *metal;
    struct atw_cells *cells;
    double *c; /* [cells->count], composition */
};

/* Ends the program if there is no memory. All three are the caller's. */
struct default_rod default_rod_create(void);

#endif
