/* The mask of a particle from a model of it that is fitted to its tilt series. */
#ifndef ATW_PIPELINE_PARTICLE_MASK_H
#define ATW_PIPELINE_PARTICLE_MASK_H

#include "pipeline/specimen.h"

/* Voxels whose centre lies in the metal of the rod that atw_direct_fit_shape() finds,
 * which lies where the reconstruction's own mask (of tomogram 0, as found by a threshold)
 * has its centre of mass. *out replaces nothing. Errors as atw_direct_fit_shape(). */
enum atw_status atw_particle_mask(struct atw_mask **out,
                                  const struct atw_specimen *specimen,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
