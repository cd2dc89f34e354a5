/* Inner loops for AVX-512: one vector holds all lanes of a block. */
#ifdef __x86_64__

#include <immintrin.h>

#define VECTOR __m512
#define VECTOR_LANES 16
#define SPLAT(x) _mm512_set1_ps(x)
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define TARGET __attribute__((target("avx512f,avx2,fma")))
#define TILE 8
#define SWEEP atw_sweep_avx512

#include "projection/sweep_body.h"

#endif
