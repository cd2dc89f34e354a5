/* One EMD group open for reading: where the data are and what its axes say. */
#ifndef ATW_IO_EMD_SOURCE_H
#define ATW_IO_EMD_SOURCE_H

#include <stddef.h>

#include <hdf5.h>

#include "core/status.h"

enum atw_emd_quantity { ATW_EMD_UNKNOWN, ATW_EMD_LENGTH, ATW_EMD_ANGLE };

struct atw_emd_axis {
    size_t count;                   /* of values along the axis */
    enum atw_emd_quantity quantity; /* UNKNOWN also without usable coordinates */
    int is_in_degrees;              /* angles that are not in radians */
    double *coordinate;             /* [count] in metres or radians; NULL if unknown */
    char unit[32];                  /* as in the file, for messages */
};

struct atw_emd_source {
    const char *path; /* borrowed */
    hid_t file, group, dataset;
    struct atw_emd_axis axis[3]; /* slowest first */
};

/* Open the group (see atw_emd_read_field() for name), its three-dimensional dataset and
 * its axes. Without a name a log line says if there was a choice. ATW_EINPUT, ATW_ENOMEM;
 * close() after either outcome. */
enum atw_status atw_emd_source_open(struct atw_emd_source *source,
                                    const char *path,
                                    const char *name,
                                    struct atw_error *err) ATW_MUST_CHECK;
void atw_emd_source_close(struct atw_emd_source *source);

/* Read a one-dimensional dataset of the group as double, allocated; NULL if there is none
 * of that length. */
double *atw_emd_source_vector(const struct atw_emd_source *source,
                              const char *name,
                              size_t count);

/* ATW_EINPUT "PATH is damaged: what: HDF5's reason". */
enum atw_status atw_emd_source_damaged(const struct atw_emd_source *source,
                                       const char *what,
                                       struct atw_error *err);

#endif
