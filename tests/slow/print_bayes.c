/* Posteriors of experiments read from standard input, one line each; for bayes_emcee.py.
 *
 * Input, repeated: "SEED KNOWN N_STEPS" (KNOWN 2: errors apart, 1: in total, 0: not),
 * then for particles A and B N_STEPS lines "NOMINAL_K DWELL_S VARIANCE_LEFT OWN UNHEATED
 * ALLOYED", the errors. What is left is exp(-S / S0), S0 = 1.2e-17 m2. Output: for
 * constant dT whether there is a number, then dT, its deviation, the ends of its 95 %
 * interval, Q, its deviation, R-hat and the effective samples. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "inference/bayes.h"
#include "inference/estimator.h"

#define S0_M2 1.2e-17

static enum atw_status variance_from_start(void *context,
                                           size_t particle,
                                           size_t step,
                                           double S_m2,
                                           double *variance_left,
                                           struct atw_error *err)
{
    (void)context;
    (void)particle;
    (void)step;
    (void)err;
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

static int read_particle(struct atw_observed_particle *particle, int known)
{
    for (size_t k = 0; k < particle->n_steps; k++) {
        struct atw_variance_errors *errors = &particle->variance_errors[k];

        if (scanf("%lf %lf %lf %lf %lf %lf", &particle->nominal_K[k],
                  &particle->dwell_s[k], &particle->variance_left[k], &errors->own,
                  &errors->unheated, &errors->alloyed) != 6)
            return 0;
        particle->alloying_degree[k] = NAN;
        particle->variance_left_std[k] = known ? errors->own : NAN;
        if (known < 2)
            *errors = (struct atw_variance_errors){NAN, NAN, NAN};
    }
    return 1;
}

int main(void)
{
    const struct atw_forward_model model = {.variance_from_start = variance_from_start,
                                            .like_step = like_first};
    unsigned long long seed;
    size_t n_steps;
    int known;

    while (scanf("%llu %d %zu", &seed, &known, &n_steps) == 3) {
        struct atw_observed_particle particles[2] = {{.name = "A", .n_steps = n_steps},
                                                     {.name = "B", .n_steps = n_steps}};
        struct atw_bayes_options options = ATW_BAYES_DEFAULTS;
        const struct atw_observations observations = {.n_particles = 2,
                                                      .particles = particles,
                                                      .frame_K = 298.15,
                                                      .bayes = &options};
        struct atw_estimates estimates = {0};
        struct atw_error err = {0};
        const struct atw_estimate *one;

        options.seed = seed;
        if (n_steps > ATW_STEPS_MAX || !read_particle(&particles[0], known) ||
            !read_particle(&particles[1], known) ||
            atw_estimator_bayes.run(&observations, &model, &estimates, &err) != ATW_OK)
            return 2;
        one = &estimates.estimate[0];
        printf("%d %.12g %.12g %.12g %.12g %.12g %.12g %.6g %.6g\n",
               strcmp(one->status, "ok") == 0, one->delta_T_K, one->std_K,
               one->interval_95_K[0], one->interval_95_K[1], one->Q_J_per_mol,
               one->Q_std_J_per_mol, one->r_hat, one->effective_samples);
        atw_estimates_clear(&estimates);
    }
    return 0;
}
