/* Volumes and tilt series as Berkeley EMD 0.2 files (HDF5).
 *
 * /                    version_major 0, version_minor 2
 * /data/NAME           one volume or tilt series; emd_group_type 1
 *   data               float32, [z][y][x] or [tilt][y][x] (y = v, x = u); attributes
 *                      name, description, unit, axes
 *   dim1 dim2 dim3     float32 coordinates, slowest axis first, from 0; name and units,
 *                      "[n_m]", or "[deg]" for tilt angles, by which tomviz recognises a
 *                      tilt series
 *   tilt_rad           float64, the angles exactly
 *   spacing_m          attribute of the group: edge of voxel or pixel exactly
 * /alloytwin/KEY       provenance, one text each
 *
 * Programs that know one volume per file open the first by name; NAME is "tomography"
 * where the file holds only one. Equal content makes equal files, byte for byte.
 *
 * HDF5 allows only one thread at a time in all functions here. It is not proof against
 * every damaged file either: in trials, 6 of 4000 random changes to a file in the
 * oldest format crashed or hung HDF5 1.10.8 itself. The files written here have checksums
 * and came through all 3000. */
#ifndef ATW_IO_EMD_H
#define ATW_IO_EMD_H

#include "core/grid.h"
#include "core/status.h"
#include "core/tilt_series.h"
#include "io/angles.h"
#include "io/metadata.h"

struct atw_emd; /* a file being written; opaque */

/* What a dataset is, for whoever opens the file without us. */
struct atw_emd_text {
    const char *description; /* e.g. "fraction of gold, reconstructed" */
    const char *unit;        /* of the values, e.g. "1" or "count" */
};

/* Begin a file that appears under `path` when it is committed; metadata may be NULL.
 * ATW_EOUTPUT as atw_output_begin(), or if path is a device or pipe; ATW_ENOMEM. */
enum atw_status atw_emd_begin(struct atw_emd **out,
                              const char *path,
                              int force,
                              const struct atw_metadata *metadata,
                              struct atw_error *err) ATW_MUST_CHECK;

/* Add one volume or tilt series as /data/NAME and write it at once. A name consists of
 * letters, digits, '_', '-' and '.', and is used once.
 *
 * ATW_EINVAL: bad or repeated name; ATW_EINPUT: a value is not finite; ATW_EOUTPUT: disk
 * full and the like. After a failure the file can only be aborted. */
enum atw_status atw_emd_add_field(struct atw_emd *emd,
                                  const char *name,
                                  const struct atw_field *field,
                                  const struct atw_emd_text *text,
                                  struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_emd_add_series(struct atw_emd *emd,
                                   const char *name,
                                   const struct atw_tilt_series *series,
                                   const struct atw_emd_text *text,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Attach a text or a number to the group of a volume or series already added, e.g. its
 * temperature. ATW_EINVAL: no such group; ATW_EOUTPUT. */
enum atw_status atw_emd_add_text(struct atw_emd *emd,
                                 const char *name,
                                 const char *key,
                                 const char *text,
                                 struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_emd_add_number(struct atw_emd *emd,
                                   const char *name,
                                   const char *key,
                                   double value,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Complete the file. Consumes *emd and sets it to NULL whatever happens; on failure
 * nothing is left behind. ATW_EOUTPUT. */
enum atw_status atw_emd_commit(struct atw_emd **emd,
                               struct atw_error *err) ATW_MUST_CHECK;
/* Drop what was written; NULL is accepted. */
void atw_emd_abort(struct atw_emd *emd);

/* A file with one volume or tilt series, named "tomography". */
enum atw_status atw_emd_write_field(const struct atw_field *field,
                                    const char *path,
                                    int force,
                                    const struct atw_emd_text *text,
                                    const struct atw_metadata *metadata,
                                    struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_emd_write_series(const struct atw_tilt_series *series,
                                     const char *path,
                                     int force,
                                     const struct atw_emd_text *text,
                                     const struct atw_metadata *metadata,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Read a volume; *out belongs to the caller. Files of other programs are read as well:
 * data of any integer or real type, coordinates in m, um, nm, pm or angstrom, one per
 * value or only the first two of each axis.
 *
 * name           group below /data, or a path from the root if it begins with '/'; NULL:
 *                the first by name in the file that holds three dimensions
 * pixel_size_m   0: from the file; positive: used instead of it
 *
 * ATW_EINPUT: not an HDF5 file, damaged, no such group, no EMD group with three
 * dimensions, a tilt series, no usable coordinates, a voxel that is not cubic to 0.1 %,
 * uneven spacing, a value that is not finite; ATW_EINVAL: pixel_size_m; ATW_ENOMEM. */
enum atw_status atw_emd_read_field(struct atw_field **out,
                                   const char *path,
                                   const char *name,
                                   double pixel_size_m,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Read a tilt series [tilt][v][u]. Angles come from tilt_rad if the file has it and it
 * agrees with dim1, else from dim1 in "[deg]" or "[rad]".
 *
 * angles   NULL: from the file; otherwise used instead, one per view; then dim1 need not
 *          hold angles
 *
 * ATW_EINPUT as above, and: a volume, angles that contradict each other, lie beyond +-180
 * degrees or look like radians, a wrong number of angles (message with both and the file
 * names). */
enum atw_status atw_emd_read_series(struct atw_tilt_series **out,
                                    const char *path,
                                    const char *name,
                                    const struct atw_angles *angles,
                                    double pixel_size_m,
                                    struct atw_error *err) ATW_MUST_CHECK;

#endif
