/* The loops over a block of cells, compiled once per instruction set; the file that
 * includes this defines TARGET (function attribute), the name KERNEL of the table and its
 * POTENTIAL.
 * Plain C: the compiler makes vectors of it. */
#ifndef ATW_DIFFUSION_KERNEL_BODY_H
#define ATW_DIFFUSION_KERNEL_BODY_H

#include "diffusion/kernel.h"

#ifndef KERNEL /* for tools that read this file alone */
#define TARGET
#define KERNEL atw_kernel_portable
#define POTENTIAL atw_potential_values
#endif

/* Iterations do not depend on each other, though an output may be one of the inputs. */
#ifdef __clang__
#define EACH_ALONE _Pragma("clang loop vectorize(assume_safety)")
#else
#define EACH_ALONE _Pragma("GCC ivdep")
#endif

TARGET static void rate_of_run(const struct atw_cells_run *run,
                               const double scale[3],
                               const double *c,
                               double *rate)
{
    const double *here = c + run->first;
    const double *south = here + run->offset[0], *north = here + run->offset[1];
    const double *below = here + run->offset[2], *above = here + run->offset[3];
    size_t count = run->count;

    for (size_t i = 0; i < count; i++)
        rate[i] = scale[0] * ((here[i - 1] - here[i]) + (here[i + 1] - here[i])) +
                  scale[1] * ((south[i] - here[i]) + (north[i] - here[i])) +
                  scale[2] * ((below[i] - here[i]) + (above[i] - here[i]));
}

TARGET static double rate_of_cut(const struct atw_cells_cut *cut, const double *c)
{
    double here = c[cut->cell], flux[6];

    for (int k = 0; k < 6; k++)
        flux[k] = (double)cut->aperture[k] * (c[cut->neighbour[k]] - here);
    return cut->inverse_capacity *
           ((flux[0] + flux[1]) + (flux[2] + flux[3]) + (flux[4] + flux[5]));
}

/* rate[0] belongs to the first cell of the block. */
TARGET static void
rate_of_block(const struct atw_cells *cells, size_t block, const double *c, double *rate)
{
    const struct atw_cells_block *from = &cells->block[block], *to = from + 1;
    size_t first = block * ATW_CELLS_BLOCK;

    for (size_t r = from->first_run; r < to->first_run; r++)
        rate_of_run(&cells->run[r], cells->scale, c,
                    rate + (cells->run[r].first - first));
    for (size_t r = from->first_cut; r < to->first_cut; r++)
        rate[cells->cut[r].cell - first] = rate_of_cut(&cells->cut[r], c);
}

TARGET static void sweep_of_block(const struct atw_cells *cells,
                                  size_t block,
                                  const struct atw_cells_sweep *s,
                                  const double *x,
                                  const double *r,
                                  const double *last,
                                  double *next)
{
    double rate[ATW_CELLS_BLOCK];
    size_t first = block * ATW_CELLS_BLOCK, left = cells->count - first;
    size_t count = left < ATW_CELLS_BLOCK ? left : ATW_CELLS_BLOCK;
    double on_x = s->on_x, on_rate = s->on_rate, on_r = s->on_r, on_last = s->on_last;

    rate_of_block(cells, block, x, rate);
    if (s->slope)
        for (size_t i = 0; i < count; i++)
            rate[i] *= s->slope[first + i];
    EACH_ALONE
    for (size_t i = first; i < first + count; i++)
        next[i] =
            (on_x * x[i] + on_rate * rate[i - first]) + (on_r * r[i] - on_last * last[i]);
}

TARGET static void accumulate(size_t count,
                              const double *weight,
                              const double *const *term,
                              double *restrict out)
{
    const double *t0 = term[0], *t1 = term[1], *t2 = term[2], *t3 = term[3];
    const double *t4 = term[4], *t5 = term[5], *t6 = term[6], *t7 = term[7];
    double w0 = weight[0], w1 = weight[1], w2 = weight[2], w3 = weight[3];
    double w4 = weight[4], w5 = weight[5], w6 = weight[6], w7 = weight[7];

    for (size_t i = 0; i < count; i++)
        out[i] += ((w0 * t0[i] + w1 * t1[i]) + (w2 * t2[i] + w3 * t3[i])) +
                  ((w4 * t4[i] + w5 * t5[i]) + (w6 * t6[i] + w7 * t7[i]));
}

TARGET static void combine_stage(size_t first,
                                 size_t count,
                                 const struct atw_kernel_stage *stage,
                                 const double *rate)
{
    const double *start = stage->start + first, *last = stage->last + first;
    const double *before = stage->before + first, *begun = stage->first + first;
    double *next = stage->next + first;
    double on_start = stage->on_start, on_last = stage->on_last;
    double on_before = stage->on_before, on_rate = stage->on_rate;
    double on_first = stage->on_first;

    EACH_ALONE
    for (size_t i = 0; i < count; i++)
        next[i] = (on_start * start[i] + (on_last * last[i] + on_before * before[i])) +
                  (on_rate * rate[i] + on_first * begun[i]);
}

const struct atw_kernel KERNEL = {rate_of_block, sweep_of_block, accumulate,
                                  combine_stage, POTENTIAL};

#endif
