/* A run by CVODE's backward differences. */
#include <stdlib.h>
#include <string.h>

#include "core/ode.h"
#include "diffusion/kernel.h"
#include "diffusion/run_internal.h"

/* Allowed per step, in units of the wanted error of the composition: the errors of the
 * steps add up, less what later diffusion smooths away. Measured on core-shell particles,
 * see docs/diffusion.md. */
#define STEP_SHARE 0.3

struct atw_run_bdf {
    struct atw_run *run;
    struct atw_ode *ode;
    double *state, *phi, *slope; /* one more unknown, the metal lost, with sublimation */
    enum atw_status status;      /* of the callbacks */
    struct atw_error *err;
};

/* ---- what CVODE calls ----------------------------------------------------- */

static enum atw_status set_time(struct atw_run *run, double s, struct atw_error *err)
{
    enum atw_status status = atw_run_set_paths(run, s, err);

    return status == ATW_OK ? atw_run_set_potential(run, s, err) : status;
}

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

static int rate(double s, const double *c, double *dc_ds, void *context)
{
    struct atw_run_bdf *bdf = context;
    struct atw_run *run = bdf->run;
    const double *phi = c;

    bdf->status = set_time(run, s, bdf->err);
    if (bdf->status != ATW_OK)
        return -1;
    if (run->law->diffusivity) {
        atw_kernel_best()->potential(&run->potential, run->count, c, bdf->phi);
        phi = bdf->phi;
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
static int solve(double s,
                 const double *c,
                 double gamma,
                 double reduction,
                 const double *r,
                 double *z,
                 void *context)
{
    struct atw_run_bdf *bdf = context;
    struct atw_run *run = bdf->run;
    double *work = run->diffusion->work;

    bdf->status = set_time(run, s, bdf->err);
    if (bdf->status != ATW_OK)
        return -1;
    gamma *= run->share;
    if (run->surface)
        z[run->count] = r[run->count];
    if (!run->law->diffusivity) {
        run->diffusion->applications +=
            atw_cells_solve(run->cells, gamma, reduction, r, z, work);
        return 0;
    }
    atw_potential_slopes(&run->potential, run->count, c, bdf->slope);
    memcpy(bdf->phi, r, run->count * sizeof *r);
    run->diffusion->applications += atw_cells_solve_with_slope(
        run->cells, gamma, reduction, bdf->slope, bdf->phi, z, work);
    return 0;
}

/* ---- integration ---------------------------------------------------------- */

static enum atw_status advance(struct atw_run *run, double t_s, struct atw_error *err)
{
    struct atw_run_bdf *bdf = run->bdf;
    unsigned mode = atw_diffusion_flush_denormals();
    struct atw_error why = {0};
    enum atw_status status;

    bdf->err = &why;
    status = atw_ode_advance(bdf->ode, atw_clock_at(run->clock, t_s), bdf->state, err);
    atw_diffusion_restore_denormals(mode);
    if (status == ATW_EDIVERGED && bdf->status != ATW_OK) {
        if (err)
            *err = why;
        status = bdf->status;
    }
    if (status != ATW_OK)
        atw_error_prepend(err, "diffusion: stopped at t = %.6g s of %.6g s",
                          atw_clock_time_s(run->clock, atw_ode_time(bdf->ode)), t_s);
    return status;
}

static enum atw_status create(struct atw_run *run, struct atw_error *err)
{
    struct atw_ode_options accuracy = {.absolute_tolerance =
                                           STEP_SHARE * run->diffusion->options.tolerance,
                                       .max_steps = 100000,
                                       .norm = ATW_ODE_NORM_MAX};
    struct atw_ode_problem problem = {
        .count = run->count + (run->surface ? 1 : 0), .rhs = rate, .solve = solve};
    struct atw_run_bdf *bdf = run->bdf = calloc(1, sizeof *run->bdf);
    size_t n = run->law->diffusivity ? 3 : 1;

    if (bdf)
        bdf->state = malloc((n * run->count + 1) * sizeof *bdf->state);
    if (!bdf || !bdf->state)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             run->count);
    bdf->run = run;
    bdf->phi = bdf->state + run->count + 1;
    bdf->slope = bdf->phi + run->count;
    problem.context = bdf;
    return atw_ode_create(&bdf->ode, &problem, &accuracy, err);
}

void atw_run_bdf_destroy(struct atw_run_bdf *bdf)
{
    if (!bdf)
        return;
    if (bdf->ode) {
        struct atw_ode_statistics work = atw_ode_statistics(bdf->ode);

        bdf->run->diffusion->steps += work.steps;
        bdf->run->diffusion->rejected += work.error_test_failures;
    }
    atw_ode_destroy(bdf->ode);
    free(bdf->state);
    free(bdf);
}

enum atw_status atw_run_by_bdf(struct atw_run *run,
                               const double *state,
                               const double *t_s,
                               size_t n_times,
                               double *states,
                               double *lost,
                               struct atw_error *err)
{
    enum atw_status status = create(run, err);
    double *here;

    if (status != ATW_OK)
        return status;
    here = run->bdf->state;
    memcpy(here, state, run->count * sizeof *state);
    here[run->count] = 0.0;
    status = atw_ode_start(run->bdf->ode, 0.0, here, err);
    for (size_t k = 0; k < n_times && status == ATW_OK; k++) {
        status = advance(run, t_s[k], err);
        if (k + 1 < n_times) /* the last one stays */
            memcpy(states + k * run->count, here, run->count * sizeof *states);
        lost[k] = here[run->count];
    }
    run->last = here;
    return status;
}
