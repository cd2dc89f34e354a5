/* Particles for the tests of the diffusion room: metal fractions and core-shell
 * compositions by sub-sampling, and their closed solutions. Lengths in nm. */
#ifndef ATW_TESTS_DIFFUSION_PARTICLE_H
#define ATW_TESTS_DIFFUSION_PARTICLE_H

#include "core/grid.h"

/* Signed distance-like function: a point is inside where it is negative. */
typedef double (*particle_inside_fn)(double x, double y, double z, double size);

double particle_sphere(double x, double y, double z, double radius);
double particle_cylinder(double x, double y, double z, double radius); /* along y */
double particle_slab(double x, double y, double z, double half_width); /* across x */
/* Spherocylinder along y; its length is fixed by particle_rod_half_axis. */
double particle_rod(double x, double y, double z, double radius);
extern double particle_rod_half_axis;

/* Volume fraction of every voxel inside; n_sub^3 points in voxels near the surface. shift
 * moves the particle by so many voxels. */
struct atw_field *particle_fill(const struct atw_grid *grid,
                                particle_inside_fn inside,
                                double size,
                                const double shift[3],
                                size_t n_sub);

/* Shell fraction of every metal voxel: 1 - core / metal. */
struct atw_field *particle_composition(const struct atw_field *metal,
                                       const struct atw_field *core);

/* Mean composition at distance r after S (nm2) of a particle of the given radius whose
 * core (fraction 0) has radius `core`; no flux through the surface. Terms below 1e-20 and
 * those past the 60th are left out: S of 0.3 nm2 or more for a radius of 14 nm. */
double particle_sphere_series(double r, double radius, double core, double S);
double particle_cylinder_series(double r, double radius, double core, double S);
double particle_slab_series(double x, double half_width, double core, double S);

#endif
