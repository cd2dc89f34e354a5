/* Vectors for CVODE: SUNDIALS' N_Vector over one array of double.
 *
 * Distributions ship SUNDIALS without optimisation, and its serial vector then dominates
 * the time of large problems. These operations replace it. Sums run in eight fixed lanes,
 * so a result depends on the data alone, not on compiler flags or threads. Private to
 * core/ode*. */
#ifndef ATW_CORE_ODE_VECTOR_H
#define ATW_CORE_ODE_VECTOR_H

#include <stddef.h>

#include <sundials/sundials_nvector.h>

#include "core/ode.h"

/* A zero-filled vector that owns its array, whose N_VWrmsNorm is `norm`; NULL when out of
 * memory. Clones are of the same kind. Free with N_VDestroy(). */
N_Vector atw_ode_vector_create(size_t count, enum atw_ode_norm norm, SUNContext context);

double *atw_ode_vector_data(N_Vector vector);

#endif
