/* The loops over a block of cells for AVX2. */
#ifdef __x86_64__

#include <immintrin.h>
#include <math.h>

#include "diffusion/kernel.h"

#define TARGET __attribute__((target("avx2")))
#define KERNEL atw_kernel_avx2
#define POTENTIAL values_of_four

#define PIECES ATW_POTENTIAL_PIECES

/* Row `lane` of the table, its number in the last bits of `shifted`. */
TARGET static inline __m256d row(const struct atw_potential *potential, long long shifted)
{
    unsigned k = (unsigned)shifted;

    return _mm256_loadu_pd(potential->piece[k <= PIECES ? k : 0]);
}

/* atw_potential_values() of four places at once: their rows of the table, turned into
 * columns; the same numbers in the same order. */
TARGET static __m256d lookup(const struct atw_potential *potential, __m256d u)
{
    __m256d whole = _mm256_set1_pd(0x1.8p52);
    __m256d shifted = _mm256_add_pd(_mm256_sub_pd(u, _mm256_set1_pd(0.5)), whole);
    __m256d x = _mm256_sub_pd(u, _mm256_sub_pd(shifted, whole));
    __m256i bits = _mm256_castpd_si256(shifted);
    __m256d a = row(potential, _mm256_extract_epi64(bits, 0));
    __m256d b = row(potential, _mm256_extract_epi64(bits, 1));
    __m256d c = row(potential, _mm256_extract_epi64(bits, 2));
    __m256d d = row(potential, _mm256_extract_epi64(bits, 3));
    __m256d ab0 = _mm256_unpacklo_pd(a, b), ab1 = _mm256_unpackhi_pd(a, b);
    __m256d cd0 = _mm256_unpacklo_pd(c, d), cd1 = _mm256_unpackhi_pd(c, d);
    __m256d p0 = _mm256_permute2f128_pd(ab0, cd0, 0x20);
    __m256d p1 = _mm256_permute2f128_pd(ab1, cd1, 0x20);
    __m256d p2 = _mm256_permute2f128_pd(ab0, cd0, 0x31);
    __m256d p3 = _mm256_permute2f128_pd(ab1, cd1, 0x31);

    return _mm256_add_pd(
        _mm256_add_pd(p0, _mm256_mul_pd(x, p1)),
        _mm256_mul_pd(_mm256_mul_pd(x, x), _mm256_add_pd(p2, _mm256_mul_pd(x, p3))));
}

TARGET static void values_of_four(const struct atw_potential *potential,
                                  size_t count,
                                  const double *c,
                                  double *phi)
{
    __m256d half = _mm256_set1_pd(0.5), one = _mm256_set1_pd(1.0);
    __m256d sign = _mm256_set1_pd(-0.0), pieces = _mm256_set1_pd(PIECES);
    __m256d slope_0 = _mm256_set1_pd(potential->slope_0);
    __m256d slope_1 = _mm256_set1_pd(potential->slope_1);
    size_t whole = count / 4 * 4;

    for (size_t i = 0; i < whole; i += 4) {
        __m256d v = _mm256_loadu_pd(c + i), above_0, above_1, beyond;

        above_0 = _mm256_mul_pd(half, _mm256_add_pd(v, _mm256_andnot_pd(sign, v)));
        beyond = _mm256_sub_pd(above_0, one);
        above_1 =
            _mm256_mul_pd(half, _mm256_add_pd(beyond, _mm256_andnot_pd(sign, beyond)));
        _mm256_storeu_pd(
            phi + i,
            _mm256_add_pd(
                lookup(potential, _mm256_mul_pd(_mm256_sub_pd(above_0, above_1), pieces)),
                _mm256_add_pd(_mm256_mul_pd(slope_1, above_1),
                              _mm256_mul_pd(slope_0, _mm256_sub_pd(v, above_0)))));
    }
    atw_potential_values(potential, count - whole, c + whole, phi + whole);
}

#include "diffusion/kernel_body.h"

#endif
