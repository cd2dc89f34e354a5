/* Results that are finished but not yet in the ledger, in files beside it.
 *
 * Committing every quick item by itself would cost more than the items. A worker
 * therefore appends a result to a file of its own, `LEDGER-pending.NUMBER`, before it
 * tells anybody: one write, which outlives the process. What is found there later is
 * taken into the ledger, so that no item that was finished is run again. A result that a
 * crash of the machine tore or lost shows by its checksum, or not at all, and is run
 * again. */
#ifndef ATW_STUDY_PENDING_H
#define ATW_STUDY_PENDING_H

#include "study/ledger.h"

/* The file of one worker. */
struct atw_pending {
    int descriptor; /* -1: results are not kept */
    uint64_t study; /* what tells results of another study apart */
};

/* Where a file cannot be had, as on a disk that other nodes do not see, nothing is kept
 * and nothing fails. ledger_path NULL: nothing shall be kept. */
void atw_pending_open(struct atw_pending *pending,
                      const char *ledger_path,
                      const struct atw_study *study,
                      size_t number);

/* Keep a packed result (atw_item_pack()). */
void atw_pending_keep(const struct atw_pending *pending, const void *bytes, size_t size);

/* Forget all that was kept: the ledger has it. */
void atw_pending_clear(const struct atw_pending *pending);

/* Take what is kept beside the ledger into it, commit, and remove the files. Items that
 * the ledger has, and those of another study, are left out. */
enum atw_status atw_pending_recover(size_t *n_recovered,
                                    struct atw_ledger *ledger,
                                    const struct atw_study *study,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Remove the files beside a ledger. */
void atw_pending_remove(const char *ledger_path);

#endif
