/* Every key of `microscope` that spoils a series, from the scenario to what the detector
 * records: its size and its direction against closed forms.
 *
 * A sphere of silver, 24 nm, with a core of gold, 14 nm, beside its centre. Of both all
 * moments are known. The unit tests of src/microscope look at each effect more closely.
 */
#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "pipeline/fixture.h"
#include "support/support.h"

static const char scenario[] =
    "format: alloytwin-scenario/1\n"
    "name: sphere\n"
    "seed: 3\n"
    "chip: {windows: [{name: centre, x: 0 um, y: 0 um}], table: [{set_point: 380 degC,"
    " temperatures: [380 degC]}, {set_point: 450 degC, temperatures: [450 degC]}]}\n"
    "material: {model: gold-silver}\n"
    "particles:\n"
    "  - {name: A, shape: sphere, window: centre, core_diameter: 14 nm, core_length: 0 "
    "nm,"
    " shell_side: 5 nm, shell_tip: 0 nm, core_offset: [2 nm, 1.5 nm, 3 nm]}\n"
    "  - {name: B, shape: sphere, window: centre, core_diameter: 4 nm, core_length: 0 nm,"
    " shell_side: 2 nm, shell_tip: 0 nm}\n"
    "heating: {steps: [{set_point: 390 degC, dwell: 1 s}]}\n"
    "simulation: {voxel: 2 nm}\n"
    "microscope: {model: haadf-200kv, pixel: 0.6 nm, margin: 12 nm, background: 0,"
    " shot_noise: false, calibration: current, tilt: {first: -60 deg, last: 60 deg,"
    " step: 30 deg}}\n";

enum { VIEWS = 5 };
static const double TILT_DEG[VIEWS] = {-60.0, -30.0, 0.0, 30.0, 60.0};
#define ELECTRONS (50e-12 * 2e-6 / 1.602176634e-19) /* I t / e */
#define COUNTS_PER_NM (ELECTRONS / 75.0)
static const double CORE_NM[3] = {2.0, 1.5, 3.0};

static double volume_nm3(double diameter_nm)
{
    return ATW_PI / 6.0 * pow(diameter_nm, 3.0);
}

/* Atoms per volume, in mol/m3, and what one scatters. */
static double scattered(double density, double molar_mass, double Z, double n)
{
    return density / molar_mass * pow(Z, n);
}

static double silver(double n)
{
    return scattered(10490.0, 0.107868, 47.0, n) / scattered(19320.0, 0.196967, 79.0, n);
}

/* Gold * nm3 of the sphere, and the share of it that the core has over silver. */
static double content_of(double n)
{
    return volume_nm3(24.0) * silver(n) + volume_nm3(14.0) * (1.0 - silver(n));
}

static double core_share(void)
{
    return volume_nm3(14.0) * (1.0 - silver(1.84)) / content_of(1.84);
}

/* Where the core is seen, from the centre of the sphere. */
static double core_u(double tilt_rad)
{
    return CORE_NM[0] * cos(tilt_rad) + CORE_NM[2] * sin(tilt_rad);
}

struct image {
    double content, u, v, uu, uv, vv; /* moments about the centre of mass, nm */
};

static struct image image_of(const struct atw_tilt_series *series, size_t view)
{
    const float *value = atw_tilt_series_view(series, view);
    double pitch = series->pixel_m / ATW_METRE_PER_NM, sum = 0.0;
    struct image image = {0};

    for (size_t i = 0; i < series->n_u * series->n_v; i++) {
        double u = atw_grid_position_m(i % series->n_u, series->n_u, pitch);
        double v = atw_grid_position_m(i / series->n_u, series->n_v, pitch);
        double w = (double)value[i];

        sum += w;
        image.u += w * u;
        image.v += w * v;
        image.uu += w * u * u;
        image.uv += w * u * v;
        image.vv += w * v * v;
    }
    image.u /= sum;
    image.v /= sum;
    image.uu = image.uu / sum - image.u * image.u;
    image.uv = image.uv / sum - image.u * image.v;
    image.vv = image.vv / sum - image.v * image.v;
    image.content = sum * pitch * pitch / COUNTS_PER_NM;
    return image;
}

/* The series before heating, plain and with overrides. */
static struct fixture_run plain, spoilt;
static struct image before[VIEWS], after[VIEWS];

static const struct atw_tilt_series *series_of(const struct fixture_run *run)
{
    return run->experiment->particle[0].reference.series;
}

static const struct atw_view *taken(size_t view)
{
    return &spoilt.truth->particle[0].acquisition[0]->view[view];
}

static void setup(void)
{
    fixture_run_create(&plain, scenario, NULL);
    for (size_t i = 0; i < VIEWS; i++)
        before[i] = image_of(series_of(&plain), i);
}

static void teardown(void)
{
    fixture_run_destroy(&plain);
    fixture_run_destroy(&spoilt);
}

static void spoil(const char *const *overrides)
{
    fixture_run_destroy(&spoilt);
    fixture_run_create(&spoilt, scenario, overrides);
    for (size_t i = 0; i < VIEWS; i++)
        after[i] = image_of(series_of(&spoilt), i);
}

#define SPOIL(...) spoil((const char *const[]){__VA_ARGS__, NULL})

START_TEST(the_plain_series_is_the_sphere)
{
    for (size_t i = 0; i < VIEWS; i++) {
        double u = core_share() * core_u(TILT_DEG[i] * ATW_DEGREE_RAD);

        ck_assert_double_eq_tol(before[i].content, content_of(1.84),
                                2e-4 * content_of(1.84));
        ck_assert_double_eq_tol(before[i].u, u, 2e-3);
        ck_assert_double_eq_tol(before[i].v, core_share() * CORE_NM[1], 2e-3);
    }
    fixture_run_create(&spoilt, scenario, NULL);
    ck_assert_mem_eq(series_of(&plain)->value, series_of(&spoilt)->value,
                     atw_tilt_series_pixel_count(series_of(&plain)) * sizeof(float));
}
END_TEST

/* ---- what is seen ---- */

START_TEST(the_exponent_sets_how_bright_silver_is)
{
    SPOIL("microscope.z_exponent=1.6");
    ck_assert_double_eq_tol(after[1].content, content_of(1.6), 2e-4 * content_of(1.6));
    ck_assert_double_gt(content_of(1.6), 1.02 * content_of(1.84));
}
END_TEST

START_TEST(the_damping_saturates)
{
    double gold = 14.0, shell = 10.0, tau = gold / 40.0 + shell / 105.0;
    size_t u, v, n_u = series_of(&plain)->n_u, i;
    double s, damped;

    /* a pixel on the axis through the core at zero tilt; its chord hardly varies there */
    u = (size_t)lround(CORE_NM[0] / 0.6 + 0.5 * (double)(n_u - 1));
    v = (size_t)lround(CORE_NM[1] / 0.6 + 0.5 * (double)(series_of(&plain)->n_v - 1));
    i = v * n_u + u;
    SPOIL("microscope.damping.enabled=true", "microscope.damping.core=40 nm",
          "microscope.damping.shell=105 nm");
    s = (double)atw_tilt_series_view(series_of(&plain), 2)[i];
    damped = (double)atw_tilt_series_view(series_of(&spoilt), 2)[i];
    /* the current's calibration has the same L: counts per nm rise with 75 / 40 */
    ck_assert_double_eq_tol(damped / s * 40.0 / 75.0, (1.0 - exp(-tau)) / tau, 5e-3);
}
END_TEST

START_TEST(silica_adds_its_volume)
{
    double q = (1.0 - 0.25) * 2200.0 / 0.060084 *
               (pow(14.0, 1.84) + 2.0 * pow(8.0, 1.84)) /
               scattered(19320.0, 0.196967, 79.0, 1.84);
    double added = q * (volume_nm3(36.0) - volume_nm3(24.0));

    SPOIL("particles[0].silica=6 nm", "material.silica.porosity=0.25");
    ck_assert_double_eq_tol(after[3].content - before[3].content, added, 5e-3 * added);
}
END_TEST

START_TEST(contamination_adds_carbon_view_by_view)
{
    double q =
        scattered(2000.0, 0.012011, 6.0, 1.84) / scattered(19320.0, 0.196967, 79.0, 1.84);

    SPOIL("microscope.contamination.thickness=1.5 nm",
          "microscope.contamination.growth=0.2 nm",
          "microscope.contamination.density=2 g/cm3");
    for (size_t i = 0; i < VIEWS; i++) {
        double thickness = 1.5 + 0.2 * (double)i;
        double added = q * (volume_nm3(24.0 + 2.0 * thickness) - volume_nm3(24.0));

        ck_assert_double_eq_tol(after[i].content - before[i].content, added,
                                5e-3 * added);
    }
}
END_TEST

START_TEST(zone_axes_change_whole_views_both_ways)
{
    int brighter = 0, darker = 0;

    SPOIL("microscope.zone_axis.fraction=1", "microscope.zone_axis.change=0.2");
    for (size_t i = 0; i < VIEWS; i++) {
        double factor = after[i].content / before[i].content;

        brighter += fabs(factor - 1.2) < 1e-5;
        darker += fabs(factor - 0.8) < 1e-5;
        ck_assert_double_eq_tol(after[i].u, before[i].u, 1e-4);
    }
    ck_assert_int_eq(brighter + darker, VIEWS);
    ck_assert(brighter > 0 && darker > 0);
}
END_TEST

START_TEST(the_shadow_takes_signal_beyond_an_angle)
{
    static const double kept[VIEWS] = {0.6, 1.0, 1.0, 1.0, 0.6};

    SPOIL("microscope.shadow.beyond=40 deg", "microscope.shadow.loss=0.02");
    for (size_t i = 0; i < VIEWS; i++)
        ck_assert_double_eq_tol(after[i].content / before[i].content, kept[i], 1e-5);
}
END_TEST

/* ---- where it is seen ---- */

START_TEST(the_axis_is_moved_and_turned_as_the_keys_say)
{
    double psi = 5.0 * ATW_DEGREE_RAD, c = cos(psi), s = sin(psi);

    SPOIL("microscope.axis.offset=1.7 nm");
    for (size_t i = 0; i < VIEWS; i++) {
        ck_assert_double_eq_tol(after[i].u, before[i].u + 1.7, 1e-3);
        ck_assert_double_eq_tol(after[i].v, before[i].v, 1e-3);
    }
    SPOIL("microscope.axis.rotation=5 deg");
    for (size_t i = 0; i < VIEWS; i++) {
        ck_assert_double_eq_tol(after[i].u, c * before[i].u - s * before[i].v, 2e-3);
        ck_assert_double_eq_tol(after[i].v, s * before[i].u + c * before[i].v, 2e-3);
    }
}
END_TEST

START_TEST(a_wrong_tilt_moves_the_core)
{
    SPOIL("microscope.tilt.backlash=3 deg", "microscope.tilt.order=from-zero");
    for (size_t i = 0; i < VIEWS; i++) { /* up from zero, then down from there */
        double t = (TILT_DEG[i] + (i < 2 ? 3.0 : 0.0)) * ATW_DEGREE_RAD;

        ck_assert_double_eq_tol(after[i].u, core_share() * core_u(t), 2e-3);
        ck_assert_double_eq_tol(series_of(&spoilt)->tilt_rad[i],
                                TILT_DEG[i] * ATW_DEGREE_RAD, 1e-12);
    }
    SPOIL("microscope.tilt.jitter=2 deg");
    for (size_t i = 0; i < VIEWS; i++) {
        double error = taken(i)->tilt_rad - TILT_DEG[i] * ATW_DEGREE_RAD;

        ck_assert(fabs(error) > 1e-4 && fabs(error) < 10.0 * ATW_DEGREE_RAD);
        ck_assert_double_eq_tol(after[i].u, core_share() * core_u(taken(i)->tilt_rad),
                                2e-3);
    }
    ck_assert_double_eq_tol(spoilt.scenario->imaging.acquisition.tilt_jitter_rad,
                            2.0 * ATW_DEGREE_RAD, 1e-12);
}
END_TEST

/* At t + d the core is at p cos d + q sin d; means over d from -w/2 to w/2. */
START_TEST(turning_while_a_view_is_taken_spreads_the_core_across)
{
    double w = 10.0 * ATW_DEGREE_RAD, f = core_share();
    double cos_squared = 0.5 + 0.5 * sin(w) / w, mean_cos = sin(0.5 * w) / (0.5 * w);

    SPOIL("microscope.tilt.turn=10 deg");
    for (size_t i = 0; i < VIEWS; i++) {
        double t = TILT_DEG[i] * ATW_DEGREE_RAD, p = core_u(t);
        double q = -CORE_NM[0] * sin(t) + CORE_NM[2] * cos(t);
        double squared = p * p * cos_squared + q * q * (1.0 - cos_squared);
        double expected =
            f * (squared - p * p) - f * f * p * p * (mean_cos * mean_cos - 1.0);

        ck_assert_double_eq_tol(after[i].uu - before[i].uu, expected, 3e-4);
        ck_assert_double_eq_tol(after[i].u, before[i].u * mean_cos, 2e-4);
        ck_assert_double_eq_tol(after[i].vv, before[i].vv, 1e-4);
    }
}
END_TEST

START_TEST(views_lie_where_walk_and_tracking_put_them)
{
    const struct atw_acquisition_settings *settings;

    SPOIL("microscope.drift.walk=0.9 nm", "microscope.drift.tracking=0.4 nm",
          "microscope.drift.recentre_every=3");
    settings = &spoilt.scenario->imaging.acquisition;
    ck_assert_double_eq_tol(settings->walk_m, 0.9e-9, 1e-18);
    ck_assert_double_eq_tol(settings->tracking_m, 0.4e-9, 1e-18);
    ck_assert_uint_eq(settings->recentre_views, 3);
    for (size_t i = 0; i < VIEWS; i++) {
        ck_assert_double_eq_tol(after[i].u - before[i].u,
                                taken(i)->shift_u_m / ATW_METRE_PER_NM, 1e-3);
        ck_assert_double_eq_tol(after[i].v - before[i].v,
                                taken(i)->shift_v_m / ATW_METRE_PER_NM, 1e-3);
    }
}
END_TEST

/* u moves by d_u v / height and v by d_v v / height: shear and stretch. */
START_TEST(drift_within_a_view_shears_and_stretches)
{
    double height = 0.6 * (double)series_of(&plain)->n_v;

    SPOIL("microscope.drift.frame=1.5 nm");
    ck_assert_double_eq_tol(spoilt.scenario->imaging.acquisition.frame_drift_m, 1.5e-9,
                            1e-18);
    for (size_t i = 0; i < VIEWS; i++) {
        double shear = taken(i)->drift_u_m / ATW_METRE_PER_NM / height;
        double stretch = 1.0 / (1.0 - taken(i)->drift_v_m / ATW_METRE_PER_NM / height);

        ck_assert_double_eq_tol(after[i].content, stretch * before[i].content,
                                1e-3 * before[i].content);
        ck_assert_double_eq_tol(after[i].vv, stretch * stretch * before[i].vv,
                                5e-3 * before[i].vv);
        ck_assert_double_eq_tol(after[i].uv - stretch * before[i].uv, shear * after[i].vv,
                                2e-3 * before[i].vv);
    }
}
END_TEST

/* ---- how sharp it is ---- */

START_TEST(blur_and_defocus_add_their_variances)
{
    SPOIL("microscope.blur=1.3 nm");
    for (size_t i = 0; i < VIEWS; i++) {
        ck_assert_double_eq_tol(after[i].uu - before[i].uu, 1.69 - 0.25, 5e-3);
        ck_assert_double_eq_tol(after[i].vv - before[i].vv, 1.69 - 0.25, 5e-3);
    }
    SPOIL("microscope.defocus.amplitude=200 nm", "microscope.defocus.refocus_every=3",
          "microscope.convergence=12 mrad");
    for (size_t i = 0; i < VIEWS; i++) { /* 0, 100, 200, 0, 100 nm */
        double expected = pow(0.5 * 12e-3 * 100.0 * (double)(i % 3), 2.0);

        ck_assert_double_eq_tol(after[i].uu - before[i].uu, expected,
                                5e-3 + 5e-3 * expected);
        ck_assert_double_eq_tol(after[i].content, before[i].content,
                                2e-3 * before[i].content);
    }
}
END_TEST

/* ---- what is recorded of it ---- */

START_TEST(counts_follow_current_dwell_and_efficiency_or_the_peak)
{
    SPOIL("microscope.current=80 pA", "microscope.dwell=0.5 us",
          "microscope.detector.efficiency=0.7");
    for (size_t i = 0; i < VIEWS; i++)
        ck_assert_double_eq_tol(after[i].content / before[i].content,
                                80.0 / 50.0 * 0.5 / 2.0 * 0.7, 1e-5);
    SPOIL("microscope.calibration=peak", "microscope.peak_counts=321");
    ck_assert_double_eq_tol(fixture_brightest(series_of(&spoilt)), 321.0, 1e-2);
}
END_TEST

START_TEST(gain_drift_offset_and_background_make_the_recorded_number)
{
    size_t count = series_of(&plain)->n_u * series_of(&plain)->n_v;

    SPOIL("microscope.detector.gain=2.5", "microscope.detector.offset=-7",
          "microscope.detector.gain_drift=0.2", "microscope.background=4",
          "microscope.tilt.order=downward");
    for (size_t i = 0; i < VIEWS; i++) {
        double gain = 2.5 * (1.0 + 0.2 * (double)(VIEWS - 1 - i) / (VIEWS - 1));

        for (size_t k = 0; k < count; k += 13) {
            double electrons = (double)atw_tilt_series_view(series_of(&plain), i)[k];
            double value = (double)atw_tilt_series_view(series_of(&spoilt), i)[k];

            ck_assert_double_eq_tol(value, gain * (electrons + 4.0) - 7.0, 1e-3);
        }
    }
}
END_TEST

/* Mean and variance of whole numbers of electrons: those of Poisson's law. */
START_TEST(shot_noise_is_as_large_as_the_counts_say)
{
    double sum = 0.0, squares = 0.0, n = 0.0;

    SPOIL("microscope.shot_noise=true", "microscope.background=0");
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series_of(&plain)); i++) {
        double mean = (double)series_of(&plain)->value[i];
        double counts = (double)series_of(&spoilt)->value[i];

        ck_assert_double_eq(counts, floor(counts));
        if (mean < 5.0)
            continue;
        sum += (counts - mean) / sqrt(mean);
        squares += pow(counts - mean, 2.0) / mean;
        n += 1.0;
    }
    ck_assert_double_gt(n, 4000.0);
    ck_assert_double_eq_tol(sum / n, 0.0, 5.0 / sqrt(n));
    ck_assert_double_eq_tol(squares / n, 1.0, 5.0 * sqrt(2.2 / n));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("artefacts");
    TCase *tests = tcase_create("artefacts");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, the_plain_series_is_the_sphere);
    tcase_add_test(tests, the_exponent_sets_how_bright_silver_is);
    tcase_add_test(tests, the_damping_saturates);
    tcase_add_test(tests, silica_adds_its_volume);
    tcase_add_test(tests, contamination_adds_carbon_view_by_view);
    tcase_add_test(tests, zone_axes_change_whole_views_both_ways);
    tcase_add_test(tests, the_shadow_takes_signal_beyond_an_angle);
    tcase_add_test(tests, the_axis_is_moved_and_turned_as_the_keys_say);
    tcase_add_test(tests, a_wrong_tilt_moves_the_core);
    tcase_add_test(tests, turning_while_a_view_is_taken_spreads_the_core_across);
    tcase_add_test(tests, views_lie_where_walk_and_tracking_put_them);
    tcase_add_test(tests, drift_within_a_view_shears_and_stretches);
    tcase_add_test(tests, blur_and_defocus_add_their_variances);
    tcase_add_test(tests, counts_follow_current_dwell_and_efficiency_or_the_peak);
    tcase_add_test(tests, gain_drift_offset_and_background_make_the_recorded_number);
    tcase_add_test(tests, shot_noise_is_as_large_as_the_counts_say);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
