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

/* Begin before anything is read. Without a launcher (mpirun, srun) this is an ordinary
 * program of one rank. ATW_EUSAGE: started as several that cannot work together. */
enum atw_status atw_ranks_begin(int *argument_count,
                                char ***arguments,
                                struct atw_error *err) ATW_MUST_CHECK;

/* Rank of this process, and their number. */
size_t atw_ranks_rank(void);
size_t atw_ranks_count(void);

/* "Open MPI v4.1.4"; static text. */
const char *atw_ranks_describe(void);

/* Rank 0 tells the others whether there will be work; they wait for that. */
int atw_ranks_agree(int has_work);

/* Whether all ranks are ready; every rank must ask once. The next two do. */
int atw_ranks_all(int is_ready);

/* A crew of the other ranks, for rank 0. ATW_EINTERNAL without any or if one is not
 * ready; ATW_ENOMEM. */
enum atw_status atw_crew_ranks(struct atw_crew **out,
                               struct atw_error *err) ATW_MUST_CHECK;

/* What ranks other than 0 do: work until dismissed; ledger_path as atw_crew_fork(). */
enum atw_status atw_ranks_serve(const struct atw_study *study,
                                const char *ledger_path,
                                struct atw_error *err) ATW_MUST_CHECK;

void atw_ranks_end(void);

#endif
