/* Runs through a heating history with D(c, T), fast paths, reshaping and sublimation.
 *
 * CVODE integrates in the reduced time s, ds/dt = D_ref(T)/h^2 + k(T)/h, in which rates
 * are of order 1 whatever the temperature does:
 *
 *   dc/ds = share (1/m) div(A grad phi) - (1 - share) (area/m) c (1 - c),
 *
 * phi = Phi / D_ref, share = (D_ref/h^2) / (ds/dt), lengths in voxel edges. */
#include <stdlib.h>
#include <string.h>

#include "diffusion/run_internal.h"

/* ---- what CVODE calls ----------------------------------------------------- */

static void
add_sublimation(const struct atw_run *run, const double *c, double *dc_ds, double *lost)
{
    const struct atw_surface *surface = run->surface;
    double speed = 1.0 - run->share, sum = 0.0;

    for (size_t k = 0; k < surface->count; k++) {
        size_t i = surface->cell[k];
        double flux = speed * surface->area[k] * c[i];

        dc_ds[i] -= flux * (1.0 - c[i]) / run->cells->capacity[i];
        sum += flux;
    }
    *lost = sum / run->metal;
}

int atw_run_rate(double s, const double *c, double *dc_ds, void *context)
{
    struct atw_run *run = context;
    const double *phi = c;

    run->status = atw_run_set_time(run, s, run->err);
    if (run->status != ATW_OK)
        return -1;
    if (run->law->diffusivity) {
        atw_potential_values(&run->potential, run->count, c, run->phi);
        phi = run->phi;
    }
    atw_cells_rate(run->cells, phi, dc_ds);
    run->diffusion->applications++;
    if (!run->surface)
        return 0;
    for (size_t i = 0; i < run->count; i++)
        dc_ds[i] *= run->share;
    add_sublimation(run, c, dc_ds, &dc_ds[run->count]);
    return 0;
}

/* Newton's matrix leaves sublimation out: it is slow on the scale of a cell. */
int atw_run_solve(double s,
                  const double *c,
                  double gamma,
                  double reduction,
                  const double *r,
                  double *z,
                  void *context)
{
    struct atw_run *run = context;
    double *work = run->diffusion->work;

    run->status = atw_run_set_time(run, s, run->err);
    if (run->status != ATW_OK)
        return -1;
    gamma *= run->share;
    if (run->surface)
        z[run->count] = r[run->count];
    if (!run->law->diffusivity) {
        run->diffusion->applications +=
            atw_cells_solve(run->cells, gamma, reduction, r, z, work);
        return 0;
    }
    atw_potential_slopes(&run->potential, run->count, c, run->slope);
    memcpy(run->phi, r, run->count * sizeof *r);
    run->diffusion->applications += atw_cells_solve_with_slope(
        run->cells, gamma, reduction, run->slope, run->phi, z, work);
    return 0;
}

/* ---- integration ---------------------------------------------------------- */

static enum atw_status advance(struct atw_run *run, double t_s, struct atw_error *err)
{
    unsigned mode = atw_diffusion_flush_denormals();
    struct atw_error why = {0};
    enum atw_status status;

    run->err = &why;
    status = atw_ode_advance(run->ode, atw_clock_at(run->clock, t_s), run->state, err);
    atw_diffusion_restore_denormals(mode);
    if (status == ATW_EDIVERGED && run->status != ATW_OK) {
        if (err)
            *err = why;
        status = run->status;
    }
    if (status != ATW_OK)
        atw_error_prepend(err, "diffusion: stopped at t = %.6g s of %.6g s",
                          atw_clock_time_s(run->clock, atw_ode_time(run->ode)), t_s);
    return status;
}

static enum atw_status integrate(struct atw_run *run,
                                 const double *state,
                                 const double *t_s,
                                 size_t n_times,
                                 double *states,
                                 double *lost_m3,
                                 struct atw_error *err)
{
    double h = run->cells->grid.spacing_m;
    enum atw_status status;

    memcpy(run->state, state, run->count * sizeof *state);
    run->state[run->count] = 0.0;
    status = atw_ode_start(run->ode, 0.0, run->state, err);
    for (size_t k = 0; k < n_times && status == ATW_OK; k++) {
        status = advance(run, t_s[k], err);
        if (k + 1 < n_times) /* the last one stays in run->state */
            memcpy(states + k * run->count, run->state, run->count * sizeof *states);
        lost_m3[k] = run->state[run->count] * run->metal * h * h * h;
    }
    return status;
}

enum atw_status atw_diffusion_run(struct atw_diffusion *diffusion,
                                  const double *state,
                                  const struct atw_diffusion_law *law,
                                  const struct atw_diffusion_history *history,
                                  const double *t_s,
                                  size_t n_times,
                                  double *out,
                                  double *lost_m3,
                                  struct atw_error *err)
{
    struct atw_run run = {.diffusion = diffusion,
                          .law = law,
                          .history = history,
                          .cells = diffusion->cells,
                          .count = diffusion->cells->count};
    double *states = NULL, *lost = NULL;
    enum atw_status status;

    atw_exponential_destroy(diffusion->exponential); /* its memory is needed now */
    diffusion->exponential = NULL;
    status = atw_run_open(&run, t_s, n_times, err);
    if (status != ATW_OK || n_times == 0)
        goto cleanup;
    if (n_times > 1)
        states = calloc(n_times - 1, run.count * sizeof *states);
    lost = calloc(n_times, sizeof *lost);
    if ((n_times > 1 && !states) || !lost) {
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                               n_times);
        goto cleanup;
    }
    status = integrate(&run, state, t_s, n_times, states, lost, err);
    if (status != ATW_OK)
        goto cleanup;
    if (n_times > 1)
        memcpy(out, states, (n_times - 1) * run.count * sizeof *states);
    memcpy(out + (n_times - 1) * run.count, run.state, run.count * sizeof *out);
    if (lost_m3)
        memcpy(lost_m3, lost, n_times * sizeof *lost);
cleanup:
    free(lost);
    free(states);
    atw_run_close(&run);
    return status;
}
