/* Krylov solvers and preconditioners for (I - gamma L) x = b on the cells of a particle,
 * for comparison with the solver of the diffusion room.
 *
 * All work in the inner product weighted with the capacities M, in which L is
 * self-adjoint, start from zero and stop at |b - A x| <= reduction |b| in its norm. */
#ifndef ATW_BENCH_LINEAR_SOLVERS_H
#define ATW_BENCH_LINEAR_SOLVERS_H

#include <stddef.h>
#include <stdint.h>

#include <fftw3.h>

#include "diffusion/cells.h"

enum linear_preconditioner {
    LINEAR_NONE,
    LINEAR_JACOBI, /* z = r / (1 + gamma sum of the rates out) */
    /* z = M^-1/2 E F^-1 E M^1/2 r: F is I - gamma Laplacian on the bounding box of the
     * cells, no flux through its faces, inverted by cosine transforms; outside the metal
     * r is 0 and z unused. E is 1, or makes the diagonal of F that of A. */
    LINEAR_COSINE,
    LINEAR_COSINE_SCALED,
    LINEAR_MULTIGRID /* z = one V cycle, see multigrid.c */
};

struct linear_system {
    const struct atw_cells *cells;
    double gamma;
    const double *b;
    enum linear_preconditioner preconditioner;
    size_t applications;     /* of the operator, in this solve */
    double *work[4];         /* [count] */
    double *root_capacity;   /* [count] */
    double *out_rate;        /* [count] */
    double *scale, *unscale; /* [count], into the box and out of it; scale for Jacobi */
    size_t box[3];
    uint32_t *place;  /* [count], of a cell in the box */
    double *field;    /* [box] */
    double *spectrum; /* [box], of F^-1 over the length of the transform */
    fftw_plan forward, backward;
    struct linear_gmres *gmres;         /* made when first used */
    struct linear_multigrid *multigrid; /* likewise */
};

/* NULL when out of memory. cells are borrowed. */
struct linear_system *linear_create(const struct atw_cells *cells);
void linear_destroy(struct linear_system *system);

/* Fill what the preconditioner needs for system->gamma. */
void linear_prepare(struct linear_system *system,
                    enum linear_preconditioner preconditioner);

/* z = preconditioner r. Returns z, or r itself where there is none. */
const double *
linear_precondition(struct linear_system *system, const double *r, double *z);

/* y = (I - gamma L) x. */
void linear_apply(struct linear_system *system, const double *x, double *y);

/* Return the number of applications of the operator. */
size_t linear_cg(struct linear_system *system, double reduction, double *x);
size_t linear_gmres(struct linear_system *system, double reduction, double *x);
void linear_gmres_destroy(struct linear_gmres *gmres);

/* NULL when out of memory. */
struct linear_multigrid *linear_multigrid_create(const struct linear_system *system);
void linear_multigrid_destroy(struct linear_multigrid *multigrid);
/* z = V cycle of r; returns the number of applications of the operator. */
size_t linear_multigrid_cycle(struct linear_multigrid *multigrid,
                              double gamma,
                              const double *r,
                              double *z);

/* |b - A x| / |b|. */
double linear_residual(struct linear_system *system, const double *x);

#endif
