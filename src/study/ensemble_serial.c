/* Ranks of a program built without MPI: there is one. */
#include "study/ensemble.h"

enum atw_status
atw_ranks_begin(int *argument_count, char ***arguments, struct atw_error *err)
{
    size_t launched = atw_crew_launched_ranks();

    (void)argument_count;
    (void)arguments;
    if (launched <= 1)
        return ATW_OK;
    return atw_error_set(
        err, ATW_EUSAGE,
        "started as %zu ranks, but built without MPI, so that each would "
        "do all the work: configure --with-mpi, or use --jobs or --shard",
        launched);
}

size_t atw_ranks_rank(void)
{
    return 0;
}

size_t atw_ranks_count(void)
{
    return 1;
}

const char *atw_ranks_describe(void)
{
    return "built without MPI";
}

enum atw_status atw_crew_ranks(struct atw_crew **out, struct atw_error *err)
{
    *out = NULL;
    return atw_error_set(err, ATW_EINTERNAL, "built without MPI");
}

enum atw_status atw_ranks_serve(const struct atw_study *study,
                                const char *ledger_path,
                                struct atw_error *err)
{
    (void)study;
    (void)ledger_path;
    return atw_error_set(err, ATW_EINTERNAL, "built without MPI");
}

int atw_ranks_agree(int has_work)
{
    return has_work;
}

int atw_ranks_all(int is_ready)
{
    return is_ready;
}

void atw_ranks_end(void)
{
}
