/* Diffusion in a rod in a coaxial rod, both with round ends: two coordinates are enough.
 *
 * Finite volumes are rings of section h x h in (rho, z), z >= 0 by symmetry, cut by the
 * surface: volumes and apertures in closed form. Operator, expansion and family of states
 * are those of any particle. Second order in h. */
#ifndef ATW_DIFFUSION_AXIAL_H
#define ATW_DIFFUSION_AXIAL_H

#include "diffusion/diffusion.h"

/* All points within a radius of a segment on the axis, centred on the origin. */
struct atw_axial_rod {
    double radius_m, half_length_m; /* of the segment: without the round ends */
};

struct atw_axial; /* opaque; for one thread at a time */

/* Composition 0 in the core, 1 around it. h is spacing_m or a little less, a whole part
 * of the radius. ATW_EINVAL for a core that sticks out or an empty rod; ATW_ENOMEM. */
enum atw_status atw_axial_create(struct atw_axial **out,
                                 const struct atw_axial_rod *metal,
                                 const struct atw_axial_rod *core,
                                 double spacing_m,
                                 double tolerance,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_axial_destroy(struct atw_axial *axial);

/* Of a state; what lies in the metal can be looked up. */
struct atw_axial_state {
    double spacing_m;
    size_t n_rho, n_z;
    float *value; /* [n_z][n_rho] at ((i - 1/2) h, (j - 1/2) h), owned */
};

/* Means over the cells after S_m2, those beyond the surface continued. ATW_EINVAL for S
 * that is negative or not finite; ATW_ENOMEM. */
enum atw_status atw_axial_state_create(struct atw_axial_state *state,
                                       struct atw_axial *axial,
                                       double S_m2,
                                       struct atw_error *err) ATW_MUST_CHECK;
void atw_axial_state_clear(struct atw_axial_state *state);

/* The same as values at points once they are interpolated linearly. The edge of a core
 * begins as wide as the cells it cuts and the interpolation make it, some h^2/10: this is
 * the state as much before. What is left is 0.02 h^2 or less in images of it
 * (docs/diffusion.md). */
enum atw_status atw_axial_points_create(struct atw_axial_state *state,
                                        struct atw_axial *axial,
                                        double S_m2,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* At a distance rho from the axis and |z| from the middle. */
static inline double
atw_axial_value(const struct atw_axial_state *state, double rho_m, double z_m)
{
    double x = rho_m / state->spacing_m + 0.5, y = z_m / state->spacing_m + 0.5;
    size_t i = (size_t)x, j = (size_t)y;
    const float *at;
    double f, g, below, above;

    i = i + 2 > state->n_rho ? state->n_rho - 2 : i;
    j = j + 2 > state->n_z ? state->n_z - 2 : j;
    f = x - (double)i;
    g = y - (double)j;
    at = state->value + j * state->n_rho + i;
    below = (1.0 - f) * (double)at[0] + f * (double)at[1];
    at += state->n_rho;
    above = (1.0 - f) * (double)at[0] + f * (double)at[1];
    return (1.0 - g) * below + g * above;
}

/* Amount of shell metal, m3. */
double atw_axial_amount_m3(struct atw_axial *axial, const struct atw_axial_state *state);

#endif
