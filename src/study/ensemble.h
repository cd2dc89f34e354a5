/* The engine of studies: hands out what is missing in the ledger, keeps what comes back.
 *
 * What an item gives depends on its key alone, so the ledger is the same for any number
 * of processes, shards, ranks and interruptions. */
#ifndef ATW_STUDY_ENSEMBLE_H
#define ATW_STUDY_ENSEMBLE_H

#include <stdio.h>

#include "study/crew.h"
#include "study/ledger.h"

struct atw_ensemble_options {
    size_t shard, n_shards; /* items with index % n_shards == shard; 0, 1: all */
    int retry_failed;       /* hand out failed items again */
    double max_time_s;      /* infinite: no limit */
    FILE *progress;         /* key=value blocks for other programs; NULL: none */
};

#define ATW_ENSEMBLE_DEFAULTS                                                            \
    {                                                                                    \
        .n_shards = 1, .max_time_s = __builtin_inf()                                     \
    }

/* Run the missing items. SIGTERM and SIGINT, or the end of max_time_s, stop handing out:
 * running items get a few seconds (none beyond max_time_s), then they are dropped.
 *
 * ATW_ESTOPPED: stopped early, the ledger is complete as far as it goes;
 * ATW_EREPLICATES: all is done, but more items failed than the study allows; ATW_EOUTPUT:
 * the ledger could not be written. */
enum atw_status atw_ensemble_run(struct atw_ledger *ledger,
                                 const struct atw_study *study,
                                 struct atw_crew *crew,
                                 const struct atw_ensemble_options *options,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* ---- ranks: ensemble_serial.c or, configured --with-mpi, ensemble_mpi.c ---- */

/* Begin before anything is read. With one rank this is an ordinary program. */
void atw_ranks_begin(int *argument_count, char ***arguments);

/* Rank of this process, and their number. */
size_t atw_ranks_rank(void);
size_t atw_ranks_count(void);

/* "Open MPI 4.1.4, 4 ranks", "no MPI"; static text. */
const char *atw_ranks_describe(void);

/* A crew of the other ranks, for rank 0. ATW_ENOMEM, ATW_EINTERNAL without any. */
enum atw_status atw_crew_ranks(struct atw_crew **out,
                               const struct atw_study *study,
                               struct atw_error *err) ATW_MUST_CHECK;

/* What ranks other than 0 do: work until dismissed. */
void atw_ranks_serve(const struct atw_study *study);

/* Rank 0 tells the others whether there will be work; they wait for that. */
int atw_ranks_agree(int has_work);

void atw_ranks_end(void);

#endif
