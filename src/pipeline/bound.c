/* Bound: stages of ignorance, from the photons to dT. */
#include "pipeline/bound.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/progress.h"
#include "pipeline/anneal.h"
#include "pipeline/bound_internal.h"

enum { PARAMETERS_MAX = 1 + ATW_ARRHENIUS_PARTICLES_MAX };

const char *const atw_bound_stage_name[ATW_BOUND_STAGES] = {
    "photons",  "brightness",       "positions",      "blur",
    "particle", "alloying degrees", "D, log weights", "D, linear weights"};

static void release(struct atw_bound_work *work)
{
    size_t n_series = work->scenario->n_particles * work->n_tomograms;

    for (size_t i = 0; work->positions_known && i < 2 * n_series; i++)
        atw_information_destroy(work->positions_known[i]);
    free(work->positions_known);
    atw_stage_cache_destroy(work->cache);
    atw_truth_destroy(work->simulated);
    for (size_t i = 0; i < ATW_BOUND_VARIANTS; i++)
        atw_truth_destroy(work->variant[i]);
}

/* ---- from ln S to D, Q and dT ---- */

/* Parameters that are asked for: ln D(T_ref), Q, dT of all particles but the reference.
 */
static size_t theta_index(const struct atw_bound_work *work, size_t particle)
{
    return 2 + particle - (particle > work->scenario->reference ? 1 : 0);
}

static size_t theta_count(const struct atw_bound_work *work)
{
    return 1 + work->scenario->n_particles;
}

/* Columns of the chain that exist for the particle, as a Jacobian of all parameters. */
static void spread_chain(double *jacobian,
                         const struct atw_bound_work *work,
                         size_t particle,
                         const double *chain)
{
    size_t n_theta = theta_count(work), n_steps = work->scenario->n_steps;

    memset(jacobian, 0, n_steps * n_theta * sizeof *jacobian);
    for (size_t k = 0; k < n_steps; k++) {
        jacobian[k * n_theta] = chain[3 * k];
        jacobian[k * n_theta + 1] = chain[3 * k + 1];
        if (particle != work->scenario->reference)
            jacobian[k * n_theta + theta_index(work, particle)] = chain[3 * k + 2];
    }
}

static void fill_row(struct atw_bound_row *row,
                     const struct atw_bound_work *work,
                     const double *covariance)
{
    size_t n = theta_count(work);

    row->is_known = 1;
    row->ln_D_std = sqrt(covariance[0]);
    row->Q_std_J_per_mol = sqrt(covariance[n + 1]);
    for (size_t p = 0; p < work->scenario->n_particles; p++) {
        size_t i = theta_index(work, p);

        row->delta_T_std_K[p] =
            p == work->scenario->reference ? NAN : sqrt(covariance[i * n + i]);
    }
}

static void keep_ln_S(struct atw_bound *bound,
                      enum atw_bound_stage stage,
                      size_t particle,
                      const struct atw_information *of_steps)
{
    for (size_t k = 0; k < of_steps->n; k++)
        bound->ln_S_std[((size_t)stage * bound->n_particles + particle) * bound->n_steps +
                        k] = 1.0 / sqrt(of_steps->value[k * of_steps->n + k]);
}

/* One stage whose data are the photons. */
static enum atw_status bound_of_photons(struct atw_bound *bound,
                                        const struct atw_bound_work *work,
                                        enum atw_bound_stage stage,
                                        const double *jacobians,
                                        struct atw_error *err)
{
    size_t n_theta = theta_count(work), n_steps = work->scenario->n_steps;
    double covariance[PARAMETERS_MAX * PARAMETERS_MAX];
    struct atw_information *theta = NULL, *of_steps = NULL;
    enum atw_status status = atw_information_create(&theta, n_theta, err);

    for (size_t p = 0; p < work->scenario->n_particles && status == ATW_OK; p++) {
        status = atw_bound_of_particle(&of_steps, work, p, stage, err);
        if (status == ATW_OK) {
            keep_ln_S(bound, stage, p, of_steps);
            atw_information_add_linear(theta, jacobians + p * n_steps * n_theta,
                                       of_steps->value, n_steps);
        }
        atw_information_destroy(of_steps);
        of_steps = NULL;
    }
    if (status == ATW_OK)
        status = atw_information_covariance(
            covariance, &bound->row[stage].condition_number, theta, err);
    if (status == ATW_OK)
        fill_row(&bound->row[stage], work, covariance);
    atw_information_destroy(theta);
    return status;
}

/* ---- all stages ---- */

static double T_ref_K(const struct atw_scenario *scenario)
{
    double sum = 0.0;

    for (size_t k = 0; k < scenario->n_steps; k++)
        sum += 1.0 / scenario->set_point_K[k];
    return (double)scenario->n_steps / sum;
}

/* Jacobians of ln S by all parameters, [particle][step][parameter]. */
static enum atw_status find_jacobians(double *jacobians,
                                      const struct atw_bound_work *work,
                                      double reference_K,
                                      struct atw_error *err)
{
    size_t n_steps = work->scenario->n_steps, n_theta = theta_count(work);
    enum atw_status status = ATW_OK;

    for (size_t p = 0; p < work->scenario->n_particles && status == ATW_OK; p++) {
        double chain[3 * ATW_STEPS_MAX];

        status = atw_bound_chain(chain, work, p, reference_K, err);
        if (status == ATW_OK)
            spread_chain(jacobians + p * n_steps * n_theta, work, p, chain);
    }
    return status;
}

static enum atw_status bound_of_degrees(struct atw_bound *bound,
                                        const struct atw_bound_work *work,
                                        const double *jacobians,
                                        struct atw_error *err)
{
    struct atw_bound_degrees degrees = {0};
    enum atw_status status = atw_bound_measure_degrees(&degrees, work, err);

    for (size_t stage = ATW_BOUND_DEGREES; stage < ATW_BOUND_STAGES && status == ATW_OK;
         stage++) {
        double covariance[PARAMETERS_MAX * PARAMETERS_MAX];

        status =
            atw_bound_fit_degrees(covariance, &bound->row[stage].condition_number, work,
                                  &degrees, jacobians, (enum atw_bound_stage)stage, err);
        if (status == ATW_OK)
            fill_row(&bound->row[stage], work, covariance);
    }
    for (size_t i = 0; status == ATW_OK && i < bound->n_particles * bound->n_steps; i++)
        bound->ln_S_std[(size_t)ATW_BOUND_DEGREES * bound->n_particles * bound->n_steps +
                        i] =
            sqrt(degrees.covariance[i * bound->n_steps + i % bound->n_steps]) /
            fabs(degrees.slope[i]);
    free(degrees.slope);
    free(degrees.covariance);
    free(degrees.covariance_own);
    return status;
}

static enum atw_status
run_stages(struct atw_bound *bound, struct atw_bound_work *work, struct atw_error *err)
{
    size_t n_photon_stages = work->options->photons_only ? 1 : ATW_BOUND_PARTICLE + 1;
    double *jacobians = calloc(bound->n_particles * bound->n_steps * theta_count(work),
                               sizeof *jacobians);
    enum atw_status status = ATW_ENOMEM;

    if (!jacobians)
        return atw_error_set(err, ATW_ENOMEM, "bound: out of memory");
    status = atw_bound_prepare(work, err);
    if (status == ATW_OK)
        status = find_jacobians(jacobians, work, bound->T_ref_K, err);
    if (status == ATW_OK)
        status = atw_bound_expose(work, err);
    for (size_t stage = 0; stage < n_photon_stages && status == ATW_OK; stage++)
        status =
            bound_of_photons(bound, work, (enum atw_bound_stage)stage, jacobians, err);
    if (status == ATW_OK && work->options->n_replicates > 0)
        status = bound_of_degrees(bound, work, jacobians, err);
    free(jacobians);
    return status;
}

static enum atw_status check_states(const struct atw_scenario *scenario,
                                    struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t p = 0; p < scenario->n_particles && status == ATW_OK; p++) {
        int is_ideal;

        status = atw_anneal_is_ideal(&is_ideal, scenario, p, err);
        if (status == ATW_OK && !is_ideal)
            return atw_error_set(
                err, ATW_EINPUT,
                "particle %s: the bound needs states that depend on the integral of D "
                "alone; choose a material with one diffusivity, such as gold-silver, "
                "without twin, surface layer, reshaping and evaporation",
                scenario->particle[p].name);
    }
    return status;
}

enum atw_status atw_bound_check(const struct atw_scenario *scenario,
                                struct atw_error *err)
{
    if (!scenario->imaging.microscope.shot_noise)
        return atw_config_error(scenario->config, err, ATW_EINPUT,
                                "microscope.shot_noise",
                                "false: without noise there is no bound; set it to true");
    if (scenario->n_particles < 2)
        return atw_config_error(scenario->config, err, ATW_EINPUT, "particles",
                                "1 given; a temperature difference needs 2");
    return check_states(scenario, err);
}

static enum atw_status check(const struct atw_scenario *scenario,
                             const struct atw_bound_options *options,
                             struct atw_error *err)
{
    if (options->n_replicates > 0 && options->n_replicates < scenario->n_steps + 3)
        return atw_error_set(err, ATW_EINVAL,
                             "%zu replicates for %zu steps; at least %zu are needed for "
                             "a covariance, 0 leaves it out",
                             options->n_replicates, scenario->n_steps,
                             scenario->n_steps + 3);
    return atw_bound_check(scenario, err);
}

enum atw_status atw_bound_create(struct atw_bound **out,
                                 const struct atw_scenario *scenario,
                                 const struct atw_bound_options *options,
                                 struct atw_error *err)
{
    struct atw_bound_work work = {
        .scenario = scenario, .options = options, .n_tomograms = scenario->n_steps + 1};
    size_t n_steps = scenario->n_particles * scenario->n_steps;
    struct atw_bound *bound = NULL;
    enum atw_status status = check(scenario, options, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    bound = calloc(1, sizeof *bound);
    if (bound)
        bound->ln_S_std = malloc(ATW_BOUND_STAGES * n_steps * sizeof *bound->ln_S_std);
    if (!bound || !bound->ln_S_std) {
        free(bound);
        return atw_error_set(err, ATW_ENOMEM, "bound: out of memory");
    }
    for (size_t i = 0; i < ATW_BOUND_STAGES * n_steps; i++)
        bound->ln_S_std[i] = NAN;
    bound->n_particles = scenario->n_particles;
    bound->n_steps = scenario->n_steps;
    bound->reference = scenario->reference;
    bound->T_ref_K = T_ref_K(scenario);
    status = run_stages(bound, &work, err);
    atw_progress_end();
    release(&work);
    if (status == ATW_OK)
        *out = bound;
    else
        atw_bound_destroy(bound);
    return status;
}

void atw_bound_destroy(struct atw_bound *bound)
{
    if (!bound)
        return;
    free(bound->ln_S_std);
    free(bound);
}

double atw_bound_ln_S_std(const struct atw_bound *bound,
                          enum atw_bound_stage stage,
                          size_t particle,
                          size_t step)
{
    return bound
        ->ln_S_std[((size_t)stage * bound->n_particles + particle) * bound->n_steps +
                   step];
}
