/* The particle of two pure phases that the unheated tomogram shows.
 *
 * Before heating the particle is a pure core in a pure shell. A reconstruction of it has
 * been blurred by probe, pixels and missing wedge; imaged once more, it would have passed
 * through them twice. So a particle of two pure phases is sought whose reconstruction is
 * the measured one. */
#ifndef ATW_PIPELINE_TWO_PHASES_H
#define ATW_PIPELINE_TWO_PHASES_H

#include "pipeline/specimen.h"

/* What the tomogram says of how it was taken, beside what the analysis was told. */
struct atw_two_phases_imaging {
    double gain;           /* over the counts per nm of the analysis */
    double damping_per_nm; /* 1 / mean free path in the core metal; 0: as stated */
};

/* A copy of an instrument of the specimen that sees as `imaging` says; it owns nothing.
 */
struct atw_instrument
atw_two_phases_instrument(const struct atw_instrument *stated,
                          const struct atw_two_phases_imaging *imaging);

/* Fill metal (its share of each voxel) and composition on the grid of the specimen's
 * volumes; *volume, which belongs to the caller, is the reconstruction of the particle
 * before its last correction. The specimen has its measurements. ATW_ENOMEM and what the
 * imitation returns. */
enum atw_status atw_two_phases_find(struct atw_field *metal,
                                    struct atw_field *composition,
                                    struct atw_field **volume,
                                    const struct atw_specimen *specimen,
                                    const struct atw_two_phases_imaging *imaging,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* The same with the imaging that the tomogram asks for: damping, if none is stated and
 * some fits better; the gain, if the counts are not calibrated or the mean intensity does
 * not fit with the calibration. Warns when it is not what was stated. ATW_EINPUT when no
 * core in a shell gives the tomogram's mean intensity. */
enum atw_status atw_two_phases_fit(struct atw_field *metal,
                                   struct atw_field *composition,
                                   struct atw_two_phases_imaging *imaging,
                                   const struct atw_specimen *specimen,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
