/* Weighted back projection; see wbp.c. */
#ifndef ATW_TOMOGRAPHY_WBP_H
#define ATW_TOMOGRAPHY_WBP_H

#include "tomography/reconstruction.h"

extern const struct atw_reconstruction_method atw_reconstruction_wbp;

#endif
