/* The loops over a block of cells, once for every kind of processor.
 *
 * All of them compute the same numbers to the last bit: every product and every sum is
 * rounded, in the order written. Private to this room. */
#ifndef ATW_DIFFUSION_KERNEL_H
#define ATW_DIFFUSION_KERNEL_H

#include "diffusion/cells.h"
#include "diffusion/potential.h"

/* Vectors that atw_kernel.accumulate adds at once, and cells for which twice as many stay
 * in the first-level cache. */
#define ATW_KERNEL_TERMS 8
#define ATW_KERNEL_CHUNK 128

/* The vectors and weights of a stage of rkc.h; next may be before. */
struct atw_kernel_stage {
    double on_start, on_last, on_before, on_rate, on_first;
    const double *start, *last, *before, *first;
    double *next;
};

struct atw_kernel {
    /* rate[0] belongs to the first cell of the block. */
    void (*rate)(const struct atw_cells *cells,
                 size_t block,
                 const double *c,
                 double *rate);
    /* As atw_cells_sweep(), on one block. */
    void (*sweep)(const struct atw_cells *cells,
                  size_t block,
                  const struct atw_cells_sweep *s,
                  const double *x,
                  const double *r,
                  const double *last,
                  double *next);
    /* out += sum of weight[k] term[k] over ATW_KERNEL_TERMS vectors. */
    void (*accumulate)(size_t count,
                       const double *weight,
                       const double *const *term,
                       double *out);
    /* next = sum of the weights times the vectors, for the cells [first, first + count);
     * rate[0] belongs to the first of them. */
    void (*stage)(size_t first,
                  size_t count,
                  const struct atw_kernel_stage *stage,
                  const double *rate);
    /* As atw_potential_values(). */
    void (*potential)(const struct atw_potential *potential,
                      size_t count,
                      const double *c,
                      double *phi);
};

extern const struct atw_kernel atw_kernel_portable;
#ifdef __x86_64__
extern const struct atw_kernel atw_kernel_avx2;
#endif

/* The fastest one this processor runs. */
const struct atw_kernel *atw_kernel_best(void);

#endif
