/* One steady state of a sheet chip: powers, points, profile and map. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chip/sheet_chip.h"
#include "chip/sheet_chip_internal.h"
#include "core/constants.h"

enum { PIXELS_MAX = 4096, AROUND = 180 };

struct atw_chip_solution {
    const struct atw_mesh *mesh; /* of the chip */
    double frame_K, half_width_m;
    struct atw_sheet_state state;
    struct atw_chip_operation operation;
};

static void find_operation(struct atw_chip_solution *solution,
                           const struct atw_sheet *sheet)
{
    struct atw_sheet_powers powers;

    atw_sheet_powers(sheet, &solution->state, &powers);
    solution->operation =
        (struct atw_chip_operation){.power_W = powers.sensed_W,
                                    .current_A = sqrt(solution->state.current2_A2),
                                    .resistance_ohm = powers.resistance_ohm,
                                    .lead_power_W = powers.joule_W - powers.sensed_W,
                                    .frame_W = powers.frame_W,
                                    .radiated_W = powers.radiated_W,
                                    .gas_W = powers.gas_W};
}

enum atw_status atw_chip_solve(struct atw_chip_solution **out,
                               const struct atw_chip *chip,
                               double set_point_K,
                               struct atw_error *err)
{
    struct atw_sheet_chip *sheet = atw_sheet_chip_of(chip);
    struct atw_chip_solution *solution;
    struct atw_sheet_answer *answer;
    enum atw_status status;

    *out = NULL;
    if (!sheet)
        return atw_error_set(err, ATW_EINVAL,
                             "chip: a table of temperatures has no map and no power");
    solution = calloc(1, sizeof *solution);
    if (!solution)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    solution->mesh = sheet->body->mesh;
    solution->frame_K = sheet->design.frame_K;
    solution->half_width_m = sheet->design.membrane_half_width_m;
    solution->state.rise_K = malloc(solution->mesh->n_nodes * sizeof(double));
    if (!solution->state.rise_K) {
        atw_chip_solution_destroy(solution);
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    }
    pthread_mutex_lock(&sheet->lock);
    status = atw_sheet_chip_answer(&answer, sheet, set_point_K, err);
    if (status == ATW_OK) {
        memcpy(solution->state.rise_K, answer->state.rise_K,
               solution->mesh->n_nodes * sizeof(double));
        solution->state.current2_A2 = answer->state.current2_A2;
        find_operation(solution, sheet->body->sheet);
    }
    pthread_mutex_unlock(&sheet->lock);
    if (status == ATW_OK)
        *out = solution;
    else
        atw_chip_solution_destroy(solution);
    return status;
}

void atw_chip_solution_destroy(struct atw_chip_solution *solution)
{
    if (!solution)
        return;
    free(solution->state.rise_K);
    free(solution);
}

struct atw_chip_operation
atw_chip_solution_operation(const struct atw_chip_solution *solution)
{
    return solution->operation;
}

static double
at_corners(const struct atw_chip_solution *solution, size_t cell, const double weight[4])
{
    double T_K = solution->frame_K;

    for (size_t i = 0; i < 4; i++)
        T_K += weight[i] * solution->state.rise_K[solution->mesh->corner[cell][i]];
    return T_K;
}

double
atw_chip_solution_at(const struct atw_chip_solution *solution, double x_m, double y_m)
{
    double weight[4];
    size_t cell;

    if (!atw_mesh_locate(solution->mesh, x_m, y_m, &cell, weight))
        return solution->frame_K;
    return at_corners(solution, cell, weight);
}

double atw_chip_solution_around(const struct atw_chip_solution *solution,
                                double r_m,
                                double span_K[2])
{
    double sum = 0.0, low_K = INFINITY, high_K = -INFINITY;

    for (int i = 0; i < AROUND; i++) {
        double angle = 2.0 * ATW_PI * (i + 0.5) / AROUND;
        double T_K = atw_chip_solution_at(solution, r_m * cos(angle), r_m * sin(angle));

        sum += T_K;
        low_K = fmin(low_K, T_K);
        high_K = fmax(high_K, T_K);
    }
    if (span_K) {
        span_K[0] = low_K;
        span_K[1] = high_K;
    }
    return sum / AROUND;
}

/* First pixel whose centre is not before `at_m`. */
static size_t pixel_from(double at_m, const struct atw_grid *grid)
{
    double middle = 0.5 * ((double)grid->n_x - 1.0);
    double index = ceil(at_m / grid->spacing_m + middle - 1e-9);

    return index < 0.0 ? 0 : (size_t)index;
}

/* Fill the pixels whose centres lie in a cell. */
static void
draw_cell(struct atw_field *map, const struct atw_chip_solution *solution, size_t cell)
{
    const struct atw_grid *grid = &map->grid;
    struct atw_polygon polygon;
    struct atw_box box;
    double weight[4];

    atw_mesh_cell_polygon(&polygon, solution->mesh, cell);
    box = atw_polygon_box(&polygon);
    for (size_t y = pixel_from(box.y_min, grid); y < grid->n_y; y++) {
        double y_m = atw_grid_position_m(y, grid->n_y, grid->spacing_m);

        if (y_m > box.y_max)
            break;
        for (size_t x = pixel_from(box.x_min, grid); x < grid->n_x; x++) {
            double x_m = atw_grid_position_m(x, grid->n_x, grid->spacing_m);

            if (x_m > box.x_max)
                break;
            if (atw_mesh_inside(solution->mesh, cell, x_m, y_m, weight))
                map->value[atw_grid_index(grid, x, y, 0)] =
                    (float)at_corners(solution, cell, weight);
        }
    }
}

enum atw_status atw_chip_solution_map(struct atw_field **out,
                                      const struct atw_chip_solution *solution,
                                      double pixel_m,
                                      struct atw_error *err)
{
    double pixels = ceil(2.0 * solution->half_width_m / pixel_m - 1e-9);
    struct atw_grid grid = {.n_z = 1, .spacing_m = pixel_m};
    struct atw_field *map = NULL;
    enum atw_status status;

    *out = NULL;
    if (!(pixel_m > 0.0) || !(pixels <= PIXELS_MAX))
        return atw_error_set(err, ATW_EINVAL,
                             "chip: pixels of %g um for a membrane of %g um; the map may "
                             "have at most %d along a side",
                             pixel_m * 1e6, 2e6 * solution->half_width_m, PIXELS_MAX);
    grid.n_x = grid.n_y = (size_t)pixels;
    status = atw_field_create(&map, &grid, err);
    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < atw_grid_voxel_count(&grid); i++)
        map->value[i] = (float)solution->frame_K;
    for (size_t cell = 0; cell < solution->mesh->n_cells; cell++)
        draw_cell(map, solution, cell);
    *out = map;
    return ATW_OK;
}
