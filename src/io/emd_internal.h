/* An EMD file being written, shared by the files that write it. */
#ifndef ATW_IO_EMD_INTERNAL_H
#define ATW_IO_EMD_INTERNAL_H

#include <hdf5.h>

#include "core/status.h"

#define ATW_EMD_LONGEST_NAME 100
#define ATW_EMD_GROUP_TYPE 1u
/* The group of a file that holds only one. */
#define ATW_EMD_SINGLE_NAME "tomography"

struct atw_metadata;
struct atw_output;

struct atw_emd {
    struct atw_output *output;
    hid_t driver, file;
    int error_number; /* of the first failed write; the driver sets it */
};

/* As atw_emd_begin(), for an HDF5 file of another kind: it only holds the provenance. */
enum atw_status atw_emd_begin_other(struct atw_emd **out,
                                    const char *path,
                                    int force,
                                    const struct atw_metadata *metadata,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* ATW_EOUTPUT if a write to disk failed since begin, or result is negative. */
enum atw_status
atw_emd_check(struct atw_emd *emd, herr_t result, struct atw_error *err) ATW_MUST_CHECK;

/* May this be the name of a group? */
int atw_emd_is_name(const char *name);

#endif
