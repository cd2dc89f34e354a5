/* Root search in ln S: exact roots, few evaluations, honest verdicts. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "inference/root.h"
#include "support/support.h"

#define S_SCALE_M2 7.3e-18
#define S_MIN_M2 1.2e-22
#define S_MAX_M2 1.2e-13

static struct atw_error err;

struct curve {
    double start, plateau, exponent; /* start + (plateau - start) (1 - exp(-(S/S0)^e)) */
    double noise;                    /* amplitude of a rough but reproducible error */
    size_t calls, limit_calls;
    double greatest_m2; /* S asked for, but for the limit */
    enum atw_status failure;
};

static enum atw_status
curve_at(void *context, double S_m2, double *value, struct atw_error *curve_err)
{
    struct curve *curve = context;
    double rise = -expm1(-pow(S_m2 / S_SCALE_M2, curve->exponent));

    curve->calls++;
    curve->limit_calls += isinf(S_m2) != 0;
    if (!isinf(S_m2))
        curve->greatest_m2 = fmax(curve->greatest_m2, S_m2);
    if (curve->failure != ATW_OK)
        return atw_error_set(curve_err, curve->failure, "the curve broke");
    *value = curve->start + (curve->plateau - curve->start) * rise +
             (curve->noise > 0.0 ? curve->noise * sin(1e6 * log(S_m2)) : 0.0);
    return ATW_OK;
}

static double exact_root(const struct curve *curve, double target)
{
    double rise = (target - curve->start) / (curve->plateau - curve->start);

    return S_SCALE_M2 * pow(-log1p(-rise), 1.0 / curve->exponent);
}

static struct atw_root find(struct curve *curve, double target, double start_m2)
{
    struct atw_root_options options = atw_root_defaults(start_m2, S_MIN_M2, S_MAX_M2);
    struct atw_root root;

    curve->calls = 0;
    CHECK_OK(atw_root_find(&root, curve_at, curve, target, &options, &err));
    ck_assert_uint_eq(root.evaluations, curve->calls);
    return root;
}

/* Random targets, shapes and guesses within a factor 3, over seeds. */
START_TEST(finds_exact_roots_with_few_evaluations)
{
    unsigned seed = (unsigned)_i;
    size_t total = 0;
    enum { ROOTS = 50 };

    for (unsigned i = 0; i < ROOTS; i++) {
        struct curve curve = {.start = 0.6 * atw_test_uniform(seed, 4 * i),
                              .plateau = 1.0,
                              .exponent = 0.5 + 0.5 * atw_test_uniform(seed, 4 * i + 1)};
        double rise = 0.15 + 0.8 * atw_test_uniform(seed, 4 * i + 2);
        double target = curve.start + (1.0 - curve.start) * rise;
        double exact = exact_root(&curve, target);
        double factor = pow(3.0, 2.0 * atw_test_uniform(seed, 4 * i + 3) - 1.0);
        struct atw_root root = find(&curve, target, factor * exact);

        ck_assert_int_eq(root.verdict, ATW_ROOT_FOUND);
        ck_assert_msg(fabs(log(root.S_m2 / exact)) < 5e-5, "seed %u root %u: off by %g",
                      seed, i, log(root.S_m2 / exact));
        ck_assert_uint_le(root.evaluations, 9);
        total += root.evaluations;
    }
    ck_assert_msg(total <= 6 * ROOTS + ROOTS / 2, "%g evaluations per root",
                  (double)total / ROOTS);
}
END_TEST

/* The same roots to half a thousandth. */
START_TEST(an_estimate_is_as_good_as_it_says_and_saves_evaluations)
{
    unsigned seed = (unsigned)_i;
    size_t total = 0, strict = 0;
    double square = 0.0;
    enum { ROOTS = 50 };

    for (unsigned i = 0; i < ROOTS; i++) {
        struct curve curve = {.start = 0.6 * atw_test_uniform(seed, 4 * i),
                              .plateau = 1.0,
                              .exponent = 0.5 + 0.5 * atw_test_uniform(seed, 4 * i + 1)};
        double rise = 0.15 + 0.8 * atw_test_uniform(seed, 4 * i + 2);
        double target = curve.start + (1.0 - curve.start) * rise;
        double exact = exact_root(&curve, target), error;
        double factor = pow(3.0, 2.0 * atw_test_uniform(seed, 4 * i + 3) - 1.0);
        struct atw_root_options options =
            atw_root_defaults(factor * exact, S_MIN_M2, S_MAX_M2);
        struct atw_root root;

        strict += find(&curve, target, factor * exact).evaluations;
        options.tolerance_estimate = 5e-4;
        CHECK_OK(atw_root_find(&root, curve_at, &curve, target, &options, &err));
        ck_assert_int_eq(root.verdict, ATW_ROOT_FOUND);
        error = log(root.S_m2 / exact);
        ck_assert_msg(fabs(error) < 2e-3, "seed %u root %u: off by %g", seed, i, error);
        square += error * error;
        total += root.evaluations;
    }
    printf("  seed %u: %.2f evaluations per root, %.2f without estimate; error of ln S "
           "%.1e\n",
           seed, (double)total / ROOTS, (double)strict / ROOTS, sqrt(square / ROOTS));
    ck_assert_double_lt(sqrt(square / ROOTS), 3e-4);
    ck_assert_msg(total <= 4 * ROOTS && total + ROOTS <= strict,
                  "%g and %g evaluations per root", (double)total / ROOTS,
                  (double)strict / ROOTS);
}
END_TEST

START_TEST(a_guess_anywhere_in_the_range_will_do)
{
    struct curve curve = {.plateau = 1.0, .exponent = 1.0};

    for (double start_m2 = 1e-25; start_m2 < 1e-10; start_m2 *= 10.0) {
        struct atw_root root = find(&curve, 0.5, start_m2);

        ck_assert_int_eq(root.verdict, ATW_ROOT_FOUND);
        ck_assert_double_eq_tol(log(root.S_m2 / exact_root(&curve, 0.5)), 0.0, 1e-4);
        ck_assert_uint_le(root.evaluations, 20);
    }
}
END_TEST

/* A step as long as steps may be that ends just short of the root, from either side. */
START_TEST(a_near_miss_is_followed_by_a_short_step)
{
    struct curve curve = {.plateau = 1.0, .exponent = 0.6};

    for (double side = -1.0; side <= 1.0; side += 2.0)
        for (double missing = 0.01; missing < 0.2; missing *= 1.5) {
            double exact = exact_root(&curve, 0.3);
            struct atw_root_options options = atw_root_defaults(
                exact * exp(side * (2.0 + missing)), S_MIN_M2, S_MAX_M2);
            struct atw_root root;

            options.slope = 1e-3; /* of that length */
            options.tolerance_estimate = 5e-4;
            curve.calls = 0;
            CHECK_OK(atw_root_find(&root, curve_at, &curve, 0.3, &options, &err));
            ck_assert_double_eq_tol(log(root.S_m2 / exact), 0.0, 1e-3);
            ck_assert_uint_le(curve.calls, 4);
        }
}
END_TEST

START_TEST(slope_is_the_derivative)
{
    struct curve curve = {.plateau = 1.0, .exponent = 1.0};

    for (double target = 0.2; target < 0.97; target += 0.05) {
        struct atw_root root = find(&curve, target, 2.0 * exact_root(&curve, target));
        double x = -log1p(-target);

        ck_assert_double_eq_tol(root.slope, x * exp(-x), 0.2 * x * exp(-x));
    }
}
END_TEST

START_TEST(saturation_is_a_verdict_not_a_bound)
{
    struct curve curve = {.start = 0.3, .plateau = 0.98, .exponent = 1.0};
    struct atw_root root = find(&curve, 0.9801, 1e-17);

    ck_assert_int_eq(root.verdict, ATW_ROOT_BEYOND_MAX);
    ck_assert_double_nan(root.S_m2);
    ck_assert_double_nan(root.slope);
    ck_assert_uint_le(root.evaluations, 8);
    root = find(&curve, 0.9799, 1e-17);
    ck_assert_int_eq(root.verdict, ATW_ROOT_FOUND);
    ck_assert_double_eq_tol(root.S_m2 / exact_root(&curve, 0.9799), 1.0, 2e-3);
}
END_TEST

/* Nothing beyond a few times the start is computed; a root that is there is found as
 * without. */
START_TEST(the_limit_settles_saturation_at_once)
{
    struct curve curve = {.start = 0.3, .plateau = 0.98, .exponent = 1.0};
    struct atw_root_options options = atw_root_defaults(1e-17, S_MIN_M2, S_MAX_M2);
    struct atw_root root;

    options.has_limit = 1;
    CHECK_OK(atw_root_find(&root, curve_at, &curve, 1.02, &options, &err));
    ck_assert_int_eq(root.verdict, ATW_ROOT_BEYOND_MAX);
    ck_assert_double_nan(root.S_m2);
    ck_assert_double_lt(curve.greatest_m2, 1e-15);
    ck_assert_uint_eq(curve.limit_calls, 1);
    ck_assert_uint_le(root.evaluations, 4);
    ck_assert_uint_eq(root.evaluations, curve.calls);
    for (double target = 0.35; target < 0.98; target += 0.07)
        for (double start_m2 = 1e-21; start_m2 < 1e-14; start_m2 *= 10.0) {
            struct atw_root without = find(&curve, target, start_m2);

            curve.limit_calls = 0;
            options.S_start_m2 = start_m2;
            CHECK_OK(atw_root_find(&root, curve_at, &curve, target, &options, &err));
            ck_assert_int_eq(root.verdict, ATW_ROOT_FOUND);
            ck_assert_double_eq(root.S_m2, without.S_m2);
            ck_assert_uint_le(curve.limit_calls, 1);
            ck_assert_uint_eq(root.evaluations, without.evaluations + curve.limit_calls);
        }
    curve = (struct curve){.start = 0.3, .plateau = 0.98, .exponent = 1.0, .noise = 1e-9};
    options.S_start_m2 = 1e-17;
    CHECK_FAILS(atw_root_find(&root, curve_at, &curve, 1.02, &options, &err),
                ATW_EDIVERGED, "at S = inf m2 is not finite");
}
END_TEST

START_TEST(a_target_below_the_start_is_no_progress)
{
    struct curve curve = {.start = 0.3, .plateau = 1.0, .exponent = 0.5};
    struct atw_root root = find(&curve, 0.29, 1e-17);

    ck_assert_int_eq(root.verdict, ATW_ROOT_BELOW_MIN);
    ck_assert_double_nan(root.S_m2);
    ck_assert_uint_le(root.evaluations, 8);
}
END_TEST

START_TEST(noise_moves_the_root_by_no_more_than_itself)
{
    struct curve curve = {.plateau = 1.0, .exponent = 1.0, .noise = 1e-4};

    for (double target = 0.2; target < 0.95; target += 0.01) {
        double exact = exact_root(&curve, target), x = -log1p(-target);
        struct atw_root root = find(&curve, target, 2.0 * exact);

        ck_assert_int_eq(root.verdict, ATW_ROOT_FOUND);
        /* noise over slope, and the tolerance in ln S */
        ck_assert_double_eq_tol(log(root.S_m2 / exact), 0.0,
                                1.1 * curve.noise / (x * exp(-x)) + 1e-4);
        ck_assert_uint_le(root.evaluations, 25);
        ck_assert_double_eq_tol(root.slope, x * exp(-x), 0.25 * x * exp(-x));
    }
}
END_TEST

/* Rises to 0.8 at the scale, dips to 0.3, rises to 1: three roots at 0.5. */
static enum atw_status
dip_at(void *context, double S_m2, double *value, struct atw_error *curve_err)
{
    double x = log(S_m2 / S_SCALE_M2);

    (void)context;
    (void)curve_err;
    *value = 1.0 / (1.0 + exp(-2.0 * (x + 1.0))) - 0.6 * exp(-(x - 1.5) * (x - 1.5));
    return ATW_OK;
}

START_TEST(a_curve_with_a_dip_yields_one_of_its_roots)
{
    for (double start_m2 = 1e-20; start_m2 < 1e-15; start_m2 *= 1.7) {
        struct atw_root_options options = atw_root_defaults(start_m2, S_MIN_M2, S_MAX_M2);
        struct atw_root root;
        double value;

        CHECK_OK(atw_root_find(&root, dip_at, NULL, 0.5, &options, &err));
        ck_assert_int_eq(root.verdict, ATW_ROOT_FOUND);
        CHECK_OK(dip_at(NULL, root.S_m2, &value, &err));
        ck_assert_double_eq_tol(value, 0.5, 1e-5);
    }
}
END_TEST

static enum atw_status
jump_at(void *context, double S_m2, double *value, struct atw_error *curve_err)
{
    (void)context;
    (void)curve_err;
    *value = S_m2 < S_SCALE_M2 ? 0.0 : 1.0;
    return ATW_OK;
}

START_TEST(a_jump_across_the_target_is_located)
{
    struct atw_root_options options = atw_root_defaults(1e-19, S_MIN_M2, S_MAX_M2);
    struct atw_root root;

    CHECK_OK(atw_root_find(&root, jump_at, NULL, 0.3, &options, &err));
    ck_assert_double_eq_tol(log(root.S_m2 / S_SCALE_M2), 0.0, 1e-4);
}
END_TEST

START_TEST(failures_are_passed_on_and_leave_the_root_alone)
{
    struct curve curve = {.plateau = NAN, .exponent = 1.0};
    struct atw_root_options good = atw_root_defaults(1e-18, S_MIN_M2, S_MAX_M2);
    struct atw_root_options bad;
    struct atw_root root, untouched;

    memset(&root, 0x5a, sizeof root);
    untouched = root;
    CHECK_FAILS(atw_root_find(&root, curve_at, &curve, 0.5, &good, &err), ATW_EDIVERGED,
                "at S = 1e-18 m2 is not finite");
    curve = (struct curve){.failure = ATW_ENOMEM};
    CHECK_FAILS(atw_root_find(&root, curve_at, &curve, 0.5, &good, &err), ATW_ENOMEM,
                "the curve broke");
    CHECK_FAILS(atw_root_find(&root, curve_at, &curve, NAN, &good, &err), ATW_EINVAL,
                "target nan");
    bad = good;
    bad.S_min_m2 = 0.0;
    CHECK_FAILS(atw_root_find(&root, curve_at, &curve, 0.5, &bad, &err), ATW_EINVAL,
                "limits 0");
    bad = good;
    bad.S_max_m2 = bad.S_min_m2;
    CHECK_FAILS(atw_root_find(&root, curve_at, &curve, 0.5, &bad, &err), ATW_EINVAL,
                "in order");
    bad = good;
    bad.tolerance_ln_S = 0.0;
    CHECK_FAILS(atw_root_find(&root, curve_at, &curve, 0.5, &bad, &err), ATW_EINVAL,
                "tolerances 0");
    bad = good;
    bad.tolerance_estimate = -1e-3;
    CHECK_FAILS(atw_root_find(&root, curve_at, &curve, 0.5, &bad, &err), ATW_EINVAL,
                "and -0.001 and target");
    ck_assert_int_eq(memcmp(&root, &untouched, sizeof root), 0);
}
END_TEST

START_TEST(a_tolerance_below_rounding_ends_in_an_error)
{
    struct curve curve = {.plateau = 1.0, .exponent = 1.0, .noise = 0.01};
    struct atw_root_options options = atw_root_defaults(1e-18, S_MIN_M2, S_MAX_M2);
    struct atw_root root;

    options.tolerance_ln_S = 1e-300;
    options.tolerance_value = 0.0;
    CHECK_FAILS(atw_root_find(&root, curve_at, &curve, 0.5, &options, &err),
                ATW_EDIVERGED, "after 60 evaluations");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("root");
    TCase *tests = tcase_create("root");

    tcase_add_loop_test(tests, finds_exact_roots_with_few_evaluations, 0, 10);
    tcase_add_loop_test(tests, an_estimate_is_as_good_as_it_says_and_saves_evaluations, 0,
                        10);
    tcase_add_test(tests, a_guess_anywhere_in_the_range_will_do);
    tcase_add_test(tests, a_near_miss_is_followed_by_a_short_step);
    tcase_add_test(tests, slope_is_the_derivative);
    tcase_add_test(tests, saturation_is_a_verdict_not_a_bound);
    tcase_add_test(tests, the_limit_settles_saturation_at_once);
    tcase_add_test(tests, a_target_below_the_start_is_no_progress);
    tcase_add_test(tests, noise_moves_the_root_by_no_more_than_itself);
    tcase_add_test(tests, a_curve_with_a_dip_yields_one_of_its_roots);
    tcase_add_test(tests, a_jump_across_the_target_is_located);
    tcase_add_test(tests, failures_are_passed_on_and_leave_the_root_alone);
    tcase_add_test(tests, a_tolerance_below_rounding_ends_in_an_error);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
