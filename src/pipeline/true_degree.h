/* True degree of alloying: what a perfect instrument would measure. */
#ifndef ATW_PIPELINE_TRUE_DEGREE_H
#define ATW_PIPELINE_TRUE_DEGREE_H

#include "microscope/contrast.h"
#include "pipeline/truth.h"

/* Degrees of all states of a particle from the spread of their true intensities, over the
 * same region that the analysis looks at: the metal (at least half of a voxel) without a
 * surface layer of erosion_m. Neither wedge nor blur nor noise, so s_inf = 0 and both
 * measures agree. */
enum atw_status atw_true_degrees(struct atw_truth_particle *truth,
                                 const struct atw_haadf_contrast *contrast,
                                 double erosion_m,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
