/* Setting up a run: checks, geometry, clock, vectors. */
#include <math.h>
#include <stdlib.h>

#include "diffusion/run_internal.h"
#include "diffusion/sheet.h"

static enum atw_status check_law(const struct atw_diffusion_law *law,
                                 struct atw_error *err)
{
    if (!law->diffusivity == !law->constant_m2_per_s)
        return atw_error_set(
            err, ATW_EINVAL,
            "diffusion: a law needs either a diffusivity that depends on "
            "composition or one that does not");
    if (law->n_sheets > ATW_DIFFUSION_SHEETS_AT_MOST)
        return atw_error_set(err, ATW_EINVAL, "diffusion: %zu sheets; at most %d",
                             law->n_sheets, ATW_DIFFUSION_SHEETS_AT_MOST);
    return ATW_OK;
}

static enum atw_status
check_times(const double *t_s, size_t n_times, struct atw_error *err)
{
    for (size_t k = 0; k < n_times; k++)
        if (!(t_s[k] >= (k > 0 ? t_s[k - 1] : 0.0)) || !isfinite(t_s[k]))
            return atw_error_set(err, ATW_EINVAL,
                                 "diffusion: time %zu is %g s; times must be finite, not "
                                 "negative and rising",
                                 k, t_s[k]);
    return ATW_OK;
}

/* Cells of the run's own, whose faces know the sheets. */
static enum atw_status
create_paths(struct atw_run *run, const struct atw_field *metal, struct atw_error *err)
{
    const struct atw_diffusion_law *law = run->law;
    float(*plus[ATW_DIFFUSION_SHEETS_AT_MOST])[3] = {NULL};
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < law->n_sheets && status == ATW_OK; k++) {
        plus[k] = malloc(atw_grid_voxel_count(&metal->grid) * sizeof *plus[k]);
        status = plus[k]
                     ? atw_sheet_faces(&law->sheet[k], metal, plus[k], err)
                     : atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for a sheet");
    }
    if (status == ATW_OK)
        status = atw_cells_create_with_paths(&run->own, metal,
                                             run->diffusion->options.least_fraction, plus,
                                             law->n_sheets, err);
    for (size_t k = 0; k < law->n_sheets; k++)
        free(plus[k]);
    if (status == ATW_OK)
        run->cells = run->own;
    return status;
}

static enum atw_status create_geometry(struct atw_run *run, struct atw_error *err)
{
    struct atw_field *metal = NULL;
    enum atw_status status = ATW_OK;

    if (run->law->n_sheets == 0 && !run->history->stretch &&
        !run->law->sublimation_m_per_s)
        return ATW_OK;
    status = atw_surface_metal(&metal, run->diffusion->cells, err);
    if (status == ATW_OK && (run->law->n_sheets > 0 || run->history->stretch))
        status = create_paths(run, metal, err);
    if (status == ATW_OK && run->law->sublimation_m_per_s)
        status = atw_surface_create(&run->surface, run->cells, metal, err);
    atw_field_destroy(metal);
    return status;
}

enum atw_status atw_run_open(struct atw_run *run,
                             const double *t_s,
                             size_t n_times,
                             struct atw_error *err)
{
    enum atw_status status = check_law(run->law, err);

    if (status == ATW_OK)
        status = check_times(t_s, n_times, err);
    if (status == ATW_OK)
        status = atw_clock_create(&run->clock, atw_run_clock_rate, run, t_s, n_times,
                                  run->history->break_s, run->history->n_breaks, err);
    if (status == ATW_OK)
        status = create_geometry(run, err);
    for (size_t i = 0; i < run->count && status == ATW_OK; i++)
        run->metal += run->cells->capacity[i];
    return status;
}

void atw_run_close(struct atw_run *run)
{
    atw_clock_destroy(run->clock);
    atw_surface_destroy(run->surface);
    atw_cells_destroy(run->own);
    atw_run_bdf_destroy(run->bdf);
    free(run->vectors);
}
