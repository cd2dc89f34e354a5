/* What the simulation knows and the analysis must not see. */
#include "pipeline/truth.h"

#include <stdlib.h>
#include <string.h>

#include "inference/estimator.h"
#include "io/json_file.h"
#include "pipeline/json_array.h"

static int allocate_particle(struct atw_truth_particle *particle, size_t n_steps)
{
    particle->n_steps = n_steps;
    particle->composition = calloc(n_steps + 1, sizeof(struct atw_field *));
    particle->temperature_K = calloc(n_steps + 1, sizeof(double));
    particle->D_m2_per_s = calloc(n_steps + 1, sizeof(double));
    particle->S_m2 = calloc(n_steps + 1, sizeof(double));
    particle->degree = calloc(n_steps + 1, sizeof(double));
    return particle->composition && particle->temperature_K && particle->D_m2_per_s &&
           particle->S_m2 && particle->degree;
}

enum atw_status atw_truth_create(struct atw_truth **out,
                                 const char *scenario,
                                 size_t n_particles,
                                 size_t n_steps,
                                 struct atw_error *err)
{
    struct atw_truth *truth = calloc(1, sizeof *truth);
    int complete = truth != NULL;

    *out = NULL;
    if (truth) {
        truth->n_particles = n_particles;
        truth->n_steps = n_steps;
        truth->scenario = strdup(scenario);
        truth->dwell_s = calloc(n_steps + 1, sizeof *truth->dwell_s);
        truth->particle = calloc(n_particles, sizeof *truth->particle);
        complete = truth->scenario && truth->dwell_s && truth->particle;
    }
    for (size_t i = 0; complete && i < n_particles; i++)
        complete = allocate_particle(&truth->particle[i], n_steps);
    if (!complete) {
        atw_truth_destroy(truth);
        return atw_error_set(err, ATW_ENOMEM, "truth: out of memory");
    }
    *out = truth;
    return ATW_OK;
}

static void destroy_particle(struct atw_truth_particle *particle)
{
    for (size_t k = 0; particle->composition && k <= particle->n_steps; k++)
        atw_field_destroy(particle->composition[k]);
    atw_phantom_destroy(particle->phantom);
    free(particle->name);
    free(particle->composition);
    free(particle->temperature_K);
    free(particle->D_m2_per_s);
    free(particle->S_m2);
    free(particle->degree);
}

void atw_truth_destroy(struct atw_truth *truth)
{
    if (!truth)
        return;
    for (size_t i = 0; truth->particle && i < truth->n_particles; i++)
        destroy_particle(&truth->particle[i]);
    free(truth->particle);
    free(truth->scenario);
    free(truth->dwell_s);
    free(truth);
}

double atw_truth_delta_T_K(const struct atw_truth *truth, size_t particle, size_t step)
{
    return truth->particle[particle].temperature_K[step] -
           truth->particle[truth->reference].temperature_K[step];
}

double atw_truth_mean_delta_T_K(const struct atw_truth *truth, size_t particle)
{
    double sum = 0.0, weight = 0.0;

    for (size_t k = 0; k < truth->n_steps; k++) {
        sum += truth->dwell_s[k] * atw_truth_delta_T_K(truth, particle, k);
        weight += truth->dwell_s[k];
    }
    return weight > 0.0 ? sum / weight : 0.0;
}

static json_t *particle_to_json(const struct atw_truth *truth, size_t index)
{
    const struct atw_truth_particle *particle = &truth->particle[index];
    size_t n = particle->n_steps;
    double delta[ATW_STEPS_MAX];

    for (size_t k = 0; k < n; k++)
        delta[k] = atw_truth_delta_T_K(truth, index, k);
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "name", particle->name,
                     "true_K", atw_json_array(particle->temperature_K, n), "delta_T_K",
                     atw_json_number(atw_truth_mean_delta_T_K(truth, index)),
                     "delta_T_by_step_K", atw_json_array(delta, n), "D_true_m2_per_s",
                     atw_json_array(particle->D_m2_per_s, n), "S_true_m2",
                     atw_json_array(particle->S_m2, n), "alloying_degree_true",
                     atw_json_array(particle->degree + 1, n));
}

json_t *atw_truth_to_json(const struct atw_truth *truth)
{
    json_t *particles = json_array();

    for (size_t i = 0; i < truth->n_particles; i++)
        json_array_append_new(particles, particle_to_json(truth, i));
    return json_pack("{s:s, s:s, s:I, s:s, s:o, s:o, s:o}", "schema", "alloytwin-truth/1",
                     "scenario", truth->scenario, "seed", (json_int_t)truth->seed,
                     "reference", truth->particle[truth->reference].name, "Q_J_per_mol",
                     atw_json_number(truth->Q_J_per_mol), "D0_m2_per_s",
                     atw_json_number(truth->D0_m2_per_s), "particles", particles);
}
