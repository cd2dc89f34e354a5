/* Simultaneous iterative reconstruction; see sirt.c. */
#ifndef ATW_TOMOGRAPHY_SIRT_H
#define ATW_TOMOGRAPHY_SIRT_H

#include "tomography/reconstruction.h"

extern const struct atw_reconstruction_method atw_reconstruction_sirt;

#endif
