/* The heating programme of a scenario: what was asked for and what in truth happened. */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>

#include "inference/estimator.h"
#include "pipeline/scenario_sections.h"

/* Where the errors of a step are cut off, in standard deviations. */
#define CUT_OFF 4.0

static enum atw_status read_steps(struct atw_scenario *scenario, struct atw_error *err)
{
    const struct atw_config *config = scenario->config;

    scenario->n_steps = atw_config_count(config, "heating.steps");
    if (scenario->n_steps == 0 || scenario->n_steps > ATW_STEPS_MAX)
        return atw_config_error(config, err, ATW_EINPUT, "heating.steps",
                                "%zu given; allowed: 1 to %d", scenario->n_steps,
                                ATW_STEPS_MAX);
    scenario->set_point_K = calloc(scenario->n_steps, sizeof *scenario->set_point_K);
    scenario->dwell_s = calloc(scenario->n_steps, sizeof *scenario->dwell_s);
    scenario->reached_K = calloc(scenario->n_steps, sizeof *scenario->reached_K);
    scenario->held_s = calloc(scenario->n_steps, sizeof *scenario->held_s);
    scenario->local_error_K =
        calloc(scenario->n_steps * scenario->n_particles, sizeof(double));
    if (!scenario->set_point_K || !scenario->dwell_s || !scenario->reached_K ||
        !scenario->held_s || !scenario->local_error_K)
        return atw_error_set(err, ATW_ENOMEM, "scenario: out of memory");
    for (size_t k = 0; k < scenario->n_steps; k++) {
        scenario->set_point_K[k] =
            atw_config_number(config, "heating.steps[%zu].set_point", k);
        scenario->dwell_s[k] = atw_config_number(config, "heating.steps[%zu].dwell", k);
        if (!(scenario->dwell_s[k] > 0.0)) {
            char path[64];

            snprintf(path, sizeof path, "heating.steps[%zu].dwell", k);
            return atw_config_error(config, err, ATW_EINPUT, path,
                                    "%g s; a heating step needs a positive time",
                                    scenario->dwell_s[k]);
        }
    }
    return ATW_OK;
}

/* Gaussian of unit width without its far tails, so that a dwell stays positive. */
static double draw(gsl_rng *rng)
{
    double x;

    do
        x = gsl_ran_gaussian(rng, 1.0);
    while (fabs(x) > CUT_OFF);
    return x;
}

static enum atw_status check_jitter(const struct atw_scenario *scenario,
                                    double dwell_std_s,
                                    struct atw_error *err)
{
    for (size_t k = 0; k < scenario->n_steps; k++)
        if (CUT_OFF * dwell_std_s >= scenario->dwell_s[k])
            return atw_config_error(
                scenario->config, err, ATW_EINPUT, "heating.jitter.dwell",
                "%g s; step %zu lasts %g s and could end before it began: stay below a "
                "quarter of the shortest dwell",
                dwell_std_s, k + 1, scenario->dwell_s[k]);
    return ATW_OK;
}

/* Each step has streams of its own, one for the chip and one for each particle, so that
 * adding a step or a particle leaves the others as they were. */
static enum atw_status draw_program(struct atw_scenario *scenario, struct atw_error *err)
{
    const struct atw_config *config = scenario->config;
    double gain = atw_config_number(config, "heating.set_point_gain");
    double offset_K = atw_config_number(config, "heating.set_point_offset");
    double set_point_K = atw_config_number(config, "heating.jitter.set_point");
    double dwell_s = atw_config_number(config, "heating.jitter.dwell");
    double local_K = atw_config_number(config, "heating.jitter.local");
    struct atw_random_key key = {.seed = scenario->seed, .stage = ATW_RANDOM_HEATING};
    gsl_rng *rng = NULL;
    enum atw_status status = check_jitter(scenario, dwell_s, err);

    if (status == ATW_OK)
        status = atw_random_create(&rng, &key, err);
    for (size_t k = 0; k < scenario->n_steps && status == ATW_OK; k++) {
        key.item = k;
        atw_random_seek(rng, &key);
        scenario->held_s[k] = scenario->dwell_s[k] + dwell_s * draw(rng);
        scenario->reached_K[k] =
            scenario->set_point_K[k] +
            (gain - 1.0) * (scenario->set_point_K[k] - scenario->rest_K) + offset_K +
            set_point_K * draw(rng);
        for (size_t i = 0; i < scenario->n_particles; i++) {
            key.item = ((uint64_t)(i + 1) << 32) + k;
            atw_random_seek(rng, &key);
            scenario->local_error_K[i * scenario->n_steps + k] = local_K * draw(rng);
        }
    }
    gsl_rng_free(rng);
    return status;
}

/* The chip's: the one it is given or that computed at the set point of the first step; it
 * hardly depends on it. */
static enum atw_status read_time_constant(struct atw_scenario *scenario,
                                          struct atw_error *err)
{
    struct atw_error reason = {0};

    if (atw_config_is_set(scenario->config, "chip.time_constant")) {
        scenario->time_constant_s =
            atw_config_number(scenario->config, "chip.time_constant");
        return ATW_OK;
    }
    if (atw_chip_time_constant(scenario->chip, scenario->set_point_K[0],
                               &scenario->time_constant_s, &reason) == ATW_OK)
        return ATW_OK;
    return atw_config_error(scenario->config, err,
                            reason.status == ATW_EINVAL ? ATW_EINPUT : reason.status,
                            "heating.steps[0].set_point", "%s", reason.text);
}

enum atw_status atw_scenario_read_heating(struct atw_scenario *scenario,
                                          struct atw_error *err)
{
    const struct atw_config *config = scenario->config;
    enum atw_status status = read_steps(scenario, err);

    if (status != ATW_OK)
        return status;
    scenario->rest_K = atw_config_number(config, "heating.rest_temperature");
    if (atw_config_is_set(config, "heating.time_constant"))
        scenario->time_constant_s = atw_config_number(config, "heating.time_constant");
    else if (scenario->chip)
        status = read_time_constant(scenario, err);
    return status == ATW_OK ? draw_program(scenario, err) : status;
}

enum atw_status atw_scenario_heating_step(const struct atw_scenario *scenario,
                                          size_t particle,
                                          size_t step,
                                          struct atw_heating_step *heating,
                                          struct atw_error *err)
{
    heating->rest_K = scenario->rest_K;
    heating->dwell_s = scenario->held_s[step];
    heating->time_constant_s = scenario->time_constant_s;
    return atw_scenario_local_temperature(scenario, particle, step, &heating->plateau_K,
                                          err);
}
