/* Volumes and tilt series as MRC2014 files.
 *
 * A volume has its z planes as sections, [z][y][x], space group 1; a tilt series has one
 * view per section, [tilt][v][u], space group 0. The pixel size is in the header, in
 * angstrom; the tilt angles may be in an extended header (io/mrc_extended.h), which is
 * read but not written. Written files are mode 2 (single
 * precision), little endian. Row 0 is the lowest y or v: programs that draw the first row
 * at the top show the picture upside down. */
#ifndef ATW_IO_MRC_H
#define ATW_IO_MRC_H

#include "core/grid.h"
#include "core/status.h"
#include "core/tilt_series.h"
#include "io/angles.h"

/* Read a volume; *out belongs to the caller.
 *
 * Data modes 0 (also as unsigned bytes, if IMOD's stamp says so), 1, 2, 6 and 12 in
 * either byte order; an extended header is skipped here. All values are exact in single
 * precision.
 *
 * pixel_size_m   0: from the header; positive: used instead of it
 *
 * ATW_EINPUT: unreadable; not an MRC file; another mode; axis order other than 1 2 3;
 * a size that contradicts the header; no pixel size; a voxel that is not cubic to 0.1 %;
 * a value that is not finite. ATW_EINVAL: pixel_size_m negative or not finite.
 * ATW_ENOMEM. */
enum atw_status atw_mrc_read_field(struct atw_field **out,
                                   const char *path,
                                   double pixel_size_m,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Read a tilt series with these angles, one per section. The pixel must be square; the
 * size of a section along z means nothing in a stack. Otherwise as atw_mrc_read_field().
 * ATW_EINPUT also if there are more or fewer angles than sections. */
enum atw_status atw_mrc_read_stack(struct atw_tilt_series **out,
                                   const char *path,
                                   const struct atw_angles *angles,
                                   double pixel_size_m,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* What an MRC file says of itself as a tilt series: angles [sections] of its extended
 * header, NULL if it has none (see io/mrc_extended.h); pixel size along x, 0 if none.
 * ATW_EINPUT as above, and an extended header with impossible angles; ATW_ENOMEM. */
enum atw_status atw_mrc_inspect(struct atw_angles **angles,
                                double *pixel_m,
                                const char *path,
                                struct atw_error *err) ATW_MUST_CHECK;

/* Write a volume. The label in the header is "alloytwin VERSION", then a colon and `note`
 * if that is not NULL, cut to 80 characters.
 *
 * ATW_EOUTPUT as atw_output_begin() and commit; ATW_EINPUT if a value is not finite;
 * ATW_EINVAL if a count does not fit 31 bits. */
enum atw_status atw_mrc_write_field(const struct atw_field *field,
                                    const char *path,
                                    int force,
                                    const char *note,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Write a tilt series, without its angles. As atw_mrc_write_field(). */
enum atw_status atw_mrc_write_series(const struct atw_tilt_series *series,
                                     const char *path,
                                     int force,
                                     const char *note,
                                     struct atw_error *err) ATW_MUST_CHECK;

struct atw_output;

/* The same into an output that the caller commits. */
enum atw_status atw_mrc_put_series(struct atw_output *output,
                                   const struct atw_tilt_series *series,
                                   const char *note,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
