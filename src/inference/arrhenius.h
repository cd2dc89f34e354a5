/* Arrhenius fit with a temperature difference between particles.
 *
 *   ln D = ln D0 - Q / (R (T_nominal + g dT_p))
 *
 * dT is 0 for the particle taken as nominal; g is 1, or says how dT differs between set
 * points.
 *
 * D0 and Q are shared, every other particle has one dT. Levenberg-Marquardt (GSL) with an
 * analytic Jacobian in the centred, dimensionless parameters ln D(T_ref), Q / (R T_ref)
 * and dT_p / T_ref, T_ref being the harmonic mean of the nominal temperatures of all
 * points: ln D0 and Q correlate to 0.9997 over 30 K, ln D(T_ref) and Q hardly.
 * Sources: Chen et al., doi 10.1002/ppsc.202300070, equations 1 and 2; centring: Schwaab
 * and Pinto, Chem. Eng. Sci. 62 (2007) 2750. */
#ifndef ATW_INFERENCE_ARRHENIUS_H
#define ATW_INFERENCE_ARRHENIUS_H

#include <stddef.h>

#include "core/status.h"

#define ATW_ARRHENIUS_PARTICLES_MAX 16
#define ATW_ARRHENIUS_QUANTITIES_MAX (2 + ATW_ARRHENIUS_PARTICLES_MAX)

enum atw_weighting {
    ATW_WEIGHTING_LOG,   /* residuals of ln D */
    ATW_WEIGHTING_LINEAR /* residuals of D, as SciPy's curve_fit on raw D */
};

struct atw_diffusivity_point {
    size_t particle; /* 0 .. particle_count-1 */
    double nominal_K;
    double D_m2_per_s;
    double D_std_m2_per_s; /* NaN: unknown, all points alike */
    double excess_share;   /* g - 1 at this set point; 0: dT is constant */
};

struct atw_arrhenius_options {
    enum atw_weighting weighting;
    size_t nominal_particle; /* follows the nominal temperature in the fit */
    size_t origin_particle;  /* dT is reported against this one */
    /* [n_particles], for messages only; NULL: particles are numbered from 1 */
    const char *const *particle_names;
};

/* Rows and columns of the covariance. */
enum atw_arrhenius_quantity {
    ATW_ARRHENIUS_LN_D_REF, /* ln of D(T_ref) in m2/s */
    ATW_ARRHENIUS_Q,        /* J/mol */
    ATW_ARRHENIUS_DELTA_T   /* + p: T(p) - T(origin), K; zero for the origin */
};

struct atw_arrhenius_fit {
    double ln_D_ref, T_ref_K; /* D(T_ref) of the nominal particle, in m2/s */
    double Q_J_per_mol, Q_std_J_per_mol;
    double D0_m2_per_s; /* infinite when ln D0 > 709 */
    double ln_D0, ln_D0_std;
    double delta_T_K[ATW_ARRHENIUS_PARTICLES_MAX]; /* T(p) - T(origin) */
    double delta_T_std_K[ATW_ARRHENIUS_PARTICLES_MAX];
    /* 68.27 % and 95 %: Student t, or normal when the deviations are known */
    double interval_68_K[ATW_ARRHENIUS_PARTICLES_MAX][2];
    double interval_95_K[ATW_ARRHENIUS_PARTICLES_MAX][2];
    double covariance[ATW_ARRHENIUS_QUANTITIES_MAX][ATW_ARRHENIUS_QUANTITIES_MAX];
    /* sum of squared residuals: of ln D; of D / max D; or divided by known deviations */
    double chi_square;
    size_t degrees_of_freedom;
    double condition_number; /* of the column-scaled Jacobian in centred parameters */
};

/* Fit n_points diffusivities of n_particles particles. Each particle needs at least one
 * point, one of them two temperatures. One particle alone is a plain Arrhenius fit.
 *
 * Deviations are given for all points or for none. Unknown: the covariance is
 * (J'J)^-1 chi^2 / degrees of freedom (SciPy's absolute_sigma=False). Known: (J'WJ)^-1;
 * log residuals are then divided by D_std / D. dT against an origin other than the
 * nominal particle is the difference of two fitted shifts, with their covariance.
 *
 * The problem may have several minima, above all with linear weighting: the fit is
 * started from several guesses and the lowest converged minimum is reported, its gradient
 * checked. *fit is untouched on failure. ATW_EINVAL for fewer points than parameters + 1,
 * a D that is not positive and finite, identical temperatures or a particle without
 * points; ATW_EDIVERGED if the fit does not converge or dT is not identifiable (parallel
 * columns of the Jacobian, D independent of temperature, or a deviation of dT above
 * T_ref); ATW_ENOMEM. */
enum atw_status atw_arrhenius_fit(struct atw_arrhenius_fit *fit,
                                  const struct atw_diffusivity_point *points,
                                  size_t n_points,
                                  size_t n_particles,
                                  const struct atw_arrhenius_options *options,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
