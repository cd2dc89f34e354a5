/* Runs through a heating history with D(c, T), fast paths, reshaping and sublimation.
 *
 * Integrated in the reduced time s, ds/dt = D_ref(T)/h^2 + k(T)/h, in which rates are of
 * order 1 whatever the temperature does:
 *
 *   dc/ds = share (1/m) div(A grad phi) - (1 - share) (area/m) c (1 - c),
 *
 * phi = Phi / D_ref, share = (D_ref/h^2) / (ds/dt), lengths in voxel edges. */
#include <stdlib.h>
#include <string.h>

#include "diffusion/run_internal.h"

/* Tolerance below which backward differences of high order win over steps of second. */
#define LEAST_FOR_RKC 3e-6

static enum atw_status integrate(struct atw_run *run,
                                 const double *state,
                                 const double *t_s,
                                 size_t n_times,
                                 double *states,
                                 double *lost,
                                 struct atw_error *err)
{
    enum atw_status status = ATW_EDIVERGED;
    struct atw_error why = {0};

    if (run->diffusion->options.tolerance >= LEAST_FOR_RKC)
        status = atw_run_by_rkc(run, state, t_s, n_times, states, lost, &why);
    if (status == ATW_EDIVERGED)
        return atw_run_by_bdf(run, state, t_s, n_times, states, lost, err);
    if (status != ATW_OK && err)
        *err = why;
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
    double *states = NULL, *lost = NULL, h = diffusion->cells->grid.spacing_m;
    enum atw_status status;

    atw_chebyshev_destroy(diffusion->chebyshev); /* its memory is needed now */
    diffusion->chebyshev = NULL;
    status = atw_run_open(&run, t_s, n_times, err);
    if (status == ATW_OK)
        status = atw_diffusion_check_state(diffusion, state, err);
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
    for (size_t k = 0; k < n_times; k++)
        lost[k] *= run.metal * h * h * h;
    if (n_times > 1)
        memcpy(out, states, (n_times - 1) * run.count * sizeof *states);
    memcpy(out + (n_times - 1) * run.count, run.last, run.count * sizeof *out);
    if (lost_m3)
        memcpy(lost_m3, lost, n_times * sizeof *lost);
cleanup:
    free(lost);
    free(states);
    atw_run_close(&run);
    return status;
}
