#include "family_limit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/timing.h"
#include "diffusion/exponential_plan.h"
#include "diffusion/kernel.h"

#define REPEATS 5

/* Calls of `accumulate` per chunk of cells: sums of the basis, and states mixed of them.
 */
static size_t calls_per_chunk(const struct atw_exponential_plan *plan)
{
    size_t calls = (plan->n_states - plan->n_basis) *
                   ((plan->n_basis + ATW_KERNEL_TERMS - 1) / ATW_KERNEL_TERMS);

    for (size_t p = 0; p < plan->n_basis; p++)
        calls += plan->length[plan->basis[p]] / ATW_KERNEL_TERMS + 1;
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
    struct family_limit limit;
    struct atw_error err = {0};
    double *z = malloc(n_states * sizeof *z);

    if (!z)
        abort();
    for (size_t j = 0; j < n_states; j++)
        z[j] = 0.5 * cells->stiffness * s[j];
    if (atw_exponential_plan(&plan, z, NULL, n_states,
                             0.5 * cells->stiffness * cells->dispersion, tolerance,
                             ATW_KERNEL_TERMS, &err) != ATW_OK) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    limit = (struct family_limit){.n_terms = plan.n_terms, .n_basis = plan.n_basis};
    limit.sums_s = time_sums(cells->count, calls_per_chunk(&plan));
    limit.write_s = time_writing(start, cells->count, n_states, work);
    atw_exponential_plan_free(&plan);
    free(z);
    return limit;
}
