/* Factors of a study file: keys against the scenario, values against their keys. */
#include "study/study_factors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario_schema.h"
#include "pipeline/chip_section.h"
#include "study/outcome.h"

enum { PATH_SIZE = 64 };

static int is_among(const char *names, const char *name)
{
    size_t length = strlen(name);

    for (;;) {
        size_t word = strcspn(names, "|");

        if (word == length && strncmp(names, name, length) == 0)
            return 1;
        if (!names[word])
            return 0;
        names += word + 1;
    }
}

/* The container that a mistyped key stands in, for a suggestion. */
static const char *suggestion_for(const char *key)
{
    const char *dot = strrchr(key, '.');
    const struct atw_schema_entry *parent = NULL;
    char path[ATW_FACTOR_TEXT_SIZE];

    if (dot) {
        snprintf(path, sizeof path, "%.*s", (int)(dot - key), key);
        parent = atw_schema_find(&atw_scenario_schema, path);
    }
    return atw_schema_suggest(&atw_scenario_schema, parent, dot ? dot + 1 : key);
}

static enum atw_status find_key(struct atw_factor *factor,
                                const struct atw_study *study,
                                const char *path,
                                struct atw_error *err)
{
    const char *suggestion;
    char at[PATH_SIZE + 8];

    snprintf(at, sizeof at, "%s.key", path);
    if (study->outcome->keys) {
        if (is_among(study->outcome->keys, factor->key))
            return ATW_OK;
        return atw_config_error(study->config, err, ATW_EINPUT, at,
                                "outcome %s has no \"%s\"; it takes %s",
                                study->outcome->name, factor->key, study->outcome->keys);
    }
    factor->entry = atw_schema_find(&atw_scenario_schema, factor->key);
    if (factor->entry && factor->entry->type != ATW_SCHEMA_MAP &&
        factor->entry->type != ATW_SCHEMA_LIST)
        return ATW_OK;
    if (factor->entry)
        return atw_config_error(study->config, err, ATW_EINPUT, at,
                                "\"%s\" holds other keys or elements; a factor is one of "
                                "them, see `alloytwin config explain %s`",
                                factor->key, factor->key);
    suggestion = suggestion_for(factor->key);
    return atw_config_error(study->config, err, ATW_EINPUT, at,
                            "a scenario has no value \"%s\"%s%s%s; `alloytwin config "
                            "explain` lists them",
                            factor->key, suggestion ? "; did you mean \"" : "",
                            suggestion ? suggestion : "", suggestion ? "\"?" : "");
}

static int is_number(const struct atw_factor *factor)
{
    if (!factor->entry)
        return 1;
    switch (factor->entry->type) {
    case ATW_SCHEMA_QUANTITY:
    case ATW_SCHEMA_TEMPERATURE:
    case ATW_SCHEMA_TEMPERATURE_DIFFERENCE:
    case ATW_SCHEMA_NUMBER:
        return 1;
    default:
        return 0;
    }
}

/* A temperature has a spread in K, whose unit is that of a difference. */
static enum atw_status parse_number(const struct atw_factor *factor,
                                    const char *text,
                                    int is_spread,
                                    double *number,
                                    struct atw_error *err)
{
    struct atw_dimension dimension;

    if (!factor->entry || factor->entry->type == ATW_SCHEMA_NUMBER)
        return atw_number_parse(number, text, err);
    dimension = atw_schema_dimension(factor->entry);
    if (is_spread && dimension.kind == ATW_QUANTITY_TEMPERATURE)
        dimension = (struct atw_dimension){.kind = ATW_QUANTITY_TEMPERATURE_DIFFERENCE,
                                           .si_unit = "K"};
    return atw_quantity_parse(number, text, &dimension, err);
}

/* The number of key `name` of a factor, or the default. */
static enum atw_status read_number(const struct atw_study *study,
                                   const struct atw_factor *factor,
                                   const char *path,
                                   const char *name,
                                   double *number,
                                   struct atw_error *err)
{
    struct atw_error reason = {0};
    char at[PATH_SIZE + 16];

    snprintf(at, sizeof at, "%s.%s", path, name);
    if (!atw_config_is_set(study->config, "%s", at))
        return ATW_OK;
    if (parse_number(factor, atw_config_text(study->config, "%s", at),
                     strcmp(name, "std") == 0, number, &reason) == ATW_OK)
        return ATW_OK;
    return atw_config_error(study->config, err, ATW_EINPUT, at, "%s", reason.text);
}

/* Cut off what the scenario does not allow. */
static void restrict_to_key(struct atw_factor *factor)
{
    struct atw_distribution *distribution = &factor->distribution;

    if (!factor->entry || !atw_schema_has_range(factor->entry) ||
        distribution->kind == ATW_DISTRIBUTION_UNIFORM)
        return;
    distribution->min = fmax(distribution->min, factor->entry->min);
    distribution->max = fmin(distribution->max, factor->entry->max);
}

/* The scenario with the settings of the study and perhaps "key=value" more. */
static enum atw_status parse_scenario(struct atw_config **config,
                                      const struct atw_study *study,
                                      const char *override,
                                      struct atw_error *err)
{
    const char **texts = calloc(study->n_settings + 1, sizeof *texts);
    size_t n = study->n_settings;
    enum atw_status status;

    if (!texts)
        return atw_error_set(err, ATW_ENOMEM, "study: out of memory");
    for (size_t i = 0; i < n; i++)
        texts[i] = study->setting[i];
    if (override)
        texts[n++] = override;
    status =
        atw_config_parse(config, &atw_scenario_schema, study->scenario_text,
                         study->scenario_length, study->scenario_path, texts, n, err);
    free(texts);
    return status;
}

/* Which of the ranges of the chip's model is that of the key; their number if none. */
static size_t find_range(const struct atw_config *scenario, const char *key)
{
    size_t n = atw_config_count(scenario, "chip.ranges"), i = 0;

    if (strncmp(key, "chip.", 5) != 0)
        return n;
    while (i < n &&
           strcmp(atw_config_text(scenario, "chip.ranges[%zu].key", i), key + 5) != 0)
        i++;
    return i;
}

/* Uniform over the range that the model file of the scenario gives for the key. */
static enum atw_status read_model_range(const struct atw_study *study,
                                        struct atw_factor *factor,
                                        const char *path,
                                        struct atw_error *err)
{
    struct atw_config *scenario = NULL;
    struct atw_chip_range range;
    enum atw_status status;
    size_t index;

    if (!factor->entry)
        return atw_config_error(study->config, err, ATW_EINPUT, path,
                                "outcome %s has no model file to take a range from; give "
                                "distribution: uniform with min and max",
                                study->outcome->name);
    status = parse_scenario(&scenario, study, NULL, err);
    if (status != ATW_OK)
        return status;
    index = find_range(scenario, factor->key);
    if (index == atw_config_count(scenario, "chip.ranges"))
        status = atw_config_error(study->config, err, ATW_EINPUT, path,
                                  "no model file of the scenario has a range for %s; add "
                                  "it to `ranges` of the chip's, or give distribution: "
                                  "uniform with min and max",
                                  factor->key);
    else
        status = atw_chip_read_range(&range, scenario, index, err);
    if (status == ATW_OK)
        factor->distribution = (struct atw_distribution){
            .kind = ATW_DISTRIBUTION_UNIFORM, .min = range.low, .max = range.high};
    atw_config_destroy(scenario);
    return status;
}

static enum atw_status read_continuous(const struct atw_study *study,
                                       struct atw_factor *factor,
                                       const char *path,
                                       const char *kind,
                                       struct atw_error *err)
{
    struct atw_distribution *d = &factor->distribution;
    int is_lognormal = strcmp(kind, "lognormal") == 0;
    enum atw_status status;

    d->min = -INFINITY;
    d->max = INFINITY;
    d->kind = is_lognormal                  ? ATW_DISTRIBUTION_LOGNORMAL
              : strcmp(kind, "normal") == 0 ? ATW_DISTRIBUTION_NORMAL
                                            : ATW_DISTRIBUTION_UNIFORM;
    if (!is_number(factor))
        return atw_config_error(study->config, err, ATW_EINPUT, path,
                                "%s is not a number with a continuous range; give values",
                                factor->key);
    status = read_number(study, factor, path, "min", &d->min, err);
    if (status == ATW_OK)
        status = read_number(study, factor, path, "max", &d->max, err);
    if (status == ATW_OK)
        status = read_number(study, factor, path, is_lognormal ? "median" : "mean",
                             &d->mean, err);
    if (status == ATW_OK && !is_lognormal)
        status = read_number(study, factor, path, "std", &d->std, err);
    if (is_lognormal && atw_config_is_set(study->config, "%s.log_std", path))
        d->std = atw_config_number(study->config, "%s.log_std", path);
    restrict_to_key(factor);
    return status;
}

static enum atw_status read_values(const struct atw_study *study,
                                   struct atw_factor *factor,
                                   const char *path,
                                   struct atw_error *err)
{
    size_t n = atw_config_count(study->config, "%s.values", path);
    size_t n_weights = atw_config_count(study->config, "%s.weights", path);

    factor->n_values = n;
    factor->value = calloc(n + 1, sizeof *factor->value);
    factor->weight = n_weights ? calloc(n_weights, sizeof *factor->weight) : NULL;
    if (!factor->value || (n_weights && !factor->weight))
        return atw_error_set(err, ATW_ENOMEM, "study: out of memory");
    if (n_weights && n_weights != n)
        return atw_config_error(study->config, err, ATW_EINPUT, path,
                                "%zu weights for %zu values", n_weights, n);
    if (n_weights &&
        (study->design == &atw_design_grid || study->design == &atw_design_one_at_a_time))
        return atw_config_error(study->config, err, ATW_EINPUT, path,
                                "design %s takes every value once; weights have no "
                                "meaning",
                                study->design->name);
    for (size_t i = 0; i < n; i++)
        factor->value[i] = atw_config_text(study->config, "%s.values[%zu]", path, i);
    for (size_t i = 0; i < n_weights; i++)
        factor->weight[i] = atw_config_number(study->config, "%s.weights[%zu]", path, i);
    factor->distribution = (struct atw_distribution){
        .kind = ATW_DISTRIBUTION_DISCRETE, .n_values = n, .weights = factor->weight};
    return ATW_OK;
}

/* Plain numbers are judged here, values of a scenario by loading it with each. */
static enum atw_status check_value(const struct atw_study *study,
                                   const struct atw_factor *factor,
                                   const char *value,
                                   struct atw_error *err)
{
    struct atw_config *config = NULL;
    char *override = NULL;
    double number;
    enum atw_status status;

    if (!factor->entry)
        return atw_number_parse(&number, value, err);
    if (asprintf(&override, "%s=%s", factor->key, value) < 0)
        return atw_error_set(err, ATW_ENOMEM, "study: out of memory");
    status = parse_scenario(&config, study, override, err);
    atw_config_destroy(config);
    free(override);
    return status;
}

/* Values, and the finite ends of a continuous range. */
static enum atw_status check_values(const struct atw_study *study,
                                    const struct atw_factor *factor,
                                    const char *path,
                                    struct atw_error *err)
{
    const double ends[] = {factor->distribution.min, factor->distribution.max};
    struct atw_error reason = {0};
    char at[PATH_SIZE + 32], text[ATW_QUANTITY_TEXT_SIZE];

    for (size_t i = 0; i < factor->n_values; i++) {
        snprintf(at, sizeof at, "%s.values[%zu]", path, i);
        if (check_value(study, factor, factor->value[i], &reason) != ATW_OK)
            return atw_config_error(study->config, err, reason.status, at, "%s",
                                    reason.text);
    }
    for (int i = 0; i < 2 && !factor->value && factor->entry; i++) {
        if (isinf(ends[i]))
            continue;
        snprintf(at, sizeof at, "%s.%s", path, i ? "max" : "min");
        atw_schema_format_number(text, factor->entry, ends[i]);
        if (check_value(study, factor, text, &reason) != ATW_OK)
            return atw_config_error(study->config, err, reason.status, at, "%s",
                                    reason.text);
    }
    return ATW_OK;
}

static enum atw_status
read_factor(struct atw_study *study, size_t index, struct atw_error *err)
{
    struct atw_factor *factor = &study->factor[index];
    struct atw_error reason = {0};
    const char *kind;
    char path[PATH_SIZE];
    enum atw_status status;

    snprintf(path, sizeof path, "factors[%zu]", index);
    factor->key = atw_config_text(study->config, "%s.key", path);
    kind = atw_config_text(study->config, "%s.distribution", path);
    status = find_key(factor, study, path, err);
    for (size_t other = 0; status == ATW_OK && other < index; other++)
        if (strcmp(study->factor[other].key, factor->key) == 0)
            status = atw_config_error(study->config, err, ATW_EINPUT, path,
                                      "a second factor \"%s\"", factor->key);
    if (status == ATW_OK)
        status = strcmp(kind, "values") == 0 ? read_values(study, factor, path, err)
                 : strcmp(kind, "model-range") == 0
                     ? read_model_range(study, factor, path, err)
                     : read_continuous(study, factor, path, kind, err);
    if (status == ATW_OK &&
        atw_distribution_check(&factor->distribution, &reason) != ATW_OK)
        status =
            atw_config_error(study->config, err, ATW_EINPUT, path, "%s", reason.text);
    if (status == ATW_OK)
        status = check_values(study, factor, path, err);
    return status;
}

enum atw_status atw_study_read_factors(struct atw_study *study, struct atw_error *err)
{
    size_t n = atw_config_count(study->config, "factors");
    enum atw_status status = ATW_OK;

    if (n > ATW_DESIGN_FACTORS_MAX)
        return atw_config_error(study->config, err, ATW_EINPUT, "factors",
                                "%zu factors; allowed: at most %d", n,
                                ATW_DESIGN_FACTORS_MAX);
    study->factor = calloc(n + 1, sizeof *study->factor);
    if (!study->factor)
        return atw_error_set(err, ATW_ENOMEM, "study: out of memory");
    study->n_factors = n;
    for (size_t i = 0; i < n && status == ATW_OK; i++)
        status = read_factor(study, i, err);
    return status;
}
