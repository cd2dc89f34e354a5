/* A particle from files after a heat treatment: its states and their numbers. */
#include "cli/heated_particle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "phantom/deform.h"

/* Longest line of metal along one axis: the sum of the fractions of its voxels. */
static double greatest_length_m(const struct atw_field *metal, int axis)
{
    const struct atw_grid *grid = &metal->grid;
    const size_t count[3] = {grid->n_x, grid->n_y, grid->n_z};
    const size_t step[3] = {1, grid->n_x, grid->n_x * grid->n_y};
    int u = (axis + 1) % 3, v = (axis + 2) % 3;
    double greatest = 0.0;

    for (size_t i = 0; i < count[u]; i++)
        for (size_t j = 0; j < count[v]; j++) {
            const float *line = metal->value + i * step[u] + j * step[v];
            double sum = 0.0;

            for (size_t k = 0; k < count[axis]; k++)
                sum += (double)line[k * step[axis]];
            greatest = fmax(greatest, sum);
        }
    return greatest * grid->spacing_m;
}

/* Mean and spread over the cells, weighted with the metal they hold. */
static void measure(struct atw_heated_numbers *n,
                    const struct atw_heated_particle *particle,
                    const double *state)
{
    double *square = malloc(particle->n_cells * sizeof *square);
    double volume_m3, amount_m3 = atw_diffusion_amount_m3(particle->diffusion, state);

    n->amount_m3 = amount_m3;
    n->mean = n->std = NAN;
    if (!square)
        return;
    for (size_t i = 0; i < particle->n_cells; i++)
        square[i] = 1.0;
    volume_m3 = atw_diffusion_amount_m3(particle->diffusion, square);
    n->mean = amount_m3 / volume_m3;
    for (size_t i = 0; i < particle->n_cells; i++)
        square[i] = (state[i] - n->mean) * (state[i] - n->mean);
    n->std = sqrt(atw_diffusion_amount_m3(particle->diffusion, square) / volume_m3);
    free(square);
}

static enum atw_status copy_body(struct atw_heated_particle *particle,
                                 const struct atw_field *composition,
                                 const struct atw_field *metal,
                                 struct atw_error *err)
{
    enum atw_status status = atw_phantom_create_empty(&particle->body, &metal->grid, err);
    size_t size = atw_grid_voxel_count(&metal->grid) * sizeof *metal->value;

    if (status != ATW_OK)
        return status;
    memcpy(particle->body->composition->value, composition->value, size);
    memcpy(particle->body->metal->value, metal->value, size);
    return ATW_OK;
}

static enum atw_status create_treatment(struct atw_treatment **out,
                                        const struct atw_heat_request *request,
                                        const struct atw_field *metal,
                                        struct atw_error *err)
{
    struct atw_treatment_options options = {
        .material = &request->material,
        .twin = atw_twin_place(&request->twin, &request->orientation),
        .aspect_ratio = greatest_length_m(metal, 1) / greatest_length_m(metal, 0),
        .reshaping = request->reshaping};
    int turned = request->orientation.azimuth_rad != 0.0 ||
                 request->orientation.elevation_rad != 0.0;

    *out = NULL;
    if (turned && request->reshaping * request->material.reshaping.D0_m2_per_s > 0.0)
        return atw_error_set(err, ATW_EUSAGE,
                             "a particle that reshapes must lie along y: leave "
                             "particle.azimuth and particle.elevation at 0");
    return atw_treatment_create(out, &options, &request->step, 1, err);
}

static enum atw_status run_ideal(struct atw_heated_particle *particle,
                                 const struct atw_heat_request *request,
                                 const double *initial,
                                 const double *t_s,
                                 struct atw_error *err)
{
    double S_m2[ATW_HEAT_TIMES_MAX];
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < particle->n_states && status == ATW_OK; k++)
        status = atw_heating_integral_until(&request->step, &request->material.law,
                                            t_s[k], &S_m2[k], err);
    if (status == ATW_OK)
        status = atw_diffusion_states_at(particle->diffusion, initial, S_m2,
                                         particle->n_states, particle->states, err);
    return status;
}

static enum atw_status heat(struct atw_heated_particle *particle,
                            const struct atw_heat_request *request,
                            const struct atw_treatment *treatment,
                            const double *initial,
                            struct atw_error *err)
{
    double t_s[ATW_HEAT_TIMES_MAX], lost_m3[ATW_HEAT_TIMES_MAX] = {0.0};
    size_t n = particle->n_states;
    enum atw_status status;

    memcpy(t_s, request->t_s, n * sizeof *t_s);
    t_s[n - 1] = atw_treatment_end_s(treatment, 0);
    status = atw_treatment_is_ideal(treatment)
                 ? run_ideal(particle, request, initial, t_s, err)
                 : atw_treatment_run(treatment, particle->diffusion, initial, t_s, n,
                                     particle->states, lost_m3, err);
    if (status != ATW_OK)
        return status;
    measure(&particle->before, particle, initial);
    particle->before.aspect_ratio = atw_treatment_aspect_ratio(treatment, 0.0);
    for (size_t k = 0; k < n; k++) {
        struct atw_heated_numbers *after = &particle->after[k];

        after->t_s = request->t_s[k];
        after->lost_m3 = lost_m3[k];
        after->aspect_ratio = atw_treatment_aspect_ratio(treatment, t_s[k]);
        measure(after, particle, particle->states + k * particle->n_cells);
        after->alloying =
            particle->before.std > 0.0 ? 1.0 - after->std / particle->before.std : NAN;
        particle->stretch[k] = atw_treatment_stretch(treatment, t_s[k]);
    }
    return ATW_OK;
}

/* Cells, integrator and room for the states. */
static enum atw_status prepare(struct atw_heated_particle *particle,
                               const struct atw_heat_request *request,
                               const struct atw_field *metal,
                               struct atw_error *err)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    size_t n = particle->n_states = request->n_times;
    enum atw_status status;

    options.tolerance = request->tolerance;
    options.keeps_dispersion = request->keeps_dispersion;
    status = atw_diffusion_create(&particle->diffusion, metal, &options, err);
    if (status != ATW_OK)
        return status;
    particle->n_cells = atw_diffusion_cell_count(particle->diffusion);
    particle->after = calloc(n, sizeof *particle->after);
    particle->stretch = calloc(n, sizeof *particle->stretch);
    particle->states = malloc(n * particle->n_cells * sizeof *particle->states);
    if (!particle->after || !particle->stretch || !particle->states)
        return atw_error_set(err, ATW_ENOMEM, "diffuse: no memory for %zu states", n);
    return ATW_OK;
}

enum atw_status atw_heated_particle_create(struct atw_heated_particle **out,
                                           const struct atw_heat_request *request,
                                           const struct atw_field *composition,
                                           const struct atw_field *metal,
                                           struct atw_error *err)
{
    struct atw_heated_particle *particle = calloc(1, sizeof *particle);
    struct atw_treatment *treatment = NULL;
    double *initial = NULL;
    enum atw_status status = ATW_OK;

    *out = NULL;
    if (!particle)
        return atw_error_set(err, ATW_ENOMEM, "diffuse: out of memory");
    status = prepare(particle, request, metal, err);
    if (status == ATW_OK)
        status = copy_body(particle, composition, metal, err);
    if (status == ATW_OK)
        status = create_treatment(&treatment, request, metal, err);
    if (status != ATW_OK)
        goto cleanup;
    initial = malloc(particle->n_cells * sizeof *initial);
    if (!initial) {
        status = atw_error_set(err, ATW_ENOMEM, "diffuse: out of memory");
        goto cleanup;
    }
    atw_diffusion_pack(particle->diffusion, composition, initial);
    particle->reshapes = atw_treatment_reshapes(treatment);
    status = heat(particle, request, treatment, initial, err);
    particle->work = atw_diffusion_statistics(particle->diffusion);
    if (status == ATW_OK) {
        *out = particle;
        particle = NULL;
    }
cleanup:
    free(initial);
    atw_treatment_destroy(treatment);
    atw_heated_particle_destroy(particle);
    return status;
}

void atw_heated_particle_destroy(struct atw_heated_particle *particle)
{
    if (!particle)
        return;
    atw_diffusion_destroy(particle->diffusion);
    atw_phantom_destroy(particle->body);
    free(particle->after);
    free(particle->stretch);
    free(particle->states);
    free(particle);
}

/* Smallest grid of the same voxels that holds the body stretched. */
static struct atw_grid stretched_grid(const struct atw_grid *grid, double stretch)
{
    double width = fmax(1.0 / sqrt(stretch), 1.0), length = fmax(stretch, 1.0);

    return (struct atw_grid){.n_x = atw_grid_cover((double)grid->n_x * width, 1.0),
                             .n_y = atw_grid_cover((double)grid->n_y * length, 1.0),
                             .n_z = atw_grid_cover((double)grid->n_z * width, 1.0),
                             .spacing_m = grid->spacing_m};
}

enum atw_status atw_heated_particle_state(struct atw_phantom **out,
                                          struct atw_heated_particle *particle,
                                          size_t state,
                                          struct atw_error *err)
{
    static const struct atw_shape along_y = {0};
    struct atw_phantom *body = particle->body;
    struct atw_grid grid = body->metal->grid;
    double stretch = particle->stretch[state];

    atw_diffusion_unpack(particle->diffusion,
                         particle->states + state * particle->n_cells, body->composition);
    if (particle->reshapes)
        grid = stretched_grid(&grid, stretch);
    return particle->reshapes
               ? atw_phantom_deform(out, body, &along_y, stretch, &grid, err)
               : atw_phantom_copy(out, body, err);
}
