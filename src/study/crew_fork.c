/* A crew of forked processes, each on the other end of two pipes.
 *
 * Workers ignore SIGINT and SIGTERM, which terminals and queues send to everybody, and
 * leave it to the parent to decide; they end with their parent. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/progress.h"
#include "study/crew.h"
#include "study/outcome.h"
#include "study/pending.h"

struct worker {
    pid_t pid;          /* 0: not started */
    int items, answers; /* our ends of the pipes; -1: closed */
    int is_busy;
};

struct fork_crew {
    struct atw_crew crew; /* first: the crew is this struct */
    const struct atw_study *study;
    const char *ledger_path; /* NULL: results are not kept beside it */
    size_t first_number;
    struct worker *worker;
    struct pollfd *poll; /* [n_workers] */
};

static struct fork_crew *mine(struct atw_crew *crew)
{
    return (struct fork_crew *)crew;
}

/* All bytes, or 0 at the end of the stream. */
static int read_all(int descriptor, void *bytes, size_t size)
{
    char *next = bytes;

    while (size > 0) {
        ssize_t n = read(descriptor, next, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return 0;
        next += n;
        size -= (size_t)n;
    }
    return 1;
}

static int write_all(int descriptor, const void *bytes, size_t size)
{
    const char *next = bytes;

    while (size > 0) {
        ssize_t n = write(descriptor, next, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return 0;
        next += n;
        size -= (size_t)n;
    }
    return 1;
}

/* ---- the worker's side ---- */

/* Kept first, so that it is not lost with whoever waits for it. */
static int send_result(int descriptor,
                       const struct atw_pending *pending,
                       const struct atw_item_result *result)
{
    size_t size = atw_item_packed_size(result);
    char *bytes = malloc(size);
    int is_sent = 0;

    if (bytes) {
        atw_item_pack(result, bytes);
        atw_pending_keep(pending, bytes, size);
        is_sent = write_all(descriptor, &size, sizeof size) &&
                  write_all(descriptor, bytes, size);
    }
    free(bytes);
    return is_sent;
}

static _Noreturn void serve(const struct atw_study *study,
                            const struct atw_pending *pending,
                            int items,
                            int answers)
{
    struct atw_order order;
    void *state = NULL;

    while (read_all(items, &order, sizeof order)) {
        struct atw_item_result result;
        int is_sent;

        if (order.is_committed)
            atw_pending_clear(pending);
        atw_crew_work(&result, study, &order.item, &state);
        is_sent = send_result(answers, pending, &result);
        atw_item_result_clear(&result);
        if (!is_sent)
            break;
    }
    if (study->outcome->close)
        study->outcome->close(state);
    _exit(0);
}

/* Let go of every descriptor but the two pipes and the standard streams: the pipes of
 * others would keep those from ending, the ledger's would keep it locked. */
static void close_all_but(int one, int other)
{
    unsigned low = (unsigned)(one < other ? one : other);
    unsigned high = (unsigned)(one < other ? other : one);

    if (low > 3)
        close_range(3, low - 1, 0);
    if (high > low + 1)
        close_range(low + 1, high - 1, 0);
    close_range(high + 1, ~0U, 0);
}

static void become_worker(pid_t parent)
{
    static const int crashes[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0); /* it died before prctl */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        signal(crashes[i], SIG_DFL); /* MPI catches them to print a page */
    atw_progress_set_quiet(1);
}

/* ---- the parent's side ---- */

static enum atw_status
start(struct fork_crew *crew, struct worker *worker, struct atw_error *err)
{
    int items[2], answers[2];
    pid_t parent = getpid(), pid;

    if (pipe(items) != 0)
        return atw_error_set(err, ATW_EINTERNAL, "workers: no pipe: %s", strerror(errno));
    if (pipe(answers) != 0) {
        close(items[0]);
        close(items[1]);
        return atw_error_set(err, ATW_EINTERNAL, "workers: no pipe: %s", strerror(errno));
    }
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        struct atw_pending pending;

        close_all_but(items[0], answers[1]);
        become_worker(parent);
        atw_pending_open(&pending, crew->ledger_path, crew->study,
                         crew->first_number + (size_t)(worker - crew->worker));
        serve(crew->study, &pending, items[0], answers[1]);
    }
    close(items[0]);
    close(answers[1]);
    if (pid < 0) {
        close(items[1]);
        close(answers[0]);
        return atw_error_set(err, ATW_EINTERNAL,
                             "workers: cannot start a process: %s; take fewer --jobs",
                             strerror(errno));
    }
    *worker = (struct worker){.pid = pid, .items = items[1], .answers = answers[0]};
    return ATW_OK;
}

/* Close the pipes and wait for the end of the process; its wait status. */
static int end(struct worker *worker)
{
    int status = 0;

    close(worker->items);
    close(worker->answers);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    *worker = (struct worker){.items = -1, .answers = -1};
    return status;
}

static enum atw_status give(struct atw_crew *crew,
                            size_t index,
                            const struct atw_order *order,
                            struct atw_error *err)
{
    struct worker *worker = &mine(crew)->worker[index];
    enum atw_status status = ATW_OK;

    if (worker->pid > 0 && !write_all(worker->items, order, sizeof *order))
        end(worker); /* it died idle; the next one takes the item */
    else if (worker->pid > 0)
        worker->is_busy = 1;
    if (worker->is_busy)
        return ATW_OK;
    status = start(mine(crew), worker, err);
    if (status != ATW_OK)
        return status;
    worker->is_busy = 1;
    write_all(worker->items, order, sizeof *order); /* a death shows when waiting */
    return ATW_OK;
}

static void describe_death(char reason[ATW_ITEM_ERROR_SIZE], int status)
{
    if (WIFSIGNALED(status))
        snprintf(reason, ATW_ITEM_ERROR_SIZE, "its process was killed by signal %d (%s)",
                 WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(reason, ATW_ITEM_ERROR_SIZE, "its process ended with exit code %d",
                 WEXITSTATUS(status));
}

/* Read the result of a worker whose pipe has something to say. */
static enum atw_status
hear(struct worker *worker, struct atw_crew_event *event, struct atw_error *err)
{
    enum atw_status status = ATW_OK;
    char *bytes = NULL;
    size_t size;

    worker->is_busy = 0;
    if (!read_all(worker->answers, &size, sizeof size)) {
        event->kind = ATW_CREW_DEATH;
        describe_death(event->reason, end(worker));
        return ATW_OK;
    }
    bytes = malloc(size);
    if (!bytes)
        return atw_error_set(err, ATW_ENOMEM, "workers: out of memory");
    if (read_all(worker->answers, bytes, size)) {
        event->kind = ATW_CREW_RESULT;
        status = atw_item_unpack(&event->result, bytes, size, err);
    } else {
        event->kind = ATW_CREW_DEATH;
        describe_death(event->reason, end(worker));
    }
    free(bytes);
    return status;
}

static enum atw_status wait_for(struct atw_crew *crew,
                                double timeout_s,
                                struct atw_crew_event *event,
                                struct atw_error *err)
{
    struct fork_crew *self = mine(crew);

    memset(event, 0, sizeof *event);
    for (size_t i = 0; i < crew->n_workers; i++)
        self->poll[i] =
            (struct pollfd){.fd = self->worker[i].is_busy ? self->worker[i].answers : -1,
                            .events = POLLIN};
    if (poll(self->poll, (nfds_t)crew->n_workers, (int)(timeout_s * 1e3)) <= 0)
        return ATW_OK; /* time is up, or a signal came */
    for (size_t i = 0; i < crew->n_workers; i++)
        if (self->poll[i].fd >= 0 && self->poll[i].revents) {
            event->worker = i;
            return hear(&self->worker[i], event, err);
        }
    return ATW_OK;
}

static enum atw_status drop(struct atw_crew *crew, size_t index, struct atw_error *err)
{
    struct worker *worker = &mine(crew)->worker[index];

    (void)err;
    if (worker->pid > 0) {
        kill(worker->pid, SIGKILL);
        end(worker);
    }
    return ATW_OK;
}

static void dismiss(struct atw_crew *crew, int is_busy)
{
    struct fork_crew *self = mine(crew);

    (void)is_busy;
    for (size_t i = 0; i < crew->n_workers; i++)
        if (self->worker[i].pid > 0) {
            if (self->worker[i].is_busy)
                kill(self->worker[i].pid, SIGKILL);
            end(&self->worker[i]);
        }
    free(self->worker);
    free(self->poll);
    free(self);
}

static const struct atw_crew_kind fork_kind = {
    .give = give, .wait = wait_for, .drop = drop, .dismiss = dismiss};

enum atw_status atw_crew_fork(struct atw_crew **out,
                              const struct atw_study *study,
                              size_t n_workers,
                              const char *ledger_path,
                              size_t first_number,
                              struct atw_error *err)
{
    struct fork_crew *crew = calloc(1, sizeof *crew);

    *out = NULL;
    if (crew) {
        crew->worker = calloc(n_workers, sizeof *crew->worker);
        crew->poll = calloc(n_workers, sizeof *crew->poll);
    }
    if (!crew || !crew->worker || !crew->poll) {
        if (crew) {
            free(crew->worker);
            free(crew->poll);
        }
        free(crew);
        return atw_error_set(err, ATW_ENOMEM, "workers: out of memory");
    }
    crew->crew = (struct atw_crew){.kind = &fork_kind, .n_workers = n_workers};
    crew->study = study;
    crew->ledger_path = ledger_path;
    crew->first_number = first_number;
    *out = &crew->crew;
    return ATW_OK;
}
