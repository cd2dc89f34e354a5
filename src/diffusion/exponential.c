/* exp(s M) c for constant L, M = L - b L^2. */
#include "diffusion/exponential.h"

#include <stdlib.h>
#include <string.h>

#include "diffusion/denormals.h"

#define TERMS ATW_CHEBYSHEV_TERMS

/* One evaluation. */
struct job {
    struct atw_chebyshev *chebyshev;
    const struct atw_exponential_plan *plan;
    const struct atw_exponential_basis *basis;
    double *const *out;
};

/* ---- several states: y_k forwards ----------------------------------------- */

static void finish(const struct job *job, const struct atw_chebyshev_part *part)
{
    for (size_t i = part->first; i < part->end; i += ATW_KERNEL_CHUNK) {
        size_t left = part->end - i;

        atw_chebyshev_complete(job->chebyshev, job->plan, job->basis, 0,
                               job->plan->n_states, job->out, i,
                               left < ATW_KERNEL_CHUNK ? left : ATW_KERNEL_CHUNK);
    }
}

static void add_forward(void *context, struct atw_team *team, size_t member)
{
    const struct job *job = context;
    const struct atw_exponential_plan *plan = job->plan;
    struct atw_chebyshev_part part = atw_chebyshev_part(job->chebyshev, team, member);
    size_t size = (part.end - part.first) * sizeof(double);
    unsigned mode = atw_diffusion_flush_denormals();

    atw_chebyshev_find_r(job->chebyshev, &part);
    for (size_t p = 0; p < job->basis->count; p++)
        memset(job->out[job->basis->state[p]] + part.first, 0, size);
    for (size_t k = 1; k <= plan->n_terms; k++) {
        atw_chebyshev_find_term(job->chebyshev, k, &part);
        if (k % TERMS == TERMS - 1 || k == plan->n_terms)
            atw_chebyshev_add(job->chebyshev, k / TERMS * TERMS, plan, job->basis,
                              job->out, &part);
        atw_team_meet(team);
    }
    finish(job, &part);
    atw_diffusion_restore_denormals(mode);
}

/* ---- one state: backwards ------------------------------------------------- */

/* b_j = g_j r + 2 X b_j+1 - b_j+2 down to b_0; b_j lies in row j % 2. */
static void add_backward(void *context, struct atw_team *team, size_t member)
{
    const struct job *job = context;
    struct atw_chebyshev *chebyshev = job->chebyshev;
    const double *weight = job->plan->weight;
    struct atw_chebyshev_part part = atw_chebyshev_part(chebyshev, team, member);
    unsigned mode = atw_diffusion_flush_denormals();
    double above = 0.0;

    atw_chebyshev_find_r(chebyshev, &part);
    for (size_t i = part.first; i < part.end; i++)
        chebyshev->row[0][i] = chebyshev->row[1][i] = 0.0;
    atw_team_meet(team);
    for (size_t j = job->plan->n_terms; j-- > 0;) {
        struct atw_cells_sweep sweep = {.on_x = 2.0,
                                        .on_rate = 4.0 / chebyshev->cells->stiffness,
                                        .on_r = weight[j + 1] + 2.0 * above,
                                        .on_last = 1.0};

        above += weight[j + 1];
        for (size_t block = part.first_block; block < part.end_block; block++)
            chebyshev->kernel->sweep(chebyshev->cells, block, &sweep,
                                     chebyshev->row[(j + 1) % 2], chebyshev->r,
                                     chebyshev->row[j % 2], chebyshev->row[j % 2]);
        atw_team_meet(team);
    }
    for (size_t i = part.first; i < part.end; i++)
        job->out[0][i] =
            (atw_exponential_is_state(job->plan, 0) ? chebyshev->c[i] : 0.0) +
            chebyshev->row[0][i];
    atw_diffusion_restore_denormals(mode);
}

enum atw_status atw_exponential_plan_of_cells(struct atw_exponential_plan *plan,
                                              const struct atw_cells *cells,
                                              double tolerance,
                                              const double *s,
                                              const enum atw_exponential_kind *kind,
                                              size_t n_states,
                                              struct atw_error *err)
{
    double a = 0.5 * cells->stiffness, *z = malloc(n_states * sizeof *z);
    enum atw_status status;

    if (!z)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                             n_states);
    for (size_t j = 0; j < n_states; j++)
        z[j] = a * s[j];
    status = atw_exponential_plan(plan, z, kind, n_states, a * cells->dispersion,
                                  tolerance, TERMS, err);
    free(z);
    return status;
}

enum atw_status atw_exponential_states(struct atw_chebyshev *chebyshev,
                                       double tolerance,
                                       const double *c,
                                       const double *s,
                                       const enum atw_exponential_kind *kind,
                                       size_t n_states,
                                       double *const *out,
                                       size_t *applications,
                                       struct atw_error *err)
{
    struct atw_exponential_plan plan;
    struct atw_exponential_basis basis = {0};
    struct job job = {.chebyshev = chebyshev, .plan = &plan, .basis = &basis, .out = out};
    enum atw_status status;

    if (n_states == 0)
        return ATW_OK;
    status = atw_exponential_plan_of_cells(&plan, chebyshev->cells, tolerance, s, kind,
                                           n_states, err);
    if (status != ATW_OK)
        return status;
    status = atw_exponential_basis(&basis, &plan, 0, plan.n_columns, err);
    if (status == ATW_OK) {
        atw_exponential_plan_cut(&plan);
        chebyshev->c = c;
        atw_team_run(atw_chebyshev_threads(chebyshev),
                     n_states == 1 ? add_backward : add_forward, &job);
        *applications += plan.n_terms + 1;
    }
    atw_exponential_basis_free(&basis);
    atw_exponential_plan_free(&plan);
    return status;
}
