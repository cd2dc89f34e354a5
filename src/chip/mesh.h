/* Mesh of the membrane: quadrilaterals between a square core and the frame.
 *
 * The core is a square of rectangular cells over the heater, narrower in the columns and
 * rows of small things such as windows, which lines of the mesh run through the middle
 * of. Around it lie closed rings of cells, growing outwards, whose last line of nodes
 * lies on the frame, a circle or a square. Temperatures live at the corners of cells,
 * materials in them. */
#ifndef ATW_CHIP_MESH_H
#define ATW_CHIP_MESH_H

#include <stddef.h>

#include "chip/polygon.h"
#include "core/status.h"

enum atw_membrane_shape { ATW_MEMBRANE_ROUND, ATW_MEMBRANE_SQUARE };

struct atw_mesh {
    size_t n_nodes, n_cells;
    size_t n_free;            /* nodes below this index are off the frame */
    double *x_m, *y_m;        /* [n_nodes] */
    size_t (*corner)[4];      /* [n_cells] nodes, counter-clockwise */
    size_t n_columns, n_rows; /* of the core; its cells come first, row by row */
    double core_half_width_m;
};

/* Something to be resolved: cells of at most cell_m within `reach_m` of it along x and
 * along y. */
struct atw_mesh_spot {
    double x_m, y_m, reach_m, cell_m;
};

/* half_width_m   radius of a round membrane, half the side of a square one
 * core_m         half width that the core should have; cut to 0.6 of the membrane
 * cell_m         greatest edge of a core cell
 * spot           [n_spots]; those outside the core count for nothing
 *
 * ATW_EINVAL: a length that is not positive and finite, or more than a million cells;
 * ATW_ENOMEM. */
enum atw_status atw_mesh_create(struct atw_mesh **out,
                                enum atw_membrane_shape shape,
                                double half_width_m,
                                double core_m,
                                double cell_m,
                                const struct atw_mesh_spot *spot,
                                size_t n_spots,
                                struct atw_error *err) ATW_MUST_CHECK;
void atw_mesh_destroy(struct atw_mesh *mesh);

void atw_mesh_cell_polygon(struct atw_polygon *out,
                           const struct atw_mesh *mesh,
                           size_t cell);

/* Whether a cell holds a point, and the weights of its corners there. */
int atw_mesh_inside(
    const struct atw_mesh *mesh, size_t cell, double x_m, double y_m, double weight[4]);

/* Cell that holds a point and the weights of its corners in bilinear interpolation.
 * Returns 0, and leaves both alone, for a point outside the mesh. */
int atw_mesh_locate(
    const struct atw_mesh *mesh, double x_m, double y_m, size_t *cell, double weight[4]);

#endif
