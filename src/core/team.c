/* Several threads that work on one thing in lockstep. */
#include "core/team.h"

#include <pthread.h>
#include <stdatomic.h>

#include "core/parallel.h"

#define MEMBERS_AT_MOST 64

/* Looks at the counter before a waiting member goes to sleep: some tens of microseconds,
 * longer than members of equal work are apart on an idle machine. */
#define LOOKS_BEFORE_SLEEP 2000

struct atw_team {
    size_t size;
    atw_team_task_fn task;
    void *context;
    atomic_size_t waiting;
    atomic_size_t meetings;
    pthread_mutex_t mutex;
    pthread_cond_t met;
};

struct member {
    struct atw_team *team;
    size_t number;
    pthread_t thread;
};

size_t atw_team_size(const struct atw_team *team)
{
    return team->size;
}

void atw_team_share(
    const struct atw_team *team, size_t member, size_t count, size_t *first, size_t *end)
{
    *first = count * member / team->size;
    *end = count * (member + 1) / team->size;
}

static void sleep_until(struct atw_team *team, size_t meeting)
{
    pthread_mutex_lock(&team->mutex);
    while (atomic_load(&team->meetings) == meeting)
        pthread_cond_wait(&team->met, &team->mutex);
    pthread_mutex_unlock(&team->mutex);
}

void atw_team_meet(struct atw_team *team)
{
    size_t meeting = atomic_load(&team->meetings);

    if (team->size == 1)
        return;
    if (atomic_fetch_add(&team->waiting, 1) + 1 == team->size) {
        atomic_store(&team->waiting, 0);
        pthread_mutex_lock(&team->mutex);
        atomic_store(&team->meetings, meeting + 1);
        pthread_cond_broadcast(&team->met);
        pthread_mutex_unlock(&team->mutex);
        return;
    }
    for (int look = 0; look < LOOKS_BEFORE_SLEEP; look++) {
        if (atomic_load_explicit(&team->meetings, memory_order_acquire) != meeting)
            return;
#ifdef __x86_64__
        __builtin_ia32_pause();
#endif
    }
    sleep_until(team, meeting);
}

static void *start(void *argument)
{
    struct member *member = argument;

    atw_parallel_enter();
    sleep_until(member->team, 0); /* until the size is known */
    if (member->number < member->team->size)
        member->team->task(member->team->context, member->team, member->number);
    return NULL;
}

/* The caller is member 0; `size` is set once it is known who is there. */
static void run_together(struct atw_team *team, size_t wanted)
{
    struct member member[MEMBERS_AT_MOST];
    size_t started = 1;

    while (started < wanted) {
        member[started] = (struct member){.team = team, .number = started};
        if (pthread_create(&member[started].thread, NULL, start, &member[started]) != 0)
            break;
        started++;
    }
    pthread_mutex_lock(&team->mutex);
    team->size = started;
    atomic_store(&team->meetings, 1);
    pthread_cond_broadcast(&team->met);
    pthread_mutex_unlock(&team->mutex);
    team->task(team->context, team, 0);
    for (size_t i = 1; i < started; i++)
        pthread_join(member[i].thread, NULL);
}

void atw_team_run(size_t at_most, atw_team_task_fn task, void *context)
{
    struct atw_team team = {.size = 1, .task = task, .context = context};
    size_t wanted = atw_parallel_is_inside() ? 1 : atw_parallel_thread_count();

    wanted = wanted < at_most ? wanted : at_most;
    wanted = wanted < MEMBERS_AT_MOST ? wanted : MEMBERS_AT_MOST;
    atomic_init(&team.waiting, 0);
    atomic_init(&team.meetings, 0);
    pthread_mutex_init(&team.mutex, NULL);
    pthread_cond_init(&team.met, NULL);
    if (wanted > 1)
        run_together(&team, wanted);
    else
        task(context, &team, 0);
    pthread_cond_destroy(&team.met);
    pthread_mutex_destroy(&team.mutex);
}
