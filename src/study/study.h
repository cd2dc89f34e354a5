/* A study: factors, design, replicates and limits, read from a study file. */
#ifndef ATW_STUDY_STUDY_H
#define ATW_STUDY_STUDY_H

#include "io/config.h"
#include "study/design.h"
#include "study/distribution.h"
#include "study/item.h"

enum { ATW_FACTOR_TEXT_SIZE = 256 };

struct atw_outcome;

struct atw_factor {
    const char *key;                      /* borrowed from the config */
    const struct atw_schema_entry *entry; /* of the scenario; NULL: a plain number */
    struct atw_distribution distribution;
    size_t n_values;
    const char **value; /* [n_values], borrowed texts; NULL: continuous */
    double *weight;     /* [n_values]; NULL: equal */
};

struct atw_study {
    struct atw_config *config;
    const char *name;
    uint64_t seed;
    const struct atw_outcome *outcome;
    const struct atw_design *design;
    struct atw_design_options design_options;
    size_t n_factors;
    struct atw_factor *factor;
    struct atw_points points;
    size_t n_replicates;
    int common_random_numbers;

    unsigned attempts;
    double item_time_s; /* infinite: no limit */
    double failed_fraction;

    /* Outcome pipeline: the text of the scenario file as read at the start, so that a
     * later change of the file has no effect. NULL otherwise. */
    char *scenario_path, *scenario_text;
    size_t scenario_length;
    size_t n_settings;
    const char **setting; /* [n_settings], "key=value"; the last names the estimators */
    char *estimators_setting;

    /* "key: value" lines of all that decides what an item computes. Not in it: number of
     * replicates, limits, criteria, titles. */
    char *identity;
};

/* Load a study and everything it names. ATW_EINPUT with file, line and key for a key that
 * the scenario does not have (with a suggestion), a value that it does not allow, a
 * design beyond its limits; ATW_EUSAGE as atw_config_load(); ATW_ENOMEM. */
enum atw_status atw_study_load(struct atw_study **out,
                               const char *path,
                               const char *const *overrides,
                               size_t n_overrides,
                               struct atw_error *err) ATW_MUST_CHECK;
void atw_study_destroy(struct atw_study *study);

/* Whether an estimator is among those that the study asks for. */
int atw_study_runs(const struct atw_study *study, const char *estimator);

/* Seed of an item, below 2^53: a function of the seed of the study, the replicate and,
 * without common random numbers, the point. */
uint64_t atw_study_item_seed(const struct atw_study *study, const struct atw_item *item);

/* Value of a factor at a point, as it would stand in a scenario file. */
void atw_study_value_text(const struct atw_study *study,
                          size_t point,
                          size_t factor,
                          char text[ATW_FACTOR_TEXT_SIZE]);

/* The same as a number: SI, or what the text says; NaN for one that is no number. */
double atw_study_value(const struct atw_study *study, size_t point, size_t factor);

/* Load the scenario of a point with extra "key=value" texts, at most 8. */
enum atw_status atw_study_scenario(struct atw_config **out,
                                   const struct atw_study *study,
                                   size_t point,
                                   const char *const *extra,
                                   size_t n_extra,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
