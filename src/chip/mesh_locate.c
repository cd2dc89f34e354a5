/* Mesh: cells that hold a point. */
#include <math.h>

#include "chip/mesh.h"

void atw_mesh_cell_polygon(struct atw_polygon *out,
                           const struct atw_mesh *mesh,
                           size_t cell)
{
    out->n = 4;
    for (size_t i = 0; i < 4; i++) {
        out->x[i] = mesh->x_m[mesh->corner[cell][i]];
        out->y[i] = mesh->y_m[mesh->corner[cell][i]];
    }
}

/* Bilinear coordinates of a point in a cell by Newton's iteration; 1 if inside. */
static int find_inside(const struct atw_polygon *cell, double x, double y, double at[2])
{
    const double slack = 1e-9;
    double ax = cell->x[1] - cell->x[0], ay = cell->y[1] - cell->y[0];
    double bx = cell->x[3] - cell->x[0], by = cell->y[3] - cell->y[0];
    double cx = cell->x[2] - cell->x[1] - bx, cy = cell->y[2] - cell->y[1] - by;
    double u = 0.5, v = 0.5;

    for (int i = 0; i < 20; i++) {
        double fx = cell->x[0] + u * ax + v * bx + u * v * cx - x;
        double fy = cell->y[0] + u * ay + v * by + u * v * cy - y;
        double ux = ax + v * cx, uy = ay + v * cy, vx = bx + u * cx, vy = by + u * cy;
        double determinant = ux * vy - uy * vx;

        u -= (fx * vy - fy * vx) / determinant;
        v -= (fy * ux - fx * uy) / determinant;
    }
    at[0] = u;
    at[1] = v;
    return u >= -slack && u <= 1.0 + slack && v >= -slack && v <= 1.0 + slack;
}

int atw_mesh_inside(
    const struct atw_mesh *mesh, size_t cell, double x_m, double y_m, double weight[4])
{
    struct atw_polygon polygon;
    struct atw_box box;
    double at[2], reach;

    atw_mesh_cell_polygon(&polygon, mesh, cell);
    box = atw_polygon_box(&polygon);
    reach = 1e-6 * (box.x_max - box.x_min + box.y_max - box.y_min);
    if (x_m < box.x_min - reach || x_m > box.x_max + reach || y_m < box.y_min - reach ||
        y_m > box.y_max + reach || !find_inside(&polygon, x_m, y_m, at))
        return 0;
    weight[0] = (1.0 - at[0]) * (1.0 - at[1]);
    weight[1] = at[0] * (1.0 - at[1]);
    weight[2] = at[0] * at[1];
    weight[3] = (1.0 - at[0]) * at[1];
    return 1;
}

/* Column or row of the core whose lines, `stride` nodes apart, hold a coordinate. */
static size_t between(const double *line_m, size_t stride, size_t n, double at_m)
{
    size_t low = 0, high = n;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        *(line_m[middle * stride] <= at_m ? &low : &high) = middle;
    }
    return low;
}

int atw_mesh_locate(
    const struct atw_mesh *mesh, double x_m, double y_m, size_t *cell, double weight[4])
{
    size_t first = mesh->n_columns * mesh->n_rows;

    if (fmax(fabs(x_m), fabs(y_m)) <= mesh->core_half_width_m) {
        size_t column = between(mesh->x_m, 1, mesh->n_columns, x_m);
        size_t row = between(mesh->y_m, mesh->n_columns + 1, mesh->n_rows, y_m);

        *cell = row * mesh->n_columns + column;
        return atw_mesh_inside(mesh, *cell, x_m, y_m, weight);
    }
    for (size_t c = first; c < mesh->n_cells; c++)
        if (atw_mesh_inside(mesh, c, x_m, y_m, weight)) {
            *cell = c;
            return 1;
        }
    return 0;
}
