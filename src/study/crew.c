/* What a worker of any kind of crew does with an item. */
#include "study/crew.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/timing.h"
#include "study/outcome.h"

/* Open MPI, the process managers of MPICH and of Slurm. PMIx tells the rank alone. */
size_t atw_crew_launched_ranks(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE",
                                        "SLURM_STEP_NUM_TASKS"};
    size_t n = getenv("PMIX_RANK") || getenv("PMI_RANK") ? 1 : 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = getenv(names[i]);
        size_t count = text ? strtoul(text, NULL, 10) : 0;

        n = count > n ? count : n;
    }
    return n;
}

void atw_crew_work(struct atw_item_result *result,
                   const struct atw_study *study,
                   const struct atw_item *item,
                   void **state)
{
    struct atw_error reason = {0};
    double start_s = atw_processor_s();
    enum atw_status status;

    memset(result, 0, sizeof *result);
    result->item = *item;
    result->seed = atw_study_item_seed(study, item);
    status = study->outcome->run(result, study, state, &reason);
    result->cost_s = atw_processor_s() - start_s;
    result->status = status == ATW_OK ? ATW_ITEM_DONE : ATW_ITEM_FAILED;
    if (status != ATW_OK)
        snprintf(result->error, sizeof result->error, "%.*s", ATW_ITEM_ERROR_SIZE - 1,
                 reason.text);
}
