/* Run independent tasks on several threads. */
#include "core/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#define THREADS_AT_MOST 256

static size_t configured_count;
static _Thread_local int inside_parallel;

struct job {
    atomic_size_t next;
    size_t count;
    atw_parallel_task_fn task;
    void *context;
};

struct worker {
    struct job *job;
    size_t number;
    pthread_t thread;
};

static size_t available_processors(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    return CPU_COUNT(&set) > 0 ? (size_t)CPU_COUNT(&set) : 1;
}

void atw_parallel_set_thread_count(size_t count)
{
    configured_count = count > THREADS_AT_MOST ? THREADS_AT_MOST : count;
}

size_t atw_parallel_thread_count(void)
{
    size_t count = configured_count ? configured_count : available_processors();

    return count > THREADS_AT_MOST ? THREADS_AT_MOST : count;
}

int atw_parallel_is_inside(void)
{
    return inside_parallel;
}

void atw_parallel_enter(void)
{
    inside_parallel = 1;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct job *job = worker->job;
    size_t index;

    inside_parallel = 1;
    while ((index = atomic_fetch_add(&job->next, 1)) < job->count)
        job->task(job->context, index, worker->number);
    inside_parallel = 0;
    return NULL;
}

static void run_here(size_t count, atw_parallel_task_fn task, void *context)
{
    for (size_t i = 0; i < count; i++)
        task(context, i, 0);
}

void atw_parallel_for(size_t count, atw_parallel_task_fn task, void *context)
{
    struct worker workers[THREADS_AT_MOST];
    struct job job = {.count = count, .task = task, .context = context};
    size_t n_workers = atw_parallel_thread_count();
    size_t started = 1;

    if (n_workers > count)
        n_workers = count;
    if (n_workers <= 1 || inside_parallel) {
        run_here(count, task, context);
        return;
    }
    atomic_init(&job.next, 0);
    for (size_t i = 0; i < n_workers; i++)
        workers[i] = (struct worker){.job = &job, .number = i};
    while (started < n_workers &&
           pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0)
        started++;
    work(&workers[0]); /* the caller is worker 0 */
    for (size_t i = 1; i < started; i++)
        pthread_join(workers[i].thread, NULL);
}

struct trial {
    atw_parallel_try_fn task;
    void *context;
    struct atw_error *errors; /* [count] */
};

static void run_trial(void *context, size_t index, size_t worker)
{
    struct trial *trial = context;
    struct atw_error *err = &trial->errors[index];
    enum atw_status status = trial->task(trial->context, index, err);

    (void)worker;
    if (status != ATW_OK)
        err->status = status;
}

enum atw_status atw_parallel_try(size_t count,
                                 atw_parallel_try_fn task,
                                 void *context,
                                 struct atw_error *err)
{
    struct trial trial = {.task = task, .context = context};
    enum atw_status status = ATW_OK;

    trial.errors = calloc(count ? count : 1, sizeof *trial.errors);
    if (!trial.errors)
        return atw_error_set(err, ATW_ENOMEM, "parallel: out of memory");
    atw_parallel_for(count, run_trial, &trial);
    for (size_t i = 0; i < count && status == ATW_OK; i++)
        if (trial.errors[i].status != ATW_OK)
            status =
                atw_error_set(err, trial.errors[i].status, "%s", trial.errors[i].text);
    free(trial.errors);
    return status;
}
