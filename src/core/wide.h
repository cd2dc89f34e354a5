/* Loops that are compiled for wider vectors as well, one of which is chosen at the start.
 *
 * AVX2 without fused multiply-adds: every value is rounded as everywhere else, so that a
 * loop gives the same numbers on all machines. For functions that work on long arrays:
 * they are called through a pointer and never inlined. Compilers that cannot do it, or
 * name the result otherwise (Clang), compile for the vectors that all machines have. */
#ifndef ATW_CORE_WIDE_H
#define ATW_CORE_WIDE_H

#include <limits.h> /* for __GLIBC__ */

#if defined __x86_64__ && defined __GLIBC__ && defined __has_attribute &&                \
    !defined __clang__ && !defined __SANITIZE_ADDRESS__
#if __has_attribute(target_clones)
#define ATW_WIDE __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef ATW_WIDE
#define ATW_WIDE
#endif

#endif
