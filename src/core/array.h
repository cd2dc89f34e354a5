/* Memory for large arrays of numbers.
 *
 * The first touch of a page is a call of the system: 0.1 us where it is cheap, over 10 us
 * on some virtual machines, where a volume in small pages costs more than an iteration on
 * it; and a processor remembers the places of few pages. Both are better with pages of
 * 2 MiB. Systems that hand those out to whoever asks need both functions; systems that
 * always do, neither. */
#ifndef ATW_CORE_ARRAY_H
#define ATW_CORE_ARRAY_H

#include <stddef.h>

/* count elements of `size` bytes, all bits zero, aligned to 64 bytes, or to a huge page
 * from two of them (4 MiB) up, of which whole ones are used only; free() it. NULL without
 * memory, or where the size overflows. */
void *atw_array_alloc(size_t count, size_t size);

/* For all that is allocated otherwise: a heap of huge pages, of nearly 2 GiB addresses
 * (memory is taken as it is used), that keeps what is given back; beyond it all is as
 * usual. For the whole process and for good, so a matter of programs, not of libraries;
 * before there are threads, which share the one heap. Does nothing where address space
 * is limited (ulimit -v) or the C library has no such settings. */
void atw_array_use_huge_heap(void);

#endif
