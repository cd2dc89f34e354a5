/* Alignment of all tilt series of one particle, so that their volumes lie on each other.
 */
#ifndef ATW_PIPELINE_REGISTRATION_H
#define ATW_PIPELINE_REGISTRATION_H

#include "alignment/alignment.h"
#include "pipeline/experiment.h"

/* Align the series of a particle as its experiment's analysis says.
 *
 * With method auto nothing is done if no series needs it: one whole object whose centre
 * moves by less than 0.2 pixels rms about an axis that leaves y by less than 0.5 pixels
 * at the edge (for other pictures the same after the rounds). If one needs it, all are
 * aligned, each with its centre of mass in the middle: their volumes share a mask.
 *
 * aligned [n_steps + 1]: out, 0 the reference; NULL where a tomogram is used as it is.
 * kept likewise: the alignments that were applied; NULL: not wanted. The caller destroys
 * both. ATW_EINPUT (a series that cannot be aligned, with its step);
 * ATW_ENOMEM. */
enum atw_status atw_register_series(struct atw_tilt_series **aligned,
                                    struct atw_alignment **kept,
                                    const struct atw_experiment_particle *particle,
                                    const struct atw_alignment_settings *settings,
                                    struct atw_error *err) ATW_MUST_CHECK;

#endif
