/* Expectation maximisation with a total-variation penalty; see tv.c. */
#ifndef ATW_TOMOGRAPHY_TV_H
#define ATW_TOMOGRAPHY_TV_H

#include "tomography/reconstruction.h"

extern const struct atw_reconstruction_method atw_reconstruction_tv;

#endif
