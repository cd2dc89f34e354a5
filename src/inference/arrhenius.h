/* Arrhenius fit with a temperature difference between particles.
 *
 *   ln D = ln D0 - Q / (R (T_nominal + dT_p)),   dT = 0 for the particle taken as nominal
 *
 * Levenberg-Marquardt (GSL) in centred parameters ln D(T_ref), Q, dT_p. */
#ifndef ATW_INFERENCE_ARRHENIUS_H
#define ATW_INFERENCE_ARRHENIUS_H

#include <stddef.h>

#include "core/status.h"

#define ATW_ARRHENIUS_PARTICLES_MAX 16

enum atw_weighting {
    ATW_WEIGHTING_LOG,   /* residuals of ln D */
    ATW_WEIGHTING_LINEAR /* residuals of D, as SciPy's curve_fit on raw D */
};

struct atw_diffusivity_point {
    size_t particle; /* 0 .. particle_count-1 */
    double nominal_K;
    double D_m2_per_s;
    double D_std_m2_per_s; /* NaN: unknown, all points alike */
};

struct atw_arrhenius_options {
    enum atw_weighting weighting;
    size_t nominal_particle; /* follows the nominal temperature in the fit */
    size_t origin_particle;  /* dT is reported against this one */
};

struct atw_arrhenius_fit {
    double ln_D_ref, T_ref_K;
    double Q_J_per_mol, Q_std_J_per_mol;
    double D0_m2_per_s;
    double delta_T_K[ATW_ARRHENIUS_PARTICLES_MAX]; /* T(p) - T(origin) */
    double delta_T_std_K[ATW_ARRHENIUS_PARTICLES_MAX];
    double interval_68_K[ATW_ARRHENIUS_PARTICLES_MAX][2]; /* Student t */
    double interval_95_K[ATW_ARRHENIUS_PARTICLES_MAX][2];
    double chi_square;
    size_t degrees_of_freedom;
    double condition_number; /* of the scaled Jacobian in centred parameters */
};

/* Points with unknown deviations: the covariance is scaled by chi^2 / degrees of freedom
 * (SciPy's absolute_sigma=False). ATW_EINVAL for fewer points than parameters + 1, a D
 * that is not positive and finite, identical temperatures or a particle without points;
 * ATW_EDIVERGED if the fit does not converge or dT is not identifiable. */
enum atw_status atw_arrhenius_fit(struct atw_arrhenius_fit *fit,
                                  const struct atw_diffusivity_point *points,
                                  size_t n_points,
                                  size_t n_particles,
                                  const struct atw_arrhenius_options *options,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
