/* Mesh of the membrane: a square core and rings around it. */
#include "chip/mesh.h"

#include <math.h>
#include <stdlib.h>

#include "core/constants.h"

/* Cells of the rings grow with the distance d from the core as 1 + RING_GROWTH d / core:
 * by some percent from one to the next, and all in proportion to those of the core. */
#define RING_GROWTH 2.0
#define CELLS_MAX 1000000.0

struct layout {
    enum atw_membrane_shape shape;
    double half_width_m, core_m;
    double *line_m[2]; /* [n[axis] + 1] positions of the core's lines along x and y */
    size_t n[2];       /* cells along x and y */
    size_t around;     /* cells in a ring */
    size_t rings;      /* at least 1 */
    double growth;     /* from one ring to the next */
};

/* Rings so that the first is about as wide as a core cell. */
static void plan_rings(struct layout *layout, double cell_m)
{
    double distance_m = layout->half_width_m - layout->core_m;
    double rise = RING_GROWTH * cell_m / layout->core_m;
    double count = log1p(distance_m / cell_m * rise) / log1p(rise);

    layout->growth = 1.0 + rise;
    layout->rings = count < 1.0 ? 1 : (size_t)ceil(count);
}

/* ---- lines of the core ---------------------------------------------------- */

struct axis {
    double core_m, cell_m;
    const struct atw_mesh_spot *spot;
    size_t n_spots;
    int which; /* 0: x, 1: y */
};

static double spot_position(const struct axis *axis, size_t i)
{
    return axis->which ? axis->spot[i].y_m : axis->spot[i].x_m;
}

/* Greatest cell allowed at a position. */
static double cell_at(const struct axis *axis, double at_m)
{
    double cell_m = axis->cell_m;

    for (size_t i = 0; i < axis->n_spots; i++)
        if (fabs(at_m - spot_position(axis, i)) < axis->spot[i].reach_m)
            cell_m = fmin(cell_m, axis->spot[i].cell_m);
    return cell_m;
}

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

/* Positions that must be lines: the ends, and middle and reach of each spot. Returns how
 * many; those closer than a thousandth of a cell are one. */
static size_t fixed_lines(const struct axis *axis, double *line_m)
{
    size_t n = 0, kept = 1;

    line_m[n++] = -axis->core_m;
    line_m[n++] = axis->core_m;
    for (size_t i = 0; i < axis->n_spots; i++)
        for (int side = -1; side <= 1; side++) {
            double at_m = spot_position(axis, i) + side * axis->spot[i].reach_m;

            if (fabs(at_m) < axis->core_m)
                line_m[n++] = at_m;
        }
    qsort(line_m, n, sizeof *line_m, ascending);
    for (size_t i = 1; i < n; i++)
        if (line_m[i] - line_m[kept - 1] > 1e-3 * axis->cell_m)
            line_m[kept++] = line_m[i];
    line_m[kept - 1] = axis->core_m;
    return kept;
}

/* Equal cells between the fixed lines; line_m NULL: only count them. */
static size_t
fill_lines(const struct axis *axis, const double *fixed_m, size_t n_fixed, double *line_m)
{
    size_t n = 0;

    for (size_t i = 0; i + 1 < n_fixed; i++) {
        double width_m = fixed_m[i + 1] - fixed_m[i];
        double cell_m = cell_at(axis, 0.5 * (fixed_m[i] + fixed_m[i + 1]));
        size_t cells = (size_t)fmax(ceil(width_m / cell_m - 1e-6), 1.0);

        for (size_t k = 0; k < cells && line_m; k++)
            line_m[n + k] = fixed_m[i] + width_m * (double)k / (double)cells;
        n += cells;
    }
    if (line_m)
        line_m[n] = axis->core_m;
    return n;
}

static enum atw_status
make_lines(struct layout *layout, const struct axis *axis, struct atw_error *err)
{
    double *fixed_m = malloc((2 + 3 * axis->n_spots) * sizeof *fixed_m);
    size_t n_fixed;

    if (!fixed_m)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    n_fixed = fixed_lines(axis, fixed_m);
    layout->n[axis->which] = fill_lines(axis, fixed_m, n_fixed, NULL);
    layout->line_m[axis->which] =
        malloc((layout->n[axis->which] + 1) * sizeof **layout->line_m);
    if (layout->line_m[axis->which])
        (void)fill_lines(axis, fixed_m, n_fixed, layout->line_m[axis->which]);
    free(fixed_m);
    return layout->line_m[axis->which]
               ? ATW_OK
               : atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
}

static enum atw_status
plan(struct layout *layout, const struct axis *common, struct atw_error *err)
{
    double half_m = layout->half_width_m, least_m = common->cell_m;
    enum atw_status status = ATW_OK;

    if (!(half_m > 0.0) || !(common->core_m > 0.0) || !(common->cell_m > 0.0) ||
        !isfinite(half_m) || !isfinite(common->core_m) || !isfinite(common->cell_m))
        return atw_error_set(err, ATW_EINVAL,
                             "chip: membrane of half width %g m, core %g m, cells of %g "
                             "m: lengths must be positive and finite",
                             half_m, common->core_m, common->cell_m);
    for (size_t i = 0; i < common->n_spots; i++)
        least_m = fmin(least_m, common->spot[i].cell_m);
    if (!(half_m / least_m < CELLS_MAX))
        return atw_error_set(err, ATW_EINVAL,
                             "chip: cells of %g um are too small for this membrane",
                             least_m * 1e6);
    layout->core_m = common->core_m;
    for (int which = 0; which < 2 && status == ATW_OK; which++) {
        struct axis axis = *common;

        axis.which = which;
        status = make_lines(layout, &axis, err);
    }
    layout->around = 2 * (layout->n[0] + layout->n[1]);
    plan_rings(layout, common->cell_m);
    if (status == ATW_OK && (double)layout->n[0] * (double)layout->n[1] +
                                    (double)layout->around * (double)layout->rings >
                                CELLS_MAX)
        return atw_error_set(err, ATW_EINVAL,
                             "chip: cells of %g um make more than %g cells of the "
                             "membrane; make them larger",
                             common->cell_m * 1e6, CELLS_MAX);
    return status;
}

/* ---- nodes and cells ------------------------------------------------------ */

/* Node k of the core's outline, counter-clockwise from its lower right corner, as column
 * and row. */
static void outline(const size_t n[2], size_t k, size_t *column, size_t *row)
{
    if (k < n[1]) {
        *column = n[0];
        *row = k;
    } else if (k < n[1] + n[0]) {
        *column = n[0] - (k - n[1]);
        *row = n[1];
    } else if (k < 2 * n[1] + n[0]) {
        *column = 0;
        *row = n[1] - (k - n[1] - n[0]);
    } else {
        *column = k - 2 * n[1] - n[0];
        *row = 0;
    }
}

/* Share of the way from core to frame at ring line `ring`. */
static double share_of_way(const struct layout *layout, size_t ring)
{
    return (pow(layout->growth, (double)ring) - 1.0) /
           (pow(layout->growth, (double)layout->rings) - 1.0);
}

static size_t node_on_line(const struct layout *layout, size_t ring, size_t k)
{
    size_t column, row, core = (layout->n[0] + 1) * (layout->n[1] + 1);

    k %= layout->around;
    if (ring > 0)
        return core + (ring - 1) * layout->around + k;
    outline(layout->n, k, &column, &row);
    return row * (layout->n[0] + 1) + column;
}

static void place_core(struct atw_mesh *mesh, const struct layout *layout)
{
    size_t node = 0;

    for (size_t row = 0; row <= layout->n[1]; row++)
        for (size_t column = 0; column <= layout->n[0]; column++, node++) {
            mesh->x_m[node] = layout->line_m[0][column];
            mesh->y_m[node] = layout->line_m[1][row];
        }
}

/* Where the line through a point of the core's outline meets the frame. The angle goes as
 * the way along the side, which spaces the nodes of a circle evenly. */
static void
frame_point(const struct layout *layout, double x, double y, double *x_out, double *y_out)
{
    double core = layout->core_m, scale = layout->half_width_m / core, angle;

    *x_out = x * scale;
    *y_out = y * scale;
    if (layout->shape != ATW_MEMBRANE_ROUND)
        return;
    if (fabs(x) >= fabs(y))
        angle = (x > 0.0 ? 0.0 : ATW_PI) + 0.25 * ATW_PI * y / x;
    else
        angle = (y > 0.0 ? 0.5 : -0.5) * ATW_PI - 0.25 * ATW_PI * x / y;
    *x_out = layout->half_width_m * cos(angle);
    *y_out = layout->half_width_m * sin(angle);
}

static void place_rings(struct atw_mesh *mesh, const struct layout *layout)
{
    for (size_t ring = 1; ring <= layout->rings; ring++)
        for (size_t k = 0; k < layout->around; k++) {
            size_t inner = node_on_line(layout, 0, k);
            size_t node = node_on_line(layout, ring, k);
            double share = share_of_way(layout, ring), x_out, y_out;
            double x = mesh->x_m[inner], y = mesh->y_m[inner];

            frame_point(layout, x, y, &x_out, &y_out);
            mesh->x_m[node] = x + share * (x_out - x);
            mesh->y_m[node] = y + share * (y_out - y);
        }
}

static void connect_cells(struct atw_mesh *mesh, const struct layout *layout)
{
    size_t width = layout->n[0] + 1, (*corner)[4] = mesh->corner;

    for (size_t row = 0; row < layout->n[1]; row++)
        for (size_t column = 0; column < layout->n[0]; column++, corner++) {
            size_t node = row * width + column;

            (*corner)[0] = node;
            (*corner)[1] = node + 1;
            (*corner)[2] = node + width + 1;
            (*corner)[3] = node + width;
        }
    for (size_t ring = 0; ring < layout->rings; ring++)
        for (size_t k = 0; k < layout->around; k++, corner++) {
            (*corner)[0] = node_on_line(layout, ring, k);
            (*corner)[1] = node_on_line(layout, ring + 1, k);
            (*corner)[2] = node_on_line(layout, ring + 1, k + 1);
            (*corner)[3] = node_on_line(layout, ring, k + 1);
        }
}

static enum atw_status
build(struct atw_mesh **out, const struct layout *layout, struct atw_error *err)
{
    size_t core = (layout->n[0] + 1) * (layout->n[1] + 1);
    struct atw_mesh *mesh = calloc(1, sizeof *mesh);

    if (!mesh)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    mesh->n_free = core + (layout->rings - 1) * layout->around;
    mesh->n_nodes = mesh->n_free + layout->around;
    mesh->n_cells = layout->n[0] * layout->n[1] + layout->rings * layout->around;
    mesh->n_columns = layout->n[0];
    mesh->n_rows = layout->n[1];
    mesh->core_half_width_m = layout->core_m;
    mesh->x_m = malloc(mesh->n_nodes * sizeof *mesh->x_m);
    mesh->y_m = malloc(mesh->n_nodes * sizeof *mesh->y_m);
    mesh->corner = malloc(mesh->n_cells * sizeof *mesh->corner);
    if (!mesh->x_m || !mesh->y_m || !mesh->corner) {
        atw_mesh_destroy(mesh);
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    }
    place_core(mesh, layout);
    place_rings(mesh, layout);
    connect_cells(mesh, layout);
    *out = mesh;
    return ATW_OK;
}

enum atw_status atw_mesh_create(struct atw_mesh **out,
                                enum atw_membrane_shape shape,
                                double half_width_m,
                                double core_m,
                                double cell_m,
                                const struct atw_mesh_spot *spot,
                                size_t n_spots,
                                struct atw_error *err)
{
    struct layout layout = {.shape = shape, .half_width_m = half_width_m};
    struct axis axis = {.core_m = fmin(core_m, 0.6 * half_width_m),
                        .cell_m = cell_m,
                        .spot = spot,
                        .n_spots = n_spots};
    enum atw_status status = plan(&layout, &axis, err);

    *out = NULL;
    if (status == ATW_OK)
        status = build(out, &layout, err);
    free(layout.line_m[0]);
    free(layout.line_m[1]);
    return status;
}

void atw_mesh_destroy(struct atw_mesh *mesh)
{
    if (!mesh)
        return;
    free(mesh->x_m);
    free(mesh->y_m);
    free(mesh->corner);
    free(mesh);
}
