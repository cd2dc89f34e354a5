/* What happens while a series is taken: order, sawtooth, sizes over many views, errors.
 */
#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "microscope/acquisition.h"
#include "support/support.h"

static const struct atw_random_key KEY = {.seed = 31, .stage = ATW_RANDOM_TEST};
static const double DEGREE = ATW_DEGREE_RAD;
enum { SEVEN = 7, MANY = 4000 };

static struct atw_acquisition *draw(const struct atw_acquisition_settings *settings,
                                    const double *tilt_rad,
                                    size_t n,
                                    size_t before)
{
    struct atw_acquisition *acquisition = NULL;
    struct atw_error err;

    CHECK_OK(
        atw_acquisition_create(&acquisition, settings, tilt_rad, n, before, &KEY, &err));
    return acquisition;
}

static void fill_tilts(double *tilt_rad, size_t n)
{
    for (size_t i = 0; i < n; i++)
        tilt_rad[i] = (-72.0 + 144.0 * (double)i / (double)(n - 1)) * DEGREE;
}

START_TEST(nothing_set_is_a_perfect_acquisition)
{
    double tilt[SEVEN];
    struct atw_acquisition *acquisition;

    fill_tilts(tilt, SEVEN);
    acquisition = draw(&(struct atw_acquisition_settings){0}, tilt, SEVEN, 0);
    for (size_t i = 0; i < SEVEN; i++) {
        const struct atw_view *view = &acquisition->view[i];

        ck_assert_double_eq(view->tilt_rad, tilt[i]);
        ck_assert(view->shift_u_m == 0.0 && view->shift_v_m == 0.0);
        ck_assert(view->drift_u_m == 0.0 && view->drift_v_m == 0.0);
        ck_assert(view->defocus_m == 0.0 && view->contamination_m == 0.0);
        ck_assert(view->brightness == 1.0 && view->gain == 1.0);
    }
    ck_assert_double_eq(atw_acquisition_reach_m(acquisition), 0.0);
    atw_acquisition_destroy(acquisition);
}
END_TEST

/* Contamination grows with every view taken: it tells the order. */
START_TEST(views_are_taken_in_the_order_asked_for)
{
    static const struct {
        enum atw_tilt_order order;
        int rank[SEVEN], lags[SEVEN];
    } cases[] = {{ATW_TILT_UPWARD, {0, 1, 2, 3, 4, 5, 6}, {0, 0, 0, 0, 0, 0, 0}},
                 {ATW_TILT_DOWNWARD, {6, 5, 4, 3, 2, 1, 0}, {1, 1, 1, 1, 1, 1, 1}},
                 {ATW_TILT_FROM_ZERO, {6, 5, 4, 0, 1, 2, 3}, {1, 1, 1, 0, 0, 0, 0}}};
    const struct atw_acquisition_settings settings = {.order = cases[_i].order,
                                                      .contamination_m = 1e-9,
                                                      .contamination_per_view_m = 0.02e-9,
                                                      .tilt_backlash_rad = 0.3 * DEGREE};
    struct atw_acquisition *acquisition;
    double tilt[SEVEN];

    fill_tilts(tilt, SEVEN);
    acquisition = draw(&settings, tilt, SEVEN, 100);
    for (size_t i = 0; i < SEVEN; i++) {
        ck_assert_double_eq_tol(acquisition->view[i].contamination_m,
                                1e-9 + 0.02e-9 * (100.0 + cases[_i].rank[i]), 1e-15);
        ck_assert_double_eq_tol(acquisition->view[i].tilt_rad - tilt[i],
                                cases[_i].lags[i] * 0.3 * DEGREE, 1e-12);
    }
    atw_acquisition_destroy(acquisition);
}
END_TEST

START_TEST(defocus_is_a_sawtooth_between_refocusing)
{
    const struct atw_acquisition_settings settings = {
        .defocus_m = 200e-9, .refocus_views = 5, .convergence_rad = 0.010};
    const struct atw_acquisition_settings ramp = {.defocus_m = 200e-9};
    struct atw_acquisition *acquisition;
    double tilt[SEVEN];

    fill_tilts(tilt, SEVEN);
    acquisition = draw(&settings, tilt, SEVEN, 0);
    for (size_t i = 0; i < SEVEN; i++)
        ck_assert_double_eq_tol(acquisition->view[i].defocus_m,
                                200e-9 * (double)(i % 5) / 4.0, 1e-18);
    /* 200 nm at 10 mrad: a disc 4 nm wide, 1 nm rms along an axis */
    ck_assert_double_eq_tol(atw_view_defocus_sigma_m(acquisition, 4), 1e-9, 1e-15);
    atw_acquisition_destroy(acquisition);
    acquisition = draw(&ramp, tilt, SEVEN, 0);
    ck_assert_double_eq_tol(acquisition->view[6].defocus_m, 200e-9, 1e-18);
    ck_assert_double_eq_tol(acquisition->view[3].defocus_m, 100e-9, 1e-18);
    atw_acquisition_destroy(acquisition);
}
END_TEST

/* rms and mean of n numbers within 5 standard errors. */
struct sums {
    double sum, squares;
};

static void check_normal(const struct sums *sums, double sigma, double n)
{
    ck_assert_double_eq_tol(sums->sum / n, 0.0, 5.0 * sigma / sqrt(n));
    ck_assert_double_eq_tol(sqrt(sums->squares / n), sigma, 5.0 * sigma / sqrt(2.0 * n));
}

static void note(struct sums *sums, double x)
{
    sums->sum += x;
    sums->squares += x * x;
}

START_TEST(random_effects_have_the_size_they_are_given)
{
    const struct atw_acquisition_settings settings = {.tilt_jitter_rad = 0.3 * DEGREE,
                                                      .tracking_m = 0.4e-9,
                                                      .frame_drift_m = 0.2e-9,
                                                      .zone_fraction = 0.1,
                                                      .zone_change = 0.08};
    static double tilt[MANY];
    struct sums jitter = {0}, tracking[2] = {{0}}, drift[2] = {{0}}, both[3] = {{0}};
    struct atw_acquisition *acquisition;
    double brighter = 0.0, darker = 0.0;

    fill_tilts(tilt, MANY);
    acquisition = draw(&settings, tilt, MANY, 0);
    for (size_t i = 0; i < MANY; i++) {
        const struct atw_view *view = &acquisition->view[i];

        note(&jitter, view->tilt_rad - tilt[i]);
        note(&tracking[0], view->shift_u_m);
        note(&tracking[1], view->shift_v_m);
        note(&drift[0], view->drift_u_m);
        note(&drift[1], view->drift_v_m);
        note(&both[0], (view->shift_u_m - view->shift_v_m) / sqrt(2.0));
        note(&both[1], (view->drift_u_m - view->drift_v_m) / sqrt(2.0));
        note(&both[2], view->shift_u_m / 0.4 - view->drift_u_m / 0.2);
        brighter += fabs(view->brightness - 1.08) < 1e-12;
        darker += fabs(view->brightness - 0.92) < 1e-12;
    }
    check_normal(&jitter, 0.3 * DEGREE, MANY);
    for (int axis = 0; axis < 2; axis++) {
        check_normal(&tracking[axis], 0.4e-9, MANY);
        check_normal(&drift[axis], 0.2e-9, MANY);
    }
    /* independent: differences are sqrt(2) as wide */
    check_normal(&both[0], 0.4e-9, MANY);
    check_normal(&both[1], 0.2e-9, MANY);
    check_normal(&both[2], sqrt(2.0) * 1e-9, MANY);
    /* binomial, 5 standard errors */
    ck_assert_double_eq_tol(brighter, 0.05 * MANY, 5.0 * sqrt(0.05 * 0.95 * MANY));
    ck_assert_double_eq_tol(darker, 0.05 * MANY, 5.0 * sqrt(0.05 * 0.95 * MANY));
    atw_acquisition_destroy(acquisition);
}
END_TEST

/* After k steps a walk is sqrt(k) steps away; recentring takes it back to zero. */
START_TEST(the_walk_grows_until_the_specimen_is_recentred)
{
    const struct atw_acquisition_settings settings = {.walk_m = 0.1e-9,
                                                      .recentre_views = 10};
    static double tilt[MANY];
    struct atw_acquisition *acquisition;
    struct sums after[10] = {{0}};

    fill_tilts(tilt, MANY);
    acquisition = draw(&settings, tilt, MANY, 0);
    for (size_t i = 0; i < MANY; i++)
        note(&after[i % 10], acquisition->view[i].shift_u_m);
    ck_assert_double_eq(after[0].squares, 0.0);
    for (size_t k = 1; k < 10; k++)
        check_normal(&after[k], 0.1e-9 * sqrt((double)k), MANY / 10);
    atw_acquisition_destroy(acquisition);
}
END_TEST

START_TEST(effects_do_not_disturb_each_others_numbers)
{
    const struct atw_acquisition_settings one = {.tracking_m = 0.4e-9};
    const struct atw_acquisition_settings all = {.tracking_m = 0.4e-9,
                                                 .tilt_jitter_rad = 0.1 * DEGREE,
                                                 .frame_drift_m = 0.2e-9,
                                                 .zone_fraction = 0.1,
                                                 .zone_change = 0.08};
    struct atw_acquisition *a, *b;
    double tilt[SEVEN];

    fill_tilts(tilt, SEVEN);
    a = draw(&one, tilt, SEVEN, 0);
    b = draw(&all, tilt, SEVEN, 0);
    for (size_t i = 0; i < SEVEN; i++)
        ck_assert_double_eq(a->view[i].shift_u_m, b->view[i].shift_u_m);
    ck_assert_double_ne(a->view[0].shift_u_m, a->view[1].shift_u_m);
    atw_acquisition_destroy(a);
    atw_acquisition_destroy(b);
}
END_TEST

START_TEST(the_gain_drifts_from_the_first_view_to_the_last)
{
    const struct atw_acquisition_settings settings = {.order = ATW_TILT_DOWNWARD,
                                                      .gain_drift = -0.06};
    struct atw_acquisition *acquisition;
    double tilt[SEVEN];

    fill_tilts(tilt, SEVEN);
    acquisition = draw(&settings, tilt, SEVEN, 0);
    ck_assert_double_eq_tol(acquisition->view[6].gain, 1.0, 1e-12);
    ck_assert_double_eq_tol(acquisition->view[3].gain, 0.97, 1e-12);
    ck_assert_double_eq_tol(acquisition->view[0].gain, 0.94, 1e-12);
    atw_acquisition_destroy(acquisition);
}
END_TEST

START_TEST(bad_settings_are_refused)
{
    static const struct {
        struct atw_acquisition_settings settings;
        const char *text;
    } cases[] = {{{.tilt_jitter_rad = -0.1}, "tilt jitter"},
                 {{.tracking_m = NAN}, "tracking error"},
                 {{.walk_m = INFINITY}, "random walk"},
                 {{.zone_fraction = 1.5}, "zone-axis views"},
                 {{.zone_change = 1.0}, "zone-axis view"},
                 {{.axis_rotation_rad = 0.3}, "rotation of the tilt axis"},
                 {{.contamination_m = -1e-9}, "contamination"},
                 {{.gain_drift = -1.0}, "drift of the gain"},
                 {{.order = ATW_TILT_ORDERS}, "unknown order"}};
    const double tilt[] = {0.0, 0.1}, broken[] = {0.0, NAN};
    struct atw_acquisition *acquisition = NULL;
    struct atw_error err;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_FAILS(atw_acquisition_create(&acquisition, &cases[i].settings, tilt, 2, 0,
                                           &KEY, &err),
                    ATW_EINVAL, cases[i].text);
    CHECK_FAILS(
        atw_acquisition_create(&acquisition, &cases[0].settings, tilt, 0, 0, &KEY, &err),
        ATW_EINVAL, "tilt jitter");
    CHECK_FAILS(atw_acquisition_create(&acquisition,
                                       &(struct atw_acquisition_settings){0}, tilt, 0, 0,
                                       &KEY, &err),
                ATW_EINVAL, "no tilt angles");
    CHECK_FAILS(atw_acquisition_create(&acquisition,
                                       &(struct atw_acquisition_settings){0}, broken, 2,
                                       0, &KEY, &err),
                ATW_EINVAL, "angle 2 is not finite");
    CHECK_FAILS(atw_acquisition_create(
                    &acquisition, &(struct atw_acquisition_settings){.tracking_m = 1e-9},
                    tilt, 2, 0, NULL, &err),
                ATW_EINVAL, "random key");
    ck_assert_ptr_null(acquisition);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("acquisition");
    TCase *tests = tcase_create("acquisition");

    tcase_add_test(tests, nothing_set_is_a_perfect_acquisition);
    tcase_add_loop_test(tests, views_are_taken_in_the_order_asked_for, 0, 3);
    tcase_add_test(tests, defocus_is_a_sawtooth_between_refocusing);
    tcase_add_test(tests, random_effects_have_the_size_they_are_given);
    tcase_add_test(tests, the_walk_grows_until_the_specimen_is_recentred);
    tcase_add_test(tests, effects_do_not_disturb_each_others_numbers);
    tcase_add_test(tests, the_gain_drifts_from_the_first_view_to_the_last);
    tcase_add_test(tests, bad_settings_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
