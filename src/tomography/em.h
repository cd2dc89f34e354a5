/* Expectation maximisation; see em.c. */
#ifndef ATW_TOMOGRAPHY_EM_H
#define ATW_TOMOGRAPHY_EM_H

#include "tomography/reconstruction.h"

extern const struct atw_reconstruction_method atw_reconstruction_em;

/* The step, for ordered subsets. */
void atw_em_ratio(const float *data,
                  const float *row_sum,
                  size_t n_u,
                  size_t lanes,
                  float floor,
                  float *view);
void atw_em_multiply(const float *back,
                     const float *weight,
                     size_t n_x,
                     size_t lanes,
                     float floor,
                     float *volume);

#endif
