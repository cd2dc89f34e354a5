/* The scenario of a study: its text, the settings and the estimators. */
#include "study/study_scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inference/estimator.h"
#include "io/read_text.h"
#include "io/scenario_schema.h"
#include "study/outcome.h"

static enum atw_status no_memory(struct atw_error *err)
{
    return atw_error_set(err, ATW_ENOMEM, "study: out of memory");
}

static int is_in_list(const struct atw_study *study, const char *list, const char *name)
{
    size_t n = atw_config_count(study->config, "%s", list);

    for (size_t i = 0; i < n; i++)
        if (strcmp(atw_config_text(study->config, "%s[%zu]", list, i), name) == 0)
            return 1;
    return 0;
}

int atw_study_runs(const struct atw_study *study, const char *estimator)
{
    if (atw_config_count(study->config, "estimators") > 0)
        return is_in_list(study, "estimators", estimator);
    return !is_in_list(study, "estimators_except", estimator);
}

/* "analysis.estimators=[paper, joint]". */
static char *estimators_setting(const struct atw_study *study)
{
    const char *separator = "";
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    if (!stream)
        return NULL;
    fputs("analysis.estimators=[", stream);
    for (size_t i = 0; atw_estimators[i]; i++)
        if (atw_study_runs(study, atw_estimators[i]->name)) {
            fprintf(stream, "%s%s", separator, atw_estimators[i]->name);
            separator = ", ";
        }
    fputc(']', stream);
    return fclose(stream) == 0 ? text : NULL;
}

static enum atw_status read_settings(struct atw_study *study, struct atw_error *err)
{
    size_t n = atw_config_count(study->config, "settings");

    study->setting = calloc(n + 1, sizeof *study->setting);
    study->estimators_setting = estimators_setting(study);
    if (!study->setting || !study->estimators_setting)
        return no_memory(err);
    for (size_t i = 0; i < n; i++) {
        char path[64];

        study->setting[i] = atw_config_text(study->config, "settings[%zu]", i);
        snprintf(path, sizeof path, "settings[%zu]", i);
        if (!strchr(study->setting[i], '='))
            return atw_config_error(study->config, err, ATW_EINPUT, path,
                                    "\"%s\" is not of the form KEY=VALUE",
                                    study->setting[i]);
    }
    study->setting[n] = study->estimators_setting;
    study->n_settings = n + 1;
    return ATW_OK;
}

static enum atw_status
check_names(const struct atw_study *study, const char *list, struct atw_error *err)
{
    for (size_t i = 0; i < atw_config_count(study->config, "%s", list); i++) {
        const struct atw_estimator *estimator;
        struct atw_error reason = {0};
        char path[64];

        snprintf(path, sizeof path, "%s[%zu]", list, i);
        if (atw_estimator_find(&estimator, atw_config_text(study->config, "%s", path),
                               &reason) != ATW_OK)
            return atw_config_error(study->config, err, ATW_EINPUT, path, "%s",
                                    reason.text);
    }
    return ATW_OK;
}

static enum atw_status check_estimators(const struct atw_study *study,
                                        struct atw_error *err)
{
    enum atw_status status = check_names(study, "estimators", err);

    if (status == ATW_OK)
        status = check_names(study, "estimators_except", err);
    if (status == ATW_OK && atw_config_count(study->config, "estimators") > 0 &&
        atw_config_count(study->config, "estimators_except") > 0)
        status = atw_config_error(study->config, err, ATW_EINPUT, "estimators_except",
                                  "the names in `estimators` are all there will be; "
                                  "give one of the two lists");
    return status;
}

static enum atw_status
parse(const struct atw_study *study, size_t n_settings, struct atw_error *err)
{
    struct atw_config *scenario = NULL;
    enum atw_status status = atw_config_parse(
        &scenario, &atw_scenario_schema, study->scenario_text, study->scenario_length,
        study->scenario_path, study->setting, n_settings, err);

    atw_config_destroy(scenario);
    return status;
}

/* A scenario that does not load has itself to blame, or the settings. */
static enum atw_status check_settings(const struct atw_study *study,
                                      struct atw_error *err)
{
    struct atw_error reason = {0};
    enum atw_status status = parse(study, study->n_settings, &reason);

    if (status == ATW_OK)
        return ATW_OK;
    status = parse(study, 0, err);
    if (status != ATW_OK)
        return status;
    return atw_config_error(study->config, err, reason.status, "settings", "%s",
                            reason.text);
}

enum atw_status atw_study_read_scenario(struct atw_study *study, struct atw_error *err)
{
    struct atw_error reason = {0};
    enum atw_status status;

    status = check_estimators(study, err);
    if (status != ATW_OK)
        return status;
    if (study->outcome == &atw_outcome_posterior &&
        atw_config_count(study->config, "estimators") == 0)
        return atw_config_error(study->config, err, ATW_EINPUT, "outcome",
                                "posterior makes degrees of alloying and no tilt series; "
                                "name the estimators, such as estimators: [bayes]");
    if (study->outcome->keys) {
        if (atw_config_is_set(study->config, "scenario") ||
            atw_config_count(study->config, "settings") > 0)
            return atw_config_error(study->config, err, ATW_EINPUT, "outcome",
                                    "%s takes no scenario and no settings",
                                    study->outcome->name);
        return ATW_OK;
    }
    if (!atw_config_is_set(study->config, "scenario"))
        return atw_config_error(study->config, err, ATW_EINPUT, "scenario",
                                "outcome pipeline needs a scenario: name its file");
    study->scenario_path = atw_config_file_path(study->config, "scenario");
    if (!study->scenario_path)
        return no_memory(err);
    if (atw_read_text(&study->scenario_text, &study->scenario_length,
                      study->scenario_path, ATW_CONFIG_SIZE_MAX, &reason) != ATW_OK)
        return atw_config_error(study->config, err, reason.status, "scenario", "%s",
                                reason.text);
    status = read_settings(study, err);
    return status == ATW_OK ? check_settings(study, err) : status;
}
