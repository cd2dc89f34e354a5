/* Alignment: known shifts, axis and rotation are found; every method, outliers, errors.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignment/alignment.h"
#include "alignment/specimen.h"
#include "alignment/track.h"
#include "core/constants.h"
#include "core/parallel.h"
#include "support/support.h"

#define N_TILT 25

/* Shifts of a scene and how far an alignment is from them. */
struct trial {
    double u[N_TILT], v[N_TILT];
    struct specimen_scene scene;
    struct atw_tilt_series *series;
    struct atw_alignment *alignment;
};

/* A view every 6 degrees: those in between would only take time.
 * axis_px is added to the shifts, across an axis turned by rotation_deg. */
static void begin(struct trial *trial,
                  const struct specimen_ellipsoid *part,
                  size_t n_parts,
                  double most,
                  double axis_px,
                  double rotation_deg,
                  unsigned seed)
{
    double rotation_rad = rotation_deg * ATW_DEGREE_RAD;

    *trial = (struct trial){.scene = {.part = part,
                                      .n_parts = n_parts,
                                      .n_u = 88,
                                      .n_v = n_parts == 2 ? 164 : 88,
                                      .first_deg = -72.0,
                                      .step_deg = 6.0,
                                      .n_tilt = N_TILT,
                                      .rotation_rad = rotation_rad,
                                      .peak_counts = 200.0,
                                      .background = 2.0,
                                      .seed = seed}};
    specimen_shifts(trial->u, trial->v, N_TILT, most, seed);
    for (size_t i = 0; i < N_TILT; i++) {
        trial->u[i] += axis_px * cos(rotation_rad);
        trial->v[i] += axis_px * sin(rotation_rad);
    }
    trial->scene.shift_u = trial->u;
    trial->scene.shift_v = trial->v;
    trial->series = specimen_series(&trial->scene);
}

static void end(struct trial *trial)
{
    atw_tilt_series_destroy(trial->series);
    atw_alignment_destroy(trial->alignment);
}

static void align(struct trial *trial, const struct atw_alignment_options *options)
{
    struct atw_error err;

    CHECK_OK(atw_align(&trial->alignment, trial->series, options, &err));
}

static struct atw_alignment_options with_method(const char *name)
{
    struct atw_alignment_options options = atw_alignment_defaults;
    struct atw_error err;

    CHECK_OK(atw_alignment_find(&options.method, name, &err));
    return options;
}

/* Root mean square error of the shifts across and along the true axis, without what moves
 * the specimen. */
static void find_errors(const struct trial *trial, double *across, double *along)
{
    double c = cos(trial->scene.rotation_rad), s = sin(trial->scene.rotation_rad);
    double du[N_TILT], dv[N_TILT], mean = 0.0;
    struct atw_track path;

    for (size_t i = 0; i < N_TILT; i++) {
        double u = trial->alignment->shift_u[i] - trial->u[i];
        double v = trial->alignment->shift_v[i] - trial->v[i];

        du[i] = c * u + s * v;
        dv[i] = c * v - s * u;
        mean += dv[i] / N_TILT;
    }
    path = atw_track_fit(trial->series->tilt_rad, du, NULL, N_TILT, 0);
    *across = *along = 0.0;
    for (size_t i = 0; i < N_TILT; i++) {
        *across += pow(du[i] - atw_track_at(&path, trial->series->tilt_rad[i]), 2.0);
        *along += pow(dv[i] - mean, 2.0);
    }
    *across = sqrt(*across / N_TILT);
    *along = sqrt(*along / N_TILT);
}

static void check_errors(const struct trial *trial, double across_px, double along_px)
{
    double across, along;

    find_errors(trial, &across, &along);
    ck_assert_msg(across < across_px, "rms across the axis %g", across);
    ck_assert_msg(along < along_px, "rms along the axis %g", along);
}

/* The electrons of a view set the limit of its centre: width / sqrt(5e5) is 0.02 pixels
 * across and 0.05 along. The axis is 2.4 pixels off, the rod another 2. */
START_TEST(shifts_of_ten_pixels_are_found_by_the_centre_of_mass)
{
    struct atw_alignment_options options = with_method(_i ? "com" : "common-line");
    struct trial trial;

    begin(&trial, specimen_rod, 2, 10.0, 2.4, 0.0, 3 + (unsigned)_i);
    options.rounds = 0;
    align(&trial, &options);
    check_errors(&trial, 0.06, 0.08);
    ck_assert_double_eq_tol(trial.alignment->rotation_rad, 0.0, 0.1 * ATW_DEGREE_RAD);
    end(&trial);
}
END_TEST

START_TEST(shifts_axis_and_rotation_are_found_together)
{
    struct trial trial;

    begin(&trial, specimen_rod, 2, 8.0, -3.0, 2.0, 11);
    align(&trial, NULL);
    ck_assert_str_eq(trial.alignment->method, "com");
    check_errors(&trial, 0.1, 0.1);
    ck_assert_double_eq_tol(trial.alignment->rotation_rad, 2.0 * ATW_DEGREE_RAD,
                            0.1 * ATW_DEGREE_RAD);
    end(&trial);
}
END_TEST

START_TEST(cross_correlation_needs_no_whole_object)
{
    struct atw_alignment_options options = with_method("xcorr");
    struct trial trial;

    begin(&trial, specimen_balls, 6, 8.0, 3.0, -2.0, 21);
    /* The lamp flickers: the mass says nothing any more. */
    for (size_t i = 0; i < N_TILT; i++)
        for (size_t k = 0; k < 88 * 88; k++)
            atw_tilt_series_view(trial.series, i)[k] *=
                0.7F + 0.6F * (float)atw_test_uniform(5, (unsigned)i);
    align(&trial, &options);
    check_errors(&trial, 0.15, 0.15);
    ck_assert_double_eq_tol(trial.alignment->rotation_rad, -2.0 * ATW_DEGREE_RAD,
                            0.4 * ATW_DEGREE_RAD);
    end(&trial);
}
END_TEST

START_TEST(aligned_series_needs_no_alignment)
{
    struct atw_alignment_options options = with_method("com");
    struct atw_alignment *again = NULL;
    struct atw_tilt_series *aligned = NULL;
    struct atw_error err;
    struct trial trial;

    begin(&trial, specimen_balls, 6, 6.0, 2.0, 1.0, 31);
    options.rounds = 0;
    options.centre = 1;
    align(&trial, &options);
    CHECK_OK(atw_alignment_apply(&aligned, trial.series, trial.alignment, &err));
    CHECK_OK(atw_align(&again, aligned, &options, &err));
    ck_assert_double_gt(atw_alignment_rms_px(trial.alignment, trial.series), 2.0);
    ck_assert_double_lt(atw_alignment_rms_px(again, aligned), 0.1);
    for (size_t i = 0; i < N_TILT; i++) {
        ck_assert_double_eq_tol(again->shift_u[i], 0.0, 0.3);
        ck_assert_double_eq_tol(again->shift_v[i], 0.0, 0.3);
    }
    atw_alignment_destroy(again);
    atw_tilt_series_destroy(aligned);
    end(&trial);
}
END_TEST

START_TEST(bad_views_are_dropped_and_harm_no_others)
{
    struct atw_alignment_options options = with_method("com");
    struct atw_tilt_series *aligned = NULL;
    struct atw_error err;
    struct trial trial;

    begin(&trial, specimen_balls, 6, 4.0, 0.0, 0.0, 41);
    options.rounds = 2;
    /* View 11 shows another one, view 4 is upside down. */
    memcpy(atw_tilt_series_view(trial.series, 11), atw_tilt_series_view(trial.series, 20),
           88 * 88 * sizeof(float));
    for (size_t k = 0; k < 88 * 88 / 2; k++) {
        float *view = atw_tilt_series_view(trial.series, 4), value = view[k];

        view[k] = view[88 * 88 - 1 - k];
        view[88 * 88 - 1 - k] = value;
    }
    align(&trial, &options);
    for (size_t i = 0; i < N_TILT; i++)
        ck_assert_msg(trial.alignment->rejected[i] == (i == 11 || i == 4), "view %zu", i);
    CHECK_OK(atw_alignment_apply(&aligned, trial.series, trial.alignment, &err));
    ck_assert_uint_eq(aligned->n_tilt, N_TILT - 2);
    ck_assert_double_eq(aligned->tilt_rad[10], trial.series->tilt_rad[12]);
    ck_assert_double_eq(aligned->tilt_rad[22], trial.series->tilt_rad[24]);
    atw_tilt_series_destroy(aligned);
    end(&trial);
}
END_TEST

START_TEST(result_does_not_depend_on_threads_or_order)
{
    struct atw_alignment_options options = with_method("xcorr");
    struct atw_alignment *other = NULL;
    struct atw_error err;
    struct trial trial;

    begin(&trial, specimen_balls, 6, 4.0, 0.0, 0.0, 51);
    options.rounds = 1;
    options.find_rotation = options.find_axis = 0;
    atw_parallel_set_thread_count(1);
    align(&trial, &options);
    atw_parallel_set_thread_count(4);
    CHECK_OK(atw_align(&other, trial.series, &options, &err));
    ck_assert_mem_eq(other->shift_u, trial.alignment->shift_u, N_TILT * sizeof(double));
    ck_assert_mem_eq(other->shift_v, trial.alignment->shift_v, N_TILT * sizeof(double));
    atw_alignment_destroy(other);
    end(&trial);
}
END_TEST

START_TEST(wide_series_are_binned_and_come_out_in_their_own_pixels)
{
    struct atw_alignment_options options = with_method("com");
    struct trial trial;

    begin(&trial, specimen_balls, 6, 8.0, 2.0, 0.0, 61);
    atw_tilt_series_destroy(trial.series);
    trial.scene.n_u = 131; /* bins of two, a pixel left over */
    trial.series = specimen_series(&trial.scene);
    options.rounds = 2;
    align(&trial, &options);
    check_errors(&trial, 0.1, 0.1);
    ck_assert_double_eq_tol(trial.alignment->rotation_rad, 0.0, 0.3 * ATW_DEGREE_RAD);
    end(&trial);
}
END_TEST

START_TEST(what_cannot_be_aligned_is_refused)
{
    const double tilt_rad[3] = {-0.1, 0.0, 0.1};
    struct atw_alignment_options options = atw_alignment_defaults;
    const struct atw_alignment_method *method = NULL;
    struct atw_alignment *alignment = (struct atw_alignment *)1;
    struct atw_tilt_series *series = NULL, *out = NULL;
    struct atw_error err;

    CHECK_FAILS(atw_alignment_find(&method, "luck", &err), ATW_EINVAL,
                "there are: com, xcorr, common-line");
    CHECK_OK(atw_tilt_series_create(&series, 2, 16, 16, 1e-9, tilt_rad, &err));
    CHECK_FAILS(atw_align(&alignment, series, NULL, &err), ATW_EINVAL, "2 views");
    ck_assert_ptr_null(alignment);
    atw_tilt_series_destroy(series);
    CHECK_OK(atw_tilt_series_create(&series, 3, 16, 7, 1e-9, tilt_rad, &err));
    CHECK_FAILS(atw_align(&alignment, series, NULL, &err), ATW_EINVAL, "7 x 16 pixels");
    atw_tilt_series_destroy(series);
    CHECK_OK(atw_tilt_series_create(&series, 3, 16, 16, 1e-9, tilt_rad, &err));
    CHECK_FAILS(atw_align(&alignment, series, NULL, &err), ATW_EINPUT,
                "view 1 at -5.73 degrees has no contrast");
    series->value[300] = NAN;
    CHECK_FAILS(atw_align(&alignment, series, NULL, &err), ATW_EINPUT, "of view 2");
    options.reject_sigmas = -1.0;
    CHECK_FAILS(atw_align(&alignment, series, &options, &err), ATW_EINVAL, "-1 sigmas");
    options = atw_alignment_defaults;
    options.most_shift_px = NAN;
    CHECK_FAILS(atw_align(&alignment, series, &options, &err), ATW_EINVAL,
                "largest shift");
    options = atw_alignment_defaults;
    options.rotation_rad = 2.0;
    CHECK_FAILS(atw_align(&alignment, series, &options, &err), ATW_EINVAL, "-90 ... 90");
    {
        struct atw_alignment short_one = {.n_views = 2};

        CHECK_FAILS(atw_alignment_apply(&out, series, &short_one, &err), ATW_EINVAL,
                    "of 2 views, but the series has 3");
        ck_assert_ptr_null(out);
    }
    series->tilt_rad[1] = series->tilt_rad[2] = series->tilt_rad[0];
    CHECK_FAILS(atw_align(&alignment, series, NULL, &err), ATW_EINPUT,
                "alignment: the series has 3 views, all taken at -5.73 degrees");
    atw_tilt_series_destroy(series);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alignment");
    TCase *tests = tcase_create("alignment");

    tcase_add_loop_test(tests, shifts_of_ten_pixels_are_found_by_the_centre_of_mass, 0,
                        2);
    tcase_add_test(tests, shifts_axis_and_rotation_are_found_together);
    tcase_add_test(tests, cross_correlation_needs_no_whole_object);
    tcase_add_test(tests, aligned_series_needs_no_alignment);
    tcase_add_test(tests, bad_views_are_dropped_and_harm_no_others);
    tcase_add_test(tests, result_does_not_depend_on_threads_or_order);
    tcase_add_test(tests, wide_series_are_binned_and_come_out_in_their_own_pixels);
    tcase_add_test(tests, what_cannot_be_aligned_is_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
