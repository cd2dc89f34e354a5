/* Where the volumes and tilt series of an HDF5 file are. */
#ifndef ATW_IO_EMD_SEARCH_H
#define ATW_IO_EMD_SEARCH_H

#include <stddef.h>

#include <hdf5.h>

/* The first dataset of a group whose name starts with "data" and that has three
 * dimensions; to be closed, or negative. */
hid_t atw_emd_open_data(hid_t group);

/* The first EMD group with such data, by name, depth first. 1: found, both to be closed;
 * 0: there is none; -1: none, but parts of the file could not be opened. */
int atw_emd_find_first(hid_t *group, hid_t *dataset, hid_t file);

/* Count the EMD groups with such data that lie directly in the group `parent`, and write
 * the first of their names, separated by ", ". */
size_t atw_emd_list(hid_t file, const char *parent, char *names, size_t size);

#endif
