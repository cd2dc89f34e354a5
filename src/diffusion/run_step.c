/* One Runge-Kutta-Chebyshev step of a run, in sweeps that a team of threads divides.
 *
 * A stage reads the potential of the stage before and leaves its own: blocks of cells
 * need nothing of each other in between. Time matters in two places, conductances at the
 * stage before and the potential at the new one; one member sets both while the others
 * wait. Sums over cells there are none, so that threads do not change a bit. */
#include <math.h>
#include <string.h>

#include "core/team.h"
#include "diffusion/kernel.h"
#include "diffusion/rkc.h"
#include "diffusion/run_internal.h"

/* Blocks of cells per thread below which a second one does not pay. */
#define LEAST_BLOCKS 8
#define MEMBERS_AT_MOST 64

struct job {
    struct atw_run *run;
    const struct atw_kernel *kernel;
    double s, length;
    struct atw_rkc rkc;
    double lost_before, lost_last, lost_now; /* of the stages */
    struct atw_run_step found[MEMBERS_AT_MOST];
    enum atw_status status;
    struct atw_error *err;
};

struct part {
    size_t first_block, end_block;
};

static size_t block_size(const struct atw_run *run, size_t first)
{
    size_t left = run->count - first;

    return left < ATW_CELLS_BLOCK ? left : ATW_CELLS_BLOCK;
}

/* ---- rates ---------------------------------------------------------------- */

/* The first of the surface's cells that is not below `cell`. */
static size_t surface_from(const struct atw_surface *surface, size_t cell)
{
    size_t low = 0, high = surface->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (surface->cell[middle] < cell)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Of the cells of one block: mixing and what evaporates. c is their composition, phi its
 * potential (of all cells both). */
static void rate_of_block(const struct atw_run *run,
                          const struct atw_kernel *kernel,
                          size_t block,
                          const double *c,
                          const double *phi,
                          double *rate)
{
    const struct atw_surface *surface = run->surface;
    size_t first = block * ATW_CELLS_BLOCK, count = block_size(run, first);

    kernel->rate(run->cells, block, phi, rate);
    if (!surface)
        return;
    for (size_t i = 0; i < count; i++)
        rate[i] *= run->share;
    for (size_t k = surface_from(surface, first);
         k < surface->count && surface->cell[k] < first + count; k++) {
        size_t i = surface->cell[k];

        rate[i - first] -= (1.0 - run->share) * surface->area[k] * c[i] * (1.0 - c[i]) /
                           run->cells->capacity[i];
    }
}

/* Metal lost over the metal there is, by ds. */
static double lost_rate(const struct atw_run *run, const double *c)
{
    const struct atw_surface *surface = run->surface;
    double sum = 0.0;

    for (size_t k = 0; surface && k < surface->count; k++)
        sum += (1.0 - run->share) * surface->area[k] * c[surface->cell[k]];
    return sum / run->metal;
}

static void set_phi(const struct atw_run *run,
                    const struct atw_kernel *kernel,
                    size_t block,
                    const double *c,
                    double *phi)
{
    size_t first = block * ATW_CELLS_BLOCK;

    if (run->phi[0])
        kernel->potential(&run->potential, block_size(run, first), c + first,
                          phi + first);
}

/* ---- stages --------------------------------------------------------------- */

/* The stage's vectors: it and the one before alternate between `end` and `spare`, so that
 * the last one is in `end`. */
static double *vector_of(const struct job *job, size_t stage)
{
    return (job->rkc.stages - stage) % 2 == 0 ? job->run->end : job->run->spare;
}

/* By one member, before stage j: conductances at the time of the stage before, potential
 * at that of this one, and the metal lost. */
static void prepare(struct job *job, double time_before)
{
    struct atw_run *run = job->run;
    const struct atw_rkc *rkc = &job->rkc;
    size_t j = rkc->stage;
    double now = run->lost, s = job->s + time_before * job->length;

    if (job->status == ATW_OK)
        job->status = atw_run_set_paths(run, s, job->err);
    if (job->status == ATW_OK)
        job->status = atw_run_set_potential(
            run, job->s + (j == rkc->stages ? 1.0 : rkc->time) * job->length, job->err);
    if (!run->surface)
        return;
    now = rkc->on_start * run->lost + rkc->on_first * job->length * run->lost_rate;
    if (j > 1)
        now += rkc->on_last * job->lost_now + rkc->on_before * job->lost_last +
               rkc->on_rate * job->length * lost_rate(run, vector_of(job, j - 1));
    job->lost_last = j > 1 ? job->lost_now : run->lost;
    job->lost_now = now;
}

static void run_stage(const struct job *job, const struct part *part)
{
    const struct atw_run *run = job->run;
    const struct atw_rkc *rkc = &job->rkc;
    size_t j = rkc->stage;
    struct atw_kernel_stage stage = {.on_start = rkc->on_start,
                                     .on_last = rkc->on_last,
                                     .on_before = rkc->on_before,
                                     .on_rate = rkc->on_rate * job->length,
                                     .on_first = rkc->on_first * job->length,
                                     .start = run->start,
                                     .last = j > 1 ? vector_of(job, j - 1) : run->start,
                                     .before = j > 2 ? vector_of(job, j - 2) : run->start,
                                     .first = run->start_rate,
                                     .next = vector_of(job, j)};
    const double *phi = run->phi[0] ? run->phi[(j - 1) % 2] : stage.last;
    double rate[ATW_CELLS_BLOCK] = {0.0};

    for (size_t block = part->first_block; block < part->end_block; block++) {
        size_t first = block * ATW_CELLS_BLOCK;

        if (j > 1)
            rate_of_block(run, job->kernel, block, stage.last, phi, rate);
        job->kernel->stage(first, block_size(run, first), &stage, rate);
        set_phi(run, job->kernel, block, stage.next, run->phi[j % 2]);
    }
}

/* Rates at the end, the error and what else is asked of a step. */
static void
finish(const struct job *job, const struct part *part, struct atw_run_step *found)
{
    const struct atw_run *run = job->run;
    const double *phi = run->phi[0] ? run->phi[job->rkc.stages % 2] : run->end;
    double half = 0.4 * job->length;

    *found = (struct atw_run_step){.least = INFINITY, .greatest = -INFINITY};
    for (size_t block = part->first_block; block < part->end_block; block++) {
        size_t first = block * ATW_CELLS_BLOCK;
        const double *from = run->start + first, *to = run->end + first;
        const double *rate = run->start_rate + first;
        double *end_rate = run->end_rate + first;

        rate_of_block(run, job->kernel, block, run->end, phi, end_rate);
        for (size_t i = 0; i < block_size(run, first); i++) {
            double error = fabs(0.8 * (from[i] - to[i]) + half * (rate[i] + end_rate[i]));

            found->error = error > found->error ? error : found->error;
            if (!(error <= 1e300)) /* not a number, too */
                found->error = INFINITY;
            found->least = to[i] < found->least ? to[i] : found->least;
            found->greatest = to[i] > found->greatest ? to[i] : found->greatest;
            found->greatest_rate = fabs(end_rate[i]) > found->greatest_rate
                                       ? fabs(end_rate[i])
                                       : found->greatest_rate;
        }
    }
}

/* The members go through the stages in step: each sees what the first one set. */
static void step(void *context, struct atw_team *team, size_t member)
{
    struct job *job = context;
    size_t stages = job->rkc.stages;
    unsigned mode = atw_diffusion_flush_denormals();
    double before = 0.0;
    struct part part;

    atw_team_share(team, member, job->run->cells->block_count, &part.first_block,
                   &part.end_block);
    for (size_t j = 1; j <= stages; j++) {
        if (member == 0) {
            if (j > 1)
                atw_rkc_next(&job->rkc);
            prepare(job, before);
            before = job->rkc.time;
        }
        atw_team_meet(team);
        if (job->status == ATW_OK)
            run_stage(job, &part);
        atw_team_meet(team);
    }
    if (member == 0 && job->status == ATW_OK)
        job->status = atw_run_set_paths(job->run, job->s + job->length, job->err);
    atw_team_meet(team);
    if (job->status == ATW_OK)
        finish(job, &part, &job->found[member]);
    atw_diffusion_restore_denormals(mode);
}

static void run_team(struct job *job, atw_team_task_fn task)
{
    size_t most = job->run->cells->block_count / LEAST_BLOCKS;

    most = most < 1 ? 1 : most;
    for (size_t k = 0; k < MEMBERS_AT_MOST; k++)
        job->found[k] = (struct atw_run_step){.least = INFINITY, .greatest = -INFINITY};
    atw_team_run(most < MEMBERS_AT_MOST ? most : MEMBERS_AT_MOST, task, job);
}

static void gather(const struct job *job, struct atw_run_step *sum)
{
    *sum = job->found[0];
    for (size_t k = 1; k < MEMBERS_AT_MOST; k++) {
        sum->error = fmax(sum->error, job->found[k].error);
        sum->least = fmin(sum->least, job->found[k].least);
        sum->greatest = fmax(sum->greatest, job->found[k].greatest);
        sum->greatest_rate = fmax(sum->greatest_rate, job->found[k].greatest_rate);
    }
}

enum atw_status atw_run_step(struct atw_run *run,
                             double s,
                             double length,
                             size_t stages,
                             struct atw_run_step *found,
                             struct atw_error *err)
{
    struct job job = {
        .run = run, .kernel = atw_kernel_best(), .s = s, .length = length, .err = err};

    atw_rkc_begin(&job.rkc, stages);
    run_team(&job, step);
    run->diffusion->applications += stages;
    if (job.status != ATW_OK)
        return job.status;
    gather(&job, found);
    run->end_lost = job.lost_now;
    run->end_lost_rate = lost_rate(run, run->end);
    if (run->surface)
        found->error = fmax(found->error,
                            fabs(0.8 * (run->lost - run->end_lost) +
                                 0.4 * length * (run->lost_rate + run->end_lost_rate)));
    return ATW_OK;
}

enum atw_status atw_run_first_rate(struct atw_run *run, double s, struct atw_error *err)
{
    const struct atw_kernel *kernel = atw_kernel_best();
    const double *phi = run->phi[0] ? run->phi[0] : run->start;
    enum atw_status status = atw_run_set_paths(run, s, err);

    if (status == ATW_OK)
        status = atw_run_set_potential(run, s, err);
    if (status != ATW_OK)
        return status;
    run->least = run->greatest = run->start[0];
    for (size_t i = 0; i < run->count; i++) {
        run->least = fmin(run->least, run->start[i]);
        run->greatest = fmax(run->greatest, run->start[i]);
    }
    for (size_t block = 0; block < run->cells->block_count; block++)
        set_phi(run, kernel, block, run->start, run->phi[0]);
    for (size_t block = 0; block < run->cells->block_count; block++)
        rate_of_block(run, kernel, block, run->start, phi,
                      run->start_rate + block * ATW_CELLS_BLOCK);
    run->lost_rate = lost_rate(run, run->start);
    run->diffusion->applications++;
    return ATW_OK;
}
