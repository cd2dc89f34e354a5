/* Where the fit of `joint` starts, and the interval that the profile of chi^2 gives. */
#include <math.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "inference/joint_internal.h"
#include "inference/profile.h"

/* Tracer diffusivity of Au-Ag at 400 degC: where the search for the first S begins. */
#define START_D_M2_PER_S 1e-19

#define PROFILE_TOLERANCE 1e-3 /* of the standard deviation, and of chi^2 */

/* ---- start ---------------------------------------------------------------- */

static const struct atw_joint_point *first_point(const struct atw_joint *joint, size_t p)
{
    for (size_t i = 0; i < joint->n_points; i++)
        if (joint->point[i].particle == p)
            return &joint->point[i];
    return NULL;
}

/* ln D at T_ref from the first variance of a particle, as if it were at the set points.
 * NaN when it has none within reach of the curve. */
static enum atw_status ln_D_of_first_variance(double *ln_D,
                                              struct atw_joint *joint,
                                              size_t p,
                                              double theta_1,
                                              struct atw_error *err)
{
    const struct atw_observed_particle *particle = &joint->observations->particles[p];
    const struct atw_joint_point *point = first_point(joint, p);
    double S_m2, time_s = 0.0; /* equivalent time at T_ref */
    enum atw_status status;

    *ln_D = NAN;
    if (!point)
        return ATW_OK;
    for (size_t i = 0; i <= point->step; i++)
        time_s += particle->dwell_s[i] *
                  exp(-theta_1 * (joint->T_ref_K / particle->nominal_K[i] - 1.0));
    status =
        atw_joint_curve_find(joint, p, point->step, particle->variance_left[point->step],
                             START_D_M2_PER_S * time_s, &S_m2, err);
    if (status == ATW_OK)
        *ln_D = log(S_m2 / time_s);
    return status;
}

struct start {
    struct atw_joint *joint;
    double theta_1, ln_D[ATW_ARRHENIUS_PARTICLES_MAX];
};

static enum atw_status start_particle(void *context, size_t p, struct atw_error *err)
{
    struct start *start = context;

    return ln_D_of_first_variance(&start->ln_D[p], start->joint, p, start->theta_1, err);
}

enum atw_status atw_joint_start(double *theta,
                                struct atw_joint *joint,
                                double Q_J_per_mol,
                                struct atw_error *err)
{
    size_t n_particles = joint->observations->n_particles;
    double theta_1 = Q_J_per_mol / (ATW_GAS_CONSTANT_J_PER_MOL_K * joint->T_ref_K);
    struct start start = {.joint = joint, .theta_1 = theta_1};
    enum atw_status status = atw_parallel_try(n_particles, start_particle, &start, err);

    if (status != ATW_OK)
        return status;
    theta[0] = start.ln_D[joint->observations->reference];
    if (isnan(theta[0]))
        theta[0] = log(START_D_M2_PER_S);
    theta[1] = theta_1;
    for (size_t p = 0; p < n_particles; p++) {
        size_t index = atw_joint_shift_index(joint, p);
        double ln_D = start.ln_D[p];

        if (index == ATW_JOINT_NO_PARAMETER)
            continue;
        theta[index] = isnan(ln_D) ? 0.0 : (ln_D - theta[0]) / theta_1;
        theta[index] = fmin(fmax(theta[index], -0.3), 0.3);
    }
    return ATW_OK;
}

/* ---- profile -------------------------------------------------------------- */

static enum atw_status minimise_held(void *context,
                                     double value,
                                     const double *start,
                                     struct atw_least_squares_minimum *minimum,
                                     struct atw_error *err)
{
    struct atw_joint *joint = context;

    joint->held_value = value;
    return atw_joint_minimise(minimum, joint, start, err);
}

enum atw_status atw_joint_profile(double interval_K[2],
                                  struct atw_joint *joint,
                                  const struct atw_least_squares_minimum *minimum,
                                  size_t particle,
                                  double std_K,
                                  double excess,
                                  struct atw_error *err)
{
    struct atw_profile profile = {.minimise = minimise_held,
                                  .problem = joint,
                                  .tolerance = PROFILE_TOLERANCE,
                                  .most = 1.0};
    size_t index = atw_joint_shift_index(joint, particle);
    enum atw_status status;

    joint->held = index;
    status = atw_profile_interval(interval_K, &profile, minimum, index,
                                  std_K / joint->T_ref_K, excess, err);
    joint->held = ATW_JOINT_NO_PARAMETER;
    interval_K[0] *= joint->T_ref_K;
    interval_K[1] *= joint->T_ref_K;
    return status;
}
