/* The default rod. */
#include "bench/default_rod.h"

#include <stdio.h>
#include <stdlib.h>

#include "diffusion/particle.h"

struct default_rod default_rod_create(void)
{
    static const double centred[3] = {0.0, 0.0, 0.0};
    struct atw_grid grid = {60, 132, 60, DEFAULT_ROD_H_NM * 1e-9};
    struct atw_field *core = particle_fill(&grid, particle_rod, 11.0, centred, 8);
    struct atw_field *composition;
    struct default_rod rod = {.metal =
                                  particle_fill(&grid, particle_rod, 14.0, centred, 8)};
    struct atw_error err = {0};

    composition = particle_composition(rod.metal, core);
    if (atw_cells_create(&rod.cells, rod.metal, 1e-3, &err) == ATW_OK)
        rod.c = malloc(rod.cells->count * sizeof *rod.c);
    if (!rod.c) {
        fprintf(stderr, "default rod: %s\n", rod.cells ? "out of memory" : err.text);
        exit(EXIT_FAILURE);
    }
    for (size_t i = 0; i < rod.cells->count; i++)
        rod.c[i] = (double)composition->value[rod.cells->voxel[i]];
    atw_field_destroy(composition);
    atw_field_destroy(core);
    return rod;
}
