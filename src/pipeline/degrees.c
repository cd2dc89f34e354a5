/* Degrees of alloying of a particle's tomograms. */
#include "pipeline/degrees.h"

#include <math.h>

#include "pipeline/interval.h"

/* A volume without angles cannot be imitated: its alloyed reference is taken as perfect.
 */
enum atw_status atw_degrees_find_reference(struct atw_specimen *specimen,
                                           size_t index,
                                           struct atw_error *err)
{
    struct atw_measurement *measurement = &specimen->measurement[index];
    size_t first = atw_specimen_first_like(specimen, 0, index);

    measurement->spread_alloyed = measurement->squared_alloyed_std = 0.0;
    if (!measurement->instrument)
        return ATW_OK;
    if (first < index) {
        const struct atw_measurement *like = &specimen->measurement[first];

        measurement->spread_alloyed = like->spread_alloyed;
        measurement->squared_alloyed_std = like->squared_alloyed_std;
        return ATW_OK;
    }
    return atw_interval_spread_alloyed(specimen, index, &measurement->spread_alloyed,
                                       &measurement->squared_alloyed_std, err);
}

/* The unheated tomogram must show two metals, in more than the noise and the artefacts
 * that a mixed particle has too. */
static enum atw_status check_reference(const struct atw_alloying_reference *reference,
                                       struct atw_error *err)
{
    if (reference->spread_unalloyed > reference->spread_alloyed)
        return ATW_OK;
    return atw_error_set(
        err, ATW_EINPUT,
        "the particle looks mixed before heating: the intensity in its mask varies by "
        "%.3g of the mean, in that of a fully alloyed one, seen alike, by %.3g; is the "
        "mask the metal (analysis.segmentation), is the pixel finer than the shell, is "
        "the signal above the noise (microscope.counts_per_unit)?",
        reference->spread_unalloyed, reference->spread_alloyed);
}

enum atw_status
atw_degrees_find(struct atw_specimen *specimen, size_t index, struct atw_error *err)
{
    struct atw_measurement *measurement = &specimen->measurement[index];
    struct atw_alloying_reference reference = {
        .spread_unalloyed = specimen->measurement[0].spread,
        .spread_alloyed = measurement->spread_alloyed};
    const struct atw_alloying_deviations deviations = {
        .squared_spread = measurement->squared_spread_std,
        .squared_unalloyed = specimen->measurement[0].squared_spread_std,
        .squared_alloyed = measurement->squared_alloyed_std};
    enum atw_status status = check_reference(&reference, err);

    if (status == ATW_OK)
        status = atw_alloying_degree(&measurement->degree_linear, measurement->spread,
                                     &reference, ATW_ALLOYING_LINEAR, err);
    if (status == ATW_OK)
        status = atw_alloying_degree(&measurement->degree_quadrature, measurement->spread,
                                     &reference, ATW_ALLOYING_QUADRATURE, err);
    if (status == ATW_OK)
        status = atw_variance_left(&measurement->variance_left, measurement->spread,
                                   &reference, err);
    if (status != ATW_OK || index == 0) /* by definition 0, without error */
        return status;
    measurement->variance_left_std =
        atw_variance_left_std(measurement->spread, &reference, &deviations);
    measurement->degree_std =
        atw_alloying_degree_std(measurement->spread, &reference, &deviations,
                                specimen->experiment->analysis.measure);
    return ATW_OK;
}

void atw_degrees_forget_missing(struct atw_specimen *specimen)
{
    for (size_t i = 1; i < specimen->n_tomograms; i++)
        if (!atw_specimen_is_measured(specimen, i))
            specimen->measurement[i] =
                (struct atw_measurement){.background = NAN,
                                         .threshold = NAN,
                                         .mean_composition = NAN,
                                         .total_change = NAN,
                                         .total_change_std = NAN,
                                         .spread = NAN,
                                         .spread_alloyed = NAN,
                                         .degree_linear = NAN,
                                         .degree_quadrature = NAN,
                                         .squared_spread_std = NAN,
                                         .squared_alloyed_std = NAN,
                                         .degree_std = NAN,
                                         .variance_left_std = NAN,
                                         .variance_left = NAN};
}
