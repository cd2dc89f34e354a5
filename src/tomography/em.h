/* Expectation maximisation; see em.c. */
#ifndef ATW_TOMOGRAPHY_EM_H
#define ATW_TOMOGRAPHY_EM_H

#include "tomography/reconstruction.h"

extern const struct atw_reconstruction_method atw_reconstruction_em;

#endif
