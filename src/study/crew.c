/* What a worker of any kind of crew does with an item. */
#include "study/crew.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "study/outcome.h"

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void atw_crew_work(struct atw_item_result *result,
                   const struct atw_study *study,
                   const struct atw_item *item,
                   void **state)
{
    struct atw_error reason = {0};
    double start_s = now_s();
    enum atw_status status;

    memset(result, 0, sizeof *result);
    result->item = *item;
    result->seed = atw_study_item_seed(study, item);
    status = study->outcome->run(result, study, state, &reason);
    result->cost_s = now_s() - start_s;
    result->status = status == ATW_OK ? ATW_ITEM_DONE : ATW_ITEM_FAILED;
    if (status != ATW_OK)
        snprintf(result->error, sizeof result->error, "%.*s", ATW_ITEM_ERROR_SIZE - 1,
                 reason.text);
}
