/* Memory for arrays: zero, aligned, refused where it cannot be, kept where asked. */
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "core/array.h"
#include "support/support.h"

#define MIB ((size_t)1 << 20)

static int is_zero(const unsigned char *byte, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (byte[i] != 0)
            return 0;
    return 1;
}

/* Below, at and above the size from which pages are huge; the second time in memory that
 * the first has written to, if the allocator gives it again. */
START_TEST(arrays_are_zero_and_aligned)
{
    static const size_t length[] = {1, 63, 5000, 4 * MIB - 1, 4 * MIB, 5 * MIB + 3};
    size_t n = length[_i];

    for (int round = 0; round < 3; round++) {
        unsigned char *array = atw_array_alloc(n, 1);

        ck_assert_ptr_nonnull(array);
        ck_assert_uint_eq((uintptr_t)array % (n < 4 * MIB ? 64 : 2 * MIB), 0);
        ck_assert(is_zero(array, n));
        memset(array, 0xa5, n);
        free(array);
    }
}
END_TEST

START_TEST(sizes_that_cannot_be_are_refused)
{
    void *empty = atw_array_alloc(0, 8);

    ck_assert_ptr_nonnull(empty);
    free(empty);
    ck_assert_ptr_null(atw_array_alloc(SIZE_MAX / 8 + 1, 8));
    ck_assert_ptr_null(atw_array_alloc(SIZE_MAX - 1, 1));
}
END_TEST

#if defined M_MMAP_THRESHOLD && !defined __SANITIZE_ADDRESS__

/* First touches while arrays of 768 small pages together are taken, filled and given
 * back. */
static long faults_of_arrays(void)
{
    struct rusage before, after;
    void *array[2];

    (void)getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < 2; i++) {
        array[i] = atw_array_alloc(3 * MIB / 2, 1);
        ck_assert_ptr_nonnull(array[i]);
    }
    free(array[1]);
    free(array[0]);
    (void)getrusage(RUSAGE_SELF, &after);
    return after.ru_minflt - before.ru_minflt;
}

static int limits_address_space(void)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY ||
           getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY;
}

START_TEST(memory_given_back_is_kept)
{
    if (limits_address_space())
        return;
    atw_array_use_huge_heap();
    (void)faults_of_arrays();
    for (int round = 0; round < 3; round++)
        ck_assert_int_lt(faults_of_arrays(), 20);
}
END_TEST

/* Addresses that the heap would take are left to threads and files. */
START_TEST(a_limit_of_address_space_is_respected)
{
    struct rlimit limit = {(rlim_t)(200 * MIB), (rlim_t)(200 * MIB)};

    ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
    atw_array_use_huge_heap();
    ck_assert_ptr_ne(mmap(NULL, 110 * MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
                     MAP_FAILED);
}
END_TEST

#endif

int main(void)
{
    Suite *suite = suite_create("array");
    TCase *tests = tcase_create("array");

    tcase_add_loop_test(tests, arrays_are_zero_and_aligned, 0, 6);
    tcase_add_test(tests, sizes_that_cannot_be_are_refused);
#if defined M_MMAP_THRESHOLD && !defined __SANITIZE_ADDRESS__
    tcase_add_test(tests, memory_given_back_is_kept);
    tcase_add_test(tests, a_limit_of_address_space_is_respected);
#endif
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
