/* The sampler and the statistics of its chains, on densities known in closed form. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"
#include "inference/chain_statistics.h"
#include "support/support.h"

static struct atw_error err;

static struct atw_sampler *create(size_t n_parameters, uint64_t seed)
{
    const struct atw_sampler_options options = {
        .n_parameters = n_parameters,
        .n_ensembles = 4,
        .n_walkers = 24,
        .keep_every = 4,
        .key = {.seed = seed, .stage = ATW_RANDOM_TEST}};
    struct atw_sampler *sampler;

    CHECK_OK(atw_sampler_create(&sampler, &options, &err));
    return sampler;
}

/* Start off the middle, walk. */
static void walk(struct atw_sampler *sampler,
                 size_t n_parameters,
                 size_t n_kept,
                 atw_log_density_fn density,
                 void *context)
{
    const double centre[] = {1.5, 0.8, 0.7}, spread[] = {0.3, 0.3, 0.3};

    ck_assert_uint_le(n_parameters, 3);
    CHECK_OK(atw_sampler_scatter(sampler, centre, spread, density, context, &err));
    CHECK_OK(atw_sampler_run(sampler, n_kept, density, context, &err));
}

static struct atw_chain_statistics
statistics_of(const struct atw_sampler *sampler, size_t first, size_t parameter)
{
    struct atw_chain_statistics statistics;

    CHECK_OK(atw_chain_statistics(&statistics, atw_sampler_chains(sampler), first,
                                  parameter, &err));
    return statistics;
}

/* Within 4 standard errors, which the effective sample size tells. */
static void check_mean(const struct atw_chain_statistics *found, double expected)
{
    double error = found->std / sqrt(found->effective_samples);

    ck_assert_msg(fabs(found->mean - expected) < 4.0 * error,
                  "mean %g, expected %g, standard error %g", found->mean, expected,
                  error);
}

/* ---- densities ------------------------------------------------------------ */

/* Normal with means 1.3, -0.4, 2.1, deviations 0.7, 0.02, 31 and a correlation of 0.9
 * between the first two. */
static const double normal_mean[] = {1.3, -0.4, 2.1}, normal_std[] = {0.7, 0.02, 31.0};

static enum atw_status normal_density(void *context,
                                      const double *theta,
                                      double *log_density,
                                      struct atw_error *density_err)
{
    double x[3];

    (void)context;
    (void)density_err;
    for (int j = 0; j < 3; j++)
        x[j] = (theta[j] - normal_mean[j]) / normal_std[j];
    *log_density =
        -0.5 * ((x[0] * x[0] - 1.8 * x[0] * x[1] + x[1] * x[1]) / 0.19 + x[2] * x[2]);
    return ATW_OK;
}

/* x normal, y = b x^2 + a normal number: E y = b, var y = 1 + 2 b^2, cov (x, y) = 0. */
#define BANANA 1.7

static enum atw_status banana_density(void *context,
                                      const double *theta,
                                      double *log_density,
                                      struct atw_error *density_err)
{
    double y = theta[1] - BANANA * theta[0] * theta[0];

    (void)context;
    (void)density_err;
    *log_density = -0.5 * (theta[0] * theta[0] + y * y);
    return ATW_OK;
}

/* exp(-x) on x > 0, flat in y on (0, 1). */
static enum atw_status bounded_density(void *context,
                                       const double *theta,
                                       double *log_density,
                                       struct atw_error *density_err)
{
    (void)context;
    (void)density_err;
    *log_density =
        theta[0] > 0.0 && theta[1] > 0.0 && theta[1] < 1.0 ? -theta[0] : -INFINITY;
    return ATW_OK;
}

/* Two peaks that no walker will ever cross between. */
static enum atw_status two_peaks(void *context,
                                 const double *theta,
                                 double *log_density,
                                 struct atw_error *density_err)
{
    double off = fabs(theta[0]) - 1.0;

    (void)context;
    (void)density_err;
    *log_density = -0.5 * off * off / 1e-4;
    return ATW_OK;
}

/* ---- tests ---------------------------------------------------------------- */

START_TEST(a_normal_density_is_recovered)
{
    const double level[] = {0.025, 0.5, 0.975};
    struct atw_sampler *sampler = create(3, (uint64_t)_i);
    const struct atw_chains *chains;
    double product = 0.0, count = 0.0;

    walk(sampler, 3, 2000, normal_density, NULL);
    chains = atw_sampler_chains(sampler);
    for (size_t j = 0; j < 3; j++) {
        struct atw_chain_statistics found = statistics_of(sampler, 500, j);
        double q[3];

        check_mean(&found, normal_mean[j]);
        ck_assert_double_eq_tol(found.std / normal_std[j], 1.0, 0.05);
        ck_assert_double_lt(found.r_hat, 1.005);
        CHECK_OK(atw_chain_quantiles(q, level, 3, chains, 500, j, &err));
        ck_assert_double_eq_tol((q[0] - normal_mean[j]) / normal_std[j], -1.96, 0.1);
        ck_assert_double_eq_tol((q[2] - normal_mean[j]) / normal_std[j], 1.96, 0.1);
    }
    for (size_t i = 500 * 96; i < chains->n_kept * 96; i++, count += 1.0)
        product += (chains->value[3 * i] - normal_mean[0]) / normal_std[0] *
                   (chains->value[3 * i + 1] - normal_mean[1]) / normal_std[1];
    ck_assert_double_eq_tol(product / count, 0.9, 0.06);
    /* a walker that never moves, or always, has learnt nothing of the density */
    ck_assert_double_gt((double)chains->n_accepted / (double)chains->n_proposed, 0.4);
    ck_assert_double_lt((double)chains->n_accepted / (double)chains->n_proposed, 0.6);
    atw_sampler_destroy(sampler);
}
END_TEST

START_TEST(a_bent_density_is_recovered)
{
    struct atw_sampler *sampler = create(2, 100 + (uint64_t)_i);
    struct atw_chain_statistics x, y;

    walk(sampler, 2, 6000, banana_density, NULL);
    x = statistics_of(sampler, 1000, 0);
    y = statistics_of(sampler, 1000, 1);
    check_mean(&x, 0.0);
    check_mean(&y, BANANA);
    ck_assert_double_eq_tol(x.std, 1.0, 0.08);
    ck_assert_double_eq_tol(y.std / sqrt(1.0 + 2.0 * BANANA * BANANA), 1.0, 0.15);
    atw_sampler_destroy(sampler);
}
END_TEST

START_TEST(walls_are_respected)
{
    const double level[] = {0.0, 0.25, 0.5, 0.9, 1.0};
    struct atw_sampler *sampler = create(2, 200 + (uint64_t)_i);
    double x[5], y[5];

    walk(sampler, 2, 3000, bounded_density, NULL);
    CHECK_OK(atw_chain_quantiles(x, level, 5, atw_sampler_chains(sampler), 500, 0, &err));
    CHECK_OK(atw_chain_quantiles(y, level, 5, atw_sampler_chains(sampler), 500, 1, &err));
    for (size_t i = 1; i < 4; i++) {
        ck_assert_double_eq_tol(1.0 - exp(-x[i]), level[i], 0.02);
        ck_assert_double_eq_tol(y[i], level[i], 0.02);
    }
    ck_assert(x[0] > 0.0 && y[0] > 0.0 && y[4] < 1.0);
    atw_sampler_destroy(sampler);
}
END_TEST

static void check_same(const struct atw_sampler *a, const struct atw_sampler *b)
{
    const struct atw_chains *one = atw_sampler_chains(a), *two = atw_sampler_chains(b);
    size_t count = one->n_kept * one->n_ensembles * one->n_walkers * one->n_parameters;

    ck_assert_uint_eq(one->n_kept, two->n_kept);
    ck_assert_mem_eq(one->value, two->value, count * sizeof *one->value);
}

START_TEST(chains_depend_on_the_key_alone)
{
    struct atw_sampler *once = create(3, 7), *cut = create(3, 7), *other = create(3, 8);

    walk(once, 3, 60, normal_density, NULL);
    atw_parallel_set_thread_count(3);
    walk(cut, 3, 17, normal_density, NULL);
    CHECK_OK(atw_sampler_run(cut, 18, normal_density, NULL, &err));
    CHECK_OK(atw_sampler_run(cut, 60, normal_density, NULL, &err));
    atw_parallel_set_thread_count(0);
    walk(other, 3, 60, normal_density, NULL);
    check_same(once, cut);
    ck_assert(atw_sampler_chains(once)->value[9999] !=
              atw_sampler_chains(other)->value[9999]);
    atw_sampler_destroy(once);
    atw_sampler_destroy(cut);
    atw_sampler_destroy(other);
}
END_TEST

/* Goodman and Weare: the moves in a linear map of the parameters are the map of the
 * moves. Factors that are powers of two make that exact. */
static enum atw_status stretched(void *context,
                                 const double *theta,
                                 double *log_density,
                                 struct atw_error *density_err)
{
    const double own[] = {theta[0] / 1024.0, theta[1] * 4096.0};

    return banana_density(context, own, log_density, density_err);
}

START_TEST(linear_maps_change_nothing)
{
    const double centre[] = {1.5, 0.8}, spread[] = {0.3, 0.3};
    const double far_centre[] = {1.5 * 1024.0, 0.8 / 4096.0};
    const double far_spread[] = {0.3 * 1024.0, 0.3 / 4096.0};
    struct atw_sampler *plain = create(2, 9), *far = create(2, 9);
    const struct atw_chains *a, *b;

    CHECK_OK(atw_sampler_scatter(plain, centre, spread, banana_density, NULL, &err));
    CHECK_OK(atw_sampler_scatter(far, far_centre, far_spread, stretched, NULL, &err));
    CHECK_OK(atw_sampler_run(plain, 200, banana_density, NULL, &err));
    CHECK_OK(atw_sampler_run(far, 200, stretched, NULL, &err));
    a = atw_sampler_chains(plain);
    b = atw_sampler_chains(far);
    for (size_t i = 0; i < a->n_kept * 96; i++) {
        ck_assert_double_eq(a->value[2 * i] * 1024.0, b->value[2 * i]);
        ck_assert_double_eq(a->value[2 * i + 1] / 4096.0, b->value[2 * i + 1]);
    }
    atw_sampler_destroy(plain);
    atw_sampler_destroy(far);
}
END_TEST

START_TEST(ensembles_at_different_peaks_are_told_apart)
{
    const double spread[] = {1.0};
    struct atw_sampler *sampler = create(1, 11);
    struct atw_chain_statistics found;
    const double centre[] = {0.0};

    CHECK_OK(atw_sampler_scatter(sampler, centre, spread, two_peaks, NULL, &err));
    CHECK_OK(atw_sampler_run(sampler, 400, two_peaks, NULL, &err));
    found = statistics_of(sampler, 100, 0);
    /* the walkers of both peaks leap across, but their shares stay as they started */
    ck_assert(found.r_hat > 1.01 || found.effective_samples < 2000.0);
    atw_sampler_destroy(sampler);
}
END_TEST

/* A walker on a plateau far away, which the density makes next to worthless, is brought
 * back; without that it stays for as long as anyone looks. */
static enum atw_status far_shelf(void *context,
                                 const double *theta,
                                 double *log_density,
                                 struct atw_error *density_err)
{
    double r2 = theta[0] * theta[0] + theta[1] * theta[1];

    (void)context;
    (void)density_err;
    *log_density = r2 < 100.0 ? -0.5 * r2 : r2 < 1e8 ? -60.0 : -INFINITY;
    return ATW_OK;
}

static size_t count_lost(int gathers)
{
    const double centre[] = {0.0, 0.0}, spread[] = {6.0, 6.0};
    struct atw_sampler *sampler = create(2, 12);
    const struct atw_chains *chains = atw_sampler_chains(sampler);
    size_t n_lost = 0;

    CHECK_OK(atw_sampler_scatter(sampler, centre, spread, far_shelf, NULL, &err));
    if (gathers)
        CHECK_OK(atw_sampler_gather(sampler, far_shelf, NULL, &err));
    CHECK_OK(atw_sampler_run(sampler, 100, far_shelf, NULL, &err));
    for (size_t i = 50 * 96; i < (size_t)100 * 96; i++)
        n_lost += hypot(chains->value[2 * i], chains->value[2 * i + 1]) > 10.0;
    atw_sampler_destroy(sampler);
    return n_lost;
}

START_TEST(gathering_frees_the_walkers_that_got_lost)
{
    ck_assert_uint_gt(count_lost(0), 0);
    ck_assert_uint_eq(count_lost(1), 0);
}
END_TEST

/* ---- statistics of made chains -------------------------------------------- */

/* Walkers that follow an autoregressive process: rho(t) = phi^t, time (1 + phi)
 * / (1 - phi). */
static void make_chains(struct atw_chains *chains, size_t n, double phi, double drift)
{
    size_t walkers = 4 * 8;

    *chains = (struct atw_chains){.n_parameters = 1,
                                  .n_ensembles = 4,
                                  .n_walkers = 8,
                                  .keep_every = 3,
                                  .n_kept = n};
    chains->value = calloc(n * walkers, sizeof *chains->value);
    ck_assert_ptr_nonnull(chains->value);
    for (unsigned k = 0; k < walkers; k++) {
        double x = sqrt(12.0) * (atw_test_uniform(k, 0) - 0.5);

        for (unsigned i = 0; i < n; i++) {
            x = phi * x +
                sqrt(1.0 - phi * phi) * sqrt(12.0) * (atw_test_uniform(k, i + 1) - 0.5);
            chains->value[i * walkers + k] = x + drift * (double)i / (double)n;
        }
    }
}

START_TEST(autocorrelation_time_of_a_known_process)
{
    static const double phis[] = {0.0, 0.5, 0.9};
    double phi = phis[_i], time = 3.0 * (1.0 + phi) / (1.0 - phi);
    struct atw_chain_statistics found;
    struct atw_chains chains;

    make_chains(&chains, 3000, phi, 0.0);
    CHECK_OK(atw_chain_statistics(&found, &chains, 0, 0, &err));
    ck_assert_double_eq_tol(found.autocorrelation_steps / time, 1.0, 0.06);
    ck_assert_double_eq_tol(found.effective_samples * time / (3000.0 * 3.0 * 32.0), 1.0,
                            0.06);
    ck_assert_double_eq_tol(found.std, 1.0, 0.02);
    ck_assert_double_lt(found.r_hat, 1.001);
    ck_assert_double_eq(found.n_steps, 9000.0);
    free(chains.value);
}
END_TEST

/* Halves whose means are 1 apart in a process of deviation 1: four of either mean, so
 * that the means vary by 2/7 and R-hat^2 = 1 + 2/7. */
START_TEST(r_hat_sees_a_drift)
{
    struct atw_chain_statistics found;
    struct atw_chains chains;

    make_chains(&chains, 3000, 0.0, 0.0);
    for (size_t i = 1500 * 32; i < (size_t)3000 * 32; i++)
        chains.value[i] += 1.0;
    CHECK_OK(atw_chain_statistics(&found, &chains, 0, 0, &err));
    ck_assert_double_eq_tol(found.r_hat, sqrt(9.0 / 7.0), 0.01);
    free(chains.value);
}
END_TEST

START_TEST(a_drift_has_no_autocorrelation_time)
{
    struct atw_chain_statistics found;
    struct atw_chains chains;

    make_chains(&chains, 200, 0.0, 20.0);
    CHECK_OK(atw_chain_statistics(&found, &chains, 0, 0, &err));
    ck_assert_double_lt(found.effective_samples, 2000.0);
    ck_assert_double_gt(found.r_hat, 1.5);
    memset(chains.value, 0, 200 * 32 * sizeof *chains.value);
    CHECK_OK(atw_chain_statistics(&found, &chains, 0, 0, &err));
    ck_assert(isinf(found.autocorrelation_steps) && isnan(found.r_hat));
    ck_assert_double_eq(found.effective_samples, 0.0);
    free(chains.value);
}
END_TEST

/* ---- errors --------------------------------------------------------------- */

static enum atw_status broken(void *context,
                              const double *theta,
                              double *log_density,
                              struct atw_error *density_err)
{
    (void)context;
    (void)theta;
    (void)log_density;
    return atw_error_set(density_err, ATW_EINPUT, "no density today");
}

static enum atw_status nowhere(void *context,
                               const double *theta,
                               double *log_density,
                               struct atw_error *density_err)
{
    (void)context;
    (void)theta;
    (void)density_err;
    *log_density = -INFINITY;
    return ATW_OK;
}

START_TEST(refuses_what_makes_no_ensemble)
{
    static const struct {
        size_t n_parameters, n_ensembles, n_walkers, keep_every;
    } bad[] = {{0, 1, 8, 1}, {2, 0, 8, 1}, {2, 1, 8, 0},
               {2, 1, 7, 1}, {5, 1, 8, 1}, {1, 1, 2, 1}};
    struct atw_sampler *sampler = (struct atw_sampler *)&err;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct atw_sampler_options options = {.n_parameters = bad[i].n_parameters,
                                                    .n_ensembles = bad[i].n_ensembles,
                                                    .n_walkers = bad[i].n_walkers,
                                                    .keep_every = bad[i].keep_every};

        CHECK_FAILS(atw_sampler_create(&sampler, &options, &err), ATW_EINVAL, "sampler:");
        ck_assert_ptr_null(sampler);
    }
    atw_sampler_destroy(NULL);
}
END_TEST

START_TEST(passes_on_what_goes_wrong)
{
    const double centre[] = {0.0, 0.0}, spread[] = {1.0, 1.0}, level[] = {0.5};
    struct atw_sampler *sampler = create(2, 1);
    struct atw_chain_statistics statistics;
    double q;

    CHECK_FAILS(atw_sampler_scatter(sampler, centre, spread, broken, NULL, &err),
                ATW_EINPUT, "no density today");
    CHECK_FAILS(atw_sampler_scatter(sampler, centre, spread, nowhere, NULL, &err),
                ATW_EDIVERGED, "the density is 0");
    CHECK_OK(atw_sampler_scatter(sampler, centre, spread, banana_density, NULL, &err));
    CHECK_FAILS(atw_sampler_run(sampler, 5, broken, NULL, &err), ATW_EINPUT,
                "no density today");
    CHECK_FAILS(
        atw_chain_statistics(&statistics, atw_sampler_chains(sampler), 0, 0, &err),
        ATW_EINVAL, "at least 4");
    CHECK_FAILS(
        atw_chain_quantiles(&q, level, 1, atw_sampler_chains(sampler), 0, 0, &err),
        ATW_EINVAL, "no samples");
    atw_sampler_destroy(sampler);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sampler");
    TCase *tests = tcase_create("sampler");

    tcase_add_loop_test(tests, a_normal_density_is_recovered, 0, 3);
    tcase_add_loop_test(tests, a_bent_density_is_recovered, 0, 2);
    tcase_add_loop_test(tests, walls_are_respected, 0, 2);
    tcase_add_test(tests, chains_depend_on_the_key_alone);
    tcase_add_test(tests, linear_maps_change_nothing);
    tcase_add_test(tests, ensembles_at_different_peaks_are_told_apart);
    tcase_add_test(tests, gathering_frees_the_walkers_that_got_lost);
    tcase_add_loop_test(tests, autocorrelation_time_of_a_known_process, 0, 3);
    tcase_add_test(tests, r_hat_sees_a_drift);
    tcase_add_test(tests, a_drift_has_no_autocorrelation_time);
    tcase_add_test(tests, refuses_what_makes_no_ensemble);
    tcase_add_test(tests, passes_on_what_goes_wrong);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
