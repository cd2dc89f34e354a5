/* Ranks of MPI: rank 0 keeps the ledger and hands out, every other rank has a forked
 * worker of its own, so that a crash costs one item and not the job.
 *
 * Waiting is probing with rests in between: ranks that wait leave the processor to those
 * that work, even if there are more ranks than processors. A forked worker never calls
 * MPI. */
#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/progress.h"
#include "study/ensemble.h"

enum { TAG_ORDER = 1, TAG_RESULT, TAG_DEATH, TAG_GOODBYE };

#define REST_FIRST_S 20e-6
#define REST_LONGEST_S 1e-3
#define WORKER_WAIT_S 0.01

/* To a rank. The serial number comes back with the answer, so that one to an order that
 * was dropped meanwhile is known as such. */
struct order {
    enum { ORDER_WORK, ORDER_DROP, ORDER_DISMISS } kind;
    uint64_t serial;
    struct atw_order work;
};

static int is_begun, own_rank, rank_count = 1;

enum atw_status
atw_ranks_begin(int *argument_count, char ***arguments, struct atw_error *err)
{
    size_t launched = atw_crew_launched_ranks();
    int provided;

    if (launched == 0)
        return ATW_OK;
    MPI_Init_thread(argument_count, arguments, MPI_THREAD_FUNNELED, &provided);
    is_begun = 1;
    MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
    if (rank_count == 1 && launched > 1)
        return atw_error_set(err, ATW_EUSAGE,
                             "started as %zu processes that do not find each other: use "
                             "the mpirun of %s",
                             launched, atw_ranks_describe());
    return ATW_OK;
}

size_t atw_ranks_rank(void)
{
    return (size_t)own_rank;
}

size_t atw_ranks_count(void)
{
    return (size_t)rank_count;
}

const char *atw_ranks_describe(void)
{
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;

    if (!is_begun)
        return "one rank";
    MPI_Get_library_version(text, &length);
    text[strcspn(text, ",\n")] = '\0';
    for (char *tab = text; (tab = strchr(tab, '\t'));)
        *tab = ' ';
    return text;
}

int atw_ranks_agree(int has_work)
{
    if (rank_count > 1)
        MPI_Bcast(&has_work, 1, MPI_INT, 0, MPI_COMM_WORLD);
    return has_work;
}

int atw_ranks_all(int is_ready)
{
    int all = is_ready;

    if (rank_count > 1)
        MPI_Allreduce(&is_ready, &all, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    return all;
}

void atw_ranks_end(void)
{
    if (is_begun)
        MPI_Finalize();
    is_begun = 0;
}

/* Rest, longer each time. */
static void rest(double *rest_s)
{
    struct timespec time = {.tv_nsec = (long)(*rest_s * 1e9)};

    nanosleep(&time, NULL);
    *rest_s = *rest_s * 2.0 < REST_LONGEST_S ? *rest_s * 2.0 : REST_LONGEST_S;
}

static int probe(int source, MPI_Status *message)
{
    int is_there = 0;

    MPI_Iprobe(source, MPI_ANY_TAG, MPI_COMM_WORLD, &is_there, message);
    return is_there;
}

/* ---- the side of the workers ---- */

struct post {
    struct atw_crew *crew; /* one forked worker */
    uint64_t serial;
    int is_busy;
};

static void answer(const struct post *post, int tag, const void *body, size_t size)
{
    char *bytes = malloc(sizeof post->serial + size);

    if (!bytes)
        MPI_Abort(MPI_COMM_WORLD, atw_exit_code(ATW_ENOMEM));
    memcpy(bytes, &post->serial, sizeof post->serial);
    memcpy(bytes + sizeof post->serial, body, size);
    MPI_Send(bytes, (int)(sizeof post->serial + size), MPI_BYTE, 0, tag, MPI_COMM_WORLD);
    free(bytes);
}

static void answer_result(const struct post *post, const struct atw_item_result *result)
{
    size_t size = atw_item_packed_size(result);
    char *bytes = malloc(size);

    if (!bytes)
        MPI_Abort(MPI_COMM_WORLD, atw_exit_code(ATW_ENOMEM));
    atw_item_pack(result, bytes);
    answer(post, TAG_RESULT, bytes, size);
    free(bytes);
}

static void answer_death(const struct post *post, const char *reason)
{
    answer(post, TAG_DEATH, reason, strlen(reason) + 1);
}

static void follow(struct post *post, const struct order *order)
{
    struct atw_error err = {0};

    if (order->kind == ORDER_DROP && post->is_busy && order->serial == post->serial) {
        post->is_busy = 0;
        if (post->crew->kind->drop(post->crew, 0, &err) != ATW_OK)
            atw_warn("%s", err.text);
    }
    if (order->kind != ORDER_WORK)
        return;
    post->serial = order->serial;
    post->is_busy = post->crew->kind->give(post->crew, 0, &order->work, &err) == ATW_OK;
    if (!post->is_busy)
        answer_death(post, err.text);
}

static void watch_worker(struct post *post)
{
    struct atw_crew_event event = {0};
    struct atw_error err = {0};
    enum atw_status status =
        post->crew->kind->wait(post->crew, WORKER_WAIT_S, &event, &err);

    if (status == ATW_OK && event.kind == ATW_CREW_NOTHING)
        return;
    post->is_busy = 0;
    if (status == ATW_OK && event.kind == ATW_CREW_RESULT)
        answer_result(post, &event.result);
    else
        answer_death(post, status == ATW_OK ? event.reason : err.text);
    atw_item_result_clear(&event.result);
}

static void work_until_dismissed(struct post *post)
{
    double rest_s = REST_FIRST_S;

    for (;;) {
        struct order order;
        MPI_Status message;

        if (probe(0, &message)) {
            MPI_Recv(&order, sizeof order, MPI_BYTE, 0, TAG_ORDER, MPI_COMM_WORLD,
                     &message);
            if (order.kind == ORDER_DISMISS)
                return;
            follow(post, &order);
            rest_s = REST_FIRST_S;
        } else if (post->is_busy) {
            watch_worker(post);
        } else {
            rest(&rest_s);
        }
    }
}

enum atw_status atw_ranks_serve(const struct atw_study *study,
                                const char *ledger_path,
                                struct atw_error *err)
{
    struct post post = {0};
    enum atw_status status =
        atw_crew_fork(&post.crew, study, 1, ledger_path, atw_ranks_rank(), err);

    if (!atw_ranks_all(status == ATW_OK)) {
        if (post.crew)
            post.crew->kind->dismiss(post.crew, 0);
        return status;
    }
    signal(SIGINT, SIG_IGN); /* rank 0 decides */
    signal(SIGTERM, SIG_IGN);
    work_until_dismissed(&post);
    post.crew->kind->dismiss(post.crew, post.is_busy);
    MPI_Send(NULL, 0, MPI_BYTE, 0, TAG_GOODBYE, MPI_COMM_WORLD);
    return ATW_OK;
}

/* ---- the side of rank 0 ---- */

struct rank_crew {
    struct atw_crew crew; /* first: the crew is this struct */
    uint64_t last_serial;
    uint64_t *serial; /* [n_workers], of the order a rank is on; 0: none */
};

static struct rank_crew *mine(struct atw_crew *crew)
{
    return (struct rank_crew *)crew;
}

/* Worker 0 is rank 1. */
static void send_order(size_t worker, const struct order *order)
{
    MPI_Send(order, sizeof *order, MPI_BYTE, (int)worker + 1, TAG_ORDER, MPI_COMM_WORLD);
}

static enum atw_status give(struct atw_crew *crew,
                            size_t worker,
                            const struct atw_order *work,
                            struct atw_error *err)
{
    struct rank_crew *self = mine(crew);
    struct order order;

    (void)err;
    memset(&order, 0, sizeof order);
    order.kind = ORDER_WORK;
    order.work = *work;
    order.serial = self->serial[worker] = ++self->last_serial;
    send_order(worker, &order);
    return ATW_OK;
}

static enum atw_status drop(struct atw_crew *crew, size_t worker, struct atw_error *err)
{
    struct order order;

    (void)err;
    memset(&order, 0, sizeof order);
    order.kind = ORDER_DROP;
    order.serial = mine(crew)->serial[worker];
    mine(crew)->serial[worker] = 0;
    send_order(worker, &order);
    return ATW_OK;
}

static enum atw_status read_answer(struct atw_crew_event *event,
                                   int tag,
                                   const char *body,
                                   size_t size,
                                   struct atw_error *err)
{
    if (tag == TAG_DEATH) {
        event->kind = ATW_CREW_DEATH;
        snprintf(event->reason, sizeof event->reason, "%.*s", (int)size, body);
        return ATW_OK;
    }
    event->kind = ATW_CREW_RESULT;
    return atw_item_unpack(&event->result, body, size, err);
}

/* Take the message that was probed for; one to a dropped order makes no event. */
static enum atw_status receive(struct rank_crew *self,
                               const MPI_Status *message,
                               struct atw_crew_event *event,
                               struct atw_error *err)
{
    size_t worker = (size_t)message->MPI_SOURCE - 1;
    enum atw_status status = ATW_OK;
    uint64_t serial;
    char *bytes;
    int size;

    MPI_Get_count(message, MPI_BYTE, &size);
    bytes = malloc((size_t)size + 1);
    if (!bytes)
        return atw_error_set(err, ATW_ENOMEM, "ranks: out of memory");
    MPI_Recv(bytes, size, MPI_BYTE, message->MPI_SOURCE, message->MPI_TAG, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    memcpy(&serial, bytes, sizeof serial);
    if (serial == self->serial[worker]) {
        self->serial[worker] = 0;
        event->worker = worker;
        status = read_answer(event, message->MPI_TAG, bytes + sizeof serial,
                             (size_t)size - sizeof serial, err);
    }
    free(bytes);
    return status;
}

static enum atw_status wait_for(struct atw_crew *crew,
                                double timeout_s,
                                struct atw_crew_event *event,
                                struct atw_error *err)
{
    double end_s = MPI_Wtime() + timeout_s, rest_s = REST_FIRST_S;
    MPI_Status message;

    memset(event, 0, sizeof *event);
    while (!probe(MPI_ANY_SOURCE, &message)) {
        if (MPI_Wtime() >= end_s)
            return ATW_OK;
        rest(&rest_s);
    }
    return receive(mine(crew), &message, event, err);
}

/* A rank may be sending an answer while it is dismissed: take whatever comes until all
 * have said goodbye. */
static void dismiss(struct atw_crew *crew, int is_busy)
{
    struct order order;
    double rest_s = REST_FIRST_S;

    (void)is_busy;
    memset(&order, 0, sizeof order);
    order.kind = ORDER_DISMISS;
    memset(mine(crew)->serial, 0, crew->n_workers * sizeof *mine(crew)->serial);
    for (size_t i = 0; i < crew->n_workers; i++)
        send_order(i, &order);
    for (size_t n_left = crew->n_workers; n_left > 0;) {
        MPI_Status message;

        if (!probe(MPI_ANY_SOURCE, &message)) {
            rest(&rest_s);
        } else if (message.MPI_TAG == TAG_GOODBYE) {
            MPI_Recv(NULL, 0, MPI_BYTE, message.MPI_SOURCE, TAG_GOODBYE, MPI_COMM_WORLD,
                     MPI_STATUS_IGNORE);
            n_left--;
        } else {
            struct atw_crew_event event = {0};

            if (receive(mine(crew), &message, &event, NULL) != ATW_OK)
                MPI_Abort(MPI_COMM_WORLD, atw_exit_code(ATW_ENOMEM));
        }
    }
    free(mine(crew)->serial);
    free(crew);
}

static const struct atw_crew_kind rank_kind = {
    .give = give, .wait = wait_for, .drop = drop, .dismiss = dismiss};

enum atw_status atw_crew_ranks(struct atw_crew **out, struct atw_error *err)
{
    struct rank_crew *crew = calloc(1, sizeof *crew);
    size_t n_workers = (size_t)rank_count - 1;

    *out = NULL;
    if (crew)
        crew->serial = calloc(n_workers, sizeof *crew->serial);
    if (!atw_ranks_all(crew && crew->serial)) {
        int is_mine = !crew || !crew->serial;

        if (crew)
            free(crew->serial);
        free(crew);
        return is_mine ? atw_error_set(err, ATW_ENOMEM, "ranks: out of memory")
                       : atw_error_set(err, ATW_EINTERNAL,
                                       "ranks: one could not begin; see its message");
    }
    crew->crew = (struct atw_crew){.kind = &rank_kind, .n_workers = n_workers};
    *out = &crew->crew;
    return ATW_OK;
}
