/* Result: what the analysis found, and what scoring against the truth adds. */
#include "pipeline/result.h"

#include <math.h>
#include <string.h>

#include "io/json_file.h"
#include "pipeline/json_array.h"
#include "pipeline/spreads.h"
#include "pipeline/start_state.h"

/* dT of the first particle that is not the reference: with two particles, the answer. */
static size_t compared_particle(const struct atw_truth *truth)
{
    return truth->reference == 0 ? 1 : 0;
}

static json_t *truth_to_json(const struct atw_truth *truth)
{
    double delta[ATW_STEPS_MAX];
    size_t particle;

    if (!truth)
        return json_pack("{s:n, s:n, s:n, s:n}", "delta_T_K", "delta_T_by_step_K",
                         "Q_J_per_mol", "D0_m2_per_s");
    particle = compared_particle(truth);
    for (size_t k = 0; k < truth->n_steps; k++)
        delta[k] = atw_truth_delta_T_K(truth, particle, k);
    return json_pack("{s:o, s:o, s:o, s:o}", "delta_T_K",
                     atw_json_number(atw_truth_mean_delta_T_K(truth, particle)),
                     "delta_T_by_step_K", atw_json_array(delta, truth->n_steps),
                     "Q_J_per_mol", atw_json_number(truth->Q_J_per_mol), "D0_m2_per_s",
                     atw_json_number(truth->D0_m2_per_s));
}

/* Diffusivities of the estimator that determines one per interval; NaN without. */
static void interval_results(const struct atw_analysis *analysis,
                             size_t particle,
                             double *D,
                             double *D_std)
{
    const struct atw_interval_result *interval = analysis->estimates.interval;

    for (size_t k = 0; k < analysis->observed[particle].n_steps; k++) {
        D[k] = interval ? interval[particle * ATW_STEPS_MAX + k].D_m2_per_s : NAN;
        D_std[k] = interval ? interval[particle * ATW_STEPS_MAX + k].D_std_m2_per_s : NAN;
    }
}

/* Iterations that a particle's series were reconstructed with: as many as asked for, or
 * as the stopping rule chose. null for a particle of volumes, and methods of one step. */
static json_t *iterations_to_json(const struct atw_analysis *analysis, size_t index)
{
    const struct atw_specimen *specimen = analysis->specimen[index];

    if (specimen->n_instruments == 0 || analysis->experiment->analysis.method->is_direct)
        return json_null();
    return json_integer((json_int_t)specimen->instrument[0]->reconstruction.iterations);
}

/* Gain and damping that the unheated tomogram asked for. null where no estimator started
 * from a particle that was sought. */
static json_t *instrument_to_json(const struct atw_analysis *analysis, size_t index)
{
    const struct atw_start_state *start = analysis->specimen[index]->start;
    const struct atw_two_phases_imaging *imaging;

    if (!start || analysis->experiment->analysis.initial_state_given ||
        analysis->experiment->analysis.starts_from_model)
        return json_null();
    imaging = atw_start_state_imaging(start);
    return json_pack("{s:f, s:o}", "gain", imaging->gain, "mean_free_path_nm",
                     atw_json_number(imaging->damping_per_nm > 0.0
                                         ? 1.0 / imaging->damping_per_nm
                                         : NAN));
}

static json_t *particle_to_json(const struct atw_analysis *analysis,
                                const struct atw_truth *truth,
                                size_t index)
{
    const struct atw_observed_particle *observed = &analysis->observed[index];
    const struct atw_experiment_particle *particle =
        &analysis->experiment->particle[index];
    const struct atw_truth_particle *known = truth ? &truth->particle[index] : NULL;
    double D[ATW_STEPS_MAX], D_std[ATW_STEPS_MAX];
    size_t n = observed->n_steps;

    interval_results(analysis, index, D, D_std);
    return json_pack(
        "{s:s, s:s?, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
        observed->name, "window", particle->window, "iterations",
        iterations_to_json(analysis, index), "instrument_found",
        instrument_to_json(analysis, index), "nominal_K",
        atw_json_array(observed->nominal_K, n), "true_K",
        atw_json_array(known ? known->temperature_K : NULL, n), "alloying_degree",
        atw_json_array(observed->alloying_degree, n), "alloying_degree_std",
        atw_json_array(observed->alloying_degree_std, n), "alloying_degree_true",
        atw_json_array(known ? known->degree + 1 : NULL, n), "D_m2_per_s",
        atw_json_array(D, n), "D_std_m2_per_s", atw_json_array(D_std, n),
        "D_true_m2_per_s", atw_json_array(known ? known->D_m2_per_s : NULL, n),
        "measures", atw_spreads_to_json(analysis, index));
}

/* Numbers that only a sampled posterior has. */
static json_t *sampled(const struct atw_estimate *estimate, double number)
{
    return atw_json_number(estimate->r_hat > 0.0 ? number : NAN);
}

static json_t *estimate_to_json(const struct atw_analysis *analysis,
                                const struct atw_truth *truth,
                                const struct atw_estimate *estimate)
{
    const struct atw_observed_particle *observed = analysis->observed;
    double delta_T_true_K =
        truth ? atw_truth_mean_delta_T_K(truth, estimate->particle) : NAN;

    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:I, s:o, s:o, s:o, s:I, s:s}",
        "estimator", estimate->estimator, "weighting", estimate->weighting,
        "delta_T_model", estimate->delta_T_model, "reference",
        observed[estimate->nominal_particle].name, "particle",
        observed[estimate->particle].name, "delta_T_K",
        atw_json_number(estimate->delta_T_K), "std_K", atw_json_number(estimate->std_K),
        "interval_68_K", atw_json_array(estimate->interval_68_K, 2), "interval_95_K",
        atw_json_array(estimate->interval_95_K, 2), "delta_T_true_K",
        atw_json_number(delta_T_true_K), "Q_J_per_mol",
        atw_json_number(estimate->Q_J_per_mol), "Q_std_J_per_mol",
        atw_json_number(estimate->Q_std_J_per_mol), "D0_m2_per_s",
        atw_json_number(estimate->D0_m2_per_s), "condition_number",
        atw_json_number(estimate->condition_number), "deviance_ratio",
        atw_json_number(estimate->deviance_ratio), "n_points",
        (json_int_t)estimate->n_points, "r_hat", sampled(estimate, estimate->r_hat),
        "effective_samples", sampled(estimate, estimate->effective_samples), "chi_square",
        atw_json_number(estimate->chi_square), "degrees_of_freedom",
        (json_int_t)estimate->degrees_of_freedom, "status", estimate->status);
}

/* Least standard deviations from the photons; of dT for the first particle that has one
 * and for each. */
static json_t *bound_to_json(const struct atw_bound *bound)
{
    const struct atw_bound_row *row = bound ? &bound->row[ATW_BOUND_PHOTONS] : NULL;
    size_t first = bound && bound->reference == 0 ? 1 : 0;

    if (!bound)
        return json_pack("{s:n, s:n, s:n}", "delta_T_std_K", "delta_T_std_by_particle_K",
                         "Q_std_J_per_mol");
    return json_pack("{s:o, s:o, s:o}", "delta_T_std_K",
                     atw_json_number(row->delta_T_std_K[first]),
                     "delta_T_std_by_particle_K",
                     atw_json_array(row->delta_T_std_K, bound->n_particles),
                     "Q_std_J_per_mol", atw_json_number(row->Q_std_J_per_mol));
}

json_t *atw_result_to_json(const struct atw_analysis *analysis,
                           const struct atw_truth *truth,
                           const struct atw_bound *bound,
                           const struct atw_timings *timings)
{
    json_t *particles = json_array(), *estimates = json_array();

    for (size_t i = 0; i < analysis->experiment->n_particles; i++)
        json_array_append_new(particles, particle_to_json(analysis, truth, i));
    for (size_t i = 0; i < analysis->estimates.count; i++)
        json_array_append_new(
            estimates,
            estimate_to_json(analysis, truth, &analysis->estimates.estimate[i]));
    return json_pack(
        "{s:s, s:s?, s:o, s:s, s:o, s:o, s:o, s:o, s:{s:o, s:o, s:o}}", "schema",
        "alloytwin-result/1", "scenario", truth ? truth->scenario : NULL, "seed",
        truth ? json_integer((json_int_t)truth->seed) : json_null(), "title",
        analysis->experiment->title, "truth", truth_to_json(truth), "particles",
        particles, "estimates", estimates, "bound", bound_to_json(bound), "timings_s",
        "simulate", atw_json_number(timings->simulate_s), "bound",
        atw_json_number(timings->bound_s), "analyse",
        atw_json_number(timings->analyse_s));
}

static void print_estimate(const struct atw_analysis *analysis,
                           const struct atw_estimate *estimate,
                           FILE *stream)
{
    fprintf(stream, "%-9s %-8s  %-12s  %-9s %-8s", estimate->estimator,
            estimate->weighting, estimate->delta_T_model,
            analysis->observed[estimate->nominal_particle].name,
            analysis->observed[estimate->particle].name);
    if (!isfinite(estimate->delta_T_K)) {
        fprintf(stream, "  -  (%s)\n", estimate->status);
        return;
    }
    fprintf(stream, " %8.2f %7.2f   [%8.2f, %8.2f] %9.1f  %.3e", estimate->delta_T_K,
            estimate->std_K, estimate->interval_95_K[0], estimate->interval_95_K[1],
            estimate->Q_J_per_mol * 1e-3, estimate->D0_m2_per_s);
    if (strcmp(estimate->status, "ok") != 0)
        fprintf(stream, "  (%s)", estimate->status);
    fputc('\n', stream);
}

/* The truth of a particle's dT, and how near to it any method could come. */
static void print_truth(const struct atw_truth *truth,
                        const struct atw_bound *bound,
                        size_t particle,
                        FILE *stream)
{
    const char *reference = truth->particle[truth->reference].name;

    fprintf(stream, "%-9s %-8s  %-12s  %-9s %-8s %8.2f %7s   %20s %9.1f  %.3e\n", "truth",
            "", "", reference, truth->particle[particle].name,
            atw_truth_mean_delta_T_K(truth, particle), "", "", truth->Q_J_per_mol * 1e-3,
            truth->D0_m2_per_s);
    if (bound)
        fprintf(stream, "%-9s %-8s  %-12s  %-9s %-8s %8s %7.3f   %20s %9s\n", "bound", "",
                "", reference, truth->particle[particle].name, "",
                bound->row[ATW_BOUND_PHOTONS].delta_T_std_K[particle], "", "");
}

void atw_result_print(const struct atw_analysis *analysis,
                      const struct atw_truth *truth,
                      const struct atw_bound *bound,
                      FILE *stream)
{
    fprintf(stream, "estimator weight    dT model      reference particle   dT (K) std "
                    "(K)          95 %% (K)"
                    "        Q (kJ/mol) D0 (m2/s)\n");
    for (size_t i = 0; i < analysis->estimates.count; i++)
        print_estimate(analysis, &analysis->estimates.estimate[i], stream);
    for (size_t i = 0; truth && i < truth->n_particles; i++)
        if (i != truth->reference)
            print_truth(truth, bound, i, stream);
}
