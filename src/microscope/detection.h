/* From the fine screen of one view to the pixels of the detector: blur, pixels, shifts,
 * drift within the frame, rotation of the tilt axis. */
#ifndef ATW_MICROSCOPE_DETECTION_H
#define ATW_MICROSCOPE_DETECTION_H

#include "microscope/acquisition.h"
#include "microscope/footprint.h"
#include "microscope/microscope.h"
#include "microscope/scene.h"

struct atw_detection {
    const struct atw_microscope *microscope;
    const struct atw_acquisition *acquisition;
    struct atw_screen screen;
    const struct atw_footprint *along_u, *along_v;
    int is_even; /* plane and placement are: a quarter of the image is the others' mirror
                  */
};

/* pixel [n_v][n_u] from plane [screen.n_v][screen.n_u].
 *
 * A detector pixel (u', v') looks at the point of the screen
 *
 *   u =  (u' - s_u) cos psi + (v' - s_v) sin psi
 *   v = -(u' - s_u) sin psi + (v' - s_v) cos psi
 *
 * with psi the rotation of the image, s the shift of the view plus its drift times
 * v' / height: rows are taken one after the other. In two passes, along v and along u;
 * the blur is exact for psi = 0 and off by psi^2 of itself otherwise. Values are the
 * signal per element of the detector, so a drift that stretches the image adds to the
 * sum. scratch [n_v][screen.n_u]. ATW_ENOMEM. */
enum atw_status atw_detect(const struct atw_detection *detection,
                           size_t view,
                           const float *plane,
                           float *scratch,
                           float *pixel,
                           struct atw_error *err) ATW_MUST_CHECK;

#endif
