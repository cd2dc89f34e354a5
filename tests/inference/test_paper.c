/* Estimator `paper` on a forward model with a closed form:
 *
 *   degree after = 1 - (1 - degree before) exp(-S / S0)
 *
 * so that the diffusivity behind a pair of degrees is known exactly. */
#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "inference/arrhenius_data.h"
#include "inference/delta_T_model.h"
#include "inference/estimator.h"
#include "inference/interval.h"
#include "support/support.h"

#define PARTICLES_MAX 3
#define DWELL_S 120.0
#define TRUE_Q_J_PER_MOL 208.3e3
#define D_400C_M2_PER_S 5e-20

static struct atw_error err;

struct bench {
    double S0_m2[PARTICLES_MAX];
    struct atw_observed_particle particle[PARTICLES_MAX];
    size_t calls[PARTICLES_MAX]; /* of the forward model */
    size_t failing_particle;     /* its forward model fails; PARTICLES_MAX: none */
    struct atw_observations observations;
    struct atw_forward_model model;
};

static double degree_before(const struct atw_observed_particle *particle, size_t step)
{
    return step > 0 ? particle->alloying_degree[step - 1] : 0.0;
}

static enum atw_status degree_after(void *context,
                                    size_t particle,
                                    size_t step,
                                    double S_m2,
                                    double *degree,
                                    struct atw_error *model_err)
{
    struct bench *bench = context;

    bench->calls[particle]++;
    if (particle >= bench->failing_particle)
        return atw_error_set(model_err, ATW_EINTERNAL, "broken at %zu", particle);
    *degree = 1.0 - (1.0 - degree_before(&bench->particle[particle], step)) *
                        exp(-S_m2 / bench->S0_m2[particle]);
    return ATW_OK;
}

static double true_D(double T_K)
{
    return D_400C_M2_PER_S * exp(-TRUE_Q_J_PER_MOL / ATW_GAS_CONSTANT_J_PER_MOL_K *
                                 (1.0 / T_K - 1.0 / 673.15));
}

/* Degrees as measured; each interval's ln D moved by ln_noise[particle * 4 + step]. The
 * particles differ in size, and their dwell times are not all the same. */
static void set_up(struct bench *bench,
                   const double *delta_T,
                   size_t n_particles,
                   const double *noise)
{
    *bench = (struct bench){.S0_m2 = {1.1e-17, 1.3e-17, 0.9e-17},
                            .failing_particle = PARTICLES_MAX};
    for (size_t p = 0; p < n_particles; p++) {
        struct atw_observed_particle *particle = &bench->particle[p];

        particle->name = p == 0 ? "A" : p == 1 ? "B" : "C";
        particle->n_steps = N_TEMPERATURES;
        for (size_t k = 0; k < N_TEMPERATURES; k++) {
            double D, T_K = 673.15 + 10.0 * (double)k;

            D = true_D(T_K + delta_T[p]) *
                (noise ? exp(noise[p * N_TEMPERATURES + k]) : 1.0);
            particle->nominal_K[k] = T_K;
            particle->dwell_s[k] = DWELL_S - 20.0 * (double)k;
            particle->alloying_degree[k] =
                1.0 - (1.0 - degree_before(particle, k)) *
                          exp(-D * particle->dwell_s[k] / bench->S0_m2[p]);
            particle->alloying_degree_std[k] = NAN;
        }
    }
    bench->observations = (struct atw_observations){.n_particles = n_particles,
                                                    .particles = bench->particle};
    bench->model =
        (struct atw_forward_model){.context = bench, .degree_after = degree_after};
}

static struct atw_estimates run(struct bench *bench)
{
    struct atw_estimates estimates = {0};

    CHECK_OK(
        atw_estimator_paper.run(&bench->observations, &bench->model, &estimates, &err));
    return estimates;
}

START_TEST(recovers_diffusivities_and_shifts_exactly)
{
    static const double shifts[] = {0.0, -5.0, -34.0, 12.0};
    double delta_T[2] = {0.0, shifts[_i]};
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench, delta_T, 2, NULL);
    estimates = run(&bench);
    ck_assert_uint_eq(estimates.count, 8);
    for (size_t p = 0; p < 2; p++) {
        for (size_t k = 0; k < N_TEMPERATURES; k++) {
            const struct atw_interval_result *interval =
                &estimates.interval[p * ATW_STEPS_MAX + k];
            double D = true_D(bench.particle[p].nominal_K[k] + delta_T[p]);

            ck_assert_str_eq(interval->status, "ok");
            ck_assert_double_eq_tol(interval->D_m2_per_s / D, 1.0, 5e-4);
            ck_assert_double_nan(interval->D_std_m2_per_s);
        }
    }
    for (size_t i = 0; i < 4; i++) {
        const struct atw_estimate *estimate = &estimates.estimate[i];

        ck_assert_str_eq(estimate->status, "ok");
        ck_assert_str_eq(estimate->estimator, "paper");
        ck_assert_str_eq(estimate->weighting, i < 2 ? "log" : "linear");
        ck_assert_uint_eq(estimate->particle, 1);
        ck_assert_uint_eq(estimate->nominal_particle, i % 2);
        ck_assert_uint_eq(estimate->n_points, 8);
        ck_assert_uint_eq(estimate->degrees_of_freedom, 5);
        /* 4e-4 in ln D times 23 to 34 K per unit; or the other model, 2 % of dT off */
        ck_assert_double_eq_tol(estimate->delta_T_K, shifts[_i],
                                i % 2 == 0 ? 1e-2 : 1e-2 + 0.02 * fabs(shifts[_i]));
        if (i % 2 == 0)
            ck_assert_double_eq_tol(estimate->Q_J_per_mol, TRUE_Q_J_PER_MOL, 50.0);
    }
    atw_estimates_clear(&estimates);
}
END_TEST

/* A chip's dT: the model that says so finds it, the published one bends Q instead. */
START_TEST(proportional_difference_is_found_by_its_model)
{
    static const double delta_T[2] = {0.0, -34.0};
    struct bench bench;
    struct atw_observed_particle *B = &bench.particle[1];
    struct atw_estimates estimates;
    const struct atw_estimate *constant, *proportional;

    set_up(&bench, delta_T, 2, NULL);
    bench.observations.frame_K = 298.15;
    for (size_t k = 0; k < N_TEMPERATURES; k++) {
        double share = atw_delta_T_share(ATW_DELTA_T_PROPORTIONAL, B->nominal_K,
                                         B->dwell_s, B->n_steps, 298.15, k);
        double D = true_D(B->nominal_K[k] + share * delta_T[1]);

        B->alloying_degree[k] =
            1.0 - (1.0 - degree_before(B, k)) * exp(-D * B->dwell_s[k] / bench.S0_m2[1]);
    }
    estimates = run(&bench);
    constant = &estimates.estimate[0];
    proportional = &estimates.estimate[4];
    printf("  dT, Q: constant %.3f K, %.1f kJ/mol; proportional %.3f, %.1f\n",
           constant->delta_T_K, constant->Q_J_per_mol * 1e-3, proportional->delta_T_K,
           proportional->Q_J_per_mol * 1e-3);
    ck_assert_str_eq(constant->delta_T_model, "constant");
    ck_assert_str_eq(proportional->delta_T_model, "proportional");
    ck_assert_str_eq(proportional->weighting, "log");
    ck_assert_double_eq_tol(proportional->delta_T_K, -34.0, 1e-2);
    ck_assert_double_eq_tol(proportional->Q_J_per_mol, TRUE_Q_J_PER_MOL, 50.0);
    ck_assert_double_gt(fabs(constant->Q_J_per_mol - TRUE_Q_J_PER_MOL), 5e3);
    ck_assert_double_lt(proportional->chi_square, 0.01 * constant->chi_square);
    atw_estimates_clear(&estimates);
}
END_TEST

START_TEST(the_reference_turns_the_sign)
{
    static const double delta_T[2] = {0.0, -34.0};
    struct bench bench;
    struct atw_estimates to_A, to_B;

    set_up(&bench, delta_T, 2, NULL);
    to_A = run(&bench);
    bench.observations.reference = 1;
    to_B = run(&bench);
    ck_assert_uint_eq(to_B.count, 8);
    for (size_t i = 0; i < 8; i++) {
        /* the first is nominal = reference: A there, B here */
        const struct atw_estimate *a = &to_A.estimate[i], *b = &to_B.estimate[i ^ 1];

        ck_assert_uint_eq(a->nominal_particle, b->nominal_particle);
        ck_assert_uint_eq(b->particle, 0);
        ck_assert_double_eq_tol(a->delta_T_K, -b->delta_T_K, 1e-9);
        ck_assert_double_eq_tol(a->std_K, b->std_K, 1e-9);
        ck_assert_double_eq_tol(a->interval_95_K[0], -b->interval_95_K[1], 1e-9);
    }
    atw_estimates_clear(&to_A);
    atw_estimates_clear(&to_B);
}
END_TEST

START_TEST(intervals_out_of_reach_are_flagged_and_left_out)
{
    static const double delta_T[2] = {0.0, -34.0};
    struct bench bench;
    struct atw_estimates estimates;
    const struct atw_interval_result *A;

    set_up(&bench, delta_T, 2, NULL);
    bench.particle[0].alloying_degree[3] = 1.01;
    bench.particle[0].alloying_degree[1] = bench.particle[0].alloying_degree[0] - 0.02;
    bench.particle[1].alloying_degree[3] = NAN;
    estimates = run(&bench);
    A = estimates.interval;
    ck_assert_str_eq(A[3].status, "saturated");
    ck_assert_str_eq(A[1].status, "no progress");
    ck_assert_str_eq(A[ATW_STEPS_MAX + 3].status, "not measured");
    ck_assert_double_nan(A[3].D_m2_per_s);
    ck_assert_double_nan(A[1].D_m2_per_s);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(estimates.estimate[i].status, "ok");
        ck_assert_uint_eq(estimates.estimate[i].n_points, 5);
    }
    atw_estimates_clear(&estimates);
}
END_TEST

START_TEST(too_few_intervals_are_explained_not_invented)
{
    static const double delta_T[2] = {0.0, -34.0};
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench, delta_T, 2, NULL);
    for (size_t k = 1; k < N_TEMPERATURES; k++)
        bench.particle[0].alloying_degree[k] = 1.02;
    for (size_t k = 2; k < N_TEMPERATURES; k++)
        bench.particle[1].alloying_degree[k] = NAN;
    estimates = run(&bench);
    ck_assert_uint_eq(estimates.count, 8);
    for (size_t i = 0; i < 8; i++) {
        const struct atw_estimate *estimate = &estimates.estimate[i];

        ck_assert_double_nan(estimate->delta_T_K);
        ck_assert_double_nan(estimate->std_K);
        ck_assert_double_nan(estimate->interval_68_K[0]);
        ck_assert_double_nan(estimate->interval_95_K[1]);
        ck_assert_double_nan(estimate->Q_J_per_mol);
        ck_assert_ptr_nonnull(strstr(estimate->status, "3 points for 3 parameters"));
        ck_assert_ptr_nonnull(strstr(estimate->status, "A step 2 saturated"));
        ck_assert_ptr_nonnull(strstr(estimate->status, "B step 3 not measured"));
    }
    bench.particle[0].n_steps = 0;
    atw_estimates_clear(&estimates);
    estimates = run(&bench);
    ck_assert_ptr_nonnull(
        strstr(estimates.estimate[0].status, "particle A has no diffusivity"));
    atw_estimates_clear(&estimates);
}
END_TEST

START_TEST(a_hopeless_particle_does_not_spoil_the_others)
{
    static const double delta_T[3] = {0.0, -34.0, -10.0};
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench, delta_T, 3, NULL);
    estimates = run(&bench);
    ck_assert_uint_eq(estimates.count, 24);
    ck_assert_double_eq_tol(estimates.estimate[0].delta_T_K, -34.0, 1e-2);
    ck_assert_double_eq_tol(estimates.estimate[1].delta_T_K, -10.0, 1e-2);
    ck_assert_uint_eq(estimates.estimate[1].particle, 2);
    atw_estimates_clear(&estimates);
    for (size_t k = 0; k < N_TEMPERATURES; k++)
        bench.particle[1].alloying_degree[k] = 1.1;
    estimates = run(&bench);
    ck_assert_double_nan(estimates.estimate[0].delta_T_K);
    ck_assert_ptr_nonnull(strstr(estimates.estimate[0].status, "no diffusivity"));
    ck_assert_str_eq(estimates.estimate[1].status, "ok");
    ck_assert_double_eq_tol(estimates.estimate[1].delta_T_K, -10.0, 1e-2);
    ck_assert_uint_eq(estimates.estimate[1].n_points, 8);
    atw_estimates_clear(&estimates);
}
END_TEST

START_TEST(deviations_of_degrees_become_those_of_D)
{
    static const double delta_T[2] = {0.0, -34.0};
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench, delta_T, 2, NULL);
    for (size_t k = 0; k < N_TEMPERATURES; k++)
        bench.particle[1].alloying_degree_std[k] = 0.01;
    estimates = run(&bench);
    for (size_t k = 0; k < N_TEMPERATURES; k++) {
        const struct atw_interval_result *interval =
            &estimates.interval[ATW_STEPS_MAX + k];
        double x = interval->D_m2_per_s * bench.particle[1].dwell_s[k] / bench.S0_m2[1];
        double slope = (1.0 - degree_before(&bench.particle[1], k)) * x * exp(-x);
        double expected = 0.01 * (k ? sqrt(2.0) : 1.0) / slope;

        ck_assert_double_eq_tol(interval->D_std_m2_per_s / interval->D_m2_per_s, expected,
                                0.2 * expected);
        ck_assert_double_nan(estimates.interval[k].D_std_m2_per_s);
    }
    atw_estimates_clear(&estimates);
}
END_TEST

/* All diffusivities 50 times the literature's, on a particle seven times as large. */
START_TEST(later_intervals_start_from_the_diffusivity_before)
{
    static const double delta_T[2] = {0.0, -34.0};
    struct bench bench, large;
    struct atw_estimates estimates;
    size_t calls_first;

    set_up(&bench, delta_T, 2, NULL);
    large = bench;
    large.model.context = &large;
    large.observations.particles = large.particle;
    for (size_t p = 0; p < 2; p++) {
        large.S0_m2[p] *= 50.0;
        large.particle[p].n_steps = 1;
    }
    estimates = run(&large);
    calls_first = large.calls[0];
    atw_estimates_clear(&estimates);
    large.particle[0].n_steps = N_TEMPERATURES;
    large.calls[0] = 0;
    estimates = run(&large);
    ck_assert_double_eq_tol(estimates.interval[3].D_m2_per_s / true_D(703.15), 50.0,
                            0.01);
    ck_assert_msg(large.calls[0] - calls_first <= 3 * 6, "%zu calls after the first %zu",
                  large.calls[0] - calls_first, calls_first);
    atw_estimates_clear(&estimates);
}
END_TEST

/* 4 standard deviations of a standard deviation from n normal numbers: 4 / sqrt(2 n). */
START_TEST(reported_deviation_is_the_spread_over_seeds)
{
    enum { SEEDS = 300 };
    static const double delta_T[2] = {0.0, -34.0};
    double sum = 0.0, sum_squares = 0.0, sum_variance = 0.0, std;
    double noise[2 * N_TEMPERATURES];

    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct bench bench;
        struct atw_estimates estimates;

        make_noise(noise, 2 * N_TEMPERATURES, seed, 0.05);
        set_up(&bench, delta_T, 2, noise);
        estimates = run(&bench);
        ck_assert_str_eq(estimates.estimate[0].status, "ok");
        sum += estimates.estimate[0].delta_T_K;
        sum_squares += pow(estimates.estimate[0].delta_T_K, 2.0);
        sum_variance += pow(estimates.estimate[0].std_K, 2.0);
        atw_estimates_clear(&estimates);
    }
    std = sqrt((sum_squares - sum * sum / SEEDS) / (SEEDS - 1));
    /* 23.2 K per unit deviation of ln D at 208 kJ/mol and -34 K */
    ck_assert_double_eq_tol(std, 23.2 * 0.05, 23.2 * 0.05 * 4.0 / sqrt(2.0 * SEEDS));
    /* chi^2 with 5 degrees of freedom spreads by sqrt(2 / 5) */
    ck_assert_double_eq_tol(sum_variance / SEEDS / (std * std), 1.0,
                            4.0 * sqrt(0.4 / SEEDS + 2.0 / SEEDS));
    ck_assert_double_eq_tol(sum / SEEDS, -34.0, 4.0 * std / sqrt(SEEDS) + 0.05);
}
END_TEST

START_TEST(threads_do_not_change_a_bit)
{
    static const double delta_T[3] = {0.0, -34.0, 5.0};
    double noise[3 * N_TEMPERATURES];
    struct bench bench;
    struct atw_estimates one, many;

    make_noise(noise, 3 * N_TEMPERATURES, 5, 0.2);
    set_up(&bench, delta_T, 3, noise);
    atw_parallel_set_thread_count(1);
    one = run(&bench);
    atw_parallel_set_thread_count(3);
    many = run(&bench);
    ck_assert_uint_eq(one.count, many.count);
    for (size_t i = 0; i < one.count; i++) {
        ck_assert(one.estimate[i].delta_T_K == many.estimate[i].delta_T_K);
        ck_assert(one.estimate[i].std_K == many.estimate[i].std_K);
    }
    for (size_t i = 0; i < 3 * ATW_STEPS_MAX; i++)
        ck_assert(one.interval[i].D_m2_per_s == many.interval[i].D_m2_per_s);
    atw_estimates_clear(&one);
    atw_estimates_clear(&many);
}
END_TEST

START_TEST(failures_name_the_particle_and_change_nothing)
{
    static const double delta_T[3] = {0.0, -34.0, 5.0};
    struct bench bench;
    struct atw_estimates estimates = {0};

    set_up(&bench, delta_T, 3, NULL);
    bench.failing_particle = 1;
    CHECK_FAILS(
        atw_estimator_paper.run(&bench.observations, &bench.model, &estimates, &err),
        ATW_EINTERNAL, "particle B, step 1: broken at 1");
    bench.failing_particle = PARTICLES_MAX;
#define CHECK_REFUSED(change, text)                                                      \
    do {                                                                                 \
        set_up(&bench, delta_T, 3, NULL);                                                \
        change;                                                                          \
        CHECK_FAILS(atw_estimator_paper.run(&bench.observations, &bench.model,           \
                                            &estimates, &err),                           \
                    ATW_EINVAL, text);                                                   \
    } while (0)
    CHECK_REFUSED(bench.observations.n_particles = 1, "needs 2 to 16");
    CHECK_REFUSED(bench.observations.reference = 3, "reference particle 4 of 3");
    CHECK_REFUSED(bench.particle[1].n_steps = ATW_STEPS_MAX + 1, "particle B has 65");
    CHECK_REFUSED(bench.particle[1].nominal_K[2] = 0.0, "particle B, step 3: 0 K");
    CHECK_REFUSED(bench.particle[0].dwell_s[0] = -1.0, "for -1 s");
    CHECK_REFUSED(bench.particle[0].alloying_degree[0] = INFINITY, "infinite");
    ck_assert_uint_eq(estimates.count, 0);
    ck_assert_ptr_null(estimates.estimate);
    ck_assert_ptr_null(estimates.interval);
    atw_estimates_clear(&estimates);
    atw_estimates_clear(NULL);
}
END_TEST

START_TEST(repeated_runs_append_and_keep_the_last_intervals)
{
    static const double delta_T[2] = {0.0, -34.0};
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench, delta_T, 2, NULL);
    estimates = run(&bench);
    CHECK_OK(
        atw_estimator_paper.run(&bench.observations, &bench.model, &estimates, &err));
    ck_assert_uint_eq(estimates.count, 16);
    ck_assert(estimates.estimate[8].delta_T_K == estimates.estimate[0].delta_T_K);
    atw_estimates_clear(&estimates);
    ck_assert_ptr_null(estimates.interval);
}
END_TEST

START_TEST(estimators_are_found_by_name)
{
    const struct atw_estimator *estimator;

    for (size_t i = 0; atw_estimators[i]; i++) {
        CHECK_OK(atw_estimator_find(&estimator, atw_estimators[i]->name, &err));
        ck_assert_ptr_eq(estimator, atw_estimators[i]);
        ck_assert_uint_gt(strlen(estimator->description), 10);
    }
    CHECK_FAILS(atw_estimator_find(&estimator, "papper", &err), ATW_EINVAL,
                "unknown estimator 'papper'; known: paper");
    ck_assert_ptr_null(estimator);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("paper");
    TCase *tests = tcase_create("paper");

    tcase_add_loop_test(tests, recovers_diffusivities_and_shifts_exactly, 0, 4);
    tcase_add_test(tests, proportional_difference_is_found_by_its_model);
    tcase_add_test(tests, the_reference_turns_the_sign);
    tcase_add_test(tests, intervals_out_of_reach_are_flagged_and_left_out);
    tcase_add_test(tests, too_few_intervals_are_explained_not_invented);
    tcase_add_test(tests, a_hopeless_particle_does_not_spoil_the_others);
    tcase_add_test(tests, deviations_of_degrees_become_those_of_D);
    tcase_add_test(tests, later_intervals_start_from_the_diffusivity_before);
    tcase_add_test(tests, reported_deviation_is_the_spread_over_seeds);
    tcase_add_test(tests, threads_do_not_change_a_bit);
    tcase_add_test(tests, failures_name_the_particle_and_change_nothing);
    tcase_add_test(tests, repeated_runs_append_and_keep_the_last_intervals);
    tcase_add_test(tests, estimators_are_found_by_name);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
