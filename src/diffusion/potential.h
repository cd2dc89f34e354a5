/* Kirchhoff's potential Phi(c) = integral of D dc of one temperature, as a table.
 *
 * Cubic between 256 nodes: D at the nodes is exact, its integral Simpson's. Beyond [0, 1]
 * it goes on as a straight line. Divided by D_ref, so that values are of order 1. Private
 * to this room. */
#ifndef ATW_DIFFUSION_POTENTIAL_H
#define ATW_DIFFUSION_POTENTIAL_H

#include <stddef.h>

#include "diffusion/law.h"

#define ATW_POTENTIAL_PIECES 256

struct atw_potential {
    double T_K; /* of the table; 0: none yet */
    double D_ref_m2_per_s;
    double slope_least, slope_greatest;        /* of Phi, on the nodes */
    double slope_0, slope_1;                   /* at c = 0 and c = 1 */
    double piece[ATW_POTENTIAL_PIECES + 1][4]; /* the last is for c = 1 itself */
};

/* A positive mean of D over the composition, smooth in T: the scale of the potential.
 * ATW_EINVAL names T and the composition where D is not positive and finite. */
enum atw_status atw_potential_reference(const struct atw_diffusion_law *law,
                                        double T_K,
                                        double *D_m2_per_s,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* Make the table that of T_K. For laws with `diffusivity`. */
enum atw_status atw_potential_set(struct atw_potential *potential,
                                  const struct atw_diffusion_law *law,
                                  double T_K,
                                  struct atw_error *err) ATW_MUST_CHECK;

void atw_potential_values(const struct atw_potential *potential,
                          size_t count,
                          const double *c,
                          double *phi);
/* Greatest slope at compositions from least to greatest. */
double atw_potential_steepest(const struct atw_potential *potential,
                              double least,
                              double greatest);

void atw_potential_slopes(const struct atw_potential *potential,
                          size_t count,
                          const double *c,
                          double *slope);

#endif
