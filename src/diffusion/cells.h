/* The finite volumes of a particle and Fick's operator on them.
 *
 * A cell is a voxel with enough metal; cells are numbered in voxel order without gaps.
 * Where a cell and its six neighbours are whole the operator is the 7-point stencil,
 * which runs along x without coefficients; the other ("cut") cells carry their apertures.
 * All lengths are in voxel edges. Private to this room. */
#ifndef ATW_DIFFUSION_CELLS_H
#define ATW_DIFFUSION_CELLS_H

#include <stddef.h>
#include <stdint.h>

#include "core/grid.h"

/* A stretch of whole cells along x; a neighbour of cell i is cell i + offset. */
struct atw_cells_run {
    uint32_t first, count;
    int32_t offset[4]; /* -y, +y, -z, +z */
};

/* 64 bytes: one cache line each. A face without neighbour has aperture 0 and the cell
 * itself as neighbour. */
struct atw_cells_cut {
    double inverse_capacity;
    float aperture[6]; /* -x, +x, -y, +y, -z, +z */
    uint32_t neighbour[6];
    uint32_t cell;
};

/* Runs and cuts of the cells [block * ATW_CELLS_BLOCK, ...). */
struct atw_cells_block {
    size_t first_run, first_cut;
};

#define ATW_CELLS_BLOCK 2048

/* What the faces of cut cells are made of, for operators that change with temperature or
 * shape: aperture = scale of the axis (base + sum of ratio_k extra_k). */
struct atw_cells_paths {
    size_t n_sheets;
    float (*base)[6];  /* [cut_count] */
    float (*extra)[6]; /* [n_sheets][count], of which cut_count are used */
    double *out_rate;  /* [count]: sum of the rates out of a cell */
};

struct atw_cells {
    struct atw_grid grid;
    size_t count, run_count, cut_count, block_count;
    size_t *voxel;    /* [count], rising */
    double *capacity; /* [count], metal fraction */
    uint32_t *piece;  /* [count], the piece a cell belongs to */
    size_t piece_count;
    struct atw_cells_run *run;     /* no run crosses a block */
    struct atw_cells_cut *cut;     /* in cell order */
    struct atw_cells_block *block; /* [block_count + 1] */
    double stiffness;              /* no eigenvalue of the operator is below -stiffness */
    double dispersion;             /* b: L - b L^2 is closer to the Laplacian than L */
    double scale[3];               /* of the conductances along x, y, z */
    struct atw_cells_paths *paths; /* NULL: fixed apertures */
};

/* ATW_EINVAL for a fraction outside [0, 1], no metal, or a piece of more than 1 % of the
 * metal that touches no face of the rest; ATW_ENOMEM. Smaller loose pieces are kept and
 * exchange nothing with the rest. */
enum atw_status atw_cells_create(struct atw_cells **out,
                                 const struct atw_field *metal,
                                 double least_fraction,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_cells_destroy(struct atw_cells *cells);

/* As atw_cells_create(), with cells that atw_cells_set_paths() can change; plus
 * [n_sheets][voxels][3] as from atw_sheet_faces(), NULL for none. */
enum atw_status atw_cells_create_with_paths(struct atw_cells **out,
                                            const struct atw_field *metal,
                                            double least_fraction,
                                            float (*const *plus)[3],
                                            size_t n_sheets,
                                            struct atw_error *err) ATW_MUST_CHECK;

/* Set the ratio of every sheet and the scale of every axis, and the stiffness with them.
 */
void atw_cells_set_paths(struct atw_cells *cells,
                         const double *ratio,
                         const double scale[3]);

/* The aperture of the face between two voxels with metal fractions m and n. */
float atw_cells_aperture(float m, float n);

/* The state that c [count] ends in: every piece uniform, with the amount it has. May be
 * in place. ATW_ENOMEM. */
enum atw_status atw_cells_mixed(const struct atw_cells *cells,
                                const double *c,
                                double *mixed,
                                struct atw_error *err) ATW_MUST_CHECK;

/* rate = (1/m) div(a grad c). Exact zero where c is uniform. */
void atw_cells_rate(const struct atw_cells *cells, const double *c, double *rate);

/* next = on_x x + on_rate rate(x) + on_r r - on_last last, in one sweep over memory. next
 * may be r or last, not x. With `slope` [count] the rate is multiplied by it. */
struct atw_cells_sweep {
    double on_x, on_rate, on_r, on_last;
    const double *slope;
};

void atw_cells_sweep(const struct atw_cells *cells,
                     const struct atw_cells_sweep *s,
                     const double *x,
                     const double *r,
                     const double *last,
                     double *next);

/* Solve (I - gamma operator) z = r by Chebyshev iteration to `reduction` of the residual
 * in the norm weighted with the capacities. work is [count]; returns the number of
 * applications of the operator. */
size_t atw_cells_solve(const struct atw_cells *cells,
                       double gamma,
                       double reduction,
                       const double *r,
                       double *z,
                       double *work);

/* Solve (I - gamma operator slope) z = r for a positive slope [count], that of the
 * potential; the norm is weighted with capacity times slope. r is overwritten. */
size_t atw_cells_solve_with_slope(const struct atw_cells *cells,
                                  double gamma,
                                  double reduction,
                                  const double *slope,
                                  double *r,
                                  double *z,
                                  double *work);

#endif
