/* The loops behind the vectors of core/ode, over plain arrays.
 *
 * An output may be the same array as an input but must not overlap one otherwise. Sums
 * run in eight fixed lanes joined in a fixed order. */
#ifndef ATW_CORE_ODE_KERNELS_H
#define ATW_CORE_ODE_KERNELS_H

#include <stddef.h>

/* z = a x + b y. */
void atw_ode_linear_sum(
    size_t count, double a, const double *x, double b, const double *y, double *z);

/* z = a x. */
void atw_ode_scale(size_t count, double a, const double *x, double *z);

double atw_ode_dot(size_t count, const double *x, const double *y);

/* Sum of (x_i w_i)^2. */
double atw_ode_weighted_squares(size_t count, const double *x, const double *w);

/* Greatest |x_i w_i|. */
double atw_ode_weighted_max(size_t count, const double *x, const double *w);

/* Greatest |x_i|; least x_i. */
double atw_ode_max_norm(size_t count, const double *x);
double atw_ode_least(size_t count, const double *x);

/* z = sum_k a_k x_k; z may be one of the x_k. */
void atw_ode_combine(
    size_t count, size_t terms, const double *a, const double *const *x, double *z);

/* z_k = a_k x + y_k for every k; z_k may be y_k. */
void atw_ode_scale_add(size_t count,
                       size_t terms,
                       const double *a,
                       const double *x,
                       const double *const *y,
                       double *const *z);

#endif
