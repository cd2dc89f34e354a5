/* Inner loops for AVX2 with FMA: one vector holds all lanes of a block. */
#ifdef __x86_64__

#include <immintrin.h>

#define VECTOR __m256
#define VECTOR_LANES 8
#define SPLAT(x) _mm256_set1_ps(x)
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define TARGET __attribute__((target("avx2,fma")))
#define TILE 8
#define SWEEP atw_sweep_avx2

#include "projection/sweep_body.h"

#endif
