/* Is as much metal there as before heating? */
#include "pipeline/amount.h"

#include <math.h>

#include "core/progress.h"

/* Of the intensity of a volume, beyond what noise and reconstruction do to it. */
#define TOTAL_CHANGE_ACCEPTED 0.03

/* Heating moves metal but neither makes nor loses any. */
void atw_amount_check(struct atw_specimen *specimen, size_t index)
{
    struct atw_measurement *measurement = &specimen->measurement[index];
    const struct atw_intensity_scale *scale = &specimen->scale;
    double total = atw_intensity_total(measurement->volume);
    double unheated = atw_intensity_total(specimen->measurement[0].volume);

    measurement->mean_composition =
        (scale->core - atw_intensity_mean(measurement->volume, measurement->mask)) /
        (scale->core - scale->shell);
    measurement->total_change = total / unheated - 1.0;
    measurement->total_change_std =
        atw_intensity_change_std(measurement->volume, specimen->measurement[0].volume);
    if (fabs(measurement->total_change) > TOTAL_CHANGE_ACCEPTED)
        atw_warn("particle %s, step %zu: total intensity %+.1f %% off that before "
                 "heating: another dose or gain, metal lost, or something else in view",
                 specimen->particle->name, index, 100.0 * measurement->total_change);
}
