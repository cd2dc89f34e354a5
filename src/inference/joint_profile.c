/* Where the fit of `joint` starts, and the interval that the profile of chi^2 gives. */
#include <math.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "core/zero.h"
#include "inference/joint_internal.h"
#include "inference/root.h"

/* Tracer diffusivity of Au-Ag at 400 degC: where the search for the first S begins. */
#define START_D_M2_PER_S 1e-19
#define START_TOLERANCE 1e-2 /* in ln S */
/* The search for S ends where the curves do. */
#define START_S_LEAST_M2 1e-22
#define START_S_GREATEST_M2 1e-13

#define EXPANSIONS_MAX 12
#define PROFILE_TOLERANCE 1e-3 /* of the standard deviation */
#define EXCESS_TOLERANCE 1e-3

/* ---- start ---------------------------------------------------------------- */

struct curve_call {
    struct atw_joint *joint;
    size_t particle, step;
};

/* What has mixed: it rises with S, as the root search wants it. */
static enum atw_status
mixed_at(void *context, double S_m2, double *mixed, struct atw_error *err)
{
    const struct curve_call *call = context;
    double left = 0.0, slope;
    enum atw_status status = atw_joint_curve_at(call->joint, call->particle, call->step,
                                                S_m2, &left, &slope, err);

    *mixed = 1.0 - left;
    return status;
}

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
    struct atw_root_options options;
    struct curve_call call;
    struct atw_root root;
    double time_s = 0.0; /* equivalent time at T_ref */
    enum atw_status status;

    *ln_D = NAN;
    if (!point)
        return ATW_OK;
    for (size_t i = 0; i <= point->step; i++)
        time_s += particle->dwell_s[i] *
                  exp(-theta_1 * (joint->T_ref_K / particle->nominal_K[i] - 1.0));
    call = (struct curve_call){joint, p, point->step};
    options = atw_root_defaults(START_D_M2_PER_S * time_s, START_S_LEAST_M2,
                                START_S_GREATEST_M2);
    options.tolerance_ln_S = START_TOLERANCE;
    status = atw_root_find(&root, mixed_at, &call,
                           1.0 - particle->variance_left[point->step], &options, err);
    if (status == ATW_OK && root.verdict == ATW_ROOT_FOUND)
        *ln_D = log(root.S_m2 / time_s);
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

struct profile {
    struct atw_joint *joint;
    struct atw_least_squares_minimum last; /* start of the next fit */
    double chi_square_min, excess;
};

/* chi^2 with dT / T_ref held at x, over what is allowed. */
static enum atw_status
excess_at(void *context, double x, double *value, struct atw_error *err)
{
    struct profile *profile = context;
    struct atw_least_squares_minimum minimum;
    enum atw_status status;

    profile->joint->held_value = x;
    status = atw_joint_minimise(&minimum, profile->joint, profile->last.theta, err);
    if (status != ATW_OK)
        return status;
    profile->last = minimum;
    *value = minimum.chi_square - profile->chi_square_min - profile->excess;
    return ATW_OK;
}

/* End of the interval, as dT / T_ref, on the side to which `reach` points. */
static enum atw_status find_end(double *end,
                                struct profile *profile,
                                double centre,
                                double reach,
                                struct atw_error *err)
{
    struct atw_zero_bracket bracket = {{centre, centre},
                                       {-profile->excess, -profile->excess}};
    double tolerance = PROFILE_TOLERANCE * fabs(reach);
    enum atw_status status = ATW_OK;

    for (int i = 0; i < EXPANSIONS_MAX && status == ATW_OK; i++, reach *= 1.6) {
        bracket.x[1] = centre + reach;
        if (!(fabs(bracket.x[1]) < 1.0))
            break;
        status = excess_at(profile, bracket.x[1], &bracket.value[1], err);
        if (status == ATW_OK && bracket.value[1] >= 0.0)
            return atw_zero_find(end, excess_at, profile, bracket, tolerance,
                                 EXCESS_TOLERANCE * profile->excess, err);
        bracket.x[0] = bracket.x[1];
        bracket.value[0] = bracket.value[1];
    }
    *end = reach < 0.0 ? -(double)INFINITY : (double)INFINITY;
    return status;
}

enum atw_status atw_joint_profile(double interval_K[2],
                                  struct atw_joint *joint,
                                  const struct atw_least_squares_minimum *minimum,
                                  size_t particle,
                                  double std_K,
                                  double excess,
                                  struct atw_error *err)
{
    size_t index = atw_joint_shift_index(joint, particle);
    double centre = minimum->theta[index];
    enum atw_status status = ATW_OK;

    joint->held = index;
    for (int side = 0; side < 2 && status == ATW_OK; side++) {
        struct profile profile = {.joint = joint,
                                  .last = *minimum,
                                  .chi_square_min = minimum->chi_square,
                                  .excess = excess};
        double reach = (side == 0 ? -std_K : std_K) / joint->T_ref_K, end;

        status = find_end(&end, &profile, centre, reach, err);
        interval_K[side] = joint->T_ref_K * end;
    }
    joint->held = ATW_JOINT_NO_PARAMETER;
    return status;
}
