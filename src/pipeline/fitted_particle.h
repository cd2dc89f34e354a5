/* A particle as a model of it that is fitted to its tilt series: a rod in a shell, in the
 * frame of the reconstruction. */
#ifndef ATW_PIPELINE_FITTED_PARTICLE_H
#define ATW_PIPELINE_FITTED_PARTICLE_H

#include "pipeline/specimen.h"

/* Voxels whose centre lies in the metal of the rod that atw_direct_fit_shape() finds,
 * which lies where the reconstruction's own mask (of tomogram 0, as found by a threshold)
 * has its centre of mass. *out replaces nothing. Errors as atw_direct_fit_shape(). */
enum atw_status atw_fitted_particle_mask(struct atw_mask **out,
                                         const struct atw_specimen *specimen,
                                         struct atw_error *err) ATW_MUST_CHECK;

/* Shares of metal of the voxels and of shell in the metal, of that rod, which lies where
 * the mask of tomogram 0 does. Errors as atw_direct_fit_shape(), and ATW_EINPUT when the
 * counts deny that the particle is a rod. Does not depend on the number of threads. */
enum atw_status atw_fitted_particle_fill(struct atw_field *metal,
                                         struct atw_field *composition,
                                         const struct atw_specimen *specimen,
                                         struct atw_error *err) ATW_MUST_CHECK;

#endif
