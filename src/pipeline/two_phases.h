/* The particle of two pure phases that the unheated tomogram shows.
 *
 * Before heating the particle is a pure core in a pure shell. A reconstruction of it has
 * been blurred by probe, pixels and missing wedge; imaged once more, it would have passed
 * through them twice. So a particle of two pure phases is sought whose reconstruction is
 * the measured one. */
#ifndef ATW_PIPELINE_TWO_PHASES_H
#define ATW_PIPELINE_TWO_PHASES_H

#include "pipeline/specimen.h"

/* Fill metal (its share of each voxel) and composition on the grid of the specimen's
 * volumes. The specimen has its measurements. ATW_EINPUT when the tomogram does not show
 * a core in a shell; ATW_ENOMEM. */
enum atw_status atw_two_phases_find(struct atw_field *metal,
                                    struct atw_field *composition,
                                    const struct atw_specimen *specimen,
                                    struct atw_error *err) ATW_MUST_CHECK;

#endif
