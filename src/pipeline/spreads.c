/* All measures of spread of an analysed experiment, and the degrees they give. */
#include "pipeline/spreads.h"

#include <math.h>
#include <stdlib.h>

#include "core/parallel.h"
#include "io/json_file.h"
#include "pipeline/interval.h"

#define NUMBER(x) atw_cell_number(x)
#define TEXT(x) atw_cell_text(x)

static enum atw_status find_alloyed(struct atw_tomogram_spreads *spreads,
                                    const struct atw_specimen *specimen,
                                    size_t tomogram,
                                    struct atw_error *err)
{
    struct atw_field *volume = NULL;
    enum atw_status status;

    if (!specimen->measurement[tomogram].instrument)
        return ATW_OK;
    status = atw_interval_volume_alloyed(specimen, tomogram, &volume, err);
    if (status == ATW_OK)
        status = atw_spread_measures_of(&spreads->alloyed, volume,
                                        specimen->measurement[tomogram].interior, err);
    atw_field_destroy(volume);
    return status;
}

/* Of a tomogram that was not taken. */
static struct atw_spread_measures unknown(void)
{
    struct atw_spread_measures measures = {.mean = NAN, .mean_std = NAN};

    for (size_t i = 0; i < ATW_SPREAD_MEASURES; i++)
        measures.value[i] = measures.std[i] = NAN;
    return measures;
}

struct work {
    struct atw_tomogram_spreads *spreads;
    const struct atw_specimen *specimen;
};

static enum atw_status measure(void *context, size_t tomogram, struct atw_error *err)
{
    struct work *work = context;
    const struct atw_measurement *measurement = &work->specimen->measurement[tomogram];
    struct atw_tomogram_spreads *spreads = &work->spreads[tomogram];
    enum atw_status status;

    if (!atw_specimen_is_measured(work->specimen, tomogram)) {
        spreads->measured = spreads->alloyed = unknown();
        return ATW_OK;
    }
    status = atw_spread_measures_of(&spreads->measured, measurement->volume,
                                    measurement->interior, err);
    if (status == ATW_OK &&
        atw_specimen_first_like(work->specimen, 0, tomogram) == tomogram)
        status = find_alloyed(spreads, work->specimen, tomogram, err);
    return status;
}

static enum atw_status
measure_particle(struct atw_analysis *analysis, size_t particle, struct atw_error *err)
{
    const struct atw_specimen *specimen = analysis->specimen[particle];
    struct work work = {calloc(specimen->n_tomograms, sizeof *work.spreads), specimen};
    enum atw_status status;

    if (!work.spreads)
        return atw_error_set(err, ATW_ENOMEM, "measures: out of memory");
    analysis->spreads[particle] = work.spreads;
    status = atw_parallel_try(specimen->n_tomograms, measure, &work, err);
    for (size_t k = 0; k < specimen->n_tomograms && status == ATW_OK; k++)
        if (atw_specimen_is_measured(specimen, k))
            work.spreads[k].alloyed =
                work.spreads[atw_specimen_first_like(specimen, 0, k)].alloyed;
    return status;
}

enum atw_status atw_spreads_measure(struct atw_analysis *analysis, struct atw_error *err)
{
    size_t n_particles = analysis->experiment->n_particles;
    enum atw_status status = ATW_OK;

    analysis->spreads = calloc(n_particles, sizeof *analysis->spreads);
    if (!analysis->spreads)
        return atw_error_set(err, ATW_ENOMEM, "measures: out of memory");
    for (size_t i = 0; i < n_particles && status == ATW_OK; i++)
        status = measure_particle(analysis, i, err);
    return status;
}

void atw_spreads_destroy(struct atw_tomogram_spreads **spreads, size_t n_particles)
{
    for (size_t i = 0; spreads && i < n_particles; i++)
        free(spreads[i]);
    free(spreads);
}

static struct atw_spread_degree degree_of(const struct atw_tomogram_spreads *spreads,
                                          size_t tomogram,
                                          size_t which,
                                          enum atw_alloying_measure form)
{
    return atw_spread_degree_of(&spreads[tomogram].measured, &spreads[0].measured,
                                &spreads[tomogram].alloyed,
                                (enum atw_spread_measure)which, form);
}

static json_t *degrees_to_json(const struct atw_tomogram_spreads *spreads,
                               size_t n_tomograms,
                               size_t which)
{
    json_t *lists[4] = {json_array(), json_array(), json_array(), json_array()};

    for (size_t k = 1; k < n_tomograms; k++)
        for (int form = 0; form < 2; form++) {
            struct atw_spread_degree degree = degree_of(
                spreads, k, which, form ? ATW_ALLOYING_QUADRATURE : ATW_ALLOYING_LINEAR);

            json_array_append_new(lists[2 * form], atw_json_number(degree.value));
            json_array_append_new(lists[2 * form + 1], atw_json_number(degree.std));
        }
    return json_pack("{s:o, s:o, s:o, s:o}", "degree_linear", lists[0],
                     "degree_linear_std", lists[1], "degree_quadrature", lists[2],
                     "degree_quadrature_std", lists[3]);
}

json_t *atw_spreads_to_json(const struct atw_analysis *analysis, size_t particle)
{
    json_t *all;

    if (!analysis->spreads)
        return json_null();
    all = json_object();
    for (size_t i = 0; i < ATW_SPREAD_MEASURES; i++)
        json_object_set_new(all, atw_spread_measure_names[i],
                            degrees_to_json(analysis->spreads[particle],
                                            analysis->specimen[particle]->n_tomograms,
                                            i));
    return all;
}

static enum atw_status append_measure(struct atw_table *table,
                                      const struct atw_analysis *analysis,
                                      size_t particle,
                                      size_t tomogram,
                                      size_t which,
                                      struct atw_error *err)
{
    const struct atw_tomogram_spreads *spreads = analysis->spreads[particle];
    const struct atw_spread_measures *measured = &spreads[tomogram].measured;
    struct atw_spread_degree linear =
        degree_of(spreads, tomogram, which, ATW_ALLOYING_LINEAR);
    struct atw_spread_degree quadrature =
        degree_of(spreads, tomogram, which, ATW_ALLOYING_QUADRATURE);
    const struct atw_cell row[] = {TEXT(analysis->specimen[particle]->particle->name),
                                   NUMBER((double)tomogram),
                                   TEXT(atw_spread_measure_names[which]),
                                   NUMBER(measured->value[which]),
                                   NUMBER(measured->std[which]),
                                   NUMBER(spreads[tomogram].alloyed.value[which]),
                                   NUMBER(spreads[tomogram].alloyed.std[which]),
                                   NUMBER(linear.value),
                                   NUMBER(linear.std),
                                   NUMBER(quadrature.value),
                                   NUMBER(quadrature.std)};

    return atw_table_append(table, row, err);
}

enum atw_status atw_spreads_fill_measures(struct atw_table *table,
                                          const struct atw_table_source *source,
                                          struct atw_error *err)
{
    const struct atw_analysis *analysis = source->analysis;
    enum atw_status status = ATW_OK;

    for (size_t i = 0; analysis->spreads && i < analysis->experiment->n_particles; i++)
        for (size_t k = 0; k < analysis->specimen[i]->n_tomograms; k++)
            for (size_t m = 0; m < ATW_SPREAD_MEASURES && status == ATW_OK; m++)
                status = append_measure(table, analysis, i, k, m, err);
    return status;
}

static enum atw_status append_peak(struct atw_table *table,
                                   const struct atw_analysis *analysis,
                                   size_t particle,
                                   size_t tomogram,
                                   int peak,
                                   struct atw_error *err)
{
    const struct atw_specimen *specimen = analysis->specimen[particle];
    const struct atw_spread_measures *measured =
        &analysis->spreads[particle][tomogram].measured;
    double core = specimen->scale.core;
    const struct atw_cell row[] = {TEXT(specimen->particle->name),
                                   NUMBER((double)tomogram),
                                   NUMBER((double)(peak + 1)),
                                   NUMBER(measured->peaks.share[peak]),
                                   NUMBER(measured->peaks_std.share[peak]),
                                   NUMBER(measured->peaks.mean[peak] / core),
                                   NUMBER(measured->peaks_std.mean[peak] / core),
                                   NUMBER(measured->peaks.std[peak] / core),
                                   NUMBER(measured->peaks_std.std[peak] / core)};

    return atw_table_append(table, row, err);
}

enum atw_status atw_spreads_fill_peaks(struct atw_table *table,
                                       const struct atw_table_source *source,
                                       struct atw_error *err)
{
    const struct atw_analysis *analysis = source->analysis;
    enum atw_status status = ATW_OK;

    for (size_t i = 0; analysis->spreads && i < analysis->experiment->n_particles; i++)
        for (size_t k = 0; k < analysis->specimen[i]->n_tomograms; k++)
            for (int peak = 0; peak < 2 && status == ATW_OK; peak++)
                if (!isnan(analysis->spreads[i][k].measured.value[ATW_SPREAD_PEAKS]))
                    status = append_peak(table, analysis, i, k, peak, err);
    return status;
}
