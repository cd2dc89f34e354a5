/* An HDF5 file driver whose writes cannot fail.
 *
 * HDF5 1.10 does not survive a failing write: the file can no longer be closed and the
 * library crashes when the program ends. This driver therefore remembers the first error
 * and swallows everything after it; the caller looks at the error, closes the file in
 * peace and throws it away. */
#ifndef ATW_IO_HDF5_DRIVER_H
#define ATW_IO_HDF5_DRIVER_H

#include <hdf5.h>

/* Let a file access property list write through an open file descriptor.
 *
 * driver        out: identifier, to be released with H5FDunregister() after the file
 * access        file access property list
 * descriptor    open for reading and writing; stays open when HDF5 closes the file
 * error_number  borrowed until the file is closed; set to errno of the first failed write
 *
 * Negative if HDF5 refuses. The name given to H5Fcreate() means nothing. */
herr_t
atw_hdf5_driver_use(hid_t *driver, hid_t access, int descriptor, int *error_number);

#endif
