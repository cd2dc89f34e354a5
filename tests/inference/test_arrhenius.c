/* Arrhenius fit: against SciPy, against linear error propagation, against brute force. */
#include <stdlib.h>
#include <string.h>

#include "inference/arrhenius.h"
#include "inference/arrhenius_data.h"
#include "support/support.h"

static struct atw_error err;

static struct atw_arrhenius_fit fit_with(const struct atw_diffusivity_point *points,
                                         struct atw_arrhenius_options options)
{
    struct atw_arrhenius_fit fit;

    CHECK_OK(atw_arrhenius_fit(&fit, points, N_POINTS, 2, &options, &err));
    return fit;
}

static void check_relative(double value, double expected, double tolerance)
{
    ck_assert_msg(fabs(value - expected) <= tolerance * fabs(expected),
                  "%.10g instead of %.10g", value, expected);
}

static double correlation(const struct atw_arrhenius_fit *fit, int a, int b)
{
    return fit->covariance[a][b] / sqrt(fit->covariance[a][a] * fit->covariance[b][b]);
}

/* Invented by hand: diffusivities of two particles, roughly D(688 K) = 1e-19 m2/s, Q =
 * 200 kJ/mol, dT = -36 K with some 15 % of scatter, and deviations of 10 to 20 %. */
static const double scipy_D[N_POINTS] = {4.61e-20, 8.35e-20, 1.09e-19, 2.47e-19,
                                         7.9e-21,  1.42e-20, 2.02e-20, 3.36e-20};
static const double scipy_D_std[N_POINTS] = {6e-21,   9e-21,   2.1e-20, 5.5e-20,
                                             1.3e-21, 1.9e-21, 3.1e-21, 4.4e-21};

/* scipy.optimize.curve_fit 1.10.1 (method lm, analytic Jacobian, tolerances 1e-15) on the
 * data above: absolute_sigma follows known; parameters ln D(T_ref), Q, dT. With the
 * second particle as nominal one SciPy's dT is T(first) - T(second); its sign is turned
 * here. */
static const struct {
    size_t nominal;
    enum atw_weighting weighting;
    int known;
    double ln_D_ref, ln_D_ref_std, Q, Q_std, delta_T, delta_T_std, chi_square;
} scipy[] = {
    {0, ATW_WEIGHTING_LOG, 0, -43.7423655, 0.0689995745, 186075.917, 17214.6751,
     -36.0550716, 3.71752096, 0.0952749815},
    {0, ATW_WEIGHTING_LOG, 1, -43.7551224, 0.0749729912, 179422.28, 19472.0754,
     -37.057913, 3.86795319, 3.0143098},
    {0, ATW_WEIGHTING_LINEAR, 0, -43.792782, 0.0864790086, 243142.568, 26248.0102,
     -30.5951665, 5.67919182, 0.0136506044},
    {0, ATW_WEIGHTING_LINEAR, 1, -43.7756398, 0.0770020699, 176270.456, 19783.0802,
     -37.3612054, 3.8622469, 2.80155992},
    {1, ATW_WEIGHTING_LOG, 0, -45.5423034, 0.0683968191, 206634.969, 17056.5342,
     -36.0729625, 3.68595832, 0.0936072055},
    {1, ATW_WEIGHTING_LOG, 1, -45.5414737, 0.0722731575, 199947.772, 19785.0382,
     -37.0627697, 3.86496629, 2.96266589},
    {1, ATW_WEIGHTING_LINEAR, 0, -45.7688399, 0.325178651, 265111.469, 26480.5586,
     -30.6354679, 5.69041568, 0.0135883218},
    {1, ATW_WEIGHTING_LINEAR, 1, -45.5456795, 0.0728723632, 196682.389, 20184.7983,
     -37.3548762, 3.85840431, 2.76225234},
};

START_TEST(agrees_with_scipy_curve_fit_to_six_digits)
{
    struct atw_diffusivity_point points[N_POINTS];
    struct atw_arrhenius_fit fit;

    make_points(points, 673.15, 1.0, 0.0, NULL);
    for (size_t i = 0; i < N_POINTS; i++) {
        points[i].D_m2_per_s = scipy_D[i];
        points[i].D_std_m2_per_s = scipy[_i].known ? scipy_D_std[i] : NAN;
    }
    fit = fit_with(points,
                   (struct atw_arrhenius_options){.weighting = scipy[_i].weighting,
                                                  .nominal_particle = scipy[_i].nominal});
    check_relative(fit.ln_D_ref, scipy[_i].ln_D_ref, 1e-8);
    check_relative(sqrt(fit.covariance[0][0]), scipy[_i].ln_D_ref_std, 1e-6);
    check_relative(fit.Q_J_per_mol, scipy[_i].Q, 1e-6);
    check_relative(fit.Q_std_J_per_mol, scipy[_i].Q_std, 1e-6);
    check_relative(fit.delta_T_K[1], scipy[_i].delta_T, 1e-6);
    check_relative(fit.delta_T_std_K[1], scipy[_i].delta_T_std, 1e-6);
    check_relative(fit.chi_square, scipy[_i].chi_square, 1e-6);
    ck_assert_uint_eq(fit.degrees_of_freedom, 5);
    ck_assert_double_eq(fit.delta_T_K[0], 0.0);
    ck_assert_double_eq(fit.delta_T_std_K[0], 0.0);
}
END_TEST

/* Standard deviations per unit standard deviation of ln D, by linear propagation through
 * the 8 x 3 Jacobian in ln D0, Q, dT (an independent calculation with numpy). */
static const struct {
    double Q, delta_T, ln_D0_std, Q_std, delta_T_std;
} propagation[] = {{208e3, -34.0, 21.8, 124.6e3, 23.2},
                   {208e3, 0.0, 21.8, 124.5e3, 13.4},
                   {190e3, -34.0, 21.8, 124.6e3, 25.4},
                   {170e3, -34.0, 21.8, 124.6e3, 28.3}};

static struct atw_arrhenius_fit fit_unit_deviation(double Q, double delta_T)
{
    struct atw_diffusivity_point points[N_POINTS];

    make_points(points, 673.0, Q, delta_T, NULL);
    for (size_t i = 0; i < N_POINTS; i++)
        points[i].D_std_m2_per_s = points[i].D_m2_per_s;
    return fit_with(points,
                    (struct atw_arrhenius_options){ATW_WEIGHTING_LOG, 0, 0, NULL});
}

START_TEST(propagates_errors_as_the_linear_theory)
{
    struct atw_arrhenius_fit fit =
        fit_unit_deviation(propagation[_i].Q, propagation[_i].delta_T);

    ck_assert_double_eq_tol(fit.ln_D0_std, propagation[_i].ln_D0_std, 0.05);
    ck_assert_double_eq_tol(fit.Q_std_J_per_mol, propagation[_i].Q_std, 50.0);
    ck_assert_double_eq_tol(fit.delta_T_std_K[1], propagation[_i].delta_T_std, 0.05);
    ck_assert_double_eq_tol(fit.Q_J_per_mol, propagation[_i].Q, 1e-4);
    ck_assert_double_eq_tol(fit.delta_T_K[1], propagation[_i].delta_T, 1e-7);
}
END_TEST

/* Correlation of ln D(T) and Q at another temperature T. */
static double correlation_at(const struct atw_arrhenius_fit *fit, double T_K)
{
    double slope =
        -(1.0 / T_K - 1.0 / fit->T_ref_K) / ATW_GAS_CONSTANT_J_PER_MOL_K; /* d ln D/dQ */
    double var_Q = fit->covariance[1][1], cov = fit->covariance[0][1];
    double var = fit->covariance[0][0] + 2.0 * slope * cov + slope * slope * var_Q;

    return (cov + slope * var_Q) / sqrt(var * var_Q);
}

START_TEST(correlations_are_those_of_the_linear_theory)
{
    struct atw_arrhenius_fit far = fit_unit_deviation(208e3, -34.0);
    struct atw_arrhenius_fit near = fit_unit_deviation(208e3, 0.0);

    ck_assert_double_eq_tol(correlation_at(&far, INFINITY), 0.9997, 5e-5);
    ck_assert_double_eq_tol(correlation_at(&far, 670.38250), -0.76, 0.005);
    ck_assert_double_eq_tol(correlation(&far, 0, 1), -0.02, 0.005);
    ck_assert_double_eq_tol(correlation(&near, 0, 1), -0.02, 0.005);
    ck_assert_double_eq_tol(correlation(&far, 1, 3), 0.854, 5e-4);
    ck_assert_double_eq_tol(correlation(&near, 1, 3), 0.03, 0.005);
    ck_assert_double_eq_tol(far.T_ref_K, 687.8182832, 1e-6);
    ck_assert_double_eq_tol(far.condition_number, 5.665722, 1e-5);
    ck_assert_double_eq_tol(near.condition_number, 2.414213, 1e-4);
}
END_TEST

/* Change of dT per unit change of ln D of one point, by refitting. */
static double leverage(enum atw_weighting weighting, double delta_T, size_t point)
{
    struct atw_diffusivity_point points[N_POINTS];
    struct atw_arrhenius_options options = {weighting, 0, 0, NULL};
    double noise[N_POINTS] = {0.0};
    double shifted[2];

    for (int side = 0; side < 2; side++) {
        noise[point] = side ? 1e-4 : -1e-4;
        make_points(points, 673.0, 208e3, delta_T, noise);
        shifted[side] = fit_with(points, options).delta_T_K[1];
    }
    return (shifted[1] - shifted[0]) / 2e-4;
}

START_TEST(first_and_last_points_have_the_known_leverage)
{
    static const double expected[N_POINTS] = {-14.0, -7.5, -1.3, 4.8,
                                              -4.6,  1.6,  7.6,  13.4};

    for (size_t i = 0; i < N_POINTS; i++) {
        /* the tabulated -4.6 is -4.545 to three digits */
        ck_assert_double_eq_tol(leverage(ATW_WEIGHTING_LOG, -34.0, i), expected[i], 0.06);
    }
}
END_TEST

START_TEST(relative_noise_hurts_the_linear_fit_as_predicted)
{
    double sum_far = 0.0, sum_near = 0.0;

    for (size_t i = 0; i < N_POINTS; i++) {
        sum_far += pow(leverage(ATW_WEIGHTING_LINEAR, -34.0, i), 2.0);
        sum_near += pow(leverage(ATW_WEIGHTING_LINEAR, 0.0, i), 2.0);
    }
    ck_assert_double_eq_tol(sqrt(sum_far), 33.9, 0.05);
    ck_assert_double_eq_tol(sqrt(sum_near), 19.1, 0.05);
}
END_TEST

START_TEST(noise_free_data_give_the_truth_for_both_references)
{
    static const double delta_T[] = {0.0, -5.0, -34.0, 12.0};
    struct atw_diffusivity_point points[N_POINTS];

    for (size_t nominal = 0; nominal < 2; nominal++) {
        for (int w = 0; w < 2; w++) {
            struct atw_arrhenius_options options = {
                w ? ATW_WEIGHTING_LINEAR : ATW_WEIGHTING_LOG, nominal, 0, NULL};
            struct atw_arrhenius_fit fit;

            make_points(points, 673.15, 208.3e3, delta_T[_i], NULL);
            fit = fit_with(points, options);
            if (nominal == 0) {
                ck_assert_double_eq_tol(fit.delta_T_K[1], delta_T[_i], 1e-7);
                ck_assert_double_eq_tol(fit.Q_J_per_mol, 208.3e3, 1e-3);
                check_relative(fit.D0_m2_per_s,
                               1e-19 * exp(208.3e3 / 8.31446261815324 / 688.0), 1e-7);
            }
            /* with the colder one as nominal the model is another one, 2 % of dT off */
            ck_assert_double_eq_tol(fit.delta_T_K[1], delta_T[_i],
                                    nominal == 0 ? 1e-7
                                                 : 0.02 * fabs(delta_T[_i]) + 1e-7);
        }
    }
}
END_TEST

/* Spread of dT when the other particle is taken as nominal, over seeds. */
START_TEST(choice_of_the_nominal_particle_hardly_moves_dT_but_moves_Q)
{
    enum { SEEDS = 200 };
    struct atw_diffusivity_point points[N_POINTS];
    double noise[N_POINTS], ratio = 0.0;
    size_t below_median = 0, below_90 = 0;

    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct atw_arrhenius_fit first, second;

        make_noise(noise, N_POINTS, seed, 0.345);
        make_points(points, 673.0, 208e3, -34.0, noise);
        first = fit_with(points, (struct atw_arrhenius_options){.nominal_particle = 0});
        second = fit_with(points, (struct atw_arrhenius_options){.nominal_particle = 1});
        below_median += fabs(first.delta_T_K[1] - second.delta_T_K[1]) < 0.04;
        below_90 += fabs(first.delta_T_K[1] - second.delta_T_K[1]) < 0.12;
        ratio += second.Q_J_per_mol / first.Q_J_per_mol / SEEDS;
    }
    ck_assert_uint_ge(below_median, SEEDS / 2);
    ck_assert_uint_ge(below_90, SEEDS * 85 / 100);
    ck_assert_double_eq_tol(ratio, 230.0 / 208.0, 0.02);
}
END_TEST

START_TEST(intervals_are_student_t_or_normal)
{
    struct atw_diffusivity_point points[N_POINTS];
    double noise[N_POINTS];
    struct atw_arrhenius_options options = {0};
    struct atw_arrhenius_fit fit;

    make_noise(noise, N_POINTS, 3, 0.1);
    make_points(points, 673.0, 208e3, -34.0, noise);
    fit = fit_with(points, options);
    /* quantiles of Student's t with 5 degrees of freedom, from tables */
    check_relative((fit.interval_68_K[1][1] - fit.delta_T_K[1]) / fit.delta_T_std_K[1],
                   1.11, 2e-3);
    check_relative((fit.delta_T_K[1] - fit.interval_95_K[1][0]) / fit.delta_T_std_K[1],
                   2.570582, 1e-6);
    for (size_t i = 0; i < N_POINTS; i++)
        points[i].D_std_m2_per_s = 0.1 * points[i].D_m2_per_s;
    fit = fit_with(points, options);
    check_relative((fit.interval_68_K[1][1] - fit.delta_T_K[1]) / fit.delta_T_std_K[1],
                   1.0, 1e-9);
    check_relative((fit.delta_T_K[1] - fit.interval_95_K[1][0]) / fit.delta_T_std_K[1],
                   1.959964, 1e-6);
}
END_TEST

START_TEST(student_intervals_cover_as_often_as_they_say)
{
    enum { SEEDS = 400 };
    struct atw_diffusivity_point points[N_POINTS];
    double noise[N_POINTS];
    size_t covered_68 = 0, covered_95 = 0;

    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct atw_arrhenius_fit fit;

        make_noise(noise, N_POINTS, 1000 + seed, 0.15);
        make_points(points, 673.0, 208e3, -34.0, noise);
        fit = fit_with(points, (struct atw_arrhenius_options){0});
        covered_68 += fit.interval_68_K[1][0] < -34.0 && -34.0 < fit.interval_68_K[1][1];
        covered_95 += fit.interval_95_K[1][0] < -34.0 && -34.0 < fit.interval_95_K[1][1];
    }
    /* binomial deviations: 9.3 and 4.4 of 400 */
    ck_assert_msg(covered_68 > 240 && covered_68 < 305, "68 %%: %zu", covered_68);
    ck_assert_msg(covered_95 >= 360 && covered_95 <= 396, "95 %%: %zu", covered_95);
}
END_TEST

/* chi^2 at a given Q and dT with the best D0, by brute force. */
static double profile(const struct atw_diffusivity_point *points,
                      enum atw_weighting weighting,
                      double Q,
                      double delta_T)
{
    double shape[N_POINTS], largest = 0.0, my = 0.0, mm = 0.0, sum = 0.0;

    for (size_t i = 0; i < N_POINTS; i++) {
        double T_K = points[i].nominal_K + (points[i].particle ? delta_T : 0.0);
        double w = weighting == ATW_WEIGHTING_LOG ? 1.0 / points[i].D_m2_per_s : 1.0;

        largest = fmax(largest, points[i].D_m2_per_s);
        shape[i] = -Q / ATW_GAS_CONSTANT_J_PER_MOL_K * (1.0 / T_K - 1.0 / 688.0);
        mm += w * w * exp(2.0 * shape[i]);
        my += w * w * exp(shape[i]) * points[i].D_m2_per_s;
        sum += log(points[i].D_m2_per_s) - shape[i];
    }
    sum /= N_POINTS;
    for (size_t i = 0; i < N_POINTS; i++)
        shape[i] = weighting == ATW_WEIGHTING_LOG
                       ? shape[i] + sum - log(points[i].D_m2_per_s)
                       : (my / mm * exp(shape[i]) - points[i].D_m2_per_s) / largest;
    sum = 0.0;
    for (size_t i = 0; i < N_POINTS; i++)
        sum += shape[i] * shape[i];
    return sum;
}

static void check_against_grid(const struct atw_diffusivity_point *points,
                               enum atw_weighting weighting,
                               const struct atw_arrhenius_fit *fit,
                               int seed)
{
    check_relative(profile(points, weighting, fit->Q_J_per_mol, fit->delta_T_K[1]),
                   fit->chi_square, 1e-9);
    for (double Q = -100e3; Q <= 700e3; Q += 10e3)
        for (double delta_T = -200.0; delta_T <= 200.0; delta_T += 4.0)
            ck_assert_msg(
                profile(points, weighting, Q, delta_T) >= fit->chi_square * (1.0 - 1e-12),
                "seed %d weighting %d: lower at Q = %g, dT = %g than at %g, %g", seed,
                (int)weighting, Q, delta_T, fit->Q_J_per_mol, fit->delta_T_K[1]);
}

START_TEST(no_point_of_a_grid_is_below_the_reported_minimum)
{
    struct atw_diffusivity_point points[N_POINTS];
    double noise[N_POINTS];

    make_noise(noise, N_POINTS, (unsigned)_i, 0.4);
    make_points(points, 673.0, 208e3, -34.0, noise);
    for (int w = 0; w < 2; w++) {
        enum atw_weighting weighting = w ? ATW_WEIGHTING_LINEAR : ATW_WEIGHTING_LOG;
        struct atw_arrhenius_options options = {weighting, 0, 0, NULL};
        struct atw_arrhenius_fit fit = fit_with(points, options);

        check_against_grid(points, weighting, &fit, _i);
    }
}
END_TEST

/* Scatter by a factor e makes several minima, about one data set in twenty. */
START_TEST(the_lowest_of_several_minima_is_reported)
{
    struct atw_diffusivity_point points[N_POINTS];
    double noise[N_POINTS];

    make_noise(noise, N_POINTS, (unsigned)_i, 1.0);
    make_points(points, 673.0, 208e3, -34.0, noise);
    for (int w = 0; w < 2; w++) {
        enum atw_weighting weighting = w ? ATW_WEIGHTING_LINEAR : ATW_WEIGHTING_LOG;
        struct atw_arrhenius_options options = {weighting, 0, 0, NULL};
        struct atw_arrhenius_fit fit;

        err = (struct atw_error){0};
        if (atw_arrhenius_fit(&fit, points, N_POINTS, 2, &options, &err) == ATW_OK)
            check_against_grid(points, weighting, &fit, _i);
        else
            ck_assert_int_eq(err.status, ATW_EDIVERGED);
    }
}
END_TEST

/* Three particles: every origin tells the same story. */
START_TEST(origins_differ_by_a_shift_and_keep_the_covariance)
{
    struct atw_diffusivity_point points[N_POINTS + 3];
    struct atw_arrhenius_fit by_origin[3];
    double noise[N_POINTS];

    make_noise(noise, N_POINTS, 11, 0.1);
    make_points(points, 673.0, 208e3, -34.0, noise);
    for (size_t i = 0; i < 3; i++) {
        points[N_POINTS + i] = points[2 * i];
        points[N_POINTS + i].particle = 2;
        points[N_POINTS + i].nominal_K += 7.0;
    }
    for (size_t origin = 0; origin < 3; origin++) {
        struct atw_arrhenius_options options = {ATW_WEIGHTING_LOG, 1, origin, NULL};

        CHECK_OK(atw_arrhenius_fit(&by_origin[origin], points, N_POINTS + 3, 3, &options,
                                   &err));
    }
    for (size_t o = 0; o < 3; o++) {
        ck_assert_double_eq(by_origin[o].delta_T_K[o], 0.0);
        for (size_t p = 0; p < 3; p++) {
            ck_assert_double_eq_tol(by_origin[o].delta_T_K[p],
                                    by_origin[1].delta_T_K[p] - by_origin[1].delta_T_K[o],
                                    1e-10);
            check_relative(by_origin[o].delta_T_std_K[p], by_origin[p].delta_T_std_K[o],
                           1e-10);
        }
    }
}
END_TEST

START_TEST(one_particle_is_a_plain_arrhenius_fit)
{
    struct atw_diffusivity_point points[N_POINTS];
    struct atw_arrhenius_options options = {0};
    struct atw_arrhenius_fit fit;

    make_points(points, 673.0, 208e3, -34.0, NULL);
    CHECK_OK(atw_arrhenius_fit(&fit, points, N_TEMPERATURES, 1, &options, &err));
    check_relative(fit.Q_J_per_mol, 208e3, 1e-9);
    ck_assert_uint_eq(fit.degrees_of_freedom, 2);
}
END_TEST

START_TEST(bad_points_are_refused_by_name)
{
    const char *const names[] = {"centre", "edge"};
    struct atw_arrhenius_options options = {ATW_WEIGHTING_LOG, 0, 0, names};
    struct atw_diffusivity_point points[N_POINTS], good[N_POINTS];
    struct atw_arrhenius_fit fit, untouched;

    memset(&fit, 0x5a, sizeof fit);
    untouched = fit;
    make_points(good, 673.15, 208e3, -34.0, NULL);
#define CHECK_REFUSED(change, text)                                                      \
    do {                                                                                 \
        memcpy(points, good, sizeof points);                                             \
        change;                                                                          \
        CHECK_FAILS(atw_arrhenius_fit(&fit, points, N_POINTS, 2, &options, &err),        \
                    ATW_EINVAL, text);                                                   \
    } while (0)
    CHECK_REFUSED(points[5].D_m2_per_s = -1e-19, "particle edge at 683.15 K: D = -1e-19");
    CHECK_REFUSED(points[0].D_m2_per_s = 0.0, "particle centre at 673.15 K: D = 0");
    CHECK_REFUSED(points[0].D_m2_per_s = INFINITY, "positive and finite");
    CHECK_REFUSED(points[0].D_m2_per_s = NAN, "positive and finite");
    CHECK_REFUSED(points[1].nominal_K = -3.0, "nominal temperature -3 K");
    CHECK_REFUSED(points[3].D_std_m2_per_s = 1e-20, "for all points or for none");
    CHECK_REFUSED(for (size_t i = 0; i < N_POINTS; i++) points[i].D_std_m2_per_s = 0.0,
                  "standard deviation 0 m2/s");
    CHECK_REFUSED(for (size_t i = 0; i < N_POINTS; i++) points[i].nominal_K = 690.0,
                  "identical (particle centre: 690 K)");
    CHECK_REFUSED(for (size_t i = 0; i < N_POINTS; i++) points[i].particle = 0,
                  "particle edge has no points");
    CHECK_REFUSED(points[2].particle = 2, "point 3 belongs to particle 3 of 2");
    CHECK_FAILS(atw_arrhenius_fit(&fit, good, 3, 2, &options, &err), ATW_EINVAL,
                "3 points for 3 parameters; needs at least 4");
    CHECK_FAILS(atw_arrhenius_fit(&fit, good, N_POINTS, 0, &options, &err), ATW_EINVAL,
                "1 to 16");
    options.origin_particle = 2;
    CHECK_FAILS(atw_arrhenius_fit(&fit, good, N_POINTS, 2, &options, &err), ATW_EINVAL,
                "below the number of particles");
    options = (struct atw_arrhenius_options){0};
    CHECK_REFUSED(points[5].D_m2_per_s = -1e-19, "particle 2 at");
    ck_assert_int_eq(memcmp(&fit, &untouched, sizeof fit), 0);
}
END_TEST

START_TEST(unidentifiable_shifts_are_no_numbers)
{
    struct atw_arrhenius_options options = {0};
    struct atw_diffusivity_point points[N_POINTS];
    double noise[N_POINTS];
    struct atw_arrhenius_fit fit;

    make_points(points, 673.0, 0.0, 0.0, NULL);
    CHECK_FAILS(atw_arrhenius_fit(&fit, points, N_POINTS, 2, &options, &err),
                ATW_EDIVERGED, "D does not depend on temperature");
    /* Q can only be read off the hair's breadth between two temperatures of the second */
    for (size_t i = 0; i < N_POINTS; i++)
        points[i].nominal_K = 690.0 + (i == 7 ? 1e-6 : 0.0);
    for (size_t i = 0; i < N_POINTS; i++)
        points[i].D_m2_per_s =
            1e-19 * exp(-208e3 / ATW_GAS_CONSTANT_J_PER_MOL_K *
                        (1.0 / (points[i].nominal_K - (i < 4 ? 0.0 : 34.0)) - 1 / 690.0));
    CHECK_FAILS(atw_arrhenius_fit(&fit, points, N_POINTS, 2, &options, &err),
                ATW_EDIVERGED, "not identifiable together (condition number");
    make_noise(noise, N_POINTS, 3, 3.0); /* a seed with next to no slope */
    make_points(points, 673.0, 20e3, 0.0, noise);
    CHECK_FAILS(atw_arrhenius_fit(&fit, points, N_POINTS, 2, &options, &err),
                ATW_EDIVERGED, "above the temperature");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arrhenius");
    TCase *tests = tcase_create("arrhenius");

    tcase_add_loop_test(tests, agrees_with_scipy_curve_fit_to_six_digits, 0, 8);
    tcase_add_loop_test(tests, propagates_errors_as_the_linear_theory, 0, 4);
    tcase_add_test(tests, correlations_are_those_of_the_linear_theory);
    tcase_add_test(tests, first_and_last_points_have_the_known_leverage);
    tcase_add_test(tests, relative_noise_hurts_the_linear_fit_as_predicted);
    tcase_add_loop_test(tests, noise_free_data_give_the_truth_for_both_references, 0, 4);
    tcase_add_test(tests, choice_of_the_nominal_particle_hardly_moves_dT_but_moves_Q);
    tcase_add_test(tests, intervals_are_student_t_or_normal);
    tcase_add_test(tests, student_intervals_cover_as_often_as_they_say);
    tcase_add_loop_test(tests, no_point_of_a_grid_is_below_the_reported_minimum, 0, 20);
    tcase_add_loop_test(tests, the_lowest_of_several_minima_is_reported, 0, 60);
    tcase_add_test(tests, origins_differ_by_a_shift_and_keep_the_covariance);
    tcase_add_test(tests, one_particle_is_a_plain_arrhenius_fit);
    tcase_add_test(tests, bad_points_are_refused_by_name);
    tcase_add_test(tests, unidentifiable_shifts_are_no_numbers);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
