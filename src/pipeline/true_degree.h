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

/* Degrees of other compositions of the same particle, in the shape of one of its states.
 * truth and contrast must outlive the scale. */
struct atw_degree_scale; /* opaque */
enum atw_status atw_degree_scale_create(struct atw_degree_scale **out,
                                        const struct atw_truth_particle *truth,
                                        size_t state,
                                        const struct atw_haadf_contrast *contrast,
                                        double erosion_m,
                                        struct atw_error *err) ATW_MUST_CHECK;
void atw_degree_scale_destroy(struct atw_degree_scale *scale);
enum atw_status atw_degree_of(double *degree,
                              const struct atw_degree_scale *scale,
                              const struct atw_field *composition,
                              struct atw_error *err) ATW_MUST_CHECK;

#endif
