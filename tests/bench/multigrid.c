/* Geometric multigrid as a preconditioner of the comparison of linear solvers.
 *
 * In symmetric form, (M + gamma K) z = M r, K the conductances. A cell of the next level
 * are the cells in a cube of 2 x 2 x 2: capacities and conductances between cubes add up,
 * these halved, since cubes are twice as far apart. One V cycle: two sweeps of damped
 * Jacobi on the way down, two on the way up, constant within a cube in between. */
#include <stdlib.h>
#include <string.h>

#include "bench/linear_solvers.h"

#define LEVELS_AT_MOST 6
#define COARSEST 64 /* cells, where 20 sweeps are as good as a solution */
#define DAMPING 0.8

struct level {
    size_t count, box[3];
    uint32_t *place;          /* [count], in the box */
    uint32_t *parent;         /* [count], cell of the next level */
    uint32_t (*neighbour)[6]; /* [count]; the cell itself where there is none */
    double (*conductance)[6]; /* [count] */
    double *capacity, *sum;   /* [count]; sum of the conductances */
    double *b, *x, *r;        /* [count] */
};

struct linear_multigrid {
    const struct atw_cells *cells;
    size_t n_levels;
    struct level level[LEVELS_AT_MOST];
};

static int allocate(struct level *level, size_t count)
{
    level->count = count;
    level->place = calloc(count, sizeof *level->place);
    level->parent = calloc(count, sizeof *level->parent);
    level->neighbour = calloc(count, sizeof *level->neighbour);
    level->conductance = calloc(count, sizeof *level->conductance);
    level->capacity = calloc(5 * count, sizeof *level->capacity);
    if (!level->place || !level->parent || !level->neighbour || !level->conductance ||
        !level->capacity)
        return 0;
    level->sum = level->capacity + count;
    level->b = level->capacity + 2 * count;
    level->x = level->capacity + 3 * count;
    level->r = level->capacity + 4 * count;
    return 1;
}

static void find_sums(struct level *level)
{
    for (size_t i = 0; i < level->count; i++)
        for (int k = 0; k < 6; k++)
            level->sum[i] += level->conductance[i][k];
}

static int fill_finest(struct level *level, const struct linear_system *system)
{
    const struct atw_cells *cells = system->cells;

    if (!allocate(level, cells->count))
        return 0;
    memcpy(level->box, system->box, sizeof level->box);
    memcpy(level->place, system->place, cells->count * sizeof *level->place);
    memcpy(level->capacity, cells->capacity, cells->count * sizeof *level->capacity);
    for (size_t r = 0; r < cells->run_count; r++)
        for (uint32_t i = cells->run[r].first;
             i < cells->run[r].first + cells->run[r].count; i++)
            for (int k = 0; k < 6; k++) {
                level->neighbour[i][k] = k < 2
                                             ? i + (k == 0 ? -1U : 1U)
                                             : i + (uint32_t)cells->run[r].offset[k - 2];
                level->conductance[i][k] = 1.0;
            }
    for (size_t n = 0; n < cells->cut_count; n++)
        for (int k = 0; k < 6; k++) {
            level->neighbour[cells->cut[n].cell][k] = cells->cut[n].neighbour[k];
            level->conductance[cells->cut[n].cell][k] = (double)cells->cut[n].aperture[k];
        }
    find_sums(level);
    return 1;
}

static uint32_t cube_of(const struct level *fine, const struct level *coarse, size_t i)
{
    size_t x = fine->place[i] % fine->box[0];
    size_t y = fine->place[i] / fine->box[0] % fine->box[1];
    size_t z = fine->place[i] / fine->box[0] / fine->box[1];

    return (uint32_t)(x / 2 + coarse->box[0] * (y / 2 + coarse->box[1] * (z / 2)));
}

static int coarsen(struct level *fine, struct level *coarse)
{
    size_t cubes = 1, count = 0;
    uint32_t *number;

    for (int k = 0; k < 3; k++) {
        coarse->box[k] = (fine->box[k] + 1) / 2;
        cubes *= coarse->box[k];
    }
    number = malloc(cubes * sizeof *number);
    if (!number)
        return 0;
    memset(number, 255, cubes * sizeof *number);
    for (size_t i = 0; i < fine->count; i++) {
        uint32_t cube = cube_of(fine, coarse, i);

        if (number[cube] == UINT32_MAX)
            number[cube] = (uint32_t)count++;
        fine->parent[i] = number[cube];
    }
    free(number);
    if (!allocate(coarse, count))
        return 0;
    for (uint32_t i = 0; i < count; i++)
        for (int k = 0; k < 6; k++)
            coarse->neighbour[i][k] = i;
    for (size_t i = 0; i < fine->count; i++) {
        uint32_t to = fine->parent[i];

        coarse->place[to] = cube_of(fine, coarse, i);
        coarse->capacity[to] += fine->capacity[i];
        for (int k = 0; k < 6; k++) {
            uint32_t other = fine->parent[fine->neighbour[i][k]];

            if (other == to)
                continue;
            coarse->neighbour[to][k] = other;
            coarse->conductance[to][k] += 0.5 * fine->conductance[i][k];
        }
    }
    find_sums(coarse);
    return 1;
}

struct linear_multigrid *linear_multigrid_create(const struct linear_system *system)
{
    struct linear_multigrid *grid = calloc(1, sizeof *grid);

    if (!grid)
        return NULL;
    grid->cells = system->cells;
    grid->n_levels = 1;
    if (!fill_finest(&grid->level[0], system)) {
        linear_multigrid_destroy(grid);
        return NULL;
    }
    while (grid->n_levels < LEVELS_AT_MOST &&
           grid->level[grid->n_levels - 1].count > COARSEST) {
        if (!coarsen(&grid->level[grid->n_levels - 1], &grid->level[grid->n_levels])) {
            grid->n_levels++;
            linear_multigrid_destroy(grid);
            return NULL;
        }
        grid->n_levels++;
    }
    return grid;
}

void linear_multigrid_destroy(struct linear_multigrid *grid)
{
    for (size_t l = 0; grid && l < grid->n_levels; l++) {
        struct level *level = &grid->level[l];

        free(level->place);
        free(level->parent);
        free(level->neighbour);
        free(level->conductance);
        free(level->capacity);
    }
    free(grid);
}

/* r = b - (M + gamma K) x; the finest level has the streaming operator. */
static void find_residual(const struct linear_multigrid *grid, size_t l, double gamma)
{
    const struct level *level = &grid->level[l];

    if (l == 0)
        atw_cells_rate(grid->cells, level->x, level->r);
    for (size_t i = 0; i < level->count && l == 0; i++)
        level->r[i] =
            level->b[i] - level->capacity[i] * (level->x[i] - gamma * level->r[i]);
    for (size_t i = 0; i < level->count && l > 0; i++) {
        double flux = 0.0;

        for (int k = 0; k < 6; k++)
            flux += level->conductance[i][k] *
                    (level->x[level->neighbour[i][k]] - level->x[i]);
        level->r[i] = level->b[i] - level->capacity[i] * level->x[i] + gamma * flux;
    }
}

static void
smooth(const struct linear_multigrid *grid, size_t l, double gamma, int sweeps)
{
    const struct level *level = &grid->level[l];

    for (int sweep = 0; sweep < sweeps; sweep++) {
        find_residual(grid, l, gamma);
        for (size_t i = 0; i < level->count; i++)
            level->x[i] +=
                DAMPING * level->r[i] / (level->capacity[i] + gamma * level->sum[i]);
    }
}

static void go_down(const struct linear_multigrid *grid, size_t l, double gamma)
{
    const struct level *level = &grid->level[l];
    double *b = grid->level[l + 1].b;

    smooth(grid, l, gamma, 1);
    find_residual(grid, l, gamma);
    memset(b, 0, grid->level[l + 1].count * sizeof *b);
    for (size_t i = 0; i < level->count; i++)
        b[level->parent[i]] += level->r[i];
}

static void go_up(const struct linear_multigrid *grid, size_t l, double gamma)
{
    const struct level *level = &grid->level[l];
    const double *x = grid->level[l + 1].x;

    for (size_t i = 0; i < level->count; i++)
        level->x[i] += x[level->parent[i]];
    smooth(grid, l, gamma, 2);
}

/* The first sweep from zero. */
static void begin(const struct level *level, double gamma)
{
    for (size_t i = 0; i < level->count; i++)
        level->x[i] =
            DAMPING * level->b[i] / (level->capacity[i] + gamma * level->sum[i]);
}

size_t linear_multigrid_cycle(struct linear_multigrid *grid,
                              double gamma,
                              const double *r,
                              double *z)
{
    struct level *finest = &grid->level[0];
    size_t last = grid->n_levels - 1;

    for (size_t i = 0; i < finest->count; i++)
        finest->b[i] = finest->capacity[i] * r[i];
    for (size_t l = 0; l < last; l++) {
        begin(&grid->level[l], gamma);
        go_down(grid, l, gamma);
    }
    begin(&grid->level[last], gamma);
    smooth(grid, last, gamma, 20);
    for (size_t l = last; l-- > 0;)
        go_up(grid, l, gamma);
    memcpy(z, finest->x, finest->count * sizeof *z);
    return 4; /* on the finest level */
}
