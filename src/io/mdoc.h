/* SerialEM's .mdoc files: what the microscope said about each view of a tilt series.
 *
 *   PixelSpacing = 2.6            angstrom, before the first section
 *   [ZValue = 0]                  one section per view, numbered as in the MRC file
 *   TiltAngle = -46.0021          degrees
 *
 * All other keys are skipped. */
#ifndef ATW_IO_MDOC_H
#define ATW_IO_MDOC_H

#include "core/status.h"
#include "io/angles.h"

/* Read angles, in the order of the sections of the MRC file whatever their order in the
 * text, and the pixel size, 0 if the file has none. *out belongs to the caller.
 *
 * ATW_EINPUT, with file and line where there is one: no section at all; a section without
 * an angle, twice, or missing between 0 and the last; an angle or a size that is not a
 * number or impossible; angles that look like radians; ATW_ENOMEM. */
enum atw_status atw_mdoc_read(struct atw_angles **out,
                              double *pixel_m,
                              const char *path,
                              struct atw_error *err) ATW_MUST_CHECK;

#endif
