#include "family_limit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/timing.h"
#include "diffusion/exponential.h"

#define REPEATS 5

/* Calls of `accumulate` per chunk of cells: sums of the basis, and states mixed of them.
 */
static size_t calls_per_chunk(const struct atw_exponential_plan *plan,
                              const struct atw_exponential_basis *basis)
{
    size_t calls = (plan->n_states - basis->count) *
                   ((basis->count + ATW_KERNEL_TERMS - 1) / ATW_KERNEL_TERMS);

    for (size_t p = 0; p < basis->count; p++)
        calls += plan->length[basis->state[p]] / ATW_KERNEL_TERMS + 1;
    return calls;
}

static double time_sums(size_t n_cells, size_t calls)
{
    static double vector[ATW_KERNEL_TERMS + 1][ATW_KERNEL_CHUNK];
    const struct atw_kernel *kernel = atw_kernel_best();
    const double *term[ATW_KERNEL_TERMS];
    double weight[ATW_KERNEL_TERMS], least_s = INFINITY;
    size_t chunks = (n_cells + ATW_KERNEL_CHUNK - 1) / ATW_KERNEL_CHUNK;

    for (size_t t = 0; t < ATW_KERNEL_TERMS; t++) {
        term[t] = vector[t];
        weight[t] = 0.5;
    }
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        double begin = atw_now_s();

        for (size_t k = 0; k < chunks * calls; k++)
            kernel->accumulate(ATW_KERNEL_CHUNK, weight, term, vector[ATW_KERNEL_TERMS]);
        least_s = fmin(least_s, atw_now_s() - begin);
    }
    return least_s;
}

static double time_writing(const double *start, size_t n_cells, size_t n, double *work)
{
    double least_s = INFINITY;

    for (int repeat = 0; repeat < REPEATS; repeat++) {
        double begin = atw_now_s();

        for (size_t j = 0; j < n; j++)
            memcpy(work + j * n_cells, start, n_cells * sizeof *work);
        least_s = fmin(least_s, atw_now_s() - begin);
    }
    return least_s;
}

struct family_limit measure_family_limit(const struct atw_cells *cells,
                                         double tolerance,
                                         const double *s,
                                         size_t n_states,
                                         const double *start,
                                         double *work)
{
    struct atw_exponential_plan plan;
    struct atw_exponential_basis basis;
    struct family_limit limit;
    struct atw_error err = {0};

    if (atw_exponential_plan_of_cells(&plan, cells, tolerance, s, NULL, n_states, &err) !=
            ATW_OK ||
        atw_exponential_basis(&basis, &plan, 0, plan.n_columns, &err) != ATW_OK) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    limit = (struct family_limit){.n_terms = plan.n_terms, .n_basis = basis.count};
    limit.sums_s = time_sums(cells->count, calls_per_chunk(&plan, &basis));
    limit.write_s = time_writing(start, cells->count, n_states, work);
    atw_exponential_basis_free(&basis);
    atw_exponential_plan_free(&plan);
    return limit;
}
