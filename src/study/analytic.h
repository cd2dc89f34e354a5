/* Functions whose sensitivity indices are known in closed form: they check the engine.
 * Pure. */
#ifndef ATW_STUDY_ANALYTIC_H
#define ATW_STUDY_ANALYTIC_H

#include <stddef.h>

enum { ATW_ISHIGAMI_FACTORS = 3, ATW_G_FUNCTION_FACTORS = 8 };

/* sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, x uniform on [-pi, pi].
 * Source: Ishigami and Homma, ISUMA'90 (1990) 398. */
double atw_ishigami(const double x[ATW_ISHIGAMI_FACTORS]);

/* Exact mean and indices of the Ishigami function. */
double atw_ishigami_mean(void);
void atw_ishigami_indices(double first[ATW_ISHIGAMI_FACTORS],
                          double total[ATW_ISHIGAMI_FACTORS]);

/* Sobol's g: product of (|4 x_i - 2| + a_i) / (1 + a_i), x uniform on [0, 1],
 * a = 0, 1, 4.5, 9, 99, 99, 99, 99, of which the first n_factors <= 8. Its mean is 1.
 * Source: Saltelli and Sobol', Reliab. Eng. Syst. Saf. 50 (1995) 225. */
double atw_g_function(const double *x, size_t n_factors);
void atw_g_function_indices(double *first, double *total, size_t n_factors);

#endif
