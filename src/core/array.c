/* Memory for large arrays of numbers. */
#include "core/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ALIGNMENT 64
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_PAGES_LEAST 2

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
    size_t bytes, alignment;
    void *array;

    if (size > 0 && count > (SIZE_MAX - HUGE_PAGE) / size)
        return NULL;
    bytes = count * size;
    alignment = bytes < HUGE_PAGES_LEAST * HUGE_PAGE ? ALIGNMENT : HUGE_PAGE;
    bytes = bytes > 0 ? (bytes + alignment - 1) / alignment * alignment : alignment;
    array = aligned_alloc(alignment, bytes);
    if (!array)
        return NULL;
    if (alignment == HUGE_PAGE)
        ask_for_huge_pages(array, bytes);
    memset(array, 0, bytes);
    return array;
}
