/* Estimator `bayes` on a forward model with a closed form, against the posterior summed
 * over a grid, against `joint`, and over many seeds. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "inference/bayes_internal.h"
#include "inference/estimator.h"
#include "support/support.h"

#define N_STEPS 4
#define TRUE_Q_J_PER_MOL 197e3
#define TRUE_DELTA_T_K (-21.0)
#define D_400C_M2_PER_S 5e-20
#define S0_M2 1.2e-17
#define R_J_PER_MOL_K ATW_GAS_CONSTANT_J_PER_MOL_K

static struct atw_error err;

struct bench {
    struct atw_observed_particle particle[2];
    struct atw_observations observations;
    struct atw_forward_model model;
    struct atw_bayes_options options;
    enum atw_status failure;
};

static enum atw_status variance_from_start(void *context,
                                           size_t particle,
                                           size_t step,
                                           double S_m2,
                                           double *variance_left,
                                           struct atw_error *model_err)
{
    const struct bench *bench = context;

    (void)particle;
    (void)step;
    if (bench->failure != ATW_OK)
        return atw_error_set(model_err, bench->failure, "the model broke");
    *variance_left = exp(-S_m2 / S0_M2);
    return ATW_OK;
}

static size_t like_first(void *context, size_t particle, size_t step)
{
    (void)context;
    (void)particle;
    (void)step;
    return 0;
}

/* What is left after each step; Q, dT and a factor of S may differ from the truth. */
static void fill_steps(struct atw_observed_particle *particle, double delta_T_K)
{
    double S_m2 = 0.0;

    particle->n_steps = N_STEPS;
    for (size_t k = 0; k < N_STEPS; k++) {
        double T_K = 673.15 + 10.0 * (double)k;

        particle->nominal_K[k] = T_K;
        particle->dwell_s[k] = 117.0;
        S_m2 += 117.0 * D_400C_M2_PER_S *
                exp(-TRUE_Q_J_PER_MOL / R_J_PER_MOL_K *
                    (1.0 / (T_K + delta_T_K) - 1.0 / 673.15));
        particle->variance_left[k] = exp(-S_m2 / S0_M2);
        particle->variance_left_std[k] = NAN;
        particle->alloying_degree[k] = NAN;
    }
}

static void set_up(struct bench *bench)
{
    *bench = (struct bench){.options = ATW_BAYES_DEFAULTS};
    bench->particle[0].name = "A";
    bench->particle[1].name = "B";
    fill_steps(&bench->particle[0], 0.0);
    fill_steps(&bench->particle[1], TRUE_DELTA_T_K);
    bench->observations = (struct atw_observations){.n_particles = 2,
                                                    .particles = bench->particle,
                                                    .frame_K = 298.15,
                                                    .bayes = &bench->options};
    bench->model = (struct atw_forward_model){.context = bench,
                                              .variance_from_start = variance_from_start,
                                              .like_step = like_first};
}

/* Errors of every step, and what the steps of a particle share. */
static void
add_noise(struct bench *bench, unsigned seed, double own, double unheated, double alloyed)
{
    for (unsigned p = 0; p < 2; p++) {
        double u = unheated * atw_test_deviate(seed, 100 + p),
               v = alloyed * atw_test_deviate(seed, 110 + p);

        for (unsigned k = 0; k < N_STEPS; k++) {
            double *left = &bench->particle[p].variance_left[k];

            *left = (*left - v) / (1.0 + u - v) +
                    own * atw_test_deviate(seed, p * N_STEPS + k);
            bench->particle[p].variance_left_std[k] =
                hypot(own, hypot(unheated, alloyed));
            bench->particle[p].variance_errors[k] =
                (struct atw_variance_errors){own, unheated, alloyed};
        }
    }
}

static void know_totals_only(struct bench *bench, double std)
{
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < N_STEPS; k++) {
            bench->particle[p].variance_left_std[k] = std;
            bench->particle[p].variance_errors[k] =
                (struct atw_variance_errors){NAN, NAN, NAN};
        }
}

static struct atw_estimates run(struct bench *bench)
{
    struct atw_estimates estimates = {0};

    CHECK_OK(
        atw_estimator_bayes.run(&bench->observations, &bench->model, &estimates, &err));
    ck_assert_uint_eq(estimates.count, 2);
    ck_assert_str_eq(estimates.estimate[0].delta_T_model, "constant");
    ck_assert_str_eq(estimates.estimate[1].delta_T_model, "proportional");
    return estimates;
}

/* ---- against a grid ------------------------------------------------------- */

struct moments {
    double mean, std;
};

/* Errors r of the steps of a particle, own errors and shared ones: chi^2 of the normal
 * distribution with covariance own^2 1 + a a' + b b' by two steps of Sherman and
 * Morrison.
 */
static double chi_square(const double *r, double own, const double *a, const double *b)
{
    double ra = 0.0, rb = 0.0, aa = 0.0, bb = 0.0, ab = 0.0, rr = 0.0, scale = own * own;

    for (size_t k = 0; k < N_STEPS; k++) {
        rr += r[k] * r[k] / scale;
        ra += r[k] * a[k] / scale;
        rb += r[k] * b[k] / scale;
        aa += a[k] * a[k] / scale;
        bb += b[k] * b[k] / scale;
        ab += a[k] * b[k] / scale;
    }
    rr -= ra * ra / (1.0 + aa);
    rb -= ra * ab / (1.0 + aa);
    bb -= ab * ab / (1.0 + aa);
    return rr - rb * rb / (1.0 + bb);
}

/* chi^2 of a particle at ln D(T_ref), Q and dT, from the closed form. */
static double chi_square_of(const struct bench *bench,
                            size_t p,
                            const double theta[3],
                            double T_ref_K,
                            const struct atw_variance_errors *errors)
{
    double r[N_STEPS], a[N_STEPS], b[N_STEPS], S = 0.0;

    for (size_t k = 0; k < N_STEPS; k++) {
        double left = bench->particle[p].variance_left[k];
        double T = bench->particle[p].nominal_K[k] + (p ? theta[2] : 0.0);

        S += 117.0 * exp(theta[0] - theta[1] / R_J_PER_MOL_K * (1.0 / T - 1.0 / T_ref_K));
        r[k] = left - exp(-S / S0_M2);
        a[k] = errors->unheated * left;
        b[k] = errors->alloyed * (1.0 - left);
    }
    return chi_square(r, errors->own, a, b);
}

/* Marginal of dT over a grid of (ln D, Q, dT): a normal prior of Q, known deviations, the
 * shared errors, which are nearly linear, integrated in closed form. */
static struct moments grid_delta_T(const struct bench *bench,
                                   const struct atw_variance_errors *errors)
{
    enum { N = 61 };
    double T_ref = 4.0 / (1 / 673.15 + 1 / 683.15 + 1 / 693.15 + 1 / 703.15);
    double weight = 0.0, sum = 0.0, square = 0.0;
    double ln_D = log(D_400C_M2_PER_S) -
                  TRUE_Q_J_PER_MOL / R_J_PER_MOL_K * (1.0 / T_ref - 1.0 / 673.15);

    for (int i = 0; i < N * N * N; i++) {
        const double theta[] = {ln_D + 0.6 * (i % N - N / 2) / N,
                                190e3 + 80e3 * (i / N % N - N / 2) / N,
                                TRUE_DELTA_T_K + 22.0 * (i / N / N - N / 2) / N};
        double density = exp(-0.5 * (pow((theta[1] - 190e3) / 9e3, 2.0) +
                                     chi_square_of(bench, 0, theta, T_ref, errors) +
                                     chi_square_of(bench, 1, theta, T_ref, errors)));

        weight += density;
        sum += density * theta[2];
        square += density * theta[2] * theta[2];
    }
    sum /= weight;
    return (struct moments){sum, sqrt(square / weight - sum * sum)};
}

START_TEST(agrees_with_the_posterior_summed_over_a_grid)
{
    static const struct atw_variance_errors all[] = {{0.02, 0.0, 0.0},
                                                     {0.012, 0.015, 0.02}};
    struct bench bench;
    struct atw_estimates estimates;
    const struct atw_estimate *constant;
    struct moments expected;

    set_up(&bench);
    add_noise(&bench, 1, all[_i].own, all[_i].unheated, all[_i].alloyed);
    if (_i == 0)
        know_totals_only(&bench, all[_i].own);
    bench.options.Q_std_J_per_mol = 9e3;
    bench.options.delta_T_std_K = 1e4;
    bench.options.model_error_scale = 0.0;
    estimates = run(&bench);
    expected = grid_delta_T(&bench, &all[_i]);
    constant = &estimates.estimate[0];
    ck_assert_str_eq(constant->status, "ok");
    ck_assert_double_eq_tol(constant->delta_T_K, expected.mean, 0.12 * expected.std);
    ck_assert_double_eq_tol(constant->std_K / expected.std, 1.0, 0.06);
    ck_assert_double_gt(constant->effective_samples, 2000.0);
    ck_assert_double_lt(constant->r_hat, 1.0101);
    atw_estimates_clear(&estimates);
}
END_TEST

/* ---- against joint -------------------------------------------------------- */

START_TEST(small_errors_without_a_prior_give_what_joint_gives)
{
    const double std = 0.002;
    struct bench bench;
    struct atw_estimates bayes, joint = {0};

    set_up(&bench);
    add_noise(&bench, 3, std, 0.0, 0.0);
    know_totals_only(&bench, std);
    bench.options.Q_std_J_per_mol = 0.0;
    bench.options.model_error_scale = 0.0;
    bayes = run(&bench);
    CHECK_OK(atw_estimator_joint.run(&bench.observations, &bench.model, &joint, &err));
    for (size_t m = 0; m < 2; m++) {
        const struct atw_estimate *a = &bayes.estimate[m], *b = &joint.estimate[m];

        ck_assert_double_eq_tol(a->delta_T_K, b->delta_T_K, 0.15 * b->std_K);
        ck_assert_double_eq_tol(a->std_K / b->std_K, 1.0, 0.06);
        ck_assert_double_eq_tol(a->Q_J_per_mol, b->Q_J_per_mol,
                                0.15 * b->Q_std_J_per_mol);
        ck_assert_double_eq_tol(a->Q_std_J_per_mol / b->Q_std_J_per_mol, 1.0, 0.06);
        for (int end = 0; end < 2; end++) {
            ck_assert_double_eq_tol(a->interval_68_K[end], b->interval_68_K[end],
                                    0.2 * b->std_K);
            ck_assert_double_eq_tol(a->interval_95_K[end], b->interval_95_K[end],
                                    0.3 * b->std_K);
        }
    }
    atw_estimates_clear(&bayes);
    atw_estimates_clear(&joint);
}
END_TEST

/* ---- priors and nuisances ------------------------------------------------- */

/* One set point says nothing about Q: its prior is all there is, and dT, known as
 * ln (D_B / D_A) = Q dT / (R T (T + dT)) at given Q, follows from it. A width of dT that
 * goes as 1 / Q weighs Q by as much, which moves its mean by -std^2 / Q. */
START_TEST(one_temperature_is_enough_with_a_prior_of_Q)
{
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench);
    for (size_t p = 0; p < 2; p++)
        bench.particle[p].n_steps = 1;
    know_totals_only(&bench, 0.005);
    bench.options.model_error_scale = 0.0;
    estimates = run(&bench);
    ck_assert_str_eq(estimates.estimate[0].status, "ok");
    ck_assert_double_eq_tol(estimates.estimate[0].Q_J_per_mol,
                            190e3 - 20e3 * 20e3 / 190e3, 1.5e3);
    ck_assert_double_eq_tol(estimates.estimate[0].Q_std_J_per_mol, 20e3, 1e3);
    ck_assert_double_eq_tol(estimates.estimate[0].delta_T_K,
                            TRUE_DELTA_T_K * 197.0 / 187.9, 0.4);
    ck_assert_double_eq_tol(estimates.estimate[0].std_K,
                            21.0 * 197.0 * 20.0 / 187.9 / 187.9, 0.4);
    atw_estimates_clear(&estimates);
}
END_TEST

/* Lengths of B are 2 % wrong: S is 4 % off, which is 0.04 R T^2 / Q = 0.76 K. */
START_TEST(uncertain_lengths_widen_dT_as_they_should)
{
    double T_K = 688.0 + TRUE_DELTA_T_K, per_K;
    struct bench bench;
    struct atw_estimates exact, uncertain;

    set_up(&bench);
    add_noise(&bench, 5, 0.001, 0.0, 0.0);
    know_totals_only(&bench, 0.001);
    bench.options.model_error_scale = 0.0;
    exact = run(&bench);
    bench.options.length_std = 0.02;
    uncertain = run(&bench);
    per_K = TRUE_Q_J_PER_MOL / R_J_PER_MOL_K / (T_K * T_K);
    ck_assert_double_eq_tol(
        sqrt(pow(uncertain.estimate[0].std_K, 2.0) - pow(exact.estimate[0].std_K, 2.0)),
        0.04 / per_K * sqrt(2.0), 0.1);
    atw_estimates_clear(&exact);
    atw_estimates_clear(&uncertain);
}
END_TEST

/* Errors that all steps share are found again in the draws where they outweigh the
 * others.
 */
START_TEST(shared_errors_are_parameters)
{
    double mean = 0.0, count = 0.0;
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench);
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < N_STEPS; k++) {
            double *left = &bench.particle[p].variance_left[k];

            *left = (*left - 0.03) / (1.0 - 0.03);
            bench.particle[p].variance_errors[k] =
                (struct atw_variance_errors){1e-3, 1e-9, 0.02};
        }
    bench.options.model_error_scale = 0.0;
    estimates = run(&bench);
    ck_assert_double_eq_tol(estimates.estimate[0].delta_T_K, TRUE_DELTA_T_K,
                            3.0 * estimates.estimate[0].std_K);
    for (size_t i = 0; i < estimates.n_posterior; i++)
        if (strcmp(estimates.posterior[i].delta_T_model, "constant") == 0 &&
            estimates.posterior[i].particle == 0) {
            mean += estimates.posterior[i].alloyed_error;
            count += 1.0;
        }
    ck_assert_double_eq(count, 1000.0);
    ck_assert_double_eq_tol(mean / count, 1.5, 0.25);
    atw_estimates_clear(&estimates);
}
END_TEST

/* ---- model error ---------------------------------------------------------- */

/* Share of the draws whose model error is below the limit. */
static double share_below(const struct atw_estimates *estimates, double limit)
{
    double below = 0.0, count = 0.0;

    for (size_t i = 0; i < estimates->n_posterior; i++)
        if (strcmp(estimates->posterior[i].delta_T_model, "constant") == 0 &&
            estimates->posterior[i].particle == 0) {
            below += estimates->posterior[i].model_error < limit;
            count += 1.0;
        }
    ck_assert_double_eq(count, 1000.0);
    return below / count;
}

/* Data that say nothing leave the prior: quartiles of the half-Cauchy distribution. */
START_TEST(model_error_is_half_cauchy)
{
    const double scale = 2e-3, pi = 3.14159265358979324;
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench);
    know_totals_only(&bench, 30.0);
    bench.options.model_error_scale = scale;
    estimates = run(&bench);
    for (int quarter = 1; quarter < 4; quarter++)
        ck_assert_double_eq_tol(share_below(&estimates, scale * tan(quarter * pi / 8.0)),
                                0.25 * quarter, 0.05);
    atw_estimates_clear(&estimates);
}
END_TEST

/* The model misses every degree by 2 %, ten times what noise would: the model error says
 * so, and walkers do not lose themselves where there is none. */
START_TEST(a_misfit_is_found_in_the_model_error)
{
    const double miss = 0.02;
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench);
    add_noise(&bench, 1, 0.002, 0.0, 0.0);
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < N_STEPS; k++)
            bench.particle[p].variance_left[k] += (k + p) % 2 ? miss : -miss;
    estimates = run(&bench);
    ck_assert_str_eq(estimates.estimate[0].status, "ok");
    ck_assert_double_lt(share_below(&estimates, 0.5 * miss), 0.05);
    ck_assert_double_gt(share_below(&estimates, 3.0 * miss), 0.95);
    atw_estimates_clear(&estimates);
}
END_TEST

/* ---- verdicts ------------------------------------------------------------- */

static void check_no_number(const struct atw_estimate *estimate, const char *text)
{
    ck_assert_msg(strstr(estimate->status, text) != NULL, "'%s' lacks '%s'",
                  estimate->status, text);
    ck_assert(isnan(estimate->delta_T_K) && isnan(estimate->std_K) &&
              isnan(estimate->Q_J_per_mol) && isnan(estimate->D0_m2_per_s));
    for (int end = 0; end < 2; end++)
        ck_assert(isnan(estimate->interval_68_K[end]) &&
                  isnan(estimate->interval_95_K[end]));
}

START_TEST(short_chains_get_no_blessing)
{
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench);
    add_noise(&bench, 5, 0.003, 0.003, 0.003);
    bench.options.n_steps_max = 40;
    estimates = run(&bench);
    check_no_number(&estimates.estimate[0], "longer than can be told from it");
    atw_estimates_clear(&estimates);
    bench.options.n_steps_max = 400;
    estimates = run(&bench);
    check_no_number(&estimates.estimate[0], "too short to trust after 400 steps");
    ck_assert_double_gt(estimates.estimate[0].r_hat, 0.0);
    ck_assert_uint_eq(estimates.n_posterior, 0);
    atw_estimates_clear(&estimates);
}
END_TEST

enum { ENSEMBLES = 4, WALKERS = 8, KEPT = 4000 };

/* White noise in two parameters; ensemble e is off by e * apart in the second. */
static void make_chains(struct atw_chains *chains, double *value, double apart)
{
    *chains = (struct atw_chains){.n_parameters = 2,
                                  .n_ensembles = ENSEMBLES,
                                  .n_walkers = WALKERS,
                                  .keep_every = 1,
                                  .n_kept = KEPT,
                                  .value = value};
    for (unsigned i = 0; i < KEPT; i++)
        for (unsigned w = 0; w < ENSEMBLES * WALKERS; w++)
            for (unsigned j = 0; j < 2; j++)
                value[(i * ENSEMBLES * WALKERS + w) * 2 + j] =
                    sqrt(12.0) * (atw_test_uniform(2 * w + j, i) - 0.5) +
                    (j == 1 ? apart * (double)(w / WALKERS) : 0.0);
}

/* Ensembles that do not mix, but move as fast as can be within themselves: only R-hat
 * sees it, and only in one parameter. */
START_TEST(ensembles_that_disagree_are_not_healthy)
{
    static double value[ENSEMBLES * WALKERS * KEPT * 2];
    struct atw_chain_health health;
    struct atw_chains chains;

    make_chains(&chains, value, 0.0);
    CHECK_OK(atw_chains_check_health(&health, &chains, 0, &err));
    ck_assert(atw_chains_are_healthy(&health, 2000.0));
    ck_assert(!atw_chains_are_healthy(&health, 2.0 * KEPT * ENSEMBLES * WALKERS));
    health.n_steps = 49.0 * health.autocorrelation_steps;
    ck_assert(!atw_chains_are_healthy(&health, 2000.0));
    make_chains(&chains, value, 0.2);
    CHECK_OK(atw_chains_check_health(&health, &chains, 0, &err));
    printf("  R-hat %.3f, %.0f effective samples, %.1f steps of %.0f\n", health.r_hat,
           health.effective_samples, health.autocorrelation_steps, health.n_steps);
    ck_assert_double_gt(health.effective_samples, 2000.0);
    ck_assert_double_gt(health.n_steps, 50.0 * health.autocorrelation_steps);
    ck_assert(!atw_chains_are_healthy(&health, 2000.0));
}
END_TEST

START_TEST(data_that_say_nothing_are_not_identifiable)
{
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench);
    know_totals_only(&bench, 30.0);
    bench.options.model_error_scale = 0.0;
    estimates = run(&bench);
    check_no_number(&estimates.estimate[0], "dT is not identifiable");
    atw_estimates_clear(&estimates);
}
END_TEST

START_TEST(a_particle_without_degrees_is_named)
{
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench);
    for (size_t k = 0; k < N_STEPS; k++)
        bench.particle[1].variance_left[k] = NAN;
    estimates = run(&bench);
    check_no_number(&estimates.estimate[0], "particle B has no degree of alloying");
    atw_estimates_clear(&estimates);
}
END_TEST

START_TEST(failures_of_the_model)
{
    struct bench bench;
    struct atw_estimates estimates;

    set_up(&bench);
    bench.failure = ATW_EINPUT;
    estimates = run(&bench);
    check_no_number(&estimates.estimate[0], "the model broke");
    atw_estimates_clear(&estimates);
    bench.failure = ATW_ENOMEM;
    CHECK_FAILS(
        atw_estimator_bayes.run(&bench.observations, &bench.model, &estimates, &err),
        ATW_ENOMEM, "the model broke");
    ck_assert_uint_eq(estimates.count, 0);
    bench.model.variance_from_start = NULL;
    CHECK_FAILS(
        atw_estimator_bayes.run(&bench.observations, &bench.model, &estimates, &err),
        ATW_EINVAL, "no curve");
    bench.observations.n_particles = 1;
    CHECK_FAILS(
        atw_estimator_bayes.run(&bench.observations, &bench.model, &estimates, &err),
        ATW_EINVAL, "1 particles");
}
END_TEST

START_TEST(the_answer_depends_on_the_seed_alone)
{
    struct bench bench;
    struct atw_estimates one, two, other;

    set_up(&bench);
    add_noise(&bench, 5, 0.003, 0.0, 0.0);
    know_totals_only(&bench, 0.003);
    bench.options.model_error_scale = 0.0;
    atw_parallel_set_thread_count(1);
    one = run(&bench);
    atw_parallel_set_thread_count(3);
    two = run(&bench);
    bench.options.seed = 2;
    other = run(&bench);
    atw_parallel_set_thread_count(0);
    for (size_t m = 0; m < 2; m++) {
        ck_assert_double_eq(one.estimate[m].delta_T_K, two.estimate[m].delta_T_K);
        ck_assert_double_eq(one.estimate[m].interval_95_K[1],
                            two.estimate[m].interval_95_K[1]);
        ck_assert(one.estimate[m].delta_T_K != other.estimate[m].delta_T_K);
        ck_assert_double_eq_tol(one.estimate[m].delta_T_K, other.estimate[m].delta_T_K,
                                0.15 * one.estimate[m].std_K);
    }
    ck_assert_mem_eq(one.posterior, two.posterior,
                     one.n_posterior * sizeof *one.posterior);
    atw_estimates_clear(&one);
    atw_estimates_clear(&two);
    atw_estimates_clear(&other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bayes");
    TCase *tests = tcase_create("bayes");

    tcase_add_loop_test(tests, agrees_with_the_posterior_summed_over_a_grid, 0, 2);
    tcase_add_test(tests, small_errors_without_a_prior_give_what_joint_gives);
    tcase_add_test(tests, one_temperature_is_enough_with_a_prior_of_Q);
    tcase_add_test(tests, uncertain_lengths_widen_dT_as_they_should);
    tcase_add_test(tests, shared_errors_are_parameters);
    tcase_add_test(tests, model_error_is_half_cauchy);
    tcase_add_test(tests, a_misfit_is_found_in_the_model_error);
    tcase_add_test(tests, short_chains_get_no_blessing);
    tcase_add_test(tests, ensembles_that_disagree_are_not_healthy);
    tcase_add_test(tests, data_that_say_nothing_are_not_identifiable);
    tcase_add_test(tests, a_particle_without_degrees_is_named);
    tcase_add_test(tests, failures_of_the_model);
    tcase_add_test(tests, the_answer_depends_on_the_seed_alone);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
