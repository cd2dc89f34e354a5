/* Precision of a heating programme from the curves of its particles. */
#include "inference/precision.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_interp.h>
#include <gsl/gsl_linalg.h>

#include "core/constants.h"
#include "inference/information.h"

enum { STEPS = ATW_PROGRAM_STEPS_MAX, PARAMETERS_MAX = 1 + ATW_ARRHENIUS_PARTICLES_MAX };

/* ---- curves ---- */

struct atw_curve {
    size_t count;
    double *x, *y; /* one block */
    gsl_interp *interp;
};

enum atw_status atw_curve_create(struct atw_curve **out,
                                 const double *x,
                                 const double *y,
                                 size_t count,
                                 struct atw_error *err)
{
    struct atw_curve *curve = calloc(1, sizeof *curve);

    *out = NULL;
    if (curve) {
        curve->count = count;
        curve->x = malloc(2 * count * sizeof *curve->x);
        curve->interp = gsl_interp_alloc(gsl_interp_steffen, count);
    }
    if (!curve || !curve->x || !curve->interp) {
        atw_curve_destroy(curve);
        return atw_error_set(err, ATW_ENOMEM, "curve: no memory for %zu nodes", count);
    }
    curve->y = curve->x + count;
    memcpy(curve->x, x, count * sizeof *x);
    memcpy(curve->y, y, count * sizeof *y);
    gsl_interp_init(curve->interp, curve->x, curve->y, count);
    *out = curve;
    return ATW_OK;
}

void atw_curve_destroy(struct atw_curve *curve)
{
    if (!curve)
        return;
    gsl_interp_free(curve->interp);
    free(curve->x);
    free(curve);
}

double atw_curve_at(const struct atw_curve *curve, double x)
{
    x = fmin(fmax(x, curve->x[0]), curve->x[curve->count - 1]);
    return gsl_interp_eval(curve->interp, curve->x, curve->y, x, NULL);
}

void atw_series_model_clear(struct atw_series_model *series)
{
    atw_curve_destroy(series->q);
    atw_curve_destroy(series->slope);
    atw_curve_destroy(series->ln_own);
    *series = (struct atw_series_model){0};
}

/* ---- programme ---- */

static double reference_temperature_K(const struct atw_program *program)
{
    double sum = 0.0;

    for (size_t k = 0; k < program->n_steps; k++)
        sum += 1.0 / program->set_point_K[k];
    return (double)program->n_steps / sum;
}

void atw_program_S_m2(double *S_m2,
                      const struct atw_precision_model *model,
                      const struct atw_program *program,
                      size_t particle)
{
    double sum = 0.0;

    for (size_t k = 0; k < program->n_steps; k++) {
        double T_K =
            atw_curve_at(model->temperature_K[particle], program->set_point_K[k]);

        sum += program->dwell_s[k] * atw_arrhenius_diffusivity(&model->law, T_K);
        S_m2[k] = sum;
    }
}

/* d ln S_k / d (ln D(T_ref), Q / (R T_ref), dT / T_ref of all but the reference). */
static void find_jacobian(double *jacobian,
                          const struct atw_precision_model *model,
                          const struct atw_program *program,
                          const double *S_m2,
                          size_t p,
                          double T_ref_K)
{
    size_t n_theta = 1 + model->n_particles, shift = 2 + p - (p > model->reference);
    double Q_scaled = model->law.Q_J_per_mol / (ATW_GAS_CONSTANT_J_PER_MOL_K * T_ref_K);
    double by_Q = 0.0, by_shift = 0.0, before_m2 = 0.0;

    memset(jacobian, 0, program->n_steps * n_theta * sizeof *jacobian);
    for (size_t k = 0; k < program->n_steps; k++) {
        double T_K = atw_curve_at(model->temperature_K[p], program->set_point_K[k]);
        double own_m2 = S_m2[k] - before_m2, ratio = T_ref_K / T_K;

        before_m2 = S_m2[k];
        by_Q += own_m2 * (1.0 - ratio);
        by_shift +=
            own_m2 * Q_scaled * ratio * ratio *
            atw_delta_T_share(model->delta_T_model, program->set_point_K,
                              program->dwell_s, program->n_steps, model->frame_K, k);
        jacobian[k * n_theta] = 1.0;
        jacobian[k * n_theta + 1] = by_Q / S_m2[k];
        if (p != model->reference)
            jacobian[k * n_theta + shift] = by_shift / S_m2[k];
    }
}

static double mean_dose(const struct atw_program *program)
{
    double sum = 0.0;

    for (size_t k = 0; k <= program->n_steps; k++)
        sum += program->dose[k];
    return sum / (double)(program->n_steps + 1);
}

/* The steps of a particle whose series tell anything, their slopes and covariance. */
struct shown {
    size_t count, step[STEPS];
    double slope[STEPS], covariance[STEPS * STEPS];
};

static void show(struct shown *shown,
                 const struct atw_series_model *series,
                 const struct atw_program *program,
                 const double *S_m2)
{
    double q[STEPS], own[STEPS], unheated = series->unheated / sqrt(program->dose[0]);
    double alloyed = series->alloyed / sqrt(mean_dose(program));

    shown->count = 0;
    for (size_t k = 0; k < program->n_steps; k++) {
        double x = log(S_m2[k]);
        size_t i = shown->count;

        if (!(x >= series->least_ln_S && x <= series->greatest_ln_S))
            continue;
        shown->step[i] = k;
        shown->slope[i] = atw_curve_at(series->slope, x);
        q[i] = atw_curve_at(series->q, x);
        own[i] = exp(atw_curve_at(series->ln_own, x)) / sqrt(program->dose[k + 1]);
        shown->count++;
    }
    for (size_t i = 0; i < shown->count; i++)
        for (size_t j = 0; j < shown->count; j++)
            shown->covariance[i * shown->count + j] =
                (i == j ? own[i] * own[i] : 0.0) + q[i] * q[j] * unheated * unheated +
                (1.0 - q[i]) * (1.0 - q[j]) * alloyed * alloyed;
}

/* Add what the series of a particle tell. */
static void add_particle(struct atw_information *information,
                         const struct atw_precision_model *model,
                         const struct atw_program *program,
                         size_t p,
                         double T_ref_K)
{
    double S_m2[STEPS], jacobian[STEPS * PARAMETERS_MAX], rows[STEPS * PARAMETERS_MAX];
    struct shown shown;
    gsl_matrix_view covariance;

    atw_program_S_m2(S_m2, model, program, p);
    find_jacobian(jacobian, model, program, S_m2, p, T_ref_K);
    show(&shown, model->series[p], program, S_m2);
    if (shown.count == 0)
        return;
    covariance = gsl_matrix_view_array(shown.covariance, shown.count, shown.count);
    if (gsl_linalg_cholesky_decomp1(&covariance.matrix) != 0 ||
        gsl_linalg_cholesky_invert(&covariance.matrix) != 0)
        return; /* no errors, or not a number: nothing to go by */
    for (size_t i = 0; i < shown.count; i++)
        for (size_t c = 0; c < information->n; c++)
            rows[i * information->n + c] =
                shown.slope[i] * jacobian[shown.step[i] * information->n + c];
    atw_information_add_linear(information, rows, shown.covariance, shown.count);
}

static void fill(struct atw_precision *precision,
                 const struct atw_precision_model *model,
                 const double *covariance,
                 double T_ref_K)
{
    size_t n = 1 + model->n_particles, i = 2;
    double sum = 0.0;

    precision->T_ref_K = T_ref_K;
    precision->ln_D_std = sqrt(covariance[0]);
    precision->Q_std_J_per_mol =
        ATW_GAS_CONSTANT_J_PER_MOL_K * T_ref_K * sqrt(covariance[n + 1]);
    for (size_t p = 0; p < model->n_particles; p++) {
        precision->delta_T_std_K[p] = NAN;
        if (p == model->reference)
            continue;
        precision->delta_T_std_K[p] = T_ref_K * sqrt(covariance[i * n + i]);
        sum += precision->delta_T_std_K[p] * precision->delta_T_std_K[p];
        i++;
    }
    precision->merit_K = sqrt(sum / (double)(n - 2));
}

enum atw_status atw_program_precision(struct atw_precision *precision,
                                      const struct atw_precision_model *model,
                                      const struct atw_program *program,
                                      struct atw_error *err)
{
    double T_ref_K = reference_temperature_K(program), condition;
    double covariance[PARAMETERS_MAX * PARAMETERS_MAX];
    struct atw_information *information = NULL;
    enum atw_status status =
        atw_information_create(&information, 1 + model->n_particles, err);

    for (size_t p = 0; p < model->n_particles && status == ATW_OK; p++)
        add_particle(information, model, program, p, T_ref_K);
    if (status == ATW_OK)
        status = atw_information_covariance(covariance, &condition, information, err);
    if (status == ATW_OK)
        fill(precision, model, covariance, T_ref_K);
    atw_information_destroy(information);
    return status;
}
