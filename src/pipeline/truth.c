/* What the simulation knows and the analysis must not see. */
#include "pipeline/truth.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "inference/estimator.h"
#include "io/json_file.h"
#include "pipeline/json_array.h"

static int allocate_particle(struct atw_truth_particle *particle, size_t n_steps)
{
    particle->n_steps = n_steps;
    particle->composition = calloc(n_steps + 1, sizeof(struct atw_field *));
    particle->acquisition = calloc(n_steps + 1, sizeof(struct atw_acquisition *));
    particle->temperature_K = calloc(n_steps + 1, sizeof(double));
    particle->D_m2_per_s = calloc(n_steps + 1, sizeof(double));
    particle->S_m2 = calloc(n_steps + 1, sizeof(double));
    particle->degree = calloc(n_steps + 1, sizeof(double));
    particle->reshaped = calloc(n_steps + 1, sizeof(struct atw_phantom *));
    particle->aspect_ratio = calloc(n_steps + 1, sizeof(double));
    particle->lost = calloc(n_steps + 1, sizeof(double));
    return particle->composition && particle->acquisition && particle->temperature_K &&
           particle->D_m2_per_s && particle->S_m2 && particle->degree &&
           particle->reshaped && particle->aspect_ratio && particle->lost;
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
        truth->set_point_K = calloc(n_steps + 1, sizeof *truth->set_point_K);
        truth->particle = calloc(n_particles, sizeof *truth->particle);
        complete =
            truth->scenario && truth->dwell_s && truth->set_point_K && truth->particle;
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
    for (size_t k = 0; particle->acquisition && k <= particle->n_steps; k++)
        atw_acquisition_destroy(particle->acquisition[k]);
    for (size_t k = 0; particle->reshaped && k <= particle->n_steps; k++)
        atw_phantom_destroy(particle->reshaped[k]);
    atw_phantom_destroy(particle->phantom);
    free(particle->name);
    free(particle->composition);
    free(particle->acquisition);
    free(particle->temperature_K);
    free(particle->D_m2_per_s);
    free(particle->S_m2);
    free(particle->degree);
    free(particle->reshaped);
    free(particle->aspect_ratio);
    free(particle->lost);
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
    free(truth->set_point_K);
    free(truth);
}

const struct atw_field *atw_truth_metal(const struct atw_truth_particle *particle,
                                        size_t state)
{
    const struct atw_phantom *reshaped = particle->reshaped[state];

    return reshaped ? reshaped->metal : particle->phantom->metal;
}

const struct atw_field *atw_truth_silica(const struct atw_truth_particle *particle,
                                         size_t state)
{
    const struct atw_phantom *reshaped = particle->reshaped[state];

    return reshaped ? reshaped->silica : particle->phantom->silica;
}

/* Of a body of length L and width w with L w^2 constant, L goes as (L / w)^(2/3). */
double atw_truth_stretch(const struct atw_truth_particle *particle, size_t state)
{
    return pow(particle->aspect_ratio[state] / particle->aspect_ratio[0], 2.0 / 3.0);
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

json_t *atw_acquisition_to_json(const struct atw_acquisition *acquisition)
{
    static const struct {
        const char *name;
        size_t offset;
        double unit;
    } columns[] = {{"tilt_deg", offsetof(struct atw_view, tilt_rad), ATW_DEGREE_RAD},
                   {"shift_u_nm", offsetof(struct atw_view, shift_u_m), ATW_METRE_PER_NM},
                   {"shift_v_nm", offsetof(struct atw_view, shift_v_m), ATW_METRE_PER_NM},
                   {"drift_u_nm", offsetof(struct atw_view, drift_u_m), ATW_METRE_PER_NM},
                   {"drift_v_nm", offsetof(struct atw_view, drift_v_m), ATW_METRE_PER_NM},
                   {"defocus_nm", offsetof(struct atw_view, defocus_m), ATW_METRE_PER_NM},
                   {"brightness", offsetof(struct atw_view, brightness), 1.0},
                   {"contamination_nm", offsetof(struct atw_view, contamination_m),
                    ATW_METRE_PER_NM},
                   {"gain", offsetof(struct atw_view, gain), 1.0}};
    json_t *object = json_object();

    for (size_t c = 0; acquisition && c < sizeof columns / sizeof *columns; c++) {
        json_t *values = json_array();

        for (size_t i = 0; i < acquisition->n_views; i++) {
            const char *view = (const char *)&acquisition->view[i];

            json_array_append_new(
                values, atw_json_number(*(const double *)(view + columns[c].offset) /
                                        columns[c].unit));
        }
        json_object_set_new(object, columns[c].name, values);
    }
    return object;
}

/* The tilt series before heating and after each step. */
static json_t *acquisitions_to_json(const struct atw_truth_particle *particle)
{
    json_t *series = json_array();

    for (size_t k = 0; k <= particle->n_steps; k++)
        json_array_append_new(series, atw_acquisition_to_json(particle->acquisition[k]));
    return series;
}

static json_t *particle_to_json(const struct atw_truth *truth, size_t index)
{
    const struct atw_truth_particle *particle = &truth->particle[index];
    size_t n = particle->n_steps;
    double delta[ATW_STEPS_MAX];

    for (size_t k = 0; k < n; k++)
        delta[k] = atw_truth_delta_T_K(truth, index, k);
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                     particle->name, "true_K", atw_json_array(particle->temperature_K, n),
                     "delta_T_K", atw_json_number(atw_truth_mean_delta_T_K(truth, index)),
                     "delta_T_by_step_K", atw_json_array(delta, n), "D_true_m2_per_s",
                     atw_json_array(particle->D_m2_per_s, n), "S_true_m2",
                     atw_json_array(particle->S_m2, n), "alloying_degree_true",
                     atw_json_array(particle->degree + 1, n), "aspect_ratio",
                     atw_json_array(particle->aspect_ratio + 1, n), "shell_metal_lost",
                     atw_json_array(particle->lost + 1, n), "acquisitions",
                     acquisitions_to_json(particle));
}

json_t *atw_truth_to_json(const struct atw_truth *truth)
{
    json_t *particles = json_array();

    for (size_t i = 0; i < truth->n_particles; i++)
        json_array_append_new(particles, particle_to_json(truth, i));
    return json_pack(
        "{s:s, s:s, s:I, s:s, s:o, s:o, s:o, s:o, s:o}", "schema", "alloytwin-truth/1",
        "scenario", truth->scenario, "seed", (json_int_t)truth->seed, "reference",
        truth->particle[truth->reference].name, "Q_J_per_mol",
        atw_json_number(truth->Q_J_per_mol), "D0_m2_per_s",
        atw_json_number(truth->D0_m2_per_s), "set_point_true_K",
        atw_json_array(truth->set_point_K, truth->n_steps), "dwell_true_s",
        atw_json_array(truth->dwell_s, truth->n_steps), "particles", particles);
}
