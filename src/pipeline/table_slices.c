/* Table of central slices through the compositions of a run. */
#include "pipeline/table_slices.h"

#include <math.h>

#include "core/constants.h"

struct slice {
    const char *particle, *plane;
    size_t tomogram;
    const struct atw_measurement *measurement;
};

static enum atw_status append_voxel(struct atw_table *table,
                                    const struct slice *slice,
                                    size_t i,
                                    size_t j,
                                    size_t n_j,
                                    size_t voxel,
                                    struct atw_error *err)
{
    const struct atw_field *composition = slice->measurement->composition;
    const struct atw_grid *grid = &composition->grid;
    double to_nm = grid->spacing_m / ATW_METRE_PER_NM;
    int inside = slice->measurement->mask->inside[voxel];
    const struct atw_cell row[] = {
        atw_cell_text(slice->particle),
        atw_cell_number((double)slice->tomogram),
        atw_cell_text(slice->plane),
        atw_cell_number((double)i),
        atw_cell_number((double)j),
        atw_cell_number(atw_grid_position_m(i, grid->n_x, to_nm)),
        atw_cell_number(atw_grid_position_m(j, n_j, to_nm)),
        atw_cell_number(inside ? (double)composition->value[voxel] : NAN)};

    return atw_table_append(table, row, err);
}

static enum atw_status
append_xy(struct atw_table *table, struct slice slice, struct atw_error *err)
{
    const struct atw_grid *grid = &slice.measurement->composition->grid;
    enum atw_status status = ATW_OK;

    slice.plane = "xy";
    for (size_t j = 0; j < grid->n_y; j++)
        for (size_t i = 0; i < grid->n_x && status == ATW_OK; i++)
            status = append_voxel(table, &slice, i, j, grid->n_y,
                                  atw_grid_index(grid, i, j, grid->n_z / 2), err);
    return status;
}

static enum atw_status
append_xz(struct atw_table *table, struct slice slice, struct atw_error *err)
{
    const struct atw_grid *grid = &slice.measurement->composition->grid;
    enum atw_status status = ATW_OK;

    slice.plane = "xz";
    for (size_t j = 0; j < grid->n_z; j++)
        for (size_t i = 0; i < grid->n_x && status == ATW_OK; i++)
            status = append_voxel(table, &slice, i, j, grid->n_z,
                                  atw_grid_index(grid, i, grid->n_y / 2, j), err);
    return status;
}

enum atw_status atw_table_fill_slices(struct atw_table *table,
                                      const struct atw_table_source *source,
                                      struct atw_error *err)
{
    const struct atw_analysis *analysis = source->analysis;
    enum atw_status status = ATW_OK;

    for (size_t p = 0; p < analysis->experiment->n_particles; p++)
        for (size_t t = 0; t < analysis->specimen[p]->n_tomograms && status == ATW_OK;
             t++) {
            const struct slice slice = {.particle = analysis->observed[p].name,
                                        .tomogram = t,
                                        .measurement =
                                            &analysis->specimen[p]->measurement[t]};

            if (!slice.measurement->composition)
                continue; /* not measured */
            status = append_xy(table, slice, err);
            if (status == ATW_OK)
                status = append_xz(table, slice, err);
        }
    return status;
}
