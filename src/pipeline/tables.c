/* Tidy tables of a run: one function per table. */
#include "pipeline/tables.h"

#include <math.h>
#include <stdio.h>

#include "core/table.h"
#include "io/csv.h"
#include "pipeline/spreads.h"
#include "pipeline/table_slices.h"

#define HISTOGRAM_BINS 80
#define HISTOGRAM_GREATEST 1.6 /* relative to pure core metal */
#define CURVES_PER_PARTICLE 5
#define ROOM_TEMPERATURE_K 298.15

#define NUMBER(x) atw_cell_number(x)
#define TEXT(x) atw_cell_text(x)

/* Nominal temperature of a tomogram; that of the reference is a label. */
static double
nominal_K(const struct atw_analysis *analysis, size_t particle, size_t tomogram)
{
    return tomogram == 0 ? ROOM_TEMPERATURE_K
                         : analysis->observed[particle].nominal_K[tomogram - 1];
}

static double true_K(const struct atw_truth *truth, size_t particle, size_t tomogram)
{
    return truth && tomogram > 0 ? truth->particle[particle].temperature_K[tomogram - 1]
                                 : NAN;
}

static double
dwell_s(const struct atw_analysis *analysis, size_t particle, size_t tomogram)
{
    return tomogram == 0 ? NAN : analysis->observed[particle].dwell_s[tomogram - 1];
}

static enum atw_status fill_alloying(struct atw_table *table,
                                     const struct atw_table_source *source,
                                     struct atw_error *err)
{
    const struct atw_analysis *analysis = source->analysis;
    const struct atw_truth *truth = source->truth;
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < analysis->experiment->n_particles; i++)
        for (size_t k = 0; k < analysis->specimen[i]->n_tomograms && status == ATW_OK;
             k++) {
            const struct atw_specimen *specimen = analysis->specimen[i];
            const struct atw_measurement *measurement = &specimen->measurement[k];
            const char *window = specimen->particle->window;
            const struct atw_cell row[] = {
                TEXT(specimen->particle->name),
                TEXT(window ? window : ""),
                NUMBER((double)k),
                NUMBER(nominal_K(analysis, i, k)),
                NUMBER(dwell_s(analysis, i, k)),
                NUMBER(true_K(truth, i, k)),
                NUMBER(atw_specimen_degree(specimen, k)),
                NUMBER(measurement->degree_linear),
                NUMBER(measurement->degree_quadrature),
                NUMBER(truth ? truth->particle[i].degree[k] : NAN),
                NUMBER(measurement->spread),
                NUMBER(measurement->spread_alloyed),
                NUMBER(measurement->degree_std),
                NUMBER(measurement->variance_left),
                NUMBER(measurement->variance_left_std),
                NUMBER(measurement->mean_composition),
                NUMBER(measurement->total_change),
                NUMBER(measurement->total_change_std)};

            status = atw_table_append(table, row, err);
        }
    return status;
}

static enum atw_status fill_diffusion(struct atw_table *table,
                                      const struct atw_table_source *source,
                                      struct atw_error *err)
{
    const struct atw_analysis *analysis = source->analysis;
    const struct atw_truth *truth = source->truth;
    const struct atw_interval_result *interval = analysis->estimates.interval;
    enum atw_status status = ATW_OK;

    for (size_t i = 0; interval && i < analysis->experiment->n_particles; i++)
        for (size_t k = 0; k < analysis->observed[i].n_steps && status == ATW_OK; k++) {
            const struct atw_interval_result *found = &interval[i * ATW_STEPS_MAX + k];
            const struct atw_cell row[] = {
                TEXT(analysis->observed[i].name),
                NUMBER((double)(k + 1)),
                NUMBER(analysis->observed[i].nominal_K[k]),
                NUMBER(true_K(truth, i, k + 1)),
                NUMBER(analysis->observed[i].dwell_s[k]),
                NUMBER(found->D_m2_per_s),
                NUMBER(found->D_std_m2_per_s),
                NUMBER(truth ? truth->particle[i].D_m2_per_s[k] : NAN),
                TEXT(found->status ? found->status : "")};

            status = atw_table_append(table, row, err);
        }
    return status;
}

static enum atw_status fill_arrhenius(struct atw_table *table,
                                      const struct atw_table_source *source,
                                      struct atw_error *err)
{
    const struct atw_analysis *analysis = source->analysis;
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < analysis->estimates.count && status == ATW_OK; i++) {
        const struct atw_estimate *estimate = &analysis->estimates.estimate[i];
        const struct atw_cell row[] = {
            TEXT(estimate->estimator),
            TEXT(estimate->weighting),
            TEXT(estimate->delta_T_model),
            TEXT(analysis->observed[estimate->nominal_particle].name),
            TEXT(analysis->observed[estimate->particle].name),
            NUMBER(estimate->delta_T_K),
            NUMBER(estimate->std_K),
            NUMBER(estimate->interval_68_K[0]),
            NUMBER(estimate->interval_68_K[1]),
            NUMBER(estimate->interval_95_K[0]),
            NUMBER(estimate->interval_95_K[1]),
            NUMBER(estimate->Q_J_per_mol),
            NUMBER(estimate->D0_m2_per_s),
            TEXT(estimate->status),
            NUMBER(source->truth
                       ? atw_truth_mean_delta_T_K(source->truth, estimate->particle)
                       : NAN),
            NUMBER(source->bound ? source->bound->row[ATW_BOUND_PHOTONS]
                                       .delta_T_std_K[estimate->particle]
                                 : NAN)};

        status = atw_table_append(table, row, err);
    }
    return status;
}

static enum atw_status fill_posterior(struct atw_table *table,
                                      const struct atw_table_source *source,
                                      struct atw_error *err)
{
    const struct atw_analysis *analysis = source->analysis;
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < analysis->estimates.n_posterior && status == ATW_OK; i++) {
        const struct atw_posterior_draw *draw = &analysis->estimates.posterior[i];
        const struct atw_cell row[] = {TEXT(draw->delta_T_model),
                                       NUMBER((double)(draw->draw + 1)),
                                       TEXT(analysis->observed[draw->particle].name),
                                       NUMBER(draw->delta_T_K),
                                       NUMBER(draw->Q_J_per_mol),
                                       NUMBER(draw->T_ref_K),
                                       NUMBER(draw->D_ref_m2_per_s),
                                       NUMBER(draw->model_error),
                                       NUMBER(draw->unheated_error),
                                       NUMBER(draw->alloyed_error),
                                       NUMBER(draw->length_error)};

        status = atw_table_append(table, row, err);
    }
    return status;
}

static enum atw_status append_histogram(struct atw_table *table,
                                        const struct atw_analysis *analysis,
                                        size_t particle,
                                        size_t tomogram,
                                        struct atw_error *err)
{
    const struct atw_specimen *specimen = analysis->specimen[particle];
    const struct atw_measurement *measurement = &specimen->measurement[tomogram];
    double core = specimen->scale.core;
    struct atw_histogram *histogram = NULL;
    enum atw_status status =
        atw_histogram_create(&histogram, measurement->volume, measurement->interior, 0.0,
                             HISTOGRAM_GREATEST * core, HISTOGRAM_BINS, err);

    for (size_t b = 0; b < HISTOGRAM_BINS && status == ATW_OK; b++) {
        const struct atw_cell row[] = {
            TEXT(specimen->particle->name), NUMBER((double)tomogram),
            NUMBER(nominal_K(analysis, particle, tomogram)),
            NUMBER(((double)b + 0.5) * HISTOGRAM_GREATEST / HISTOGRAM_BINS),
            NUMBER(histogram->density[b] * core)};

        status = atw_table_append(table, row, err);
    }
    atw_histogram_destroy(histogram);
    return status;
}

static enum atw_status fill_histograms(struct atw_table *table,
                                       const struct atw_table_source *source,
                                       struct atw_error *err)
{
    const struct atw_analysis *analysis = source->analysis;
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < analysis->experiment->n_particles; i++)
        for (size_t k = 0; k < analysis->specimen[i]->n_tomograms && status == ATW_OK;
             k++)
            if (atw_specimen_is_measured(analysis->specimen[i], k))
                status = append_histogram(table, analysis, i, k, err);
    return status;
}

/* Diffusivities for the curves: a factor of two apart, around what makes the particle
 * half alloyed in the time of all steps together. */
static double
curve_diffusivity(const struct atw_analysis *analysis, size_t particle, size_t i)
{
    const struct atw_alloying_curve *curve = &analysis->curve[particle];
    double time_s = 0.0, S_half_m2 = curve->S_m2[0];

    for (size_t k = 0; k < analysis->observed[particle].n_steps; k++)
        time_s += analysis->observed[particle].dwell_s[k];
    for (size_t p = 0; p < ATW_CURVE_POINTS && curve->degree[p] < 0.5; p++)
        S_half_m2 = curve->S_m2[p];
    return 2.0 * S_half_m2 / time_s *
           pow(2.0, (double)i - 0.5 * (double)(CURVES_PER_PARTICLE - 1));
}

static enum atw_status append_curve(struct atw_table *table,
                                    const struct atw_analysis *analysis,
                                    size_t particle,
                                    double D_m2_per_s,
                                    struct atw_error *err)
{
    const struct atw_observed_particle *observed = &analysis->observed[particle];
    enum atw_status status = ATW_OK;
    double time_s = 0.0;

    for (size_t k = 0; k <= observed->n_steps && status == ATW_OK; k++) {
        time_s += k > 0 ? observed->dwell_s[k - 1] : 0.0;
        const struct atw_cell row[] = {
            TEXT(observed->name), NUMBER(D_m2_per_s), NUMBER((double)k),
            NUMBER(nominal_K(analysis, particle, k)),
            NUMBER(atw_analysis_curve_degree(analysis, particle, D_m2_per_s * time_s))};

        status = atw_table_append(table, row, err);
    }
    return status;
}

static enum atw_status fill_curves(struct atw_table *table,
                                   const struct atw_table_source *source,
                                   struct atw_error *err)
{
    const struct atw_analysis *analysis = source->analysis;
    enum atw_status status = ATW_OK;

    for (size_t i = 0; analysis->curve && i < analysis->experiment->n_particles; i++) {
        if (!(analysis->curve[i].S_m2[0] > 0.0))
            continue; /* not heated or not looked at: nothing to follow */
        for (size_t d = 0; d < CURVES_PER_PARTICLE && status == ATW_OK; d++)
            status =
                append_curve(table, analysis, i, curve_diffusivity(analysis, i, d), err);
    }
    return status;
}

typedef enum atw_status (*fill_fn)(struct atw_table *,
                                   const struct atw_table_source *,
                                   struct atw_error *);

static const struct table_description {
    const char *name;
    const char *columns[20];
    fill_fn fill;
} tables[] = {
    {"alloying",
     {"particle", "window", "step", "nominal_K", "dwell_s", "true_K", "alloying_degree",
      "alloying_degree_linear", "alloying_degree_quadrature", "alloying_degree_true",
      "spread", "spread_alloyed", "alloying_degree_std", "variance_left",
      "variance_left_std", "mean_composition", "total_change", "total_change_std"},
     fill_alloying},
    {"diffusion",
     {"particle", "step", "nominal_K", "true_K", "dwell_s", "D_m2_per_s",
      "D_std_m2_per_s", "D_true_m2_per_s", "status"},
     fill_diffusion},
    {"arrhenius",
     {"estimator", "weighting", "delta_T_model", "reference", "particle", "delta_T_K",
      "std_K", "interval_68_low_K", "interval_68_high_K", "interval_95_low_K",
      "interval_95_high_K", "Q_J_per_mol", "D0_m2_per_s", "status", "delta_T_true_K",
      "delta_T_bound_std_K"},
     fill_arrhenius},
    {"posterior",
     {"delta_T_model", "draw", "particle", "delta_T_K", "Q_J_per_mol", "T_ref_K",
      "D_ref_m2_per_s", "model_error", "unheated_error", "alloyed_error", "length_error"},
     fill_posterior},
    {"measures",
     {"particle", "step", "measure", "spread", "spread_std", "spread_alloyed",
      "spread_alloyed_std", "alloying_degree_linear", "alloying_degree_linear_std",
      "alloying_degree_quadrature", "alloying_degree_quadrature_std"},
     atw_spreads_fill_measures},
    {"peaks",
     {"particle", "step", "peak", "share", "share_std", "mean", "mean_std", "std",
      "std_std"},
     atw_spreads_fill_peaks},
    {"histograms",
     {"particle", "step", "nominal_K", "intensity", "density"},
     fill_histograms},
    {"curves",
     {"particle", "D_m2_per_s", "step", "nominal_K", "alloying_degree"},
     fill_curves},
    {"orthoslices",
     {"particle", "step", "plane", "i", "j", "horizontal_nm", "vertical_nm", "value"},
     atw_table_fill_slices}};

static enum atw_status write_table(const struct table_description *description,
                                   const struct atw_table_source *source,
                                   const char *directory,
                                   struct atw_error *err)
{
    struct atw_table *table = NULL;
    size_t n_columns = 0;
    char path[4096];
    enum atw_status status;

    while (n_columns < sizeof description->columns / sizeof *description->columns &&
           description->columns[n_columns])
        n_columns++;
    status = atw_table_create(&table, description->columns, n_columns, err);
    if (status == ATW_OK)
        status = description->fill(table, source, err);
    snprintf(path, sizeof path, "%s/%s.csv", directory, description->name);
    if (status == ATW_OK)
        status = atw_csv_write(table, path, 0, err);
    atw_table_destroy(table);
    return status;
}

enum atw_status atw_tables_write(const struct atw_table_source *source,
                                 const char *directory,
                                 struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < sizeof tables / sizeof *tables && status == ATW_OK; i++)
        status = write_table(&tables[i], source, directory, err);
    return status;
}
