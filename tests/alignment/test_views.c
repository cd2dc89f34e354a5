/* The parts of alignment: views moved, correlated, measured; paths; outliers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignment/band.h"
#include "alignment/correlation.h"
#include "alignment/moments.h"
#include "alignment/outliers.h"
#include "alignment/prepare.h"
#include "alignment/track.h"
#include "alignment/view.h"
#include "core/constants.h"
#include "support/support.h"

#define N_U 47
#define N_V 38

/* A blob at (u, v) from the centre, longer one way than the other. */
static void draw(float *view, double u, double v, double angle_rad)
{
    double c = cos(angle_rad), s = sin(angle_rad);

    for (int j = 0; j < N_V; j++)
        for (int i = 0; i < N_U; i++) {
            double du = i - 0.5 * (N_U - 1) - u, dv = j - 0.5 * (N_V - 1) - v;
            double a = (c * du + s * dv) / 5.0, b = (c * dv - s * du) / 3.0;

            view[j * N_U + i] = (float)(100.0 * exp(-0.5 * (a * a + b * b)));
        }
}

START_TEST(whole_pixels_are_copied_exactly)
{
    float in[N_V * N_U], out[N_V * N_U];
    struct atw_view_map map = atw_view_rotation(0.0, 3.0, -2.0);

    for (unsigned i = 0; i < N_V * N_U; i++)
        in[i] = (float)atw_test_uniform(1, i);
    atw_view_resample(out, in, N_V, N_U, &map);
    for (size_t v = 2; v < N_V; v++)
        ck_assert_mem_eq(out + v * N_U, in + (v - 2) * N_U + 3,
                         (N_U - 3) * sizeof(float));
    ck_assert_float_eq(out[5 * N_U + N_U - 1], in[3 * N_U + N_U - 1]); /* goes on */
}
END_TEST

START_TEST(cubic_interpolation_is_exact_for_parabolas_where_they_rise)
{
    float in[N_V * N_U], out[N_V * N_U];
    struct atw_view_map map = atw_view_rotation(0.0, 0.37, 0.61);

    for (int j = 0; j < N_V; j++)
        for (int i = 0; i < N_U; i++)
            in[j * N_U + i] = 0.3F * (float)(i * i) + 0.2F * (float)(j * j);
    atw_view_resample(out, in, N_V, N_U, &map);
    for (int j = 2; j < N_V - 3; j++)
        for (int i = 2; i < N_U - 3; i++) {
            double expected = 0.3 * pow(i + 0.37, 2.0) + 0.2 * pow(j + 0.61, 2.0);

            ck_assert_double_eq_tol((double)out[j * N_U + i], expected,
                                    1e-4 * expected + 1e-3);
        }
}
END_TEST

START_TEST(no_interpolation_leaves_the_range_of_the_data)
{
    float in[N_V * N_U] = {0.0F}, out[N_V * N_U];
    struct atw_view_map map = atw_view_rotation(0.1 * _i, 0.21 * _i, 0.37 * _i);

    for (int k = 0; k < 40; k++)
        in[(int)(atw_test_uniform(7, (unsigned)k) * N_V * N_U)] = 200.0F;
    atw_view_resample(out, in, N_V, N_U, &map);
    for (int i = 0; i < N_V * N_U; i++)
        ck_assert(out[i] >= 0.0F && out[i] <= 200.0F);
}
END_TEST

/* What the interpolation leaves of a wave along u, `frequency` times the highest of the
 * pixels: read between the pixels by `shift`, amplitude and error of phase. On a slope
 * along v, which keeps it within the range of the pixels; away from the edges. */
static void
measure_wave(double frequency, double shift, double *amplitude, double *phase_rad)
{
    static struct atw_band_kernel kernel;
    float in[N_V * N_U], out[N_V * N_U];
    struct atw_view_map map = atw_view_rotation(0.0, shift, 2.0 * shift);
    double omega = ATW_PI * frequency, c = 0.0, s = 0.0, cc = 0.0, cs = 0.0, ss = 0.0;

    atw_band_kernel_init(&kernel);
    for (int i = 0; i < N_V * N_U; i++)
        in[i] = (float)(cos(omega * (i % N_U)) + i / N_U);
    atw_band_resample(&kernel, out, in, N_V, N_U, &map);
    for (int i = 8; i < N_U - 8; i++) {
        double x = cos(omega * (i + shift)), y = sin(omega * (i + shift));
        double value = (double)out[N_V / 2 * N_U + i] - N_V / 2 - 2.0 * shift;

        cc += x * x;
        cs += x * y;
        ss += y * y;
        c += x * value;
        s += y * value;
    }
    *amplitude = hypot(ss * c - cs * s, cc * s - cs * c) / (cc * ss - cs * cs);
    *phase_rad = atan2(cc * s - cs * c, ss * c - cs * s);
}

/* Low frequencies stay, the highest go, and none tells where the view was read. */
START_TEST(no_wave_tells_how_far_a_view_was_moved)
{
    const struct {
        double frequency, least, most;
    } wave[] = {{0.1, 0.997, 1.003},
                {0.3, 0.997, 1.003},
                {0.5, 0.96, 0.98},
                {0.7, 0.61, 0.65},
                {0.95, 0.0, 0.12}};

    for (size_t i = 0; i < sizeof wave / sizeof *wave; i++)
        for (int k = 0; k < 8; k++) {
            double still, moved, phase_rad;

            measure_wave(wave[i].frequency, 0.0, &still, &phase_rad);
            measure_wave(wave[i].frequency, 0.13 * k - 0.5, &moved, &phase_rad);
            ck_assert_double_ge(still, wave[i].least);
            ck_assert_double_le(still, wave[i].most);
            ck_assert_double_eq_tol(moved, still, i < 3 ? 0.004 : 0.03);
            if (i < 4)
                ck_assert_double_eq_tol(phase_rad, 0.0, 2e-3);
        }
}
END_TEST

/* Independent noise keeps 0.447 of its variance: the squares of the weights of one line
 * are 0.668 to 0.669. */
START_TEST(noise_does_not_tell_how_far_a_view_was_moved)
{
    enum { N = 300 };
    static struct atw_band_kernel kernel;
    static float in[N * N], out[N * N], scratch[N * N];
    double squares = 0.0;
    struct atw_view_map map = atw_view_rotation(0.0, 0.125 * _i, 0.7 - 0.2 * _i);

    for (unsigned i = 0; i < N * N; i++)
        in[i] = (float)(sqrt(12.0) * (atw_test_uniform(11, i) - 0.5));
    atw_band_kernel_init(&kernel);
    atw_band_resample(&kernel, out, in, N, N, &map);
    for (int i = 0; i < N * N; i++)
        squares += (double)(out[i] * out[i]);
    ck_assert_double_eq_tol(squares / (N * N), 0.447, 0.012); /* chance: 0.003 */
    memcpy(out, in, sizeof in);
    atw_band_filter(kernel.weight[0], out, N, N, scratch);
    squares = 0.0;
    for (int i = 0; i < N * N; i++)
        squares += (double)(out[i] * out[i]);
    ck_assert_double_eq_tol(squares / (N * N), 0.447, 0.012);
}
END_TEST

/* Filtered is interpolated where it is, but for the range. */
START_TEST(a_view_that_stays_is_filtered)
{
    static struct atw_band_kernel kernel;
    float in[N_V * N_U], out[N_V * N_U], scratch[N_V * N_U];
    struct atw_view_map map = atw_view_rotation(0.0, 0.0, 0.0);

    draw(in, 1.0, -2.0, 0.3);
    in[20 * N_U + 3] += 30.0F; /* near the edge, which goes on */
    atw_band_kernel_init(&kernel);
    atw_band_resample(&kernel, out, in, N_V, N_U, &map);
    atw_band_filter(kernel.weight[0], in, N_V, N_U, scratch);
    for (int i = 0; i < N_V * N_U; i++)
        ck_assert_float_eq_tol(out[i], fmaxf(in[i], 0.0F), 0.3F);
}
END_TEST

START_TEST(no_filtered_view_leaves_the_range_of_the_data)
{
    static struct atw_band_kernel kernel;
    float in[N_V * N_U] = {0.0F}, out[N_V * N_U];
    struct atw_view_map map = atw_view_rotation(0.1 * _i, 0.21 * _i, 0.37 * _i);

    for (int k = 0; k < 40; k++)
        in[(int)(atw_test_uniform(7, (unsigned)k) * N_V * N_U)] = 200.0F;
    atw_band_kernel_init(&kernel);
    atw_band_resample(&kernel, out, in, N_V, N_U, &map);
    for (int i = 0; i < N_V * N_U; i++)
        ck_assert(out[i] >= 0.0F && out[i] <= 200.0F);
}
END_TEST

/* content at p comes from R p + shift: the blob at R p + shift is brought back to p. */
START_TEST(rotation_and_shift_have_the_stated_sense)
{
    static struct atw_band_kernel kernel;
    float in[N_V * N_U], out[N_V * N_U], expected[N_V * N_U];
    double angle = 20.0 * ATW_DEGREE_RAD, u = 6.0, v = 2.0;
    struct atw_view_map map = atw_view_rotation(angle, 1.3, -2.2);

    draw(in, u * cos(angle) - v * sin(angle) + 1.3, u * sin(angle) + v * cos(angle) - 2.2,
         angle);
    draw(expected, u, v, 0.0);
    atw_view_resample(out, in, N_V, N_U, &map);
    for (int i = 0; i < N_V * N_U; i++)
        ck_assert_float_eq_tol(out[i], expected[i], 0.6F);
    atw_band_kernel_init(&kernel);
    atw_band_resample(&kernel, out, in, N_V, N_U, &map);
    for (int i = 0; i < N_V * N_U; i++)
        ck_assert_float_eq_tol(out[i], expected[i], 0.15F);
}
END_TEST

START_TEST(displacements_are_found_to_hundredths)
{
    const struct atw_correlation_options options = {
        .taper = 0.1, .high_pass = 20.0, .most_shift = 12.0};
    float reference[N_V * N_U], view[N_V * N_U];
    double u = 16.0 * (atw_test_uniform(3, 2 * (unsigned)_i) - 0.5);
    double v = 12.0 * (atw_test_uniform(3, 2 * (unsigned)_i + 1) - 0.5);
    struct atw_correlator *correlator = NULL;
    struct atw_displacement found, again;
    struct atw_error err;

    draw(reference, 1.0, -1.0, 0.5);
    draw(view, 1.0 + u, -1.0 + v, 0.5);
    CHECK_OK(atw_correlator_create(&correlator, N_V, N_U, &options, &err));
    CHECK_OK(atw_correlate(correlator, reference, view, &found, &err));
    ck_assert_double_eq_tol(found.u, u, 0.25); /* the window does not move along */
    ck_assert_double_eq_tol(found.v, v, 0.25);
    draw(reference, 1.0 + found.u, -1.0 + found.v, 0.5);
    CHECK_OK(atw_correlate(correlator, reference, view, &again, &err));
    ck_assert_double_eq_tol(found.u + again.u, u, 0.02);
    ck_assert_double_eq_tol(found.v + again.v, v, 0.02);
    CHECK_OK(atw_correlate(correlator, view, view, &found, &err));
    ck_assert_double_eq_tol(found.u, 0.0, 1e-9);
    ck_assert_double_eq_tol(found.v, 0.0, 1e-9);
    ck_assert_double_eq_tol(found.coefficient, 1.0, 1e-9);
    atw_correlator_destroy(correlator);
}
END_TEST

START_TEST(empty_views_and_bad_options_do_no_harm)
{
    struct atw_correlation_options options = {.taper = 0.1, .most_shift = 5.0};
    float nothing[N_V * N_U] = {0.0F}, view[N_V * N_U];
    struct atw_correlator *correlator = NULL;
    struct atw_displacement found;
    struct atw_error err;

    draw(view, 0.0, 0.0, 0.0);
    CHECK_OK(atw_correlator_create(&correlator, N_V, N_U, &options, &err));
    CHECK_OK(atw_correlate(correlator, nothing, view, &found, &err));
    ck_assert_double_eq(found.coefficient, 0.0);
    ck_assert_double_eq(found.u, 0.0);
    atw_correlator_destroy(correlator);
    options.taper = 0.6;
    CHECK_FAILS(atw_correlator_create(&correlator, N_V, N_U, &options, &err), ATW_EINVAL,
                "at most 0.5");
    ck_assert_ptr_null(correlator);
    options.taper = 0.1;
    CHECK_FAILS(atw_correlator_create(&correlator, 0, N_U, &options, &err), ATW_EINVAL,
                "47 x 0 pixels");
}
END_TEST

START_TEST(moments_of_a_blob_are_those_of_its_formula)
{
    double angle = 0.4, c = cos(angle), s = sin(angle);
    float view[N_V * N_U];
    struct atw_view_moments m;

    draw(view, 1.7, -0.6, angle);
    m = atw_view_moments(view, N_V, N_U);
    ck_assert_double_eq_tol(m.mass, 100.0 * 2.0 * ATW_PI * 15.0, 20.0);
    ck_assert_double_eq_tol(m.u, 1.7, 0.01);
    ck_assert_double_eq_tol(m.v, -0.6, 0.01);
    ck_assert_double_eq_tol(m.uu, 25.0 * c * c + 9.0 * s * s, 0.2);
    ck_assert_double_eq_tol(m.vv, 25.0 * s * s + 9.0 * c * c, 0.2);
    ck_assert_double_eq_tol(m.uv, 16.0 * c * s, 0.2);
}
END_TEST

START_TEST(path_of_a_point_is_fitted)
{
    double tilt[20], value[20];
    unsigned char rejected[20] = {0};
    struct atw_track track;

    for (int i = 0; i < 20; i++) {
        tilt[i] = -1.2 + 0.12 * i;
        value[i] = 3.2 * cos(tilt[i]) - 1.4 * sin(tilt[i]) + 0.7;
    }
    value[4] = 99.0;
    rejected[4] = 1;
    track = atw_track_fit(tilt, value, rejected, 20, 1);
    ck_assert_double_eq_tol(track.x, 3.2, 1e-9);
    ck_assert_double_eq_tol(track.z, -1.4, 1e-9);
    ck_assert_double_eq_tol(track.constant, 0.7, 1e-9);
    for (int i = 0; i < 20; i++)
        tilt[i] = 0.0; /* only x + constant is known */
    track = atw_track_fit(tilt, value, rejected, 20, 1);
    ck_assert(isfinite(track.x) && track.z == 0.0 && track.constant == 0.0);
}
END_TEST

START_TEST(hot_pixels_and_background_are_taken_off)
{
    struct atw_tilt_series *series = NULL, *prepared = NULL;
    struct atw_error err;

    CHECK_OK(atw_tilt_series_create(&series, 1, N_V, N_U, 1e-9, NULL, &err));
    for (unsigned i = 0; i < N_V * N_U; i++)
        series->value[i] = 10.0F + (float)atw_test_uniform(2, i);
    series->value[20 * N_U + 20] = 500.0F;
    CHECK_OK(atw_alignment_prepare(&prepared, series, 1, &err));
    for (size_t i = 0; i < N_V * N_U; i++)
        ck_assert(fabsf(prepared->value[i]) < 0.6F);
    atw_tilt_series_destroy(prepared);
    CHECK_OK(atw_alignment_prepare(&prepared, series, 3, &err));
    ck_assert_uint_eq(prepared->n_u, 15);
    ck_assert_uint_eq(prepared->n_v, 12);
    ck_assert_double_eq_tol(prepared->pixel_m, 3e-9, 1e-20);
    atw_tilt_series_destroy(prepared);
    atw_tilt_series_destroy(series);
}
END_TEST

/* Residuals rise with the tilt; only what stands out of its neighbours goes. */
START_TEST(outliers_are_judged_by_their_neighbours)
{
    double residual[31], tilt[31];
    unsigned char rejected[31] = {0};
    struct atw_error err;
    size_t count = 0;

    for (int i = 0; i < 31; i++) {
        tilt[i] = (i * 7 % 31 - 15) * 0.08; /* in no order */
        residual[i] =
            0.03 + 0.1 * tilt[i] * tilt[i] + 0.002 * atw_test_uniform(9, (unsigned)i);
    }
    CHECK_OK(atw_reject_outliers(rejected, residual, tilt, 31, 6.0, &count, &err));
    ck_assert_uint_eq(count, 0);
    residual[17] *= 2.0;
    CHECK_OK(atw_reject_outliers(rejected, residual, tilt, 31, 6.0, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(rejected[17], 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("views");
    TCase *tests = tcase_create("views");

    tcase_add_test(tests, whole_pixels_are_copied_exactly);
    tcase_add_test(tests, cubic_interpolation_is_exact_for_parabolas_where_they_rise);
    tcase_add_loop_test(tests, no_interpolation_leaves_the_range_of_the_data, 0, 8);
    tcase_add_test(tests, no_wave_tells_how_far_a_view_was_moved);
    tcase_add_loop_test(tests, noise_does_not_tell_how_far_a_view_was_moved, 0, 8);
    tcase_add_test(tests, a_view_that_stays_is_filtered);
    tcase_add_loop_test(tests, no_filtered_view_leaves_the_range_of_the_data, 0, 8);
    tcase_add_test(tests, rotation_and_shift_have_the_stated_sense);
    tcase_add_loop_test(tests, displacements_are_found_to_hundredths, 0, 20);
    tcase_add_test(tests, empty_views_and_bad_options_do_no_harm);
    tcase_add_test(tests, moments_of_a_blob_are_those_of_its_formula);
    tcase_add_test(tests, path_of_a_point_is_fitted);
    tcase_add_test(tests, hot_pixels_and_background_are_taken_off);
    tcase_add_test(tests, outliers_are_judged_by_their_neighbours);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
