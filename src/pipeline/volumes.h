/* Volumes of a run in one EMD file: phantom and true states, reconstructions,
 * compositions. */
#ifndef ATW_PIPELINE_VOLUMES_H
#define ATW_PIPELINE_VOLUMES_H

#include "io/metadata.h"
#include "pipeline/analyse.h"
#include "pipeline/truth.h"

/* Groups data/PARTICLE_metal, data/PARTICLE_STEP_state (truth only),
 * data/PARTICLE_STEP_reconstruction and data/PARTICLE_STEP_composition. ATW_EOUTPUT. */
enum atw_status atw_volumes_write(const struct atw_analysis *analysis,
                                  const struct atw_truth *truth,
                                  const char *path,
                                  const struct atw_metadata *metadata,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
