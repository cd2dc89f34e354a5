/* Measures of spread as JSON. */
#include "cli/measures_json.h"

#include <math.h>
#include <stdio.h>

#include "io/json_file.h"
#include "quantification/spread_error.h"

static int is_same(const struct atw_spread_measures *a,
                   const struct atw_spread_measures *b)
{
    return a->mean == b->mean && a->value[ATW_SPREAD_STD] == b->value[ATW_SPREAD_STD];
}

/* A degree of alloying and its deviation; null where the references do not allow one. A
 * reference measured against itself is 0 or 1 by definition. */
static void add_degree(json_t *object,
                       const struct atw_spread_measures *measures,
                       const struct atw_spread_measures *from,
                       const struct atw_spread_measures *to,
                       size_t which,
                       enum atw_alloying_measure form)
{
    const char *key = form == ATW_ALLOYING_LINEAR ? "degree_linear" : "degree_quadrature";
    const struct atw_alloying_reference reference = {from->value[which],
                                                     to->value[which]};
    const struct atw_alloying_deviations deviations = {
        2.0 * measures->value[which] * measures->std[which],
        2.0 * from->value[which] * from->std[which],
        2.0 * to->value[which] * to->std[which]};
    double degree, std = NAN;
    char std_key[32];

    if (atw_alloying_degree(&degree, measures->value[which], &reference, form, NULL) ==
        ATW_OK)
        std = is_same(measures, from) || is_same(measures, to)
                  ? 0.0
                  : atw_alloying_degree_std(measures->value[which], &reference,
                                            &deviations, form);
    else
        degree = NAN;
    snprintf(std_key, sizeof std_key, "%s_std", key);
    json_object_set_new(object, key, atw_json_number(degree));
    json_object_set_new(object, std_key, atw_json_number(std));
}

json_t *atw_measures_to_json(const struct atw_spread_measures *measures,
                             const struct atw_spread_measures *unalloyed,
                             const struct atw_spread_measures *alloyed)
{
    json_t *all = json_object();

    for (size_t i = 0; i < ATW_SPREAD_MEASURES; i++) {
        json_t *one =
            json_pack("{s:o, s:o}", "spread", atw_json_number(measures->value[i]),
                      "spread_std", atw_json_number(measures->std[i]));

        add_degree(one, measures, unalloyed, alloyed, i, ATW_ALLOYING_LINEAR);
        add_degree(one, measures, unalloyed, alloyed, i, ATW_ALLOYING_QUADRATURE);
        json_object_set_new(all, atw_spread_measure_names[i], one);
    }
    return all;
}

json_t *atw_peaks_to_json(const struct atw_spread_measures *measures)
{
    const struct atw_two_gaussians *peaks = &measures->peaks;
    int are_known = !isnan(measures->value[ATW_SPREAD_PEAKS]);
    json_t *list = json_array();

    for (int i = 0; i < 2 && are_known; i++)
        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "share",
                                              atw_json_number(peaks->share[i]), "mean",
                                              atw_json_number(peaks->mean[i]), "std",
                                              atw_json_number(peaks->std[i])));
    return list;
}
