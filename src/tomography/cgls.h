/* Conjugate gradients for least squares; see cgls.c. */
#ifndef ATW_TOMOGRAPHY_CGLS_H
#define ATW_TOMOGRAPHY_CGLS_H

#include "tomography/reconstruction.h"

extern const struct atw_reconstruction_method atw_reconstruction_cgls;

#endif
