/* Tilt angles in the extended headers of MRC files.
 *
 * SerialEM and IMOD ("SERI")   records of n_int bytes per section; bits of n_real say
 * what is in them: bit 0 a tilt angle, first, 16 bits in units of 0.01 degrees Agard and
 * old FEI ("AGAR")   n_int integers and n_real reals of 4 bytes per section; the first
 * real is the tilt in degrees FEI, Thermo Fisher           ("FEI1", "FEI2") records whose
 * first integer is their size; the tilt in degrees is a double at byte 100
 *
 * Sources: the MRC2014 paper, IMOD's description of the MRC format, the "MRC-2014
 * Specifications" of FEI. */
#ifndef ATW_IO_MRC_EXTENDED_H
#define ATW_IO_MRC_EXTENDED_H

#include "core/status.h"
#include "io/angles.h"
#include "io/mrc_header.h"

/* Angles of the sections from the bytes [size] of the extended header; *out NULL with
 * ATW_OK if there are none: another kind, no room for all sections, or all of them zero.
 *
 * ATW_EINPUT: an angle that is not finite or beyond +-180 degrees, or what looks like
 * radians; ATW_ENOMEM. */
enum atw_status atw_mrc_extended_angles(struct atw_angles **out,
                                        const struct atw_mrc_header *header,
                                        const unsigned char *bytes,
                                        size_t size,
                                        const char *path,
                                        struct atw_error *err) ATW_MUST_CHECK;

#endif
