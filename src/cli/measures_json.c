/* Measures of spread as JSON. */
#include "cli/measures_json.h"

#include <math.h>
#include <stdio.h>

#include "io/json_file.h"
#include "quantification/spread_degree.h"

/* A degree of alloying and its deviation; null where the references do not allow one. */
static void add_degree(json_t *object,
                       const struct atw_spread_measures *measures,
                       const struct atw_spread_measures *from,
                       const struct atw_spread_measures *to,
                       size_t which,
                       enum atw_alloying_measure form)
{
    const char *key = form == ATW_ALLOYING_LINEAR ? "degree_linear" : "degree_quadrature";
    const struct atw_spread_degree degree =
        atw_spread_degree_of(measures, from, to, (enum atw_spread_measure)which, form);
    char std_key[32];

    snprintf(std_key, sizeof std_key, "%s_std", key);
    json_object_set_new(object, key, atw_json_number(degree.value));
    json_object_set_new(object, std_key, atw_json_number(degree.std));
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
    const struct atw_two_gaussians *std = &measures->peaks_std;
    int are_known = !isnan(measures->value[ATW_SPREAD_PEAKS]);
    json_t *list = json_array();

    for (int i = 0; i < 2 && are_known; i++)
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "share",
                                              atw_json_number(peaks->share[i]),
                                              "share_std", atw_json_number(std->share[i]),
                                              "mean", atw_json_number(peaks->mean[i]),
                                              "mean_std", atw_json_number(std->mean[i]),
                                              "std", atw_json_number(peaks->std[i]),
                                              "std_std", atw_json_number(std->std[i])));
    return list;
}
