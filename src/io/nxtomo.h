/* Tilt series as NXtomo files (NeXus in HDF5), written only.
 *
 * /entry                                  NXentry, definition NXtomo
 *   instrument/source                     probe electron
 *   instrument/detector                   data [tilt][y][x], image_key 0 (projection),
 *                                         x_pixel_size, y_pixel_size in m
 *   sample/rotation_angle                 degrees
 *   data                                  links to data, rotation_angle and image_key
 * /alloytwin
 *   KEY                                   provenance
 *
 * The definition asks for integers: counts are stored as int32, anything else as float32.
 * It has no field for the direction of the tilt axis; here it is y. Source: NeXus,
 * application definition NXtomo. */
#ifndef ATW_IO_NXTOMO_H
#define ATW_IO_NXTOMO_H

#include "core/status.h"
#include "core/tilt_series.h"
#include "io/metadata.h"

/* ATW_EINPUT: a value is not finite; ATW_EOUTPUT as atw_emd_begin(); ATW_ENOMEM. */
enum atw_status atw_nxtomo_write(const struct atw_tilt_series *series,
                                 const char *path,
                                 int force,
                                 const struct atw_metadata *metadata,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
