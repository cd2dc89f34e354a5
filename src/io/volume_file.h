/* One door to volumes and tilt series in files: the suffix chooses the format.
 *
 * .emd .h5 .hdf5                  Berkeley EMD 0.2, see io/emd.h
 * .mrc .rec .st .mrcs .map        MRC2014, see io/mrc.h, with angles in .rawtlt or .tlt
 *
 * .tif .tiff                      written only, for ImageJ, see io/tiff_write.h
 * .nxs                            written only, tilt series, see io/nxtomo.h
 *
 * Upper and lower case are the same. A file to be read may be "FILE.emd::NAME", the
 * volume or series NAME of an EMD file with several (a path in the file if it begins with
 * '/'). */
#ifndef ATW_IO_VOLUME_FILE_H
#define ATW_IO_VOLUME_FILE_H

#include "core/grid.h"
#include "core/status.h"
#include "core/tilt_series.h"
#include "io/metadata.h"

enum atw_volume_format {
    ATW_VOLUME_EMD,
    ATW_VOLUME_MRC,
    ATW_VOLUME_TIFF,
    ATW_VOLUME_NXTOMO
};

/* ".mrc" of "runs.1/a.mrc"; the end of the text if the file name has none. */
const char *atw_path_suffix(const char *path);

/* ATW_EINVAL with the list of suffixes if the path has none of them. */
enum atw_status atw_volume_format(enum atw_volume_format *format,
                                  const char *path,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Read a volume; *out belongs to the caller.
 * pixel_size_m   0: from the file; positive: used instead of it, for MRC files without
 * one. ATW_EINVAL (suffix), ATW_EINPUT (a pixel size that is not of this world), and as
 * atw_emd_read_field() and atw_mrc_read_field(). */
enum atw_status atw_volume_read(struct atw_field **out,
                                const char *path,
                                double pixel_size_m,
                                struct atw_error *err) ATW_MUST_CHECK;

/* Write a volume. metadata may be NULL; an EMD file carries all of it, an MRC file only
 * the text of "description" in its label. EMD also takes the texts "description" and
 * "unit" as those of the data, if they are there. ATW_EINVAL (suffix), ATW_EOUTPUT. */
enum atw_status atw_volume_write(const struct atw_field *field,
                                 const char *path,
                                 int force,
                                 const struct atw_metadata *metadata,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Read a tilt series; *out belongs to the caller.
 *
 * angles_path   file of angles, an .mdoc file if its suffix says so; NULL: those in the
 * EMD file, or for MRC the file beside it that has the suffix .rawtlt or .tlt instead (if
 * there are both, one has to be named: raw and refined angles differ), else PATH.mdoc or
 * an .mdoc of the same stem, else those of the extended header
 *
 * The pixel size is pixel_size_m, else that of the MRC header, else that of the .mdoc.
 *
 * ATW_EINVAL (suffix); ATW_EINPUT without angles, with a wrong number of them (message
 * has both numbers and names), for a pixel size that is not of this world, and as the
 * readers of the formats. */
enum atw_status atw_tilts_read(struct atw_tilt_series **out,
                               const char *path,
                               const char *angles_path,
                               double pixel_size_m,
                               struct atw_error *err) ATW_MUST_CHECK;

/* Write a tilt series; for MRC and TIFF also its angles, in a file of the same name with
 * the suffix .rawtlt, which `force` protects in the same way. Metadata as
 * atw_volume_write(). On failure neither file is left behind. ATW_EINVAL (suffix),
 * ATW_EOUTPUT. */
enum atw_status atw_tilts_write(const struct atw_tilt_series *series,
                                const char *path,
                                int force,
                                const struct atw_metadata *metadata,
                                struct atw_error *err) ATW_MUST_CHECK;

#endif
