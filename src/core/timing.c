/* What time it takes. */
#include "core/timing.h"

#include <time.h>

static double read_s(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

double atw_now_s(void)
{
    return read_s(CLOCK_MONOTONIC);
}

double atw_processor_s(void)
{
    return read_s(CLOCK_PROCESS_CPUTIME_ID);
}
