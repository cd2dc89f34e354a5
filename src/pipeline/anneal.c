/* Anneal: a particle's phantom -> its states after each heating step.
 *
 * In the ideal case the state depends on the sum of S alone and one integration in S
 * serves all steps. Anything else is integrated in time; a particle that reshapes, in its
 * own frame and the shape it had, from which every state is drawn out and turned. */
#include "pipeline/anneal.h"

#include <math.h>
#include <stdlib.h>

#include "diffusion/diffusion.h"
#include "inference/estimator.h"
#include "phantom/deform.h"
#include "pipeline/treatment.h"

/* Boundary voxels of a phantom hold their volume fraction to this. */
#define PHANTOM_TOLERANCE 1e-4

/* Empty voxels around the particle. */
#define MARGIN_VOXELS 2.0

/* The particle as it lies in its own frame: axis along y. */
static struct atw_shape body_shape(const struct atw_shape *shape)
{
    struct atw_shape body = *shape;

    body.azimuth_rad = body.elevation_rad = 0.0;
    return body;
}

static enum atw_status create_treatment(struct atw_treatment **out,
                                        const struct atw_scenario *scenario,
                                        size_t index,
                                        struct atw_error *err)
{
    const struct atw_scenario_particle *particle = &scenario->particle[index];
    struct atw_treatment_options options = {.material = &scenario->material,
                                            .aspect_ratio =
                                                atw_shape_aspect_ratio(&particle->shape),
                                            .reshaping = particle->reshaping};
    struct atw_shape shape = particle->shape;
    struct atw_heating_step steps[ATW_STEPS_MAX];
    enum atw_status status = ATW_OK;

    *out = NULL;
    for (size_t k = 0; k < scenario->n_steps && status == ATW_OK; k++)
        status = atw_scenario_heating_step(scenario, index, k, &steps[k], err);
    if (status != ATW_OK)
        return status;
    if (options.reshaping * scenario->material.reshaping.D0_m2_per_s > 0.0)
        shape = body_shape(&shape);
    options.twin = atw_twin_place(&particle->twin, &shape);
    return atw_treatment_create(out, &options, steps, scenario->n_steps, err);
}

enum atw_status atw_anneal_is_ideal(int *is_ideal,
                                    const struct atw_scenario *scenario,
                                    size_t particle,
                                    struct atw_error *err)
{
    struct atw_treatment *treatment = NULL;
    enum atw_status status = create_treatment(&treatment, scenario, particle, err);

    if (status == ATW_OK)
        *is_ideal = atw_treatment_is_ideal(treatment);
    atw_treatment_destroy(treatment);
    return status;
}

/* The stretch only grows away from 1: the last is the farthest, and a margin that holds
 * it holds every state. */
enum atw_status atw_anneal_phantom(struct atw_phantom **out,
                                   const struct atw_scenario *scenario,
                                   size_t particle,
                                   struct atw_error *err)
{
    const struct atw_shape *shape = &scenario->particle[particle].shape;
    double before_m[2], after_m[2], margin_m = MARGIN_VOXELS * scenario->voxel_m;
    struct atw_treatment *treatment = NULL;
    struct atw_grid grid;
    enum atw_status status;

    *out = NULL;
    if (shape->kind == ATW_SHAPE_SLAB)
        return atw_error_set(err, ATW_EINPUT,
                             "a slab has no edge across its axis, so that nothing can "
                             "hold or image it; simulate a nanorod, sphere, cylinder or "
                             "box");
    status = create_treatment(&treatment, scenario, particle, err);
    if (status != ATW_OK)
        return status;
    atw_shape_extent(shape, &before_m[0], &before_m[1]);
    atw_phantom_deformed_extent(
        shape,
        atw_treatment_stretch(treatment,
                              atw_treatment_end_s(treatment, scenario->n_steps - 1)),
        &after_m[0], &after_m[1]);
    atw_treatment_destroy(treatment);
    margin_m += fmax(after_m[0] - before_m[0], after_m[1] - before_m[1]);
    status = atw_phantom_grid(&grid, shape, scenario->voxel_m, margin_m, err);
    if (status == ATW_OK)
        status = atw_phantom_create(out, shape, &grid, PHANTOM_TOLERANCE, err);
    return status;
}

/* ---- states ---- */

/* Temperatures, diffusivities and S = integral of D dt of every step. */
static enum atw_status heat(struct atw_truth_particle *truth,
                            const struct atw_scenario *scenario,
                            size_t particle,
                            struct atw_error *err)
{
    const struct atw_material *material = &scenario->material;
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < scenario->n_steps && status == ATW_OK; k++) {
        struct atw_heating_step step;

        status = atw_scenario_heating_step(scenario, particle, k, &step, err);
        if (status != ATW_OK)
            break;
        truth->temperature_K[k] = step.plateau_K;
        truth->D_m2_per_s[k] = truth->S_m2[k] = NAN;
        if (material->depends_on_composition)
            continue;
        truth->D_m2_per_s[k] = atw_arrhenius_diffusivity(&material->law, step.plateau_K);
        status =
            atw_heating_diffusion_integral(&step, &material->law, &truth->S_m2[k], err);
    }
    return status;
}

static enum atw_status unpack_states(struct atw_truth_particle *truth,
                                     const struct atw_diffusion *diffusion,
                                     const double *states,
                                     struct atw_error *err)
{
    size_t n_cells = atw_diffusion_cell_count(diffusion);
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < truth->n_steps && status == ATW_OK; k++) {
        status =
            atw_field_copy(&truth->composition[k + 1], truth->phantom->composition, err);
        if (status == ATW_OK)
            atw_diffusion_unpack(diffusion, states + k * n_cells,
                                 truth->composition[k + 1]);
    }
    return status;
}

/* The states in the body's frame, stretched and turned to where the particle lies. */
static enum atw_status reshape_states(struct atw_truth_particle *truth,
                                      const struct atw_scenario *scenario,
                                      size_t particle,
                                      const struct atw_treatment *treatment,
                                      struct atw_phantom *body,
                                      const struct atw_diffusion *diffusion,
                                      const double *states,
                                      struct atw_error *err)
{
    size_t n_cells = atw_diffusion_cell_count(diffusion);
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < truth->n_steps && status == ATW_OK; k++) {
        double stretch =
            atw_treatment_stretch(treatment, atw_treatment_end_s(treatment, k));

        atw_diffusion_unpack(diffusion, states + k * n_cells, body->composition);
        status = atw_phantom_deform(&truth->reshaped[k + 1], body,
                                    &scenario->particle[particle].shape, stretch,
                                    &truth->phantom->metal->grid, err);
        if (status == ATW_OK)
            status = atw_field_copy(&truth->composition[k + 1],
                                    truth->reshaped[k + 1]->composition, err);
    }
    return status;
}

static enum atw_status run_ideal(const struct atw_truth_particle *truth,
                                 struct atw_diffusion *diffusion,
                                 const double *initial,
                                 double *states,
                                 struct atw_error *err)
{
    double S_m2[ATW_STEPS_MAX];

    for (size_t k = 0; k < truth->n_steps; k++)
        S_m2[k] = truth->S_m2[k] + (k > 0 ? S_m2[k - 1] : 0.0);
    return atw_diffusion_states_at(diffusion, initial, S_m2, truth->n_steps, states, err);
}

static enum atw_status run_treatment(struct atw_truth_particle *truth,
                                     const struct atw_treatment *treatment,
                                     struct atw_diffusion *diffusion,
                                     const double *initial,
                                     double *states,
                                     struct atw_error *err)
{
    double amount_m3 = atw_diffusion_amount_m3(diffusion, initial);
    double t_s[ATW_STEPS_MAX];
    enum atw_status status;

    for (size_t k = 0; k < truth->n_steps; k++)
        t_s[k] = atw_treatment_end_s(treatment, k);
    status = atw_treatment_run(treatment, diffusion, initial, t_s, truth->n_steps, states,
                               truth->lost + 1, err);
    for (size_t k = 1; k <= truth->n_steps; k++)
        truth->lost[k] = amount_m3 > 0.0 ? truth->lost[k] / amount_m3 : 0.0;
    return status;
}

static enum atw_status diffuse(struct atw_truth_particle *truth,
                               const struct atw_scenario *scenario,
                               size_t particle,
                               const struct atw_treatment *treatment,
                               struct atw_phantom *body,
                               struct atw_error *err)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_diffusion *diffusion = NULL;
    double *initial = NULL, *states = NULL;
    size_t n_cells;
    enum atw_status status;

    options.tolerance = scenario->diffusion_tolerance;
    options.keeps_dispersion = scenario->keeps_dispersion;
    status = atw_diffusion_create(&diffusion, body->metal, &options, err);
    if (status != ATW_OK)
        goto cleanup;
    n_cells = atw_diffusion_cell_count(diffusion);
    initial = malloc(n_cells * sizeof *initial);
    states = malloc(truth->n_steps * n_cells * sizeof *states);
    if (!initial || !states) {
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
        goto cleanup;
    }
    atw_diffusion_pack(diffusion, body->composition, initial);
    if (atw_treatment_is_ideal(treatment))
        status = run_ideal(truth, diffusion, initial, states, err);
    else
        status = run_treatment(truth, treatment, diffusion, initial, states, err);
    if (status != ATW_OK)
        goto cleanup;
    status = atw_treatment_reshapes(treatment)
                 ? reshape_states(truth, scenario, particle, treatment, body, diffusion,
                                  states, err)
                 : unpack_states(truth, diffusion, states, err);
cleanup:
    free(initial);
    free(states);
    atw_diffusion_destroy(diffusion);
    return status;
}

/* The phantom that diffusion runs in: the particle's, or a copy in its own frame. */
static enum atw_status create_body(struct atw_phantom **out,
                                   const struct atw_scenario *scenario,
                                   size_t particle,
                                   struct atw_error *err)
{
    struct atw_shape shape = body_shape(&scenario->particle[particle].shape);
    struct atw_grid grid;
    enum atw_status status;

    *out = NULL;
    status = atw_phantom_grid(&grid, &shape, scenario->voxel_m,
                              MARGIN_VOXELS * scenario->voxel_m, err);
    if (status == ATW_OK)
        status = atw_phantom_create(out, &shape, &grid, PHANTOM_TOLERANCE, err);
    return status;
}

enum atw_status atw_anneal(struct atw_truth_particle *truth,
                           const struct atw_scenario *scenario,
                           size_t particle,
                           struct atw_error *err)
{
    struct atw_treatment *treatment = NULL;
    struct atw_phantom *body = NULL;
    enum atw_status status = create_treatment(&treatment, scenario, particle, err);

    if (status == ATW_OK)
        status = atw_field_copy(&truth->composition[0], truth->phantom->composition, err);
    if (status == ATW_OK)
        status = heat(truth, scenario, particle, err);
    if (status != ATW_OK)
        goto cleanup;
    truth->aspect_ratio[0] = atw_treatment_aspect_ratio(treatment, 0.0);
    for (size_t k = 0; k < truth->n_steps; k++)
        truth->aspect_ratio[k + 1] =
            atw_treatment_aspect_ratio(treatment, atw_treatment_end_s(treatment, k));
    if (atw_treatment_reshapes(treatment))
        status = create_body(&body, scenario, particle, err);
    if (status == ATW_OK)
        status = diffuse(truth, scenario, particle, treatment,
                         body ? body : truth->phantom, err);
cleanup:
    atw_phantom_destroy(body);
    atw_treatment_destroy(treatment);
    return status;
}
