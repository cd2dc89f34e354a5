/* Estimator `gls` on diffusivities made from degrees of alloying in closed form,
 *
 *   A_after = 1 - (1 - A_before) exp(-D t / S0),   dA / d ln S = (1 - A_after) D t / S0.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "inference/estimator.h"
#include "support/support.h"

#define N_STEPS 4
#define TRUE_Q_J_PER_MOL 197e3
#define TRUE_DELTA_T_K (-21.0)
#define S0_M2 1.5e-17
#define DWELL_S 117.0
#define STD 0.003

static struct atw_error err;

struct bench {
    struct atw_observed_particle particle[2];
    struct atw_observations observations;
    struct atw_estimates estimates;
};

static double true_D(double T_K)
{
    return 5e-20 * exp(-TRUE_Q_J_PER_MOL / ATW_GAS_CONSTANT_J_PER_MOL_K *
                       (1.0 / T_K - 1.0 / 673.15));
}

/* dT at a set point of the given mean, which is at 688.15 K. */
static double delta_at(double nominal_K, int is_proportional)
{
    return TRUE_DELTA_T_K * (is_proportional ? (nominal_K - 298.15) / 390.0 : 1.0);
}

/* Degrees with an error of `std`, and the diffusivities that follow from them. */
static void set_up(struct bench *bench, unsigned seed, double std, int is_proportional)
{
    *bench = (struct bench){0};
    bench->estimates.interval =
        calloc(2 * ATW_STEPS_MAX, sizeof *bench->estimates.interval);
    ck_assert_ptr_nonnull(bench->estimates.interval);
    for (unsigned p = 0; p < 2; p++) {
        struct atw_observed_particle *particle = &bench->particle[p];
        double true_before = 0.0, before = 0.0;

        particle->name = p ? "B" : "A";
        particle->n_steps = N_STEPS;
        for (unsigned k = 0; k < N_STEPS; k++) {
            double T_K = 673.15 + 10.0 * k;
            double local_K = T_K + (p ? delta_at(T_K, is_proportional) : 0.0);
            double after =
                1.0 - (1.0 - true_before) * exp(-true_D(local_K) * DWELL_S / S0_M2);
            double measured = after + std * atw_test_deviate(seed, p * N_STEPS + k);
            double S = S0_M2 * log((1.0 - before) / (1.0 - measured));
            double slope = (1.0 - measured) * S / S0_M2;

            particle->nominal_K[k] = T_K;
            particle->dwell_s[k] = DWELL_S;
            particle->alloying_degree[k] = measured;
            particle->alloying_degree_std[k] = STD;
            bench->estimates.interval[p * ATW_STEPS_MAX + k] =
                (struct atw_interval_result){
                    .D_m2_per_s = S / DWELL_S,
                    .D_std_m2_per_s = S / DWELL_S * hypot(STD, k ? STD : 0.0) / slope,
                    .status = "ok"};
            true_before = after;
            before = measured;
        }
    }
    bench->observations = (struct atw_observations){
        .n_particles = 2, .particles = bench->particle, .frame_K = 298.15};
}

static const struct atw_estimate *run(struct bench *bench, size_t model)
{
    const struct atw_forward_model none = {0}; /* the diffusivities are there */

    CHECK_OK(atw_estimator_gls.run(&bench->observations, &none, &bench->estimates, &err));
    ck_assert_uint_eq(bench->estimates.count, 2);
    return &bench->estimates.estimate[model];
}

START_TEST(exact_diffusivities_give_the_exact_shift)
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
    ck_assert_double_gt(fabs(wrong->delta_T_K - TRUE_DELTA_T_K), 0.2);
    ck_assert_double_lt(right->interval_95_K[0], right->interval_68_K[0]);
    ck_assert_double_gt(right->interval_95_K[1], right->interval_68_K[1]);
    atw_estimates_clear(&bench.estimates);
}
END_TEST

/* The covariance is right to about a third: both degrees of an interval are taken to
 * weigh alike. Weighting must make the answer better than counting every interval alike.
 */
START_TEST(knowing_the_covariance_makes_dT_more_certain)
{
    enum { SEEDS = 300 };
    double gls_square = 0.0, log_square = 0.0, std = 0.0;

    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct atw_diffusivity_point points[2 * N_STEPS];
        struct atw_arrhenius_options options = {.weighting = ATW_WEIGHTING_LOG};
        struct atw_arrhenius_fit fit;
        const struct atw_estimate *one;
        struct bench bench;

        set_up(&bench, seed, STD, 0);
        one = run(&bench, 0);
        for (size_t i = 0; i < 2 * N_STEPS; i++)
            points[i] = (struct atw_diffusivity_point){
                .particle = i / N_STEPS,
                .nominal_K = 673.15 + 10.0 * (double)(i % N_STEPS),
                .D_m2_per_s =
                    bench.estimates.interval[i / N_STEPS * ATW_STEPS_MAX + i % N_STEPS]
                        .D_m2_per_s,
                .D_std_m2_per_s = NAN};
        CHECK_OK(atw_arrhenius_fit(&fit, points, 2 * N_STEPS, 2, &options, &err));
        gls_square += pow(one->delta_T_K - TRUE_DELTA_T_K, 2.0) / SEEDS;
        log_square += pow(fit.delta_T_K[1] - TRUE_DELTA_T_K, 2.0) / SEEDS;
        std += one->std_K / SEEDS;
        atw_estimates_clear(&bench.estimates);
    }
    printf("RMSE: gls %.3f K, log %.3f K; mean std of gls %.3f K\n", sqrt(gls_square),
           sqrt(log_square), std);
    ck_assert_double_lt(sqrt(gls_square), 0.9 * sqrt(log_square));
    ck_assert_double_gt(std / sqrt(gls_square), 0.75);
    ck_assert_double_lt(std / sqrt(gls_square), 1.5);
}
END_TEST

START_TEST(insensitive_intervals_are_left_out)
{
    struct bench bench;

    set_up(&bench, 0, 0.0, 0);
    /* a slope of 0.02, and a D that would spoil the fit */
    bench.estimates.interval[3].D_m2_per_s *= 5.0;
    bench.estimates.interval[3].D_std_m2_per_s =
        bench.estimates.interval[3].D_m2_per_s * sqrt(2.0) * STD / 0.02;
    ck_assert_double_eq_tol(run(&bench, 0)->delta_T_K, TRUE_DELTA_T_K, 1e-6);
    ck_assert_uint_eq(bench.estimates.estimate[0].n_points, 7);
    atw_estimates_clear(&bench.estimates);
}
END_TEST

static void check_no_number(struct bench *bench, const char *text)
{
    const struct atw_estimate *one = run(bench, 0);

    ck_assert_msg(strstr(one->status, text) != NULL, "'%s'", one->status);
    ck_assert(isnan(one->delta_T_K) && isnan(one->std_K) && isnan(one->Q_J_per_mol));
    atw_estimates_clear(&bench->estimates);
}

START_TEST(says_why_there_is_no_number)
{
    struct bench bench;

    set_up(&bench, 0, 0.0, 0);
    bench.estimates.interval[1].D_std_m2_per_s = NAN;
    check_no_number(&bench, "particle A, step 2: the deviation");
    set_up(&bench, 0, 0.0, 0);
    for (size_t k = 0; k < N_STEPS; k++)
        bench.estimates.interval[k].status = "saturated";
    check_no_number(&bench, "4 diffusivities (0 insensitive ones left out)");
    set_up(&bench, 0, 0.0, 0);
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < N_STEPS; k++)
            bench.particle[p].nominal_K[k] = 673.15;
    check_no_number(&bench, "dT is not identifiable");
    set_up(&bench, 0, 0.0, 0);
    bench.observations.n_particles = 1;
    CHECK_FAILS(atw_estimator_gls.run(&bench.observations, NULL, &bench.estimates, &err),
                ATW_EINVAL, "1 particles");
    atw_estimates_clear(&bench.estimates);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gls");
    TCase *tests = tcase_create("gls");

    tcase_add_loop_test(tests, exact_diffusivities_give_the_exact_shift, 0, 2);
    tcase_add_test(tests, knowing_the_covariance_makes_dT_more_certain);
    tcase_add_test(tests, insensitive_intervals_are_left_out);
    tcase_add_test(tests, says_why_there_is_no_number);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
