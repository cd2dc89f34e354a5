/* The vectors of the inner loops: those of the including file, which defines VECTOR (a
 * vector of VECTOR_LANES floats), SPLAT, LOAD and STORE (at any address) and TARGET
 * (function attribute), or portable ones of four. */
#ifndef ATW_PROJECTION_VECTOR_H
#define ATW_PROJECTION_VECTOR_H

#ifndef VECTOR
typedef float vector4 __attribute__((vector_size(16)));
typedef float loose4 __attribute__((vector_size(16), aligned(4), may_alias));
#define VECTOR vector4
#define VECTOR_LANES 4
#define SPLAT(x) ((vector4){(x), (x), (x), (x)})
#define LOAD(p) ((vector4) * (const loose4 *)(p))
#define STORE(p, v) (*(loose4 *)(p) = (v))
#define TARGET
#endif

#define INLINE static inline __attribute__((always_inline)) TARGET

#endif
