/* Small pieces of HDF5 used by the EMD reader and writer.
 *
 * HDF5 keeps its state in the process: only one thread at a time may use the readers and
 * writers built on this. */
#ifndef ATW_IO_HDF5_ACCESS_H
#define ATW_IO_HDF5_ACCESS_H

#include <stddef.h>

#include <hdf5.h>

/* Keep HDF5 from printing errors itself, for the rest of the process; failures show in
 * return values. It stays silent because after a damaged file 1.10 would otherwise
 * complain when the program ends. */
void atw_hdf5_silence(void);

/* The library's own words for the last failure, innermost first; "unknown reason" if it
 * left none. */
void atw_hdf5_reason(char *text, size_t size);

/* Attributes of an object. 0, or negative on failure. */
herr_t atw_hdf5_put_text(hid_t object, const char *name, const char *text);
herr_t atw_hdf5_put_unsigned(hid_t object, const char *name, unsigned value);
herr_t atw_hdf5_put_double(hid_t object, const char *name, double value);

/* Read back; 1 if present and of a fitting kind, else 0 with the output untouched. A text
 * is cut to the size of the buffer. */
int atw_hdf5_read_text(hid_t object, const char *name, char *text, size_t size);
int atw_hdf5_read_unsigned(hid_t object, const char *name, unsigned *value);
int atw_hdf5_read_double(hid_t object, const char *name, double *value);

/* Dataset of shape dimension[rank], stored contiguously and without a time stamp (so that
 * equal content makes equal files). The dataset, to be closed, or negative. */
hid_t atw_hdf5_put_dataset(hid_t parent,
                           const char *name,
                           hid_t file_type,
                           hid_t memory_type,
                           int rank,
                           const hsize_t *dimension,
                           const void *value);

/* A scalar text as a dataset: unlike attributes it may be longer than 64 KiB. */
herr_t atw_hdf5_put_text_dataset(hid_t parent, const char *name, const char *text);

/* A group without a time stamp; to be closed, or negative. */
hid_t atw_hdf5_create_group(hid_t parent, const char *name);

#endif
