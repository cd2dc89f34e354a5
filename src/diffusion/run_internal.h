/* A run through a heating history: shared by the files of run*. */
#ifndef ATW_DIFFUSION_RUN_INTERNAL_H
#define ATW_DIFFUSION_RUN_INTERNAL_H

#include "core/ode.h"
#include "diffusion/clock.h"
#include "diffusion/diffusion_internal.h"
#include "diffusion/law.h"
#include "diffusion/potential.h"
#include "diffusion/surface.h"

struct atw_run {
    struct atw_diffusion *diffusion;
    const struct atw_diffusion_law *law;
    const struct atw_diffusion_history *history;
    struct atw_cells *cells;     /* the solver's, or `own` */
    struct atw_cells *own;       /* with sheets or stretch; else NULL */
    struct atw_surface *surface; /* with sublimation; else NULL */
    struct atw_clock *clock;
    struct atw_ode *ode;
    struct atw_potential potential;
    double T_K, stretch; /* of the paths set last */
    double share;
    double metal; /* sum of the capacities */
    size_t count; /* of cells; one more unknown, the metal lost, with sublimation */
    double *phi, *slope, *state;
    enum atw_status status; /* of the callbacks */
    struct atw_error *err;
};

/* Check what is asked and get everything ready; close in any case. */
enum atw_status atw_run_open(struct atw_run *run,
                             const double *t_s,
                             size_t n_times,
                             struct atw_error *err) ATW_MUST_CHECK;
void atw_run_close(struct atw_run *run);

/* Bring everything that depends on temperature and shape to reduced time s. */
enum atw_status
atw_run_set_time(struct atw_run *run, double s, struct atw_error *err) ATW_MUST_CHECK;

/* ds/dt of the clock; context is the run. */
enum atw_status atw_run_clock_rate(const void *context,
                                   double t_s,
                                   double *rate_per_s,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* The callbacks of core/ode; context is the run. */
int atw_run_rate(double s, const double *c, double *dc_ds, void *context);
int atw_run_solve(double s,
                  const double *c,
                  double gamma,
                  double reduction,
                  const double *r,
                  double *z,
                  void *context);

#endif
