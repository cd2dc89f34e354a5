/* Tilt angles as text: .rawtlt and .tlt files, one angle in degrees per line.
 *
 * The order is that of the sections of the tilt series. */
#ifndef ATW_IO_ANGLES_H
#define ATW_IO_ANGLES_H

#include <stddef.h>

#include "core/status.h"

struct atw_angles {
    double *tilt_rad; /* [count], owned */
    size_t count;
    char *source; /* name of the file, owned; for messages */
};

/* Read a file of angles; *out belongs to the caller. Empty lines and everything after '#'
 * are skipped.
 *
 * ATW_EINPUT, with file and line: a line is not one plain decimal number, an angle is
 * beyond +-180 degrees, there is no angle at all, or the angles look like radians (more
 * than three, within +-1.6, not all of them integers); ATW_ENOMEM. */
enum atw_status atw_angles_read(struct atw_angles **out,
                                const char *path,
                                struct atw_error *err) ATW_MUST_CHECK;

/* ATW_EINPUT if the degrees look like radians: see atw_angles_read(), which calls this.
 * `path` is for the message. */
enum atw_status atw_angles_check_unit(const double *tilt_rad,
                                      size_t count,
                                      const char *path,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* A list from an array [count]; source names its origin in messages. ATW_ENOMEM. */
enum atw_status atw_angles_create(struct atw_angles **out,
                                  const double *tilt_rad,
                                  size_t count,
                                  const char *source,
                                  struct atw_error *err) ATW_MUST_CHECK;
void atw_angles_destroy(struct atw_angles *angles);

/* Write tilt_rad [count] in degrees with as many digits as reading needs to give the same
 * numbers again, bit for bit (where long double is wider than double).
 *
 * ATW_EOUTPUT as atw_output_begin() and commit; ATW_EINVAL if an angle is not finite. */
enum atw_status atw_angles_write(const double *tilt_rad,
                                 size_t count,
                                 const char *path,
                                 int force,
                                 struct atw_error *err) ATW_MUST_CHECK;

struct atw_output;

/* The same into an output that the caller commits. */
enum atw_status atw_angles_put(struct atw_output *output,
                               const double *tilt_rad,
                               size_t count,
                               struct atw_error *err) ATW_MUST_CHECK;

#endif
