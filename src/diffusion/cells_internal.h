/* Cells while they are being joined: shared by the files of cells*. */
#ifndef ATW_DIFFUSION_CELLS_INTERNAL_H
#define ATW_DIFFUSION_CELLS_INTERNAL_H

#include "diffusion/cells.h"

struct atw_cells_numbering {
    const struct atw_field *metal;
    uint32_t *cell;          /* [voxel], UINT32_MAX where there is none */
    float (*const *plus)[3]; /* [n_sheets][voxel][3] */
    size_t n_sheets;
};

/* The six neighbours of a cell and the apertures to them. */
void atw_cells_join(const struct atw_cells *cells,
                    const struct atw_cells_numbering *numbering,
                    uint32_t cell,
                    struct atw_cells_cut *cut);

/* Number the pieces. ATW_EINVAL for a loose one of more than 1 % of the metal;
 * ATW_ENOMEM. */
enum atw_status atw_cells_find_pieces(struct atw_cells *cells,
                                      const struct atw_cells_numbering *numbering,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Bound the spectrum; keeps cells->paths->out_rate. */
enum atw_status atw_cells_find_stiffness(struct atw_cells *cells,
                                         struct atw_error *err) ATW_MUST_CHECK;

#endif
