/* Degrees of alloying as functions of D(T_ref), Q and dT. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "inference/joint_internal.h"

#define T_LEAST_K 1.0
#define LN_D_GREATEST 700.0

/* ---- life ----------------------------------------------------------------- */

static enum atw_status
evaluate(void *context, double S_m2, double *degree, struct atw_error *err)
{
    const struct atw_joint_curve *curve = context;

    return curve->model->variance_from_start(curve->model->context, curve->particle,
                                             curve->step, S_m2, degree, err);
}

static int has_degree(const struct atw_observed_particle *particle, size_t step)
{
    return !isnan(particle->variance_left[step]);
}

static int has_deviation(const struct atw_observed_particle *particle, size_t step)
{
    double std = particle->variance_left_std[step];

    return std > 0.0 && isfinite(std);
}

static double harmonic_mean_K(const struct atw_observations *observations)
{
    double sum = 0.0;
    size_t n = 0;

    for (size_t p = 0; p < observations->n_particles; p++)
        for (size_t k = 0; k < observations->particles[p].n_steps; k++, n++)
            sum += 1.0 / observations->particles[p].nominal_K[k];
    return n ? (double)n / sum : NAN;
}

static enum atw_status add_curves(struct atw_joint *joint,
                                  const struct atw_forward_model *model,
                                  size_t p,
                                  struct atw_error *err)
{
    const struct atw_observed_particle *particle = &joint->observations->particles[p];
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < particle->n_steps && status == ATW_OK; k++) {
        struct atw_joint_curve *curve = &joint->curve[p * ATW_STEPS_MAX + k];

        joint->like[p][k] = model->like_step ? model->like_step(model->context, p, k) : k;
        *curve = (struct atw_joint_curve){model, p, k, NULL};
        if (joint->like[p][k] == k)
            status = atw_response_curve_create(&curve->curve, evaluate, curve, err);
    }
    return status;
}

static void collect_points(struct atw_joint *joint)
{
    const struct atw_observations *observations = joint->observations;

    joint->deviations_known = 1;
    for (size_t p = 0; p < observations->n_particles; p++)
        for (size_t k = 0; k < observations->particles[p].n_steps; k++)
            if (has_degree(&observations->particles[p], k)) {
                joint->point[joint->n_points++] =
                    (struct atw_joint_point){.particle = p, .step = k, .weight = 1.0};
                joint->deviations_known &= has_deviation(&observations->particles[p], k);
            }
    for (size_t i = 0; joint->deviations_known && i < joint->n_points; i++) {
        struct atw_joint_point *point = &joint->point[i];

        point->weight =
            1.0 / observations->particles[point->particle].variance_left_std[point->step];
    }
}

enum atw_status atw_joint_create(struct atw_joint **out,
                                 const struct atw_observations *observations,
                                 const struct atw_forward_model *model,
                                 struct atw_error *err)
{
    size_t n_particles = observations->n_particles;
    struct atw_joint *joint = calloc(1, sizeof *joint);
    enum atw_status status = ATW_OK;

    *out = NULL;
    if (joint) {
        joint->point = calloc(n_particles * ATW_STEPS_MAX, sizeof *joint->point);
        joint->whitener = calloc(n_particles * ATW_STEPS_MAX, sizeof *joint->whitener);
        joint->curve = calloc(n_particles * ATW_STEPS_MAX, sizeof *joint->curve);
        joint->like = calloc(n_particles, sizeof *joint->like);
        joint->share = calloc(n_particles, sizeof *joint->share);
    }
    if (!joint || !joint->point || !joint->whitener || !joint->curve || !joint->like ||
        !joint->share) {
        status = atw_error_set(err, ATW_ENOMEM, "joint: out of memory");
        goto cleanup;
    }
    joint->observations = observations;
    joint->held = ATW_JOINT_NO_PARAMETER;
    joint->n_parameters = n_particles + 1;
    joint->T_ref_K = harmonic_mean_K(observations);
    for (size_t p = 0; p < n_particles && status == ATW_OK; p++)
        status = add_curves(joint, model, p, err);
    if (status != ATW_OK)
        goto cleanup;
    collect_points(joint);
    atw_joint_weigh(joint);
    *out = joint;
    joint = NULL;
cleanup:
    atw_joint_destroy(joint);
    return status;
}

void atw_joint_destroy(struct atw_joint *joint)
{
    if (!joint)
        return;
    for (size_t i = 0; joint->curve && joint->observations &&
                       i < joint->observations->n_particles * ATW_STEPS_MAX;
         i++)
        atw_response_curve_destroy(joint->curve[i].curve);
    free(joint->point);
    free(joint->whitener);
    free(joint->curve);
    free(joint->like);
    free(joint->share);
    free(joint);
}

void atw_joint_choose_delta_T_model(struct atw_joint *joint,
                                    enum atw_delta_T_model delta_T_model)
{
    joint->delta_T_model = delta_T_model;
    for (size_t p = 0; p < joint->observations->n_particles; p++)
        for (size_t k = 0; k < joint->observations->particles[p].n_steps; k++)
            joint->share[p][k] =
                atw_observations_delta_T_share(joint->observations, delta_T_model, p, k);
}

/* ---- model ---------------------------------------------------------------- */

size_t atw_joint_shift_index(const struct atw_joint *joint, size_t particle)
{
    size_t reference = joint->observations->reference;

    if (particle == reference)
        return ATW_JOINT_NO_PARAMETER;
    return 2 + particle - (particle > reference);
}

enum atw_status atw_joint_curve_at(struct atw_joint *joint,
                                   size_t particle,
                                   size_t step,
                                   double S_m2,
                                   double *degree,
                                   double *slope,
                                   struct atw_error *err)
{
    size_t like = joint->like[particle][step];

    return atw_response_curve_at(joint->curve[particle * ATW_STEPS_MAX + like].curve,
                                 S_m2, degree, slope, err);
}

enum atw_status atw_joint_curve_find(struct atw_joint *joint,
                                     size_t particle,
                                     size_t step,
                                     double degree,
                                     double guess_m2,
                                     double *S_m2,
                                     struct atw_error *err)
{
    size_t like = joint->like[particle][step];

    return atw_response_curve_find(joint->curve[particle * ATW_STEPS_MAX + like].curve,
                                   degree, guess_m2, S_m2, err);
}

/* S so far and its derivatives with respect to theta_0, theta_1 and the particle's own
 * shift. */
struct integral {
    double S_m2, derivative[3];
};

/* Add step i. Returns 0 outside the model. */
static int add_step(struct integral *integral,
                    const struct atw_joint *joint,
                    const double *theta,
                    size_t p,
                    size_t i)
{
    const struct atw_observed_particle *particle = &joint->observations->particles[p];
    size_t index = atw_joint_shift_index(joint, p);
    double shift = index == ATW_JOINT_NO_PARAMETER ? 0.0 : theta[index];
    double share = joint->share[p][i];
    double T = particle->nominal_K[i] / joint->T_ref_K + share * shift, ln_D, part;

    if (!(T * joint->T_ref_K > T_LEAST_K))
        return 0;
    ln_D = theta[0] - theta[1] * (1.0 / T - 1.0);
    if (!(fabs(ln_D) < LN_D_GREATEST))
        return 0;
    part = particle->dwell_s[i] * exp(ln_D);
    integral->S_m2 += part;
    integral->derivative[0] += part;
    integral->derivative[1] -= part * (1.0 / T - 1.0);
    integral->derivative[2] += part * theta[1] * share / (T * T);
    return integral->S_m2 > 0.0 && isfinite(integral->S_m2);
}

struct evaluation {
    struct atw_joint *joint;
    const double *theta, *ln_S_shift;
    int outside[ATW_ARRHENIUS_PARTICLES_MAX];
};

/* The points of a particle come in the order of its steps. */
static void evaluate_particle(void *context, size_t p, size_t worker)
{
    struct evaluation *evaluation = context;
    struct atw_joint *joint = evaluation->joint;
    double factor = evaluation->ln_S_shift ? exp(evaluation->ln_S_shift[p]) : 1.0;
    struct integral integral = {0};
    size_t step = 0; /* the next one to be added */

    (void)worker;
    for (size_t i = 0; i < joint->n_points && joint->status[p] == ATW_OK; i++) {
        struct atw_joint_point *point = &joint->point[i];

        if (point->particle != p)
            continue;
        for (; step <= point->step; step++)
            if (!add_step(&integral, joint, evaluation->theta, p, step)) {
                evaluation->outside[p] = 1;
                return;
            }
        point->S_m2 = factor * integral.S_m2;
        joint->status[p] =
            atw_joint_curve_at(joint, p, point->step, point->S_m2, &point->degree,
                               &point->slope, &joint->err[p]);
    }
}

static int is_inside(const struct evaluation *evaluation)
{
    const struct atw_joint *joint = evaluation->joint;
    int inside = 1;

    for (size_t p = 0; p < joint->observations->n_particles; p++)
        inside &= joint->status[p] == ATW_OK && !evaluation->outside[p];
    return inside;
}

/* Model degrees of all points at theta. Particles in parallel: their curves may have to
 * be computed further. Returns 0 outside the model or when a curve fails. */
static int evaluate_points(struct atw_joint *joint, const double *theta)
{
    struct evaluation evaluation = {.joint = joint, .theta = theta};

    atw_parallel_for(joint->observations->n_particles, evaluate_particle, &evaluation);
    return is_inside(&evaluation);
}

int atw_joint_evaluate(struct atw_joint *joint,
                       const double *theta,
                       const double *ln_S_shift)
{
    struct evaluation evaluation = {
        .joint = joint, .theta = theta, .ln_S_shift = ln_S_shift};

    for (size_t p = 0; p < joint->observations->n_particles; p++)
        evaluate_particle(&evaluation, p, 0);
    return is_inside(&evaluation);
}

/* ---- least squares -------------------------------------------------------- */

static void whole_theta(const struct atw_joint *joint, const double *free, double *theta)
{
    for (size_t j = 0, k = 0; j < joint->n_parameters; j++)
        theta[j] = j == joint->held ? joint->held_value : free[k++];
}

static int residuals(void *context, const double *free, double *residual)
{
    struct atw_joint *joint = context;
    double theta[ATW_LEAST_SQUARES_PARAMETERS_MAX];

    whole_theta(joint, free, theta);
    if (!evaluate_points(joint, theta))
        return 0;
    for (size_t i = 0; i < joint->n_points; i++) {
        const struct atw_joint_point *point = &joint->point[i];

        residual[i] =
            point->degree -
            joint->observations->particles[point->particle].variance_left[point->step];
    }
    /* from the last one: a row needs those before it as they were */
    for (size_t i = joint->n_points; i-- > 0;)
        residual[i] = atw_joint_whiten(joint, i, residual);
    return 1;
}

/* d degree / d theta of a point at the parameters of the last evaluation. */
static void
degree_row(const struct atw_joint *joint, const double *theta, size_t i, double *row)
{
    const struct atw_joint_point *point = &joint->point[i];
    size_t index = atw_joint_shift_index(joint, point->particle);
    struct integral integral = {0};
    double scale;

    for (size_t k = 0; k <= point->step; k++)
        (void)add_step(&integral, joint, theta, point->particle, k);
    scale = point->slope / integral.S_m2;
    row[0] = scale * integral.derivative[0];
    row[1] = scale * integral.derivative[1];
    for (size_t j = 2; j < joint->n_parameters; j++)
        row[j] = j == index ? scale * integral.derivative[2] : 0.0;
}

static void jacobian_row(void *context, const double *free, size_t i, double *row)
{
    struct atw_joint *joint = context;
    double theta[ATW_LEAST_SQUARES_PARAMETERS_MAX];
    double all[ATW_LEAST_SQUARES_PARAMETERS_MAX] = {0.0};
    size_t first = joint->point[i].first;

    whole_theta(joint, free, theta);
    if (i == 0) /* the last evaluation may have been that of a refused step */
        (void)evaluate_points(joint, theta);
    for (size_t j = first; j <= i; j++) {
        double own[ATW_LEAST_SQUARES_PARAMETERS_MAX];

        degree_row(joint, theta, j, own);
        for (size_t k = 0; k < joint->n_parameters; k++)
            all[k] += joint->whitener[i][j - first] * own[k];
    }
    for (size_t j = 0, k = 0; j < joint->n_parameters; j++)
        if (j != joint->held)
            row[k++] = all[j];
}

enum atw_status atw_joint_curve_error(const struct atw_joint *joint,
                                      struct atw_error *err)
{
    for (size_t p = 0; p < joint->observations->n_particles; p++)
        if (joint->status[p] != ATW_OK)
            return atw_error_set(err, joint->status[p], "%s", joint->err[p].text);
    return ATW_OK;
}

enum atw_status atw_joint_minimise(struct atw_least_squares_minimum *minimum,
                                   struct atw_joint *joint,
                                   const double *start,
                                   struct atw_error *err)
{
    int is_held = joint->held != ATW_JOINT_NO_PARAMETER;
    const struct atw_least_squares problem = {.context = joint,
                                              .n_residuals = joint->n_points,
                                              .n_parameters =
                                                  joint->n_parameters - (is_held ? 1 : 0),
                                              .residuals = residuals,
                                              .jacobian_row = jacobian_row,
                                              .rounding = atw_joint_rounding(joint)};
    double free[ATW_LEAST_SQUARES_PARAMETERS_MAX];
    double whole[ATW_LEAST_SQUARES_PARAMETERS_MAX] = {0.0};
    enum atw_status status;

    for (size_t j = 0, k = 0; j < joint->n_parameters; j++)
        if (j != joint->held)
            free[k++] = start[j];
    status = atw_least_squares_minimise(minimum, &problem, free, err);
    if (status == ATW_OK)
        status = atw_joint_curve_error(joint, err);
    if (status != ATW_OK)
        return status;
    whole_theta(joint, minimum->theta, whole);
    memcpy(minimum->theta, whole, sizeof whole);
    return ATW_OK;
}
