/* Inner loops for any processor, and the choice among the instruction sets. */
#include "projection/sweep_body.h"

const struct atw_sweep *atw_sweep_best(void)
{
#ifdef __x86_64__
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f"))
        return &atw_sweep_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &atw_sweep_avx2;
#endif
    return &atw_sweep_portable;
}
