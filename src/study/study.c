/* A study file read, completed, checked and turned into points. */
#include "study/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "io/scenario_schema.h"
#include "io/study_schema.h"
#include "study/outcome.h"
#include "study/study_factors.h"
#include "study/study_scenario.h"

enum { EXTRA_MAX = 8 };

static enum atw_status no_memory(struct atw_error *err)
{
    return atw_error_set(err, ATW_ENOMEM, "study: out of memory");
}

static enum atw_status read_design(struct atw_study *study, struct atw_error *err)
{
    struct atw_design_options *options = &study->design_options;
    struct atw_error reason = {0};

    *options = (struct atw_design_options){
        .seed = study->seed,
        .n_factors = study->n_factors,
        .size = (size_t)atw_config_integer(study->config, "design.size"),
        .n_levels = (size_t)atw_config_integer(study->config, "design.levels")};
    for (size_t i = 0; i < study->n_factors; i++)
        options->n_values[i] = study->factor[i].n_values;
    if (atw_design_create(&study->points, study->design, options, &reason) == ATW_OK)
        return ATW_OK;
    return atw_config_error(study->config, err,
                            reason.status == ATW_EINVAL ? ATW_EINPUT : reason.status,
                            "design", "%s", reason.text);
}

/* What may change between runs of one ledger. */
static int is_free(const char *line)
{
    static const char *const keys[] = {"name:",       "title:",    "description:",
                                       "replicates:", "limits.",   "criteria",
                                       "scenario:",   "estimators"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strncmp(line, keys[i], strlen(keys[i])) == 0)
            return 1;
    return 0;
}

static void put_lines(FILE *stream, const char *prefix, const char *lines, int skip_free)
{
    while (*lines) {
        size_t length = strcspn(lines, "\n");

        if (!skip_free || !is_free(lines))
            fprintf(stream, "%s%.*s\n", prefix, (int)length, lines);
        lines += length + (lines[length] == '\n');
    }
}

static enum atw_status identify(struct atw_study *study, struct atw_error *err)
{
    struct atw_config *scenario = NULL;
    char *own = atw_config_key_lines(study->config), *lines = NULL;
    size_t size = 0;
    FILE *stream = NULL;
    enum atw_status status = own ? ATW_OK : no_memory(err);

    if (status == ATW_OK && study->scenario_text)
        status = atw_config_parse(&scenario, &atw_scenario_schema, study->scenario_text,
                                  study->scenario_length, study->scenario_path,
                                  study->setting, study->n_settings, err);
    if (status == ATW_OK && scenario && !(lines = atw_config_key_lines(scenario)))
        status = no_memory(err);
    if (status == ATW_OK && !(stream = open_memstream(&study->identity, &size)))
        status = no_memory(err);
    if (status == ATW_OK) {
        put_lines(stream, "", own, 1);
        put_lines(stream, "scenario.", lines ? lines : "", 0);
        if (fclose(stream) != 0)
            status = no_memory(err);
    }
    atw_config_destroy(scenario);
    free(own);
    free(lines);
    return status;
}

/* The whole of the first point must load: values that contradict each other. */
static enum atw_status check_first_point(const struct atw_study *study,
                                         struct atw_error *err)
{
    struct atw_config *config = NULL;
    enum atw_status status;

    if (!study->scenario_text)
        return ATW_OK;
    status = atw_study_scenario(&config, study, 0, NULL, 0, err);
    if (status != ATW_OK)
        atw_error_prepend(err, "point 0");
    atw_config_destroy(config);
    return status;
}

static enum atw_status read_study(struct atw_study *study, struct atw_error *err)
{
    const struct atw_config *config = study->config;
    enum atw_status status;

    study->name = atw_config_text(config, "name");
    study->seed = (uint64_t)atw_config_integer(config, "seed");
    study->outcome = atw_outcome_find(atw_config_text(config, "outcome"));
    study->design = atw_design_find(atw_config_text(config, "design.kind"));
    study->n_replicates = (size_t)atw_config_integer(config, "replicates");
    study->common_random_numbers = atw_config_boolean(config, "common_random_numbers");
    study->attempts = (unsigned)atw_config_integer(config, "limits.attempts");
    study->failed_fraction = atw_config_number(config, "limits.failed_fraction");
    study->item_time_s = atw_config_is_set(config, "limits.item_time")
                             ? atw_config_number(config, "limits.item_time")
                             : INFINITY;
    status = atw_study_read_scenario(study, err);
    if (status == ATW_OK)
        status = atw_study_read_factors(study, err);
    if (status == ATW_OK)
        status = read_design(study, err);
    if (status == ATW_OK &&
        study->points.n_points > (size_t)ATW_DESIGN_POINTS_MAX / study->n_replicates)
        status = atw_config_error(config, err, ATW_EINPUT, "replicates",
                                  "%zu points of %zu replicates; allowed: at most %d "
                                  "items",
                                  study->points.n_points, study->n_replicates,
                                  ATW_DESIGN_POINTS_MAX);
    if (status == ATW_OK)
        status = identify(study, err);
    if (status == ATW_OK)
        status = check_first_point(study, err);
    return status;
}

enum atw_status atw_study_load(struct atw_study **out,
                               const char *path,
                               const char *const *overrides,
                               size_t n_overrides,
                               struct atw_error *err)
{
    struct atw_study *study = calloc(1, sizeof *study);
    enum atw_status status;

    *out = NULL;
    if (!study)
        return no_memory(err);
    status = atw_config_load(&study->config, &atw_study_schema, path, overrides,
                             n_overrides, err);
    if (status == ATW_OK)
        status = read_study(study, err);
    if (status == ATW_OK)
        *out = study;
    else
        atw_study_destroy(study);
    return status;
}

void atw_study_destroy(struct atw_study *study)
{
    if (!study)
        return;
    for (size_t i = 0; study->factor && i < study->n_factors; i++) {
        free(study->factor[i].value);
        free(study->factor[i].weight);
    }
    free(study->factor);
    free(study->points.u);
    free(study->scenario_path);
    free(study->scenario_text);
    free(study->setting);
    free(study->estimators_setting);
    free(study->identity);
    atw_config_destroy(study->config);
    free(study);
}

uint64_t atw_study_item_seed(const struct atw_study *study, const struct atw_item *item)
{
    struct atw_random_key key = {.seed = study->seed,
                                 .point = study->common_random_numbers ? 0 : item->point,
                                 .replicate = item->replicate,
                                 .stage = ATW_RANDOM_ITEM};
    gsl_rng *rng = NULL;
    uint64_t seed;

    if (atw_random_create(&rng, &key, NULL) != ATW_OK)
        return 0;
    seed = (uint64_t)(gsl_rng_uniform(rng) * 0x1p53);
    gsl_rng_free(rng);
    return seed;
}

static double quantile(const struct atw_study *study, size_t point, size_t factor)
{
    return atw_distribution_quantile(&study->factor[factor].distribution,
                                     study->points.u[point * study->n_factors + factor]);
}

void atw_study_value_text(const struct atw_study *study,
                          size_t point,
                          size_t factor,
                          char text[ATW_FACTOR_TEXT_SIZE])
{
    const struct atw_factor *f = &study->factor[factor];
    double value = quantile(study, point, factor);
    char number[ATW_QUANTITY_TEXT_SIZE];

    if (f->value) {
        snprintf(text, ATW_FACTOR_TEXT_SIZE, "%s", f->value[(size_t)value]);
        return;
    }
    if (f->entry)
        atw_schema_format_number(number, f->entry, value);
    else
        atw_number_format(number, value);
    snprintf(text, ATW_FACTOR_TEXT_SIZE, "%s", number);
}

double atw_study_value(const struct atw_study *study, size_t point, size_t factor)
{
    const struct atw_factor *f = &study->factor[factor];
    double value = quantile(study, point, factor), number = NAN;
    struct atw_dimension dimension;

    if (!f->value)
        return value;
    if (!f->entry || f->entry->type == ATW_SCHEMA_NUMBER ||
        f->entry->type == ATW_SCHEMA_INTEGER)
        return atw_number_parse(&number, f->value[(size_t)value], NULL) == ATW_OK ? number
                                                                                  : NAN;
    if (!f->entry->si_unit)
        return NAN;
    dimension = atw_schema_dimension(f->entry);
    return atw_quantity_parse(&number, f->value[(size_t)value], &dimension, NULL) ==
                   ATW_OK
               ? number
               : NAN;
}

enum atw_status atw_study_scenario(struct atw_config **out,
                                   const struct atw_study *study,
                                   size_t point,
                                   const char *const *extra,
                                   size_t n_extra,
                                   struct atw_error *err)
{
    char override[ATW_DESIGN_FACTORS_MAX][2 * ATW_FACTOR_TEXT_SIZE];
    size_t n = 0, n_most = study->n_settings + study->n_factors + EXTRA_MAX;
    const char **texts = calloc(n_most, sizeof *texts);
    enum atw_status status;

    *out = NULL;
    if (!texts)
        return no_memory(err);
    for (size_t i = 0; i < study->n_settings; i++)
        texts[n++] = study->setting[i];
    for (size_t i = 0; i < n_extra && i < EXTRA_MAX; i++)
        texts[n++] = extra[i];
    for (size_t i = 0; i < study->n_factors; i++) {
        char value[ATW_FACTOR_TEXT_SIZE];

        atw_study_value_text(study, point, i, value);
        snprintf(override[i], sizeof override[i], "%s=%s", study->factor[i].key, value);
        texts[n++] = override[i];
    }
    status =
        atw_config_parse(out, &atw_scenario_schema, study->scenario_text,
                         study->scenario_length, study->scenario_path, texts, n, err);
    free(texts);
    return status;
}
