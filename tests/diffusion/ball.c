/* The cells and the composition of a core-shell ball. */
#include "diffusion/ball.h"

#include <math.h>
#include <stdlib.h>

#include "diffusion/particle.h"
#include "support/support.h"

static const double off_grid[3] = {0.13, 0.31, -0.21};

void ball_open(struct ball *ball, double radius)
{
    size_t n = (size_t)(2.0 * radius) + 4;
    struct atw_grid grid = {.n_x = n, .n_y = n, .n_z = n, .spacing_m = 1e-9};
    struct atw_field *core =
        particle_fill(&grid, particle_sphere, 0.75 * radius, off_grid, 8);
    struct atw_field *composition;
    struct atw_error err;

    *ball = (struct ball){.metal =
                              particle_fill(&grid, particle_sphere, radius, off_grid, 8)};
    composition = particle_composition(ball->metal, core);
    CHECK_OK(atw_cells_create(&ball->cells, ball->metal, 1e-3, &err));
    ball->count = ball->cells->count;
    ball->c = malloc(ball->count * sizeof *ball->c);
    ck_assert_ptr_nonnull(ball->c);
    for (size_t i = 0; i < ball->count; i++)
        ball->c[i] = (double)composition->value[ball->cells->voxel[i]];
    atw_field_destroy(core);
    atw_field_destroy(composition);
}

void ball_close(struct ball *ball)
{
    free(ball->c);
    atw_cells_destroy(ball->cells);
    atw_field_destroy(ball->metal);
}

double greatest_difference(const double *a, const double *b, size_t count)
{
    double greatest = 0.0;

    for (size_t i = 0; i < count; i++)
        greatest = fmax(greatest, fabs(a[i] - b[i]));
    return greatest;
}
