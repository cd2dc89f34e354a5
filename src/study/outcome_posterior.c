/* Outcome `posterior`: truths drawn from the priors of the estimator `bayes`, data drawn
 * from the model that its likelihood assumes, without microscope and reconstruction. What
 * is left to be wrong is density and sampling, which the ranks of the truths show.
 *
 * The model: what step k of particle p leaves of the variance is f = exp(-S / S_0),
 * measured as (f - v) / (1 + u - v) with normal errors of the step (and of the model), u
 * and v being those that all steps of the particle share. The prior of ln D is flat and
 * far wider than data allow; it is drawn from a window in which the first steps mix part
 * of the particle. */
#include <math.h>

#include <string.h>

#include <gsl/gsl_randist.h>

#include "core/constants.h"
#include "core/random.h"
#include "inference/bayes.h"
#include "inference/delta_T_model.h"
#include "study/outcome.h"
#include "study/outcome_estimates.h"

enum { N_PARTICLES = 2, N_STEPS = 4 };

#define S0_M2 1.2e-17
#define D_LEAST_M2_PER_S 1e-20 /* at T_REF */
#define D_GREATEST_M2_PER_S 2e-19
#define Q_GREATEST_J_PER_MOL 1000e3

static const double set_point_K[N_STEPS] = {673.15, 683.15, 693.15, 703.15};
static const double dwell_s = 120.0;

struct world {
    struct atw_bayes_options options;
    struct atw_variance_errors errors; /* deviations */
    double T_ref_K, D_ref_m2_per_s, Q_J_per_mol, delta_T_K[N_PARTICLES], model_error;
    struct atw_observed_particle particle[N_PARTICLES];
};

/* ---- the model ---- */

static double left_after(double S_m2)
{
    return exp(-S_m2 / S0_M2);
}

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
    *variance_left = left_after(S_m2);
    return ATW_OK;
}

/* One minus what is left, from what was measured before the step. */
static enum atw_status degree_after(void *context,
                                    size_t particle,
                                    size_t step,
                                    double S_m2,
                                    double *degree,
                                    struct atw_error *err)
{
    const struct world *world = context;
    double before = step ? world->particle[particle].variance_left[step - 1] : 1.0;

    (void)err;
    *degree = 1.0 - before * left_after(S_m2);
    return ATW_OK;
}

static size_t like_first(void *context, size_t particle, size_t step)
{
    (void)context;
    (void)particle;
    (void)step;
    return 0;
}

/* ---- drawing ---- */

static void read_options(struct world *world,
                         const struct atw_study *study,
                         const struct atw_item_result *result)
{
    const struct atw_item *item = &result->item;
    struct atw_bayes_options *o = &world->options;

    *o = (struct atw_bayes_options)ATW_BAYES_DEFAULTS;
    o->delta_T_std_K = atw_outcome_value(study, item, "delta_T_std", 30.0);
    o->Q_std_J_per_mol = atw_outcome_value(study, item, "Q_std", o->Q_std_J_per_mol);
    o->model_error_scale =
        atw_outcome_value(study, item, "model_error", o->model_error_scale);
    o->effective_samples = atw_outcome_value(study, item, "effective_samples", 1000.0);
    o->seed = result->seed;
    world->errors.own = atw_outcome_value(study, item, "own_error", 0.01);
    world->errors.unheated = atw_outcome_value(study, item, "unheated_error", 0.01);
    world->errors.alloyed = atw_outcome_value(study, item, "alloyed_error", 0.01);
}

static void draw_truth(struct world *world, gsl_rng *rng)
{
    const struct atw_bayes_options *o = &world->options;
    double sum = 0.0;

    for (int k = 0; k < N_STEPS; k++)
        sum += 1.0 / set_point_K[k];
    world->T_ref_K = N_STEPS / sum;
    world->D_ref_m2_per_s =
        exp(gsl_ran_flat(rng, log(D_LEAST_M2_PER_S), log(D_GREATEST_M2_PER_S)));
    do
        world->Q_J_per_mol = o->Q_J_per_mol + gsl_ran_gaussian(rng, o->Q_std_J_per_mol);
    while (!(world->Q_J_per_mol > 0.0 && world->Q_J_per_mol < Q_GREATEST_J_PER_MOL));
    world->delta_T_K[0] = 0.0; /* the reference */
    world->delta_T_K[1] = gsl_ran_gaussian(rng, o->delta_T_std_K);
    world->model_error = fabs(gsl_ran_cauchy(rng, o->model_error_scale));
}

static void draw_data(struct world *world, size_t p, gsl_rng *rng)
{
    static const char *const names[N_PARTICLES] = {"A", "B"};
    const struct atw_variance_errors *errors = &world->errors;
    struct atw_observed_particle *particle = &world->particle[p];
    double own = hypot(errors->own, world->model_error), S_m2 = 0.0;
    double u = gsl_ran_gaussian(rng, errors->unheated);
    double v = gsl_ran_gaussian(rng, errors->alloyed);

    *particle = (struct atw_observed_particle){.name = names[p], .n_steps = N_STEPS};
    for (int k = 0; k < N_STEPS; k++) {
        double T_K = set_point_K[k] + world->delta_T_K[p];

        S_m2 += dwell_s * world->D_ref_m2_per_s *
                exp(-world->Q_J_per_mol / ATW_GAS_CONSTANT_J_PER_MOL_K *
                    (1.0 / T_K - 1.0 / world->T_ref_K));
        particle->nominal_K[k] = set_point_K[k];
        particle->dwell_s[k] = dwell_s;
        particle->variance_left[k] =
            (left_after(S_m2) - v) / (1.0 + u - v) + gsl_ran_gaussian(rng, own);
        particle->variance_errors[k] = *errors;
        particle->variance_left_std[k] =
            hypot(errors->own, hypot(errors->unheated, errors->alloyed));
        particle->alloying_degree[k] = 1.0 - particle->variance_left[k];
        particle->alloying_degree_std[k] = particle->variance_left_std[k];
    }
}

/* ---- the item ---- */

static enum atw_status add_estimates(struct atw_item_result *result,
                                     const struct world *world,
                                     const struct atw_observations *observations,
                                     const struct atw_estimates *estimates,
                                     struct atw_error *err)
{
    const char *drawn = atw_delta_T_model_name(ATW_DELTA_T_CONSTANT);
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < estimates->count && status == ATW_OK; i++)
        if (strcmp(estimates->estimate[i].delta_T_model, drawn) == 0)
            status = atw_outcome_add_estimate(
                result, observations, estimates, i,
                world->delta_T_K[estimates->estimate[i].particle], world->Q_J_per_mol,
                err);
    return status;
}

static enum atw_status run_posterior(struct atw_item_result *result,
                                     const struct atw_study *study,
                                     void **state,
                                     struct atw_error *err)
{
    const struct atw_random_key key = {.seed = result->seed, .stage = ATW_RANDOM_ITEM};
    struct world world = {0};
    const struct atw_observations observations = {.n_particles = N_PARTICLES,
                                                  .particles = world.particle,
                                                  .frame_K = ATW_FRAME_K,
                                                  .bayes = &world.options};
    const struct atw_forward_model model = {.context = &world,
                                            .degree_after = degree_after,
                                            .variance_from_start = variance_from_start,
                                            .like_step = like_first};
    struct atw_estimates estimates = {0};
    gsl_rng *rng = NULL;
    enum atw_status status = atw_random_create(&rng, &key, err);

    (void)state;
    if (status != ATW_OK)
        return status;
    read_options(&world, study, result);
    draw_truth(&world, rng);
    for (size_t p = 0; p < N_PARTICLES; p++)
        draw_data(&world, p, rng);
    gsl_rng_free(rng);
    for (size_t i = 0; atw_estimators[i] && status == ATW_OK; i++)
        if (atw_study_runs(study, atw_estimators[i]->name))
            status = atw_estimators[i]->run(&observations, &model, &estimates, err);
    if (status == ATW_OK)
        status = add_estimates(result, &world, &observations, &estimates, err);
    atw_estimates_clear(&estimates);
    return status;
}

const struct atw_outcome atw_outcome_posterior = {
    .name = "posterior",
    .description = "truth and data drawn from what estimator bayes believes",
    .keys = "delta_T_std|Q_std|model_error|effective_samples|own_error|unheated_error|"
            "alloyed_error",
    .run = run_posterior};
