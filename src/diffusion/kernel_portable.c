/* The loops over a block of cells for every processor, and the choice among them. */
#define TARGET
#define KERNEL atw_kernel_portable
#define POTENTIAL atw_potential_values

#include "diffusion/kernel_body.h"

const struct atw_kernel *atw_kernel_best(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2"))
        return &atw_kernel_avx2;
#endif
    return &atw_kernel_portable;
}
