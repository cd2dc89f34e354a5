/* Zero of a function inside a bracket, against functions whose zero is known. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/zero.h"
#include "support/support.h"

static struct atw_error err;

struct counted {
    double (*function)(double x);
    size_t calls, fails_at; /* evaluation that fails; 0: none */
};

static enum atw_status
evaluate(void *context, double x, double *value, struct atw_error *own)
{
    struct counted *counted = context;

    if (++counted->calls == counted->fails_at)
        return atw_error_set(own, ATW_EDIVERGED, "failed at %g", x);
    *value = counted->function(x);
    return ATW_OK;
}

static double steep(double x)
{
    return exp(3.0 * x) - 2.385;
}

static double flat(double x)
{
    return pow(x - 0.371, 3.0);
}

static double falling(double x)
{
    return 0.371 - x;
}

static struct atw_zero_bracket bracket_of(double (*function)(double), double a, double b)
{
    return (struct atw_zero_bracket){{a, b}, {function(a), function(b)}};
}

START_TEST(zero_is_found_within_the_tolerance)
{
    static const struct {
        double (*function)(double);
        double zero;
    } cases[] = {{steep, 0.28969}, {flat, 0.371}, {falling, 0.371}};
    struct counted counted = {cases[_i].function, 0, 0};
    double zero = _i == 0 ? log(2.385) / 3.0 : cases[_i].zero, x;

    CHECK_OK(atw_zero_find(&x, evaluate, &counted,
                           bracket_of(cases[_i].function, -1.0, 2.0), 1e-9, 0.0, &err));
    printf("  case %d: %zu evaluations\n", _i, counted.calls);
    ck_assert_double_eq_tol(x, zero, _i == 1 ? 1e-4 : 1e-9);
    ck_assert_uint_le(counted.calls, 60);
    /* the ends may come in either order */
    CHECK_OK(atw_zero_find(&x, evaluate, &counted,
                           bracket_of(cases[_i].function, 2.0, -1.0), 1e-9, 0.0, &err));
    ck_assert_double_eq_tol(x, zero, _i == 1 ? 1e-4 : 1e-9);
}
END_TEST

START_TEST(a_value_that_is_small_enough_ends_the_search)
{
    struct counted counted = {steep, 0, 0};
    double x;

    CHECK_OK(atw_zero_find(&x, evaluate, &counted, bracket_of(steep, 0.0, 1.0), 0.0, 0.1,
                           &err));
    ck_assert_double_le(fabs(steep(x)), 0.1);
    ck_assert_uint_le(counted.calls, 8);
}
END_TEST

START_TEST(no_bracket_and_failures_are_reported)
{
    struct counted counted = {steep, 0, 3};
    double x;

    CHECK_FAILS(atw_zero_find(&x, evaluate, &counted, bracket_of(steep, 0.5, 1.0), 1e-9,
                              0.0, &err),
                ATW_EINVAL, "no zero between 0.5 and 1");
    CHECK_FAILS(atw_zero_find(&x, evaluate, &counted,
                              (struct atw_zero_bracket){{0.0, 1.0}, {-1.0, NAN}}, 1e-9,
                              0.0, &err),
                ATW_EINVAL, "no zero");
    CHECK_FAILS(atw_zero_find(&x, evaluate, &counted, bracket_of(steep, -1.0, 2.0), 1e-9,
                              0.0, &err),
                ATW_EDIVERGED, "failed at");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("zero");
    TCase *tests = tcase_create("zero");

    tcase_add_loop_test(tests, zero_is_found_within_the_tolerance, 0, 3);
    tcase_add_test(tests, a_value_that_is_small_enough_ends_the_search);
    tcase_add_test(tests, no_bracket_and_failures_are_reported);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
