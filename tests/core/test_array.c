/* Memory for arrays: zero, aligned, refused where it cannot be. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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
    ck_assert_ptr_null(atw_array_alloc(SIZE_MAX / 16, 8));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("array");
    TCase *tests = tcase_create("array");

    tcase_add_loop_test(tests, arrays_are_zero_and_aligned, 0, 6);
    tcase_add_test(tests, sizes_that_cannot_be_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
