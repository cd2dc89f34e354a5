/* Expectation maximisation with ordered subsets; see os_em.c. */
#ifndef ATW_TOMOGRAPHY_OS_EM_H
#define ATW_TOMOGRAPHY_OS_EM_H

#include "tomography/reconstruction.h"

extern const struct atw_reconstruction_method atw_reconstruction_os_em;

#endif
