/* The forward model of a particle under analysis: what it would have measured. */
#include "pipeline/interval.h"
#include "pipeline/specimen.h"
#include "pipeline/start_state.h"

double atw_specimen_degree(const struct atw_specimen *specimen, size_t tomogram)
{
    const struct atw_measurement *measurement = &specimen->measurement[tomogram];

    return specimen->experiment->analysis.measure == ATW_ALLOYING_LINEAR
               ? measurement->degree_linear
               : measurement->degree_quadrature;
}

enum atw_status atw_specimen_degree_after(struct atw_specimen *specimen,
                                          size_t step,
                                          double S_m2,
                                          double *degree,
                                          struct atw_error *err)
{
    const struct atw_alloying_reference reference = {
        .spread_unalloyed = specimen->measurement[0].spread,
        .spread_alloyed = specimen->measurement[step + 1].spread_alloyed};
    enum atw_status status = ATW_OK;
    double spread;

    if (specimen->interval && atw_interval_step(specimen->interval) != step) {
        atw_interval_destroy(specimen->interval);
        specimen->interval = NULL;
    }
    if (!specimen->interval)
        status = atw_interval_create(&specimen->interval, specimen, step, err);
    if (status == ATW_OK)
        status = atw_interval_spread(specimen->interval, S_m2, &spread, err);
    if (status == ATW_OK)
        status = atw_alloying_degree(degree, spread, &reference,
                                     specimen->experiment->analysis.measure, err);
    return status;
}

enum atw_status atw_specimen_variance_from_start(struct atw_specimen *specimen,
                                                 size_t step,
                                                 double S_m2,
                                                 double *variance_left,
                                                 struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    if (!specimen->start)
        status = atw_start_state_create(&specimen->start, specimen, err);
    if (status == ATW_OK)
        status =
            atw_start_state_variance(specimen->start, step + 1, S_m2, variance_left, err);
    return status;
}
