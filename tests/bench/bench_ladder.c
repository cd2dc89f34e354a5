/* States of a rod at ever larger S, whose end is not known in advance: up a ladder, where
 * one recurrence goes on, and in groups of four, each from the start.
 *
 * Rod 28 x 64 nm with a 22 x 58 nm core, 0.5 nm voxels, S rising by factors of 1.3 until
 * the limit is passed; tolerance 1e-5. One thread. Both in turn, medians. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/default_rod.h"
#include "core/array.h"
#include "core/parallel.h"
#include "core/timing.h"
#include "diffusion/exponential.h"
#include "diffusion/exponential_ladder.h"

#define TOLERANCE 1e-5
#define H_NM DEFAULT_ROD_H_NM
#define RUNGS 55
#define GROUP 4
#define REPEATS 5

struct rod {
    struct atw_cells *cells;
    double *c;
    double s[RUNGS];
};

static void need(enum atw_status status, const struct atw_error *err)
{
    if (status != ATW_OK) {
        fprintf(stderr, "bench_ladder: %s\n", err->text);
        exit(EXIT_FAILURE);
    }
}

static void build_rod(struct rod *rod)
{
    struct default_rod made = default_rod_create();

    atw_field_destroy(made.metal);
    rod->cells = made.cells;
    rod->c = made.c;
    rod->s[0] = 0.27 / rod->cells->stiffness;
    for (size_t j = 1; j < RUNGS; j++)
        rod->s[j] = 1.3 * rod->s[j - 1];
}

static double climb(const struct rod *rod, double s, size_t *applications)
{
    struct atw_exponential_ladder *ladder = NULL;
    double *state[RUNGS], begin = atw_now_s();
    struct atw_error err;
    size_t found = 0;

    *applications = 0;
    need(atw_exponential_ladder_create(&ladder, rod->cells, TOLERANCE, rod->c, rod->s,
                                       RUNGS, &err),
         &err);
    while (found == 0 || rod->s[found - 1] < s) {
        size_t group = atw_exponential_ladder_group(ladder);

        need(atw_exponential_ladder_climb(ladder, state + found, applications, &err),
             &err);
        found += group;
    }
    for (size_t j = 0; j < found; j++)
        free(state[j]);
    atw_exponential_ladder_destroy(ladder);
    return atw_now_s() - begin;
}

static double start_anew(const struct rod *rod, double s, size_t *applications)
{
    struct atw_chebyshev *chebyshev = NULL;
    double *state[RUNGS + GROUP], begin = atw_now_s();
    struct atw_error err;
    size_t found = 0;

    *applications = 0;
    need(atw_chebyshev_create(&chebyshev, rod->cells, &err), &err);
    while (found == 0 || rod->s[found - 1] < s) {
        size_t group = found + GROUP < RUNGS ? GROUP : RUNGS - found;

        for (size_t j = found; j < found + group; j++) {
            state[j] = malloc(rod->cells->count * sizeof(double));
            if (!state[j])
                exit(EXIT_FAILURE);
        }
        need(atw_exponential_states(chebyshev, TOLERANCE, rod->c, rod->s + found, NULL,
                                    group, state + found, applications, &err),
             &err);
        found += group;
    }
    for (size_t j = 0; j < found; j++)
        free(state[j]);
    atw_chebyshev_destroy(chebyshev);
    return atw_now_s() - begin;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void compare(const struct rod *rod, double S_nm2)
{
    double ladder_s[REPEATS], anew_s[REPEATS], s = S_nm2 / (H_NM * H_NM);
    size_t on_ladder = 0, anew = 0;

    for (size_t i = 0; i < REPEATS; i++) {
        ladder_s[i] = climb(rod, s, &on_ladder);
        anew_s[i] = start_anew(rod, s, &anew);
    }
    qsort(ladder_s, REPEATS, sizeof *ladder_s, by_size);
    qsort(anew_s, REPEATS, sizeof *anew_s, by_size);
    printf("S = %6g nm2: ladder %4zu applications, %.4f s; groups of %d from the start "
           "%4zu, %.4f s (x %.2f)\n",
           S_nm2, on_ladder, ladder_s[REPEATS / 2], GROUP, anew, anew_s[REPEATS / 2],
           anew_s[REPEATS / 2] / ladder_s[REPEATS / 2]);
}

int main(void)
{
    struct rod rod;

    atw_array_use_huge_heap(); /* as the program does */
    atw_parallel_set_thread_count(1);
    build_rod(&rod);
    printf("%zu cells, tolerance %g, one thread\n", rod.cells->count, TOLERANCE);
    compare(&rod, 1.0);
    compare(&rod, 6.0);
    compare(&rod, 55.0);
    compare(&rod, 1000.0);
    free(rod.c);
    atw_cells_destroy(rod.cells);
    return EXIT_SUCCESS;
}
