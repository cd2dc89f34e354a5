/* Mean and deviation within limits: by hand, in runs or at once, far from zero. */
#include <math.h>

#include "core/clipped_sums.h"
#include "support/support.h"

START_TEST(values_beyond_the_limits_do_not_count)
{
    static const float value[] = {3.0F, -1.0F, 100.0F, 5.0F, 2.0F, 6.0F, 6.5F};
    struct atw_clipped_sums sums = {.low = 2.0, .high = 6.0, .pivot = 1.0};

    atw_clipped_sums_add(&sums, value, 7);
    ck_assert_uint_eq(sums.count, 4); /* 3, 5, 2, 6: the limits are within */
    ck_assert_double_eq(atw_clipped_sums_mean(&sums), 4.0);
    ck_assert_double_eq_tol(atw_clipped_sums_sigma(&sums), sqrt(2.5), 1e-15);
}
END_TEST

START_TEST(runs_add_up)
{
    enum { N = 1000 };
    static float value[N];
    struct atw_clipped_sums whole = {.low = 0.2, .high = 0.9, .pivot = 0.5};
    struct atw_clipped_sums parts = whole;

    for (unsigned i = 0; i < N; i++)
        value[i] = (float)atw_test_uniform((unsigned)_i, i);
    atw_clipped_sums_add(&whole, value, N);
    for (size_t i = 0; i < N; i += 8)
        atw_clipped_sums_add(&parts, value + i, 8);
    ck_assert_mem_eq(&whole, &parts, sizeof whole);
    ck_assert_double_eq_tol(atw_clipped_sums_mean(&whole), 0.55, 0.04);
    ck_assert_double_eq_tol(atw_clipped_sums_sigma(&whole), 0.7 / sqrt(12.0), 0.02);
}
END_TEST

/* Without a pivot the squares of 1e7 would leave two digits of a deviation of 1. */
START_TEST(a_pivot_keeps_the_digits)
{
    static const float value[] = {1e7F - 1.0F, 1e7F + 1.0F};
    struct atw_clipped_sums sums = {.low = 0.0, .high = 1e8, .pivot = 1e7};

    atw_clipped_sums_add(&sums, value, 2);
    ck_assert_double_eq(atw_clipped_sums_mean(&sums), 1e7);
    ck_assert_double_eq(atw_clipped_sums_sigma(&sums), 1.0);
    for (int i = 0; i < 3; i++)
        atw_clipped_sums_add(&sums, value, 1);
    ck_assert_double_eq_tol(atw_clipped_sums_sigma(&sums), 0.8, 1e-12);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("clipped sums");
    TCase *tests = tcase_create("clipped sums");

    tcase_add_test(tests, values_beyond_the_limits_do_not_count);
    tcase_add_loop_test(tests, runs_add_up, 0, 10);
    tcase_add_test(tests, a_pivot_keeps_the_digits);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
