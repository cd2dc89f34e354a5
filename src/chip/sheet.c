/* Sheet: its conductances and the pattern of its matrix.
 *
 * On each cell the temperature is bilinear and K constant. Weighted with the shape of a
 * node (Galerkin), the heat equation becomes a balance for the volume that the node
 * stands for: symmetric conductances between nodes, and what leaves one enters another.
 * Sources, losses and capacity of a cell are shared among its corners. */
#include "chip/sheet_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_PLACE ((size_t)-1)
enum { COLUMN_MAX = 9 }; /* rows of a column of the lower triangle */

/* Slopes of the four bilinear shapes at a point of the unit square, and the sides of the
 * cell there. */
struct slopes {
    double u[4], v[4];
    double x_u, y_u, x_v, y_v;
};

static void slopes_at(
    struct slopes *slopes, const struct atw_mesh *mesh, size_t cell, double u, double v)
{
    *slopes =
        (struct slopes){.u = {v - 1.0, 1.0 - v, v, -v}, .v = {u - 1.0, -u, u, 1.0 - u}};
    for (size_t i = 0; i < 4; i++) {
        size_t node = mesh->corner[cell][i];

        slopes->x_u += slopes->u[i] * mesh->x_m[node];
        slopes->y_u += slopes->u[i] * mesh->y_m[node];
        slopes->x_v += slopes->v[i] * mesh->x_m[node];
        slopes->y_v += slopes->v[i] * mesh->y_m[node];
    }
}

/* Integral of (grad a).K(grad b) for all pairs of shapes by 2 x 2 Gauss points. */
void atw_sheet_cell_conductance(const struct atw_sheet *sheet,
                                size_t cell,
                                double s[4][4])
{
    static const double point[2] = {0.21132486540518711775, 0.78867513459481288225};
    const double *K = sheet->cell[cell].K_W_per_K;

    memset(s, 0, 16 * sizeof(double));
    for (size_t q = 0; q < 4; q++) {
        struct slopes at;
        double area, gx[4], gy[4]; /* gradients, times the area */

        slopes_at(&at, sheet->mesh, cell, point[q % 2], point[q / 2]);
        area = at.x_u * at.y_v - at.y_u * at.x_v;
        for (size_t i = 0; i < 4; i++) {
            gx[i] = at.u[i] * at.y_v - at.v[i] * at.y_u;
            gy[i] = at.v[i] * at.x_u - at.u[i] * at.x_v;
        }
        for (size_t a = 0; a < 4; a++)
            for (size_t b = 0; b < 4; b++)
                s[a][b] +=
                    (K[0] * gx[a] * gx[b] + K[1] * (gx[a] * gy[b] + gy[a] * gx[b]) +
                     K[2] * gy[a] * gy[b]) /
                    (4.0 * area);
    }
}

static void share_corners(struct atw_sheet *sheet)
{
    for (size_t cell = 0; cell < sheet->mesh->n_cells; cell++) {
        double *share = sheet->corner_share[cell], sum = 0.0;

        for (size_t i = 0; i < 4; i++) {
            struct slopes at;

            slopes_at(&at, sheet->mesh, cell, i == 1 || i == 2 ? 1.0 : 0.0,
                      i >= 2 ? 1.0 : 0.0);
            share[i] = at.x_u * at.y_v - at.y_u * at.x_v;
            sum += share[i];
        }
        for (size_t i = 0; i < 4; i++)
            share[i] /= sum;
    }
}

static void lump(struct atw_sheet *sheet)
{
    const struct atw_mesh *mesh = sheet->mesh;

    for (size_t cell = 0; cell < mesh->n_cells; cell++)
        for (size_t i = 0; i < 4; i++) {
            size_t node = mesh->corner[cell][i];
            double share = sheet->corner_share[cell][i];

            if (node >= mesh->n_free)
                continue;
            sheet->capacity_J_per_K[node] += share * sheet->cell[cell].capacity_J_per_K;
            sheet->emitting_m2[node] += share * sheet->cell[cell].emitting_m2;
            sheet->loss_W_per_K[node] += share * sheet->cell[cell].loss_W_per_K;
        }
}

/* ---- the matrix ----------------------------------------------------------- */

/* Add a row to a column that is kept in order; there are few of them. */
static void insert_row(int *rows, int *count, int row)
{
    int at = *count;

    for (int i = 0; i < *count; i++)
        if (rows[i] == row)
            return;
    while (at > 0 && rows[at - 1] > row) {
        rows[at] = rows[at - 1];
        at--;
    }
    rows[at] = row;
    (*count)++;
}

static void find_rows(const struct atw_mesh *mesh, int (*rows)[COLUMN_MAX], int *count)
{
    for (size_t cell = 0; cell < mesh->n_cells; cell++)
        for (size_t i = 0; i < 4; i++)
            for (size_t j = 0; j < 4; j++) {
                size_t column = mesh->corner[cell][i], row = mesh->corner[cell][j];

                if (row >= column && row < mesh->n_free)
                    insert_row(rows[column], &count[column], (int)row);
            }
}

static size_t place_of(const struct atw_sheet *sheet, size_t a, size_t b)
{
    size_t column = a < b ? a : b, row = a < b ? b : a;

    if (row >= sheet->mesh->n_free)
        return NO_PLACE;
    for (int k = sheet->column[column]; k < sheet->column[column + 1]; k++)
        if ((size_t)sheet->row[k] == row)
            return (size_t)k;
    return NO_PLACE;
}

static enum atw_status make_pattern(struct atw_sheet *sheet, struct atw_error *err)
{
    const struct atw_mesh *mesh = sheet->mesh;
    int(*rows)[COLUMN_MAX] = calloc(mesh->n_free, sizeof *rows);
    int *count = calloc(mesh->n_free, sizeof *count);
    enum atw_status status = ATW_OK;

    if (!rows || !count) {
        status = atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
        goto cleanup;
    }
    find_rows(mesh, rows, count);
    for (size_t i = 0; i < mesh->n_free; i++) {
        memcpy(sheet->row + sheet->column[i], rows[i], (size_t)count[i] * sizeof **rows);
        sheet->column[i + 1] = sheet->column[i] + count[i];
    }
    for (size_t cell = 0; cell < mesh->n_cells; cell++)
        for (size_t pair = 0; pair < 16; pair++)
            sheet->place[cell][pair] = place_of(sheet, mesh->corner[cell][pair / 4],
                                                mesh->corner[cell][pair % 4]);
cleanup:
    free(rows);
    free(count);
    return status;
}

void atw_sheet_add_cell(const struct atw_sheet *sheet,
                        size_t cell,
                        double s[4][4],
                        double *value)
{
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j <= i; j++) {
            size_t place = sheet->place[cell][4 * i + j];

            if (place != NO_PLACE)
                value[place] += s[i][j];
        }
}

/* ---- life ----------------------------------------------------------------- */

static enum atw_status
check_cell(const struct atw_sheet_cell *cell, size_t index, struct atw_error *err)
{
    const double *K = cell->K_W_per_K;
    const double others[] = {cell->capacity_J_per_K, cell->emitting_m2,
                             cell->loss_W_per_K, cell->squares, cell->sensed_squares};

    if (!(K[0] > 0.0) || !(K[0] * K[2] - K[1] * K[1] > 0.0) || !isfinite(K[0] + K[2]))
        return atw_error_set(err, ATW_EINVAL,
                             "chip: conductance (%g, %g, %g) W/K of cell %zu is not "
                             "positive definite",
                             K[0], K[1], K[2], index);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!(others[i] >= 0.0) || !isfinite(others[i]))
            return atw_error_set(err, ATW_EINVAL,
                                 "chip: a property %g of cell %zu is negative or not "
                                 "finite",
                                 others[i], index);
    return ATW_OK;
}

static int allocate(struct atw_sheet *sheet)
{
    size_t n_cells = sheet->mesh->n_cells, n = sheet->mesh->n_free;

    sheet->cell = calloc(n_cells, sizeof *sheet->cell);
    sheet->corner_share = calloc(n_cells, sizeof *sheet->corner_share);
    sheet->place = calloc(n_cells, sizeof *sheet->place);
    sheet->capacity_J_per_K = calloc(n, sizeof(double));
    sheet->emitting_m2 = calloc(n, sizeof(double));
    sheet->loss_W_per_K = calloc(n, sizeof(double));
    sheet->column = calloc(n + 1, sizeof *sheet->column);
    sheet->row = calloc(n * COLUMN_MAX, sizeof *sheet->row);
    sheet->conductance = calloc(n * COLUMN_MAX, sizeof(double));
    sheet->matrix = calloc(n * COLUMN_MAX, sizeof(double));
    return sheet->cell && sheet->corner_share && sheet->place &&
           sheet->capacity_J_per_K && sheet->emitting_m2 && sheet->loss_W_per_K &&
           sheet->column && sheet->row && sheet->conductance && sheet->matrix;
}

enum atw_status atw_sheet_create(struct atw_sheet **out,
                                 const struct atw_mesh *mesh,
                                 const struct atw_sheet_cell *cell,
                                 const struct atw_sheet_metal *metal,
                                 double frame_K,
                                 struct atw_error *err)
{
    struct atw_sheet *sheet = NULL;
    enum atw_status status = ATW_OK;
    double s[4][4];

    *out = NULL;
    for (size_t i = 0; i < mesh->n_cells && status == ATW_OK; i++)
        status = check_cell(&cell[i], i, err);
    if (status != ATW_OK)
        return status;
    sheet = calloc(1, sizeof *sheet);
    if (!sheet)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    sheet->mesh = mesh;
    sheet->metal = *metal;
    sheet->frame_K = frame_K;
    if (!allocate(sheet)) {
        atw_sheet_destroy(sheet);
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    }
    memcpy(sheet->cell, cell, mesh->n_cells * sizeof *cell);
    share_corners(sheet);
    lump(sheet);
    status = make_pattern(sheet, err);
    for (size_t i = 0; i < mesh->n_cells && status == ATW_OK; i++) {
        atw_sheet_cell_conductance(sheet, i, s);
        atw_sheet_add_cell(sheet, i, s, sheet->conductance);
    }
    if (status == ATW_OK)
        status = atw_cholesky_create(&sheet->cholesky, mesh->n_free, sheet->column,
                                     sheet->row, err);
    if (status == ATW_OK)
        *out = sheet;
    else
        atw_sheet_destroy(sheet);
    return status;
}

void atw_sheet_destroy(struct atw_sheet *sheet)
{
    if (!sheet)
        return;
    free(sheet->cell);
    free(sheet->corner_share);
    free(sheet->place);
    free(sheet->capacity_J_per_K);
    free(sheet->emitting_m2);
    free(sheet->loss_W_per_K);
    free(sheet->column);
    free(sheet->row);
    free(sheet->conductance);
    free(sheet->matrix);
    atw_cholesky_destroy(sheet->cholesky);
    free(sheet);
}
