/* A run through a heating history: shared by the files of run*. */
#ifndef ATW_DIFFUSION_RUN_INTERNAL_H
#define ATW_DIFFUSION_RUN_INTERNAL_H

#include "diffusion/clock.h"
#include "diffusion/diffusion_internal.h"
#include "diffusion/law.h"
#include "diffusion/potential.h"
#include "diffusion/surface.h"

struct atw_run_bdf; /* opaque */

struct atw_run {
    struct atw_diffusion *diffusion;
    const struct atw_diffusion_law *law;
    const struct atw_diffusion_history *history;
    struct atw_cells *cells;     /* the solver's, or `own` */
    struct atw_cells *own;       /* with sheets or stretch; else NULL */
    struct atw_surface *surface; /* with sublimation; else NULL */
    struct atw_clock *clock;
    struct atw_potential potential;
    double T_K, stretch; /* of the paths set last */
    double share;
    double metal;       /* sum of the capacities */
    size_t count;       /* of cells */
    const double *last; /* the state at the last time, in the vectors of an integrator */
    struct atw_run_bdf *bdf; /* NULL: not in use */
    /* Of steps of rkc.h. Vectors [count]; phi is NULL where the potential is the
     * composition. */
    double *vectors; /* owns them */
    double *start, *start_rate, *end, *end_rate, *spare, *phi[2];
    double lost, lost_rate; /* evaporated, over the metal, at `start` */
    double end_lost, end_lost_rate;
    double greatest_loss;   /* of a cell's composition by sublimation alone */
    double least, greatest; /* composition at `start` */
};

/* What a step found. */
struct atw_run_step {
    double error;           /* greatest of the composition */
    double least, greatest; /* composition at the end */
    double greatest_rate;   /* at the end */
};

/* Check what is asked and get everything ready; close in any case. */
enum atw_status atw_run_open(struct atw_run *run,
                             const double *t_s,
                             size_t n_times,
                             struct atw_error *err) ATW_MUST_CHECK;
void atw_run_close(struct atw_run *run);
void atw_run_bdf_destroy(struct atw_run_bdf *bdf);

/* Bring the conductances and the share of mixing, or the potential, to reduced time s. */
enum atw_status
atw_run_set_paths(struct atw_run *run, double s, struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_run_set_potential(struct atw_run *run,
                                      double s,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* ds/dt of the clock; context is the run. */
enum atw_status atw_run_clock_rate(const void *context,
                                   double t_s,
                                   double *rate_per_s,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* From `state` at t = 0 to states [n_times - 1][count] and, for the last one, run->last;
 * the shell metal lost until each time over the metal there is. By backward differences
 * (docs/diffusion.md says when), or by the steps of rkc.h, which give up with
 * ATW_EDIVERGED where stiffness makes too many of them. */
enum atw_status atw_run_by_bdf(struct atw_run *run,
                               const double *state,
                               const double *t_s,
                               size_t n_times,
                               double *states,
                               double *lost,
                               struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_run_by_rkc(struct atw_run *run,
                               const double *state,
                               const double *t_s,
                               size_t n_times,
                               double *states,
                               double *lost,
                               struct atw_error *err) ATW_MUST_CHECK;

/* Rates at `start`, reduced time s, and the range of the composition there. */
enum atw_status
atw_run_first_rate(struct atw_run *run, double s, struct atw_error *err) ATW_MUST_CHECK;

/* One step of rkc.h from `start` at s to `end`, all of `end*` with it. */
enum atw_status atw_run_step(struct atw_run *run,
                             double s,
                             double length,
                             size_t stages,
                             struct atw_run_step *step,
                             struct atw_error *err) ATW_MUST_CHECK;

#endif
