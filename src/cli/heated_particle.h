/* A particle from files after a heat treatment: its states and their numbers. */
#ifndef ATW_CLI_HEATED_PARTICLE_H
#define ATW_CLI_HEATED_PARTICLE_H

#include "cli/heat_request.h"
#include "cli/heated_output.h"
#include "phantom/phantom.h"

struct atw_heated_particle {
    size_t n_states, n_cells;
    struct atw_heated_numbers before, *after; /* [n_states] */
    struct atw_diffusion_statistics work;
    int reshapes;

    /* What states are made of; private. */
    struct atw_diffusion *diffusion;
    struct atw_phantom *body;
    double *states;  /* [n_states][n_cells] */
    double *stretch; /* [n_states] */
};

/* composition and metal are copied. ATW_EINVAL also for a particle that shall reshape but
 * does not lie along y. */
enum atw_status atw_heated_particle_create(struct atw_heated_particle **out,
                                           const struct atw_heat_request *request,
                                           const struct atw_field *composition,
                                           const struct atw_field *metal,
                                           struct atw_error *err) ATW_MUST_CHECK;
void atw_heated_particle_destroy(struct atw_heated_particle *particle);

/* Fields of a state; the caller's. */
enum atw_status atw_heated_particle_state(struct atw_phantom **out,
                                          struct atw_heated_particle *particle,
                                          size_t state,
                                          struct atw_error *err) ATW_MUST_CHECK;

#endif
