/* Estimator `direct` on values of ln S in closed form, with correlated errors. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/constants.h"
#include "inference/estimator.h"
#include "inference/ln_S.h"
#include "support/support.h"

enum { N_STEPS = 4 };

#define TRUE_Q_J_PER_MOL 197e3
#define TRUE_DELTA_T_K (-21.0)

static struct atw_error err;

struct bench {
    struct atw_observed_particle particle[2];
    struct atw_observations observations;
    struct atw_ln_S_measured measured[2];
    enum atw_status status; /* of the fit to the counts */
    struct atw_estimates estimates;
};

static enum atw_status fit_counts(void *context,
                                  size_t particle,
                                  struct atw_ln_S_measured *measured,
                                  struct atw_error *error)
{
    const struct bench *bench = context;

    *measured = bench->measured[particle];
    if (bench->status != ATW_OK)
        return atw_error_set(error, bench->status, "the counts are odd");
    return ATW_OK;
}

static double true_D(double T_K)
{
    return 5e-20 * exp(-TRUE_Q_J_PER_MOL / ATW_GAS_CONSTANT_J_PER_MOL_K *
                       (1.0 / T_K - 1.0 / 673.15));
}

/* dT at a set point; the mean is that of 688.15 K. */
static double delta_at(double nominal_K, int is_proportional)
{
    return TRUE_DELTA_T_K * (is_proportional ? (nominal_K - 298.15) / 390.0 : 1.0);
}

/* Errors: std * (own deviate + 0.7 of one that all steps of the particle share). */
static void set_up(struct bench *bench, unsigned seed, double noise, int is_proportional)
{
    const double std = 0.004, shared = 0.7;

    *bench = (struct bench){0};
    for (unsigned p = 0; p < 2; p++) {
        struct atw_observed_particle *particle = &bench->particle[p];
        struct atw_ln_S_measured *measured = &bench->measured[p];
        double S_m2 = 0.0,
               common = noise * std * shared * atw_test_deviate(seed, 100 + p);

        particle->name = p ? "B" : "A";
        particle->n_steps = measured->n_steps = N_STEPS;
        measured->deviance = (struct atw_deviance){1000.0, 1010.0, 2000.0, 1000};
        measured->n_parameters = 10;
        for (unsigned k = 0; k < N_STEPS; k++) {
            double T_K = 673.15 + 10.0 * k;

            particle->nominal_K[k] = T_K;
            particle->dwell_s[k] = 117.0;
            S_m2 += 117.0 * true_D(T_K + (p ? delta_at(T_K, is_proportional) : 0.0));
            measured->ln_S[k] = log(S_m2) + common +
                                noise * std * atw_test_deviate(seed, p * N_STEPS + k);
            for (unsigned i = 0; i < N_STEPS; i++)
                measured->covariance[k * N_STEPS + i] =
                    std * std * (shared * shared + (i == k ? 1.0 : 0.0));
        }
    }
    bench->observations = (struct atw_observations){
        .n_particles = 2, .particles = bench->particle, .frame_K = 298.15};
}

static const struct atw_estimate *run(struct bench *bench, size_t model)
{
    const struct atw_forward_model forward = {.context = bench,
                                              .ln_S_from_counts = fit_counts};

    CHECK_OK(atw_estimator_direct.run(&bench->observations, &forward, &bench->estimates,
                                      &err));
    ck_assert_uint_eq(bench->estimates.count, 2);
    return &bench->estimates.estimate[model];
}

START_TEST(exact_values_give_the_exact_shift)
{
    struct bench bench;
    const struct atw_estimate *right, *wrong;

    set_up(&bench, 0, 0.0, _i);
    right = run(&bench, (size_t)_i);
    wrong = &bench.estimates.estimate[1 - _i];
    ck_assert_str_eq(right->status, "ok");
    ck_assert_str_eq(right->delta_T_model, _i ? "proportional" : "constant");
    ck_assert_double_eq_tol(right->delta_T_K, TRUE_DELTA_T_K, 1e-6);
    ck_assert_double_eq_tol(right->Q_J_per_mol, TRUE_Q_J_PER_MOL, 1e-2);
    ck_assert_double_eq_tol(
        right->D0_m2_per_s /
            (5e-20 * exp(TRUE_Q_J_PER_MOL / ATW_GAS_CONSTANT_J_PER_MOL_K / 673.15)),
        1.0, 1e-5);
    ck_assert_double_eq_tol(right->deviance_ratio, 1.0, 1e-12);
    ck_assert_double_gt(fabs(wrong->delta_T_K - TRUE_DELTA_T_K), 0.05);
    ck_assert_double_eq_tol(right->interval_95_K[1] - right->interval_95_K[0],
                            2.0 * 1.95996 * right->std_K, 0.02 * right->std_K);
    ck_assert_double_eq_tol(right->interval_68_K[1] - right->interval_68_K[0],
                            2.0 * right->std_K, 0.02 * right->std_K);
    atw_estimates_clear(&bench.estimates);
}
END_TEST

/* Scatter, deviations and intervals agree over many seeds. */
START_TEST(intervals_hold_the_truth_as_often_as_they_say)
{
    enum { SEEDS = 400 };
    double square = 0.0, variance = 0.0;
    int in_68 = 0, in_95 = 0;

    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        struct bench bench;
        const struct atw_estimate *estimate;
        double error;

        set_up(&bench, seed, 1.0, 1);
        estimate = run(&bench, 1);
        error = estimate->delta_T_K - TRUE_DELTA_T_K;
        square += error * error / SEEDS;
        variance += estimate->std_K * estimate->std_K / SEEDS;
        in_68 += TRUE_DELTA_T_K > estimate->interval_68_K[0] &&
                 TRUE_DELTA_T_K < estimate->interval_68_K[1];
        in_95 += TRUE_DELTA_T_K > estimate->interval_95_K[0] &&
                 TRUE_DELTA_T_K < estimate->interval_95_K[1];
        atw_estimates_clear(&bench.estimates);
    }
    ck_assert_double_eq_tol(square / variance, 1.0, 4.0 * sqrt(2.0 / SEEDS));
    /* 4 binomial deviations */
    ck_assert_int_ge(in_68, (int)(SEEDS * (0.6827 - 4.0 * sqrt(0.22 / SEEDS))));
    ck_assert_int_le(in_68, (int)(SEEDS * (0.6827 + 4.0 * sqrt(0.22 / SEEDS))));
    ck_assert_int_ge(in_95, (int)(SEEDS * (0.95 - 4.0 * sqrt(0.0475 / SEEDS))));
    ck_assert_int_le(in_95, (int)(SEEDS * (0.95 + 3.9 * sqrt(0.0475 / SEEDS))));
}
END_TEST

/* A step that tells next to nothing weighs nothing, whatever it says. */
START_TEST(saturated_steps_are_left_out)
{
    struct bench bench, whole;
    const struct atw_estimate *estimate;
    double std_K;

    set_up(&whole, 3, 0.0, 0);
    std_K = run(&whole, 0)->std_K;
    set_up(&bench, 3, 0.0, 0);
    bench.measured[0].ln_S[3] += 2.0;
    bench.measured[0].covariance[15] = 1.0;
    estimate = run(&bench, 0);
    ck_assert_str_eq(estimate->status, "ok");
    ck_assert_uint_eq(estimate->n_points, 7);
    ck_assert_double_eq_tol(estimate->delta_T_K, TRUE_DELTA_T_K, 1e-6);
    ck_assert_double_gt(estimate->std_K, std_K);
    atw_estimates_clear(&bench.estimates);
    atw_estimates_clear(&whole.estimates);
}
END_TEST

START_TEST(too_much_deviance_widens)
{
    struct bench bench, good;
    const struct atw_estimate *estimate;
    double std_K;

    set_up(&good, 3, 0.0, 0);
    std_K = run(&good, 0)->std_K;
    set_up(&bench, 3, 0.0, 0);
    bench.measured[1].deviance.value = 1018.0;
    bench.measured[1].deviance.variance = 4.0;
    estimate = run(&bench, 0);
    ck_assert_str_eq(estimate->status, "ok");
    ck_assert_double_eq_tol(estimate->deviance_ratio, 1.018, 1e-9);
    ck_assert_double_eq_tol(estimate->std_K, sqrt(1.018) * std_K, 1e-6);
    ck_assert_double_eq_tol(estimate->interval_68_K[1] - estimate->interval_68_K[0],
                            2.0 * sqrt(1.018) * std_K, 0.005 * std_K);
    ck_assert_double_eq_tol(estimate->delta_T_K, TRUE_DELTA_T_K, 1e-6);
    atw_estimates_clear(&bench.estimates);
    atw_estimates_clear(&good.estimates);
}
END_TEST

/* A particle that is not the model gets no number, which would be wrong by more than any
 * deviation says. */
START_TEST(another_particle_is_refused)
{
    struct bench bench;
    const struct atw_estimate *estimate;

    set_up(&bench, 3, 0.0, 0);
    bench.measured[1].deviance.value = 1025.0;
    bench.measured[1].deviance.variance = 4.0;
    estimate = run(&bench, 0);
    ck_assert_ptr_nonnull(strstr(estimate->status, "particle B is not what was assumed"));
    ck_assert_ptr_nonnull(strstr(estimate->status, "1.02 allowed"));
    ck_assert_double_eq_tol(estimate->deviance_ratio, 1.025, 1e-9);
    ck_assert_double_nan(estimate->delta_T_K);
    ck_assert_double_nan(estimate->interval_95_K[0]);
    atw_estimates_clear(&bench.estimates);
}
END_TEST

/* Steps that no D, Q and dT explain: their scatter sets the scale. */
START_TEST(misfit_of_the_steps_widens)
{
    struct bench bench;
    const struct atw_estimate *estimate;

    set_up(&bench, 3, 20.0, 0);
    estimate = run(&bench, 0);
    ck_assert_double_gt(estimate->chi_square, 100.0);
    ck_assert_ptr_nonnull(strstr(estimate->status, "misses ln S of the series"));
    ck_assert_double_gt(estimate->std_K, 1.0);
    /* Student's t of 5 degrees of freedom: 2.5706 */
    ck_assert_double_eq_tol((estimate->interval_95_K[1] - estimate->interval_95_K[0]) /
                                estimate->std_K,
                            2.0 * 2.5706, 0.3);
    atw_estimates_clear(&bench.estimates);
}
END_TEST

static void expect_status(struct bench *bench, const char *text)
{
    const struct atw_estimate *estimate = run(bench, 0);

    ck_assert_msg(strstr(estimate->status, text) != NULL, "'%s' is not in '%s'", text,
                  estimate->status);
    ck_assert_double_nan(estimate->delta_T_K);
    atw_estimates_clear(&bench->estimates);
}

START_TEST(refusals)
{
    const struct atw_forward_model none = {0};
    struct bench bench;

    set_up(&bench, 3, 0.0, 0);
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < N_STEPS; k++) {
            bench.particle[p].nominal_K[k] = 673.15;
            bench.measured[p].ln_S[k] = log(6e-18 * (double)(k + 1)) - (p ? 1.7 : 0.0);
        }
    expect_status(&bench, "not identifiable");

    set_up(&bench, 3, 0.0, 0);
    for (size_t k = 0; k < N_STEPS; k++)
        bench.measured[1].covariance[k * (N_STEPS + 1)] = 4.0;
    expect_status(&bench, "particle B has no step whose S is known");

    set_up(&bench, 3, 0.0, 0);
    for (size_t p = 0; p < 2; p++) {
        bench.particle[p].n_steps = bench.measured[p].n_steps = 1;
        bench.measured[p].covariance[0] = 1e-6;
    }
    expect_status(&bench, "2 steps whose S is known for 3 parameters");

    set_up(&bench, 3, 0.0, 0);
    bench.status = ATW_EDIVERGED;
    expect_status(&bench, "particle A: the counts are odd");
    bench.status = ATW_ENOMEM;
    CHECK_FAILS(
        atw_estimator_direct.run(&bench.observations,
                                 &(struct atw_forward_model){
                                     .context = &bench, .ln_S_from_counts = fit_counts},
                                 &bench.estimates, &err),
        ATW_ENOMEM, "the counts are odd");
    ck_assert_uint_eq(bench.estimates.count, 0);
    CHECK_FAILS(
        atw_estimator_direct.run(&bench.observations, &none, &bench.estimates, &err),
        ATW_EINVAL, "does not fit tilt series");
    atw_estimates_clear(&bench.estimates);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("direct");
    TCase *tests = tcase_create("direct");

    tcase_add_loop_test(tests, exact_values_give_the_exact_shift, 0, 2);
    tcase_add_test(tests, intervals_hold_the_truth_as_often_as_they_say);
    tcase_add_test(tests, saturated_steps_are_left_out);
    tcase_add_test(tests, too_much_deviance_widens);
    tcase_add_test(tests, another_particle_is_refused);
    tcase_add_test(tests, misfit_of_the_steps_widens);
    tcase_add_test(tests, refusals);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
