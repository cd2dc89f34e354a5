/* Memory for large arrays of numbers. */
#include "core/array.h"

#include <limits.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define ALIGNMENT 64
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_PAGES_LEAST 2

/* Arrays this large come from the system and go back to it: the most mallopt takes. */
#define LARGEST_KEPT (32 << 20)
/* So many of one page less are put into the heap, and so much of its end is kept. */
#define RESERVED 64
#define KEPT INT_MAX

/* A wish; whole small pages within the array. */
static void ask_for_huge_pages(void *array, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    size_t small = 4096, skip = (small - (uintptr_t)array % small) % small;

    if (bytes > skip)
        (void)madvise((char *)array + skip, bytes - skip, MADV_HUGEPAGE);
#else
    (void)array;
    (void)bytes;
#endif
}

void *atw_array_alloc(size_t count, size_t size)
{
    size_t bytes;
    int is_large;
    void *array = NULL;

    if (size > 0 && count > (SIZE_MAX - HUGE_PAGE) / size)
        return NULL;
    bytes = count * size;
    is_large = bytes >= HUGE_PAGES_LEAST * HUGE_PAGE;
    if (posix_memalign(&array, is_large ? HUGE_PAGE : ALIGNMENT, bytes + !bytes) != 0)
        return NULL;
    if (is_large) /* small pages for the rest: no memory that nobody asked for */
        ask_for_huge_pages(array, bytes / HUGE_PAGE * HUGE_PAGE);
    memset(array, 0, bytes);
    return array;
}

#if defined M_MMAP_THRESHOLD && defined M_ARENA_MAX && !defined __SANITIZE_ADDRESS__

static int has_address_space(void)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY &&
           getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
}

/* The heap has no setting for the kind of its pages, but what was asked for them stays
 * with the addresses: take it in pieces, ask, and give it back. */
void atw_array_use_huge_heap(void)
{
    size_t size = LARGEST_KEPT - HUGE_PAGE;
    void *piece[RESERVED];

    if (!has_address_space())
        return;
    (void)mallopt(M_MMAP_THRESHOLD, LARGEST_KEPT);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT);
    (void)mallopt(M_ARENA_MAX, 1);
    for (size_t i = 0; i < RESERVED; i++) {
        piece[i] = malloc(size);
        if (piece[i])
            ask_for_huge_pages(piece[i], size);
    }
    for (size_t i = 0; i < RESERVED; i++)
        free(piece[i]);
}

#else

void atw_array_use_huge_heap(void)
{
}

#endif
