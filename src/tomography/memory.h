/* What a reconstruction will hold, told before it starts. */
#ifndef ATW_TOMOGRAPHY_MEMORY_H
#define ATW_TOMOGRAPHY_MEMORY_H

#include "tomography/stopping.h"

/* Bytes that a reconstruction holds at most, data and result included, beside what the
 * program holds without it: an upper bound, mostly within a factor of two. options and
 * stopping: NULL for the defaults; a start image and a mask are the caller's. */
double atw_reconstruction_memory(const struct atw_reconstruction_method *method,
                                 const struct atw_grid *grid,
                                 const struct atw_tilt_series *series,
                                 const struct atw_reconstruction_options *options,
                                 const struct atw_stopping *stopping);

#endif
