/* Arithmetic without subnormal numbers, while integrating. */
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "diffusion/denormals.h"

#if defined(__SSE2__)
#define FLUSH_TO_ZERO 0x8040U
unsigned atw_diffusion_flush_denormals(void)
{
    unsigned before = _mm_getcsr();

    _mm_setcsr(before | FLUSH_TO_ZERO);
    return before;
}

void atw_diffusion_restore_denormals(unsigned before)
{
    _mm_setcsr((_mm_getcsr() & ~FLUSH_TO_ZERO) | (before & FLUSH_TO_ZERO));
}
#else
unsigned atw_diffusion_flush_denormals(void)
{
    return 0;
}

void atw_diffusion_restore_denormals(unsigned before)
{
    (void)before;
}
#endif
