/* Analyse: experiment -> reconstruct -> quantify -> infer. */
#include "pipeline/analyse.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_interp.h>

#include "core/parallel.h"
#include "core/progress.h"
#include "pipeline/direct.h"
#include "pipeline/replicate.h"
#include "pipeline/spreads.h"
#include "pipeline/start_state.h"

/* Range of S that the curves span: from hardly any alloying to none left for rods of the
 * size the method is used on. */
#define CURVE_S_LEAST_M2 0.3e-18
#define CURVE_S_GREATEST_M2 100e-18

/* Whether nobody looks at the tomograms of heated particles. */
static int is_from_counts(const struct atw_analysis_settings *settings)
{
    for (size_t i = 0; i < settings->n_estimators; i++)
        if (!settings->estimator[i]->is_from_counts)
            return 0;
    return settings->n_estimators > 0 && settings->direct.start == ATW_LN_S_FROM_MODEL;
}

static enum atw_status create_unheated(void *context, size_t index, struct atw_error *err)
{
    struct atw_analysis *analysis = context;

    return atw_specimen_create_unheated(&analysis->specimen[index], analysis->experiment,
                                        index, err);
}

static enum atw_status create_specimen(void *context, size_t index, struct atw_error *err)
{
    struct atw_analysis *analysis = context;

    return atw_specimen_create(&analysis->specimen[index], analysis->experiment, index,
                               err);
}

static void observe(struct atw_observed_particle *observed,
                    const struct atw_specimen *specimen)
{
    const struct atw_experiment_particle *particle = specimen->particle;

    observed->name = particle->name;
    observed->n_steps = particle->n_steps;
    for (size_t k = 0; k < particle->n_steps; k++) {
        observed->nominal_K[k] = particle->step[k].set_point_K;
        observed->dwell_s[k] = particle->step[k].dwell_s;
        observed->alloying_degree[k] = observed->alloying_degree_std[k] = NAN;
        observed->variance_left[k] = observed->variance_left_std[k] = NAN;
    }
    for (size_t k = 0; k + 1 < specimen->n_tomograms; k++) {
        observed->alloying_degree[k] = atw_specimen_degree(specimen, k + 1);
        observed->alloying_degree_std[k] = specimen->measurement[k + 1].degree_std;
        observed->variance_left[k] = specimen->measurement[k + 1].variance_left;
        observed->variance_left_std[k] = specimen->measurement[k + 1].variance_left_std;
        observed->variance_errors[k] = atw_start_state_errors(specimen, k + 1);
    }
}

static enum atw_status degree_after(void *context,
                                    size_t particle,
                                    size_t step,
                                    double S_m2,
                                    double *degree,
                                    struct atw_error *err)
{
    struct atw_analysis *analysis = context;

    return atw_specimen_degree_after(analysis->specimen[particle], step, S_m2, degree,
                                     err);
}

static enum atw_status variance_from_start(void *context,
                                           size_t particle,
                                           size_t step,
                                           double S_m2,
                                           double *variance_left,
                                           struct atw_error *err)
{
    struct atw_analysis *analysis = context;

    return atw_specimen_variance_from_start(analysis->specimen[particle], step, S_m2,
                                            variance_left, err);
}

static size_t like_step(void *context, size_t particle, size_t step)
{
    struct atw_analysis *analysis = context;

    return atw_start_state_like_step(analysis->specimen[particle], step);
}

static enum atw_status ln_S_from_counts(void *context,
                                        size_t particle,
                                        struct atw_ln_S_measured *measured,
                                        struct atw_error *err)
{
    struct atw_analysis *analysis = context;
    struct atw_specimen *specimen = analysis->specimen[particle];

    if (analysis->experiment->analysis.direct.start == ATW_LN_S_FROM_RECONSTRUCTION)
        return atw_direct_voxels_fit_ln_S(measured, specimen, err);
    return atw_direct_fit_ln_S(measured, NULL, specimen, err);
}

static enum atw_status intervals_again(void *context,
                                       const double *S_m2,
                                       size_t draw,
                                       struct atw_interval_result **interval,
                                       struct atw_error *err)
{
    return atw_replicate_intervals(interval, context, S_m2, draw, err);
}

static enum atw_status trace_curve(void *context, size_t particle, struct atw_error *err)
{
    struct atw_analysis *analysis = context;
    struct atw_alloying_curve *curve = &analysis->curve[particle];
    double ratio =
        pow(CURVE_S_GREATEST_M2 / CURVE_S_LEAST_M2, 1.0 / (ATW_CURVE_POINTS - 1));
    enum atw_status status = ATW_OK;

    if (analysis->specimen[particle]->particle->n_steps == 0 ||
        !atw_specimen_is_measured(analysis->specimen[particle], 1))
        return ATW_OK;
    for (size_t i = 0; i < ATW_CURVE_POINTS && status == ATW_OK; i++) {
        curve->S_m2[i] = CURVE_S_LEAST_M2 * pow(ratio, (double)i);
        status =
            degree_after(analysis, particle, 0, curve->S_m2[i], &curve->degree[i], err);
    }
    return status;
}

static int can_imitate(const struct atw_analysis *analysis)
{
    for (size_t i = 0; i < analysis->experiment->n_particles; i++)
        if (!atw_specimen_can_imitate(analysis->specimen[i]))
            return 0;
    return 1;
}

/* Every estimator of this release imitates tomograms, so it needs their angles. */
static enum atw_status estimate(struct atw_analysis *analysis, struct atw_error *err)
{
    const struct atw_analysis_settings *settings = &analysis->experiment->analysis;
    const struct atw_forward_model model = {.context = analysis,
                                            .degree_after = degree_after,
                                            .variance_from_start = variance_from_start,
                                            .like_step = like_step,
                                            .ln_S_from_counts = ln_S_from_counts,
                                            .intervals_again = intervals_again};
    const struct atw_observations observations = {
        .n_particles = analysis->experiment->n_particles,
        .reference = analysis->experiment->reference,
        .particles = analysis->observed,
        .frame_K = ATW_FRAME_K,
        .bayes = &settings->bayes,
        .gls_draws = settings->gls_draws};
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < settings->n_estimators && status == ATW_OK; i++) {
        const struct atw_estimator *estimator = settings->estimator[i];

        if (can_imitate(analysis)) {
            status = estimator->run(&observations, &model, &analysis->estimates, err);
            continue;
        }
        analysis->is_skipped[i] = 1;
        atw_warn("estimator %s is skipped: it needs the tilt series of every step or the "
                 "angles of its volume, and at least one step gives only a volume",
                 estimator->name);
    }
    return status;
}

/* An estimate that had to do without an interval says so where people look. */
static void report_gaps(const struct atw_analysis *analysis)
{
    const struct atw_interval_result *interval = analysis->estimates.interval;

    for (size_t i = 0; interval && i < analysis->experiment->n_particles; i++)
        for (size_t k = 0; k < analysis->observed[i].n_steps; k++)
            if (isnan(interval[i * ATW_STEPS_MAX + k].D_m2_per_s))
                atw_log("particle %s, step %zu has no diffusivity: %s",
                        analysis->observed[i].name, k + 1,
                        interval[i * ATW_STEPS_MAX + k].status);
}

/* Curves and gaps are for people. */
static enum atw_status
run_stages(struct atw_analysis *analysis, int with_curves, struct atw_error *err)
{
    const struct atw_experiment *experiment = analysis->experiment;
    int unheated_alone = !with_curves && is_from_counts(&experiment->analysis);
    size_t n_tomograms = 0;
    enum atw_status status;

    for (size_t i = 0; i < experiment->n_particles; i++)
        n_tomograms += unheated_alone ? 1 : experiment->particle[i].n_steps + 1;
    atw_progress_begin("reconstruction", n_tomograms);
    status = atw_parallel_try(experiment->n_particles,
                              unheated_alone ? create_unheated : create_specimen,
                              analysis, err);
    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < experiment->n_particles; i++)
        observe(&analysis->observed[i], analysis->specimen[i]);
    if (with_curves && can_imitate(analysis)) {
        analysis->curve = calloc(experiment->n_particles, sizeof *analysis->curve);
        if (!analysis->curve)
            return atw_error_set(err, ATW_ENOMEM, "analyse: out of memory");
        status = atw_parallel_try(experiment->n_particles, trace_curve, analysis, err);
    }
    atw_progress_begin("inference", 0);
    if (status == ATW_OK)
        status = estimate(analysis, err);
    if (status == ATW_OK && with_curves)
        report_gaps(analysis);
    return status;
}

static enum atw_status analyse(struct atw_analysis **out,
                               const struct atw_experiment *experiment,
                               int with_curves,
                               struct atw_error *err)
{
    struct atw_analysis *analysis = calloc(1, sizeof *analysis);
    enum atw_status status = ATW_ENOMEM;

    *out = NULL;
    if (analysis) {
        analysis->experiment = experiment;
        analysis->specimen =
            calloc(experiment->n_particles, sizeof(struct atw_specimen *));
        analysis->observed = calloc(experiment->n_particles, sizeof *analysis->observed);
    }
    if (!analysis || !analysis->specimen || !analysis->observed)
        atw_error_set(err, ATW_ENOMEM, "analyse: out of memory");
    else
        status = run_stages(analysis, with_curves, err);
    atw_progress_end();
    if (status == ATW_OK)
        *out = analysis;
    else
        atw_analysis_destroy(analysis);
    return status;
}

enum atw_status atw_analyse(struct atw_analysis **out,
                            const struct atw_experiment *experiment,
                            struct atw_error *err)
{
    return analyse(out, experiment, 1, err);
}

enum atw_status atw_analyse_without_curves(struct atw_analysis **out,
                                           const struct atw_experiment *experiment,
                                           struct atw_error *err)
{
    return analyse(out, experiment, 0, err);
}

void atw_analysis_destroy(struct atw_analysis *analysis)
{
    if (!analysis)
        return;
    for (size_t i = 0; analysis->specimen && i < analysis->experiment->n_particles; i++)
        atw_specimen_destroy(analysis->specimen[i]);
    atw_estimates_clear(&analysis->estimates);
    atw_spreads_destroy(analysis->spreads, analysis->experiment->n_particles);
    free(analysis->specimen);
    free(analysis->observed);
    free(analysis->curve);
    free(analysis);
}

double atw_analysis_curve_degree(const struct atw_analysis *analysis,
                                 size_t particle,
                                 double S_m2)
{
    const struct atw_alloying_curve *curve;
    double ln_S[ATW_CURVE_POINTS], degree = NAN;
    gsl_interp *interpolant;

    if (!analysis->curve)
        return NAN;
    curve = &analysis->curve[particle];
    if (!(curve->S_m2[0] > 0.0)) /* a particle without steps has none */
        return NAN;
    if (S_m2 >= curve->S_m2[ATW_CURVE_POINTS - 1])
        return curve->degree[ATW_CURVE_POINTS - 1];
    if (S_m2 <= curve->S_m2[0]) /* a diffusion front moves as the square root of S */
        return curve->degree[0] * sqrt(fmax(S_m2, 0.0) / curve->S_m2[0]);
    interpolant = gsl_interp_alloc(gsl_interp_steffen, ATW_CURVE_POINTS);
    if (!interpolant)
        return NAN;
    for (size_t i = 0; i < ATW_CURVE_POINTS; i++)
        ln_S[i] = log(curve->S_m2[i]);
    gsl_interp_init(interpolant, ln_S, curve->degree, ATW_CURVE_POINTS);
    degree = gsl_interp_eval(interpolant, ln_S, curve->degree, log(S_m2), NULL);
    gsl_interp_free(interpolant);
    return degree;
}
