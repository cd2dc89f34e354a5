/* Ranks of a program built without MPI: there is one. */
#include "study/ensemble.h"

void atw_ranks_begin(int *argument_count, char ***arguments)
{
    (void)argument_count;
    (void)arguments;
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

enum atw_status atw_crew_ranks(struct atw_crew **out,
                               const struct atw_study *study,
                               struct atw_error *err)
{
    (void)study;
    *out = NULL;
    return atw_error_set(err, ATW_EINTERNAL, "built without MPI");
}

void atw_ranks_serve(const struct atw_study *study)
{
    (void)study;
}

int atw_ranks_agree(int has_work)
{
    return has_work;
}

void atw_ranks_end(void)
{
}
