/* The signal of a scene as an acquisition sees it. */
#ifndef ATW_MICROSCOPE_RECORD_H
#define ATW_MICROSCOPE_RECORD_H

#include "microscope/acquisition.h"
#include "microscope/microscope.h"
#include "microscope/scene.h"

/* Noise-free signal of every view, core metal * nm: exact chords of the bodies, line
 * integrals of the volume, damping, what turns while the view is taken, brightness, then
 * blur (probe and defocus), pixels and displacement.
 *
 *   s = sum of signal t,  tau = sum of attenuation t,  s (1 - exp(-tau)) / tau if damped
 *
 * Bodies alone are exact to 1e-3 of the brightest pixel for any blur. A volume is as good
 * as its voxels (atw_microscope_signal()): give the bodies the mean and the volume the
 * departure from it, which is smooth, and the edges stay exact. What that makes negative
 * by up to 1e-3 of the brightest pixel of its view is 0. *out [n_view][n_v][n_u]
 * has the recorded tilts and belongs to the caller. Of the microscope only blur, pixel
 * and counts of pixels are used. Does not depend on the number of threads.
 *
 * ATW_EINVAL (detector, blur, scene, numbers of tilts), ATW_ENOMEM. Cost at 73 views of
 * 60 x 120 pixels: about 0.1 s for a core-shell rod on one thread. */
enum atw_status atw_microscope_record(struct atw_tilt_series **out,
                                      const struct atw_scene *scene,
                                      const struct atw_microscope *microscope,
                                      const struct atw_acquisition *acquisition,
                                      const double *recorded_tilt_rad,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* What the detector records of counted electrons: gain (drifting from view to view as the
 * acquisition says) * electrons + offset, in place. */
void atw_microscope_digitise(struct atw_tilt_series *series,
                             const struct atw_acquisition *acquisition,
                             double gain,
                             double offset);

#endif
