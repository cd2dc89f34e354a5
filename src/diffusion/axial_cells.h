/* The rings of a rod, in units of their size. Private to this room. */
#ifndef ATW_DIFFUSION_AXIAL_CELLS_H
#define ATW_DIFFUSION_AXIAL_CELLS_H

#include "diffusion/cells.h"

struct atw_axial_section {
    double radius, half;
};

/* Share of the surface that is barrel, not round end. */
static inline double atw_axial_barrel(const struct atw_axial_section *rod)
{
    return rod->radius > 0.0 ? rod->half / (rod->half + rod->radius) : 1.0;
}

/* Volume of the ring between i and i + 1 in radius, j and j + 1 in height, over 2 pi. */
double atw_axial_ring_volume(const struct atw_axial_section *rod, size_t i, size_t j);

/* Both halves of the rod, all around, as cells of the general operator. volume [voxels]
 * of a grid with n_x rings along the radius and n_y along the axis. ATW_ENOMEM. */
enum atw_status atw_axial_cells_create(struct atw_cells **out,
                                       const struct atw_axial_section *metal,
                                       const struct atw_grid *grid,
                                       const double *volume,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Of both halves, all around: what volumes over 2 pi are multiplied by. */
#define ATW_AXIAL_WHOLE 12.566370614359172

#endif
