/* exp(s M) c for constant L, M = L - b L^2. */
#include "diffusion/exponential.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/team.h"
#include "diffusion/denormals.h"
#include "diffusion/kernel.h"

#define TERMS ATW_KERNEL_TERMS

/* Blocks of cells per thread below which a second one does not pay. */
#define LEAST_BLOCKS 8

struct atw_exponential {
    const struct atw_cells *cells;
    size_t stride; /* of the vectors */
    double *r;
    double *y; /* [TERMS][stride], y_k in row k % TERMS */
};

/* One evaluation. */
struct job {
    const struct atw_cells *cells;
    const struct atw_kernel *kernel;
    const struct atw_exponential_plan *plan;
    const double *c;
    double *r, *row[TERMS];
    double *const *out;
};

/* The cells of one member: whole blocks. */
struct part {
    size_t first_block, end_block, first, end;
};

enum atw_status atw_exponential_create(struct atw_exponential **out,
                                       const struct atw_cells *cells,
                                       struct atw_error *err)
{
    struct atw_exponential *exponential = calloc(1, sizeof *exponential);
    size_t bytes;

    *out = NULL;
    if (!exponential)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
    exponential->cells = cells;
    exponential->stride = (cells->count + 7) / 8 * 8 + 8; /* whole cache lines */
    bytes = exponential->stride * sizeof(double);
    exponential->r = aligned_alloc(64, (TERMS + 1) * bytes);
    if (!exponential->r) {
        free(exponential);
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             cells->count);
    }
    memset(exponential->r, 0, (TERMS + 1) * bytes);
    exponential->y = exponential->r + exponential->stride;
    *out = exponential;
    return ATW_OK;
}

void atw_exponential_destroy(struct atw_exponential *exponential)
{
    if (!exponential)
        return;
    free(exponential->r);
    free(exponential);
}

static struct part part_of(const struct job *job, struct atw_team *team, size_t member)
{
    struct part part;

    atw_team_share(team, member, job->cells->block_count, &part.first_block,
                   &part.end_block);
    part.first = part.first_block * ATW_CELLS_BLOCK;
    part.end = part.end_block * ATW_CELLS_BLOCK;
    part.end = part.end < job->cells->count ? part.end : job->cells->count;
    part.first = part.first < part.end ? part.first : part.end;
    return part;
}

/* r = L c / a. */
static void find_r(const struct job *job, const struct part *part)
{
    double scale = 2.0 / job->cells->stiffness;

    for (size_t block = part->first_block; block < part->end_block; block++)
        job->kernel->rate(job->cells, block, job->c, job->r + block * ATW_CELLS_BLOCK);
    for (size_t i = part->first; i < part->end; i++)
        job->r[i] *= scale;
}

/* ---- several states: y_k forwards ----------------------------------------- */

static void next_term(const struct job *job, size_t k, const struct part *part)
{
    struct atw_cells_sweep sweep = {.on_x = 2.0,
                                    .on_rate = 4.0 / job->cells->stiffness,
                                    .on_r = 2.0,
                                    .on_last = k > 2 ? 1.0 : 0.0};
    const double *last = k > 2 ? job->row[(k - 2) % TERMS] : job->r;

    for (size_t block = part->first_block; block < part->end_block; block++)
        job->kernel->sweep(job->cells, block, &sweep, job->row[(k - 1) % TERMS], job->r,
                           last, job->row[k % TERMS]);
}

/* Add y_k ... y_k+TERMS-1 to the sums of the basis, k a multiple of TERMS. */
static void add_batch(const struct job *job, size_t k, const struct part *part)
{
    const struct atw_exponential_plan *plan = job->plan;
    const double *term[TERMS];

    for (size_t i = part->first; i < part->end; i += ATW_KERNEL_CHUNK) {
        size_t left = part->end - i;
        size_t count = left < ATW_KERNEL_CHUNK ? left : ATW_KERNEL_CHUNK;

        for (size_t t = 0; t < TERMS; t++)
            term[t] = job->row[t] + i;
        for (size_t p = 0; p < plan->n_basis; p++) {
            size_t j = plan->basis[p];

            if (plan->length[j] >= k)
                job->kernel->accumulate(count, plan->weight + j * plan->n_columns + k,
                                        term, job->out[j] + i);
        }
    }
}

static int is_state(const struct atw_exponential_plan *plan, size_t j)
{
    return !plan->kind || plan->kind[j] == ATW_EXPONENTIAL_STATE;
}

static int is_basis(const struct atw_exponential_plan *plan, size_t state)
{
    for (size_t p = 0; p < plan->n_basis; p++)
        if (plan->basis[p] == state)
            return 1;
    return 0;
}

/* out of state j = sum of shares of the basis, over `count` cells from i. */
static void mix(const struct job *job, size_t j, size_t i, size_t count)
{
    const struct atw_exponential_plan *plan = job->plan;
    const double *share = plan->mix + j * plan->n_states;

    memset(job->out[j] + i, 0, count * sizeof(double));
    for (size_t first = 0; first < plan->n_basis; first += TERMS) {
        const double *term[TERMS];
        double weight[TERMS] = {0.0};

        for (size_t t = 0; t < TERMS; t++) {
            int there = first + t < plan->n_basis;

            term[t] = job->out[plan->basis[there ? first + t : first]] + i;
            weight[t] = there ? share[first + t] : 0.0;
        }
        job->kernel->accumulate(count, weight, term, job->out[j] + i);
    }
}

/* Mix what is no basis, then add c to the states. */
static void finish(const struct job *job, const struct part *part)
{
    const struct atw_exponential_plan *plan = job->plan;

    for (size_t i = part->first; i < part->end; i += ATW_KERNEL_CHUNK) {
        size_t left = part->end - i;
        size_t count = left < ATW_KERNEL_CHUNK ? left : ATW_KERNEL_CHUNK;

        for (size_t j = 0; j < plan->n_states; j++)
            if (!is_basis(plan, j))
                mix(job, j, i, count);
        for (size_t j = 0; j < plan->n_states; j++)
            for (size_t n = i; n < i + count && is_state(plan, j); n++)
                job->out[j][n] += job->c[n];
    }
}

static void add_forward(void *context, struct atw_team *team, size_t member)
{
    const struct job *job = context;
    const struct atw_exponential_plan *plan = job->plan;
    struct part part = part_of(job, team, member);
    size_t size = (part.end - part.first) * sizeof(double);
    unsigned mode = atw_diffusion_flush_denormals();

    find_r(job, &part);
    memcpy(job->row[1] + part.first, job->r + part.first, size);
    for (size_t p = 0; p < plan->n_basis; p++)
        memset(job->out[plan->basis[p]] + part.first, 0, size);
    for (size_t k = 1; k <= plan->n_terms; k++) {
        if (k > 1)
            next_term(job, k, &part);
        if (k % TERMS == TERMS - 1 || k == plan->n_terms)
            add_batch(job, k / TERMS * TERMS, &part);
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
    const double *weight = job->plan->weight;
    struct part part = part_of(job, team, member);
    unsigned mode = atw_diffusion_flush_denormals();
    double above = 0.0;

    find_r(job, &part);
    for (size_t i = part.first; i < part.end; i++)
        job->row[0][i] = job->row[1][i] = 0.0;
    atw_team_meet(team);
    for (size_t j = job->plan->n_terms; j-- > 0;) {
        struct atw_cells_sweep sweep = {.on_x = 2.0,
                                        .on_rate = 4.0 / job->cells->stiffness,
                                        .on_r = weight[j + 1] + 2.0 * above,
                                        .on_last = 1.0};

        above += weight[j + 1];
        for (size_t block = part.first_block; block < part.end_block; block++)
            job->kernel->sweep(job->cells, block, &sweep, job->row[(j + 1) % 2], job->r,
                               job->row[j % 2], job->row[j % 2]);
        atw_team_meet(team);
    }
    for (size_t i = part.first; i < part.end; i++)
        job->out[0][i] = (is_state(job->plan, 0) ? job->c[i] : 0.0) + job->row[0][i];
    atw_diffusion_restore_denormals(mode);
}

static enum atw_status make_plan(struct atw_exponential_plan *plan,
                                 const struct atw_exponential *exponential,
                                 double tolerance,
                                 const double *s,
                                 const enum atw_exponential_kind *kind,
                                 size_t n_states,
                                 struct atw_error *err)
{
    double *z = malloc(n_states * sizeof *z);
    enum atw_status status;

    if (!z)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                             n_states);
    for (size_t j = 0; j < n_states; j++)
        z[j] = 0.5 * exponential->cells->stiffness * s[j];
    status = atw_exponential_plan(plan, z, kind, n_states,
                                  0.5 * exponential->cells->stiffness *
                                      exponential->cells->dispersion,
                                  tolerance, TERMS, err);
    free(z);
    return status;
}

enum atw_status atw_exponential_states(struct atw_exponential *exponential,
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
    struct job job = {.cells = exponential->cells,
                      .kernel = atw_kernel_best(),
                      .plan = &plan,
                      .c = c,
                      .r = exponential->r,
                      .out = out};
    size_t threads = exponential->cells->block_count / LEAST_BLOCKS;
    enum atw_status status;

    if (n_states == 0)
        return ATW_OK;
    status = make_plan(&plan, exponential, tolerance, s, kind, n_states, err);
    if (status != ATW_OK)
        return status;
    for (size_t t = 0; t < TERMS; t++)
        job.row[t] = exponential->y + t * exponential->stride;
    atw_team_run(threads > 1 ? threads : 1, n_states == 1 ? add_backward : add_forward,
                 &job);
    *applications += plan.n_terms + 1;
    atw_exponential_plan_free(&plan);
    return ATW_OK;
}
