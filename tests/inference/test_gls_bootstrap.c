/* Estimator `gls` with experiments drawn again: a chain in closed form whose
 * diffusivities are off by
 *
 *   ln D_found - ln D = b_p - SLOPE ln(S / S0) + e_k - e_(k-1),
 *
 * S up to the end of the step and e_k normal: neighbours err in opposite directions. */
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
#define SLOPE 0.15
#define NOISE 0.04
#define DATA_SEED 1000u /* those of draws are below */

static const double bias[] = {0.2, 0.6};

static struct atw_error err;

struct bench {
    struct atw_observed_particle particle[2];
    struct atw_observations observations;
    struct atw_estimates estimates;
    struct atw_forward_model model;
    size_t calls;
    unsigned seed;
    double missing; /* share of draws in which the last interval of A has no D */
    enum atw_status failure;
};

static double true_D(size_t particle, double T_K)
{
    return 5e-20 * exp(-TRUE_Q_J_PER_MOL / ATW_GAS_CONSTANT_J_PER_MOL_K *
                       (1.0 / (T_K + (double)particle * TRUE_DELTA_T_K) - 1.0 / 673.15));
}

/* What the chain finds of a particle with these S. */
static void see(struct atw_interval_result *interval,
                size_t particle,
                const double *S_m2,
                unsigned seed)
{
    double before_m2 = 0.0, error = 0.0;

    for (unsigned k = 0; k < N_STEPS; k++) {
        double next = NOISE * atw_test_deviate(seed, (unsigned)particle * N_STEPS + k);
        double D = (S_m2[k] - before_m2) / DWELL_S;

        D *= exp(bias[particle] - SLOPE * log(S_m2[k] / S0_M2) + next - error);
        interval[k] = (struct atw_interval_result){D, 0.05 * D, "ok"};
        before_m2 = S_m2[k];
        error = next;
    }
}

static enum atw_status intervals_again(void *context,
                                       const double *S_m2,
                                       size_t draw,
                                       struct atw_interval_result **interval,
                                       struct atw_error *failure)
{
    struct bench *bench = context;
    unsigned seed = 7919u * bench->seed + (unsigned)draw;

    bench->calls++;
    if (bench->failure != ATW_OK)
        return atw_error_set(failure, bench->failure, "the chain broke");
    *interval = calloc(2 * ATW_STEPS_MAX, sizeof **interval);
    ck_assert_ptr_nonnull(*interval);
    for (size_t p = 0; p < 2; p++)
        see(*interval + p * ATW_STEPS_MAX, p, S_m2 + p * ATW_STEPS_MAX, seed);
    if (atw_test_uniform(seed, 500) < bench->missing)
        (*interval)[N_STEPS - 1] = (struct atw_interval_result){NAN, NAN, "saturated"};
    return ATW_OK;
}

static void set_up(struct bench *bench, size_t n_draws, unsigned seed)
{
    *bench = (struct bench){.seed = seed};
    bench->estimates.interval =
        calloc(2 * ATW_STEPS_MAX, sizeof *bench->estimates.interval);
    ck_assert_ptr_nonnull(bench->estimates.interval);
    for (size_t p = 0; p < 2; p++) {
        struct atw_observed_particle *particle = &bench->particle[p];
        double S_m2[N_STEPS], sum_m2 = 0.0;

        particle->name = p ? "B" : "A";
        particle->n_steps = N_STEPS;
        for (size_t k = 0; k < N_STEPS; k++) {
            particle->nominal_K[k] = 673.15 + 10.0 * (double)k;
            particle->dwell_s[k] = DWELL_S;
            particle->alloying_degree[k] = 0.5;
            particle->alloying_degree_std[k] = 0.003;
            S_m2[k] = sum_m2 += DWELL_S * true_D(p, particle->nominal_K[k]);
        }
        see(bench->estimates.interval + p * ATW_STEPS_MAX, p, S_m2,
            DATA_SEED * (seed + 1u) + 77u);
    }
    bench->observations = (struct atw_observations){.n_particles = 2,
                                                    .particles = bench->particle,
                                                    .frame_K = 298.15,
                                                    .gls_draws = n_draws};
    bench->model =
        (struct atw_forward_model){.context = bench, .intervals_again = intervals_again};
}

static const struct atw_estimate *run(struct bench *bench)
{
    CHECK_OK(atw_estimator_gls.run(&bench->observations, &bench->model, &bench->estimates,
                                   &err));
    ck_assert_uint_eq(bench->estimates.count, 2);
    return &bench->estimates.estimate[0];
}

/* Without it the shift is off by 8 K. */
START_TEST(bias_is_taken_off_and_the_errors_are_right)
{
    enum { SEEDS = 200, DRAWS = 30 };
    double sum = 0.0, square = 0.0, std = 0.0, plain = 0.0;
    int covered = 0;

    for (unsigned seed = 0; seed < SEEDS; seed++) {
        const struct atw_estimate *one;
        struct bench bench;
        double error;

        set_up(&bench, DRAWS, seed);
        one = run(&bench);
        ck_assert_str_eq(one->weighting, "bootstrap");
        ck_assert_str_eq(one->status, "ok");
        ck_assert_uint_eq(bench.calls, 2 * DRAWS);
        error = one->delta_T_K - TRUE_DELTA_T_K;
        sum += error / SEEDS;
        square += error * error / SEEDS;
        std += one->std_K / SEEDS;
        covered += one->interval_95_K[0] < TRUE_DELTA_T_K &&
                   one->interval_95_K[1] > TRUE_DELTA_T_K;
        atw_estimates_clear(&bench.estimates);
        set_up(&bench, 0, seed);
        plain += (run(&bench)->delta_T_K - TRUE_DELTA_T_K) / SEEDS;
        ck_assert_str_eq(bench.estimates.estimate[0].weighting, "coupled");
        ck_assert_uint_eq(bench.calls, 0);
        atw_estimates_clear(&bench.estimates);
    }
    printf("bias %.3f K, RMSE %.3f K, mean std %.3f K, %d of %d in 95 %%; bias without "
           "bootstrap %.1f K\n",
           sum, sqrt(square), std, covered, SEEDS, plain);
    ck_assert_double_gt(plain, 4.0);
    ck_assert_double_lt(fabs(sum), 0.35);
    ck_assert_double_gt(std, 0.8 * sqrt(square));
    ck_assert_double_lt(std, 1.15 * sqrt(square));
    ck_assert_int_ge(covered, 180);
    ck_assert_int_lt(covered, SEEDS);
}
END_TEST

START_TEST(intervals_that_often_have_no_D_are_left_out)
{
    struct bench bench;

    set_up(&bench, 30, 3);
    bench.missing = 0.3;
    ck_assert_uint_eq(run(&bench)->n_points, 2 * N_STEPS - 1);
    atw_estimates_clear(&bench.estimates);
    set_up(&bench, 30, 3);
    bench.missing = 0.02;
    ck_assert_uint_eq(run(&bench)->n_points, 2 * N_STEPS);
    atw_estimates_clear(&bench.estimates);
}
END_TEST

START_TEST(too_few_draws_are_told_and_left_out)
{
    struct bench bench;

    set_up(&bench, N_STEPS + 2, 0);
    ck_assert_str_eq(run(&bench)->weighting, "coupled");
    ck_assert_uint_eq(bench.calls, N_STEPS + 2);
    atw_estimates_clear(&bench.estimates);
}
END_TEST

START_TEST(failures_of_the_chain_are_passed_on)
{
    struct bench bench;

    set_up(&bench, 10, 0);
    bench.failure = ATW_ENOMEM;
    CHECK_FAILS(
        atw_estimator_gls.run(&bench.observations, &bench.model, &bench.estimates, &err),
        ATW_ENOMEM, "the chain broke");
    ck_assert_uint_eq(bench.estimates.count, 0);
    atw_estimates_clear(&bench.estimates);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gls_bootstrap");
    TCase *tests = tcase_create("gls_bootstrap");

    tcase_add_test(tests, bias_is_taken_off_and_the_errors_are_right);
    tcase_add_test(tests, intervals_that_often_have_no_D_are_left_out);
    tcase_add_test(tests, too_few_draws_are_told_and_left_out);
    tcase_add_test(tests, failures_of_the_chain_are_passed_on);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
