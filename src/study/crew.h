/* A crew: the processes that work on the items of a study, here or on other nodes.
 *
 * The engine hands out items and waits for events; what a worker does is
 * atw_crew_work(), whatever kind of crew it belongs to. */
#ifndef ATW_STUDY_CREW_H
#define ATW_STUDY_CREW_H

#include "study/item.h"
#include "study/study.h"

enum atw_crew_event_kind {
    ATW_CREW_NOTHING, /* nothing happened within the time */
    ATW_CREW_RESULT,
    ATW_CREW_DEATH /* the worker's process ended while it had an item */
};

struct atw_crew_event {
    enum atw_crew_event_kind kind;
    size_t worker;
    struct atw_item_result result;    /* of a result; the caller clears it */
    char reason[ATW_ITEM_ERROR_SIZE]; /* of a death: "killed by signal 6 (Aborted)" */
};

/* What a worker is told. */
struct atw_order {
    struct atw_item item;
    int is_committed; /* the ledger has all that the workers have sent */
};

/* One constant struct per kind of crew. Failures: ATW_EINTERNAL, ATW_ENOMEM. */
struct atw_crew {
    const struct atw_crew_kind *kind;
    size_t n_workers;
};

struct atw_crew_kind {
    /* Let an idle worker start on an item. */
    enum atw_status (*give)(struct atw_crew *crew,
                            size_t worker,
                            const struct atw_order *order,
                            struct atw_error *err);
    /* Wait for one event, at most so long. */
    enum atw_status (*wait)(struct atw_crew *crew,
                            double timeout_s,
                            struct atw_crew_event *event,
                            struct atw_error *err);
    /* Stop a worker that has an item, which is lost without an event; it is idle then.
     * NULL: this kind of crew cannot. */
    enum atw_status (*drop)(struct atw_crew *crew, size_t worker, struct atw_error *err);
    /* Dismiss the crew. is_busy: some still have items, which are lost. */
    void (*dismiss)(struct atw_crew *crew, int is_busy);
};

/* Forked processes of this machine, which share nothing; each starts when first given an
 * item and again after its death. What they finish they keep beside the ledger
 * (study/pending.h), in files numbered from first_number; ledger_path NULL: nowhere.
 * Study and path are borrowed. ATW_ENOMEM. */
enum atw_status atw_crew_fork(struct atw_crew **out,
                              const struct atw_study *study,
                              size_t n_workers,
                              const char *ledger_path,
                              size_t first_number,
                              struct atw_error *err) ATW_MUST_CHECK;

/* As how many processes a launcher (mpirun, srun) started this program, by what it left
 * in the environment; 0 without a launcher. */
size_t atw_crew_launched_ranks(void);

/* What a worker does with an item: everything but `attempts`. *state is kept between
 * items. Never fails: an item that fails says so in its result. */
void atw_crew_work(struct atw_item_result *result,
                   const struct atw_study *study,
                   const struct atw_item *item,
                   void **state);

#endif
