/* What a fit of `joint` is worth: whether its number can be one, and how well it fits. */
#include <math.h>

#include "inference/joint_internal.h"

int atw_joint_are_deviations_enough(const struct atw_joint *joint, double chi_square)
{
    return joint->deviations_known &&
           chi_square < atw_chi_square_limit(ATW_MISFIT_LEVEL,
                                             joint->n_points - joint->n_parameters);
}

/* The least rise above the frame over the mean dT that the model makes of a step's. No
 * heater leaves a particle colder than its frame, nor makes one twice as hot as the
 * reference. */
static double greatest_shift_K(const struct atw_joint *joint, size_t p)
{
    const struct atw_observed_particle *particle = &joint->observations->particles[p];
    double least = INFINITY;

    for (size_t k = 0; k < particle->n_steps; k++)
        least = fmin(least, (particle->nominal_K[k] - joint->observations->frame_K) /
                                joint->share[p][k]);
    return least;
}

enum atw_status atw_joint_check_range(const struct atw_estimate *estimate,
                                      const struct atw_joint *joint,
                                      struct atw_error *err)
{
    double most_K = greatest_shift_K(joint, estimate->particle);

    if (!(fabs(estimate->delta_T_K) < most_K))
        return atw_error_set(err, ATW_EDIVERGED,
                             "dT is not identifiable: the best fit is %.0f K with Q = "
                             "%.0f kJ/mol, but a heater allows %.0f K at most; degrees "
                             "that hardly change from step to step, or D that depends on "
                             "composition?",
                             estimate->delta_T_K, estimate->Q_J_per_mol * 1e-3, most_K);
    if (isinf(estimate->interval_95_K[0]) && isinf(estimate->interval_95_K[1]))
        return atw_error_set(err, ATW_EDIVERGED,
                             "dT is not identifiable: the best fit is %.0f K with a "
                             "standard deviation of %.0f K, and nothing bounds it",
                             estimate->delta_T_K, estimate->std_K);
    return ATW_OK;
}

void atw_joint_tell_misfit(struct atw_estimate *estimate, const struct atw_joint *joint)
{
    if (joint->deviations_known)
        atw_estimate_say_fit(estimate, 1.0, "the degrees of alloying",
                             "D, dT, particle or instrument");
    else
        atw_estimate_say(estimate, "ok");
}
