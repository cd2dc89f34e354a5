/* The loops over a block of cells for AVX2. */
#ifdef __x86_64__

#define TARGET __attribute__((target("avx2")))
#define KERNEL atw_kernel_avx2

#include "diffusion/kernel_body.h"

#endif
