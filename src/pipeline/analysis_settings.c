/* How an experiment is analysed: section `analysis` of a scenario or an experiment. */
#include "pipeline/analysis_settings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int is_text(const struct atw_config *config, const char *key, const char *text)
{
    return strcmp(atw_config_text(config, "%s", key), text) == 0;
}

enum atw_status atw_background_parse(enum atw_background_rule *rule,
                                     double *counts,
                                     const char *text,
                                     struct atw_error *err)
{
    char *end = NULL;

    *counts = 0.0;
    if (strcmp(text, "auto") == 0) {
        *rule = ATW_BACKGROUND_AUTO;
        return ATW_OK;
    }
    if (strcmp(text, "none") == 0) {
        *rule = ATW_BACKGROUND_NONE;
        return ATW_OK;
    }
    *counts = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(*counts) || *counts < 0.0)
        return atw_error_set(
            err, ATW_EINVAL,
            "background '%s': give auto, none or a number of counts >= 0", text);
    *rule = ATW_BACKGROUND_VALUE;
    return ATW_OK;
}

static enum atw_status read_alignment(struct atw_alignment_settings *settings,
                                      const struct atw_config *config,
                                      struct atw_error *err)
{
    const char *method = atw_config_text(config, "analysis.alignment.method");
    struct atw_error reason = {0};

    settings->rounds = (size_t)atw_config_integer(config, "analysis.alignment.rounds");
    settings->reject_sigmas = atw_config_number(config, "analysis.alignment.reject");
    settings->is_off = strcmp(method, "none") == 0;
    if (settings->is_off || strcmp(method, "auto") == 0 ||
        atw_alignment_find(&settings->method, method, &reason) == ATW_OK)
        return ATW_OK;
    return atw_config_error(config, err, ATW_EINPUT, "analysis.alignment.method", "%s",
                            reason.text);
}

/* Options of one method only: they would do nothing with another. */
static enum atw_status check_method(const struct atw_analysis_settings *settings,
                                    const struct atw_config *config,
                                    struct atw_error *err)
{
    const struct {
        const char *key, *method;
        int is_given;
    } own[] = {
        {"subsets", "os-em", settings->reconstruction.subsets > 0},
        {"filter", "wbp", settings->reconstruction.filter != ATW_FILTER_RAM_LAK},
        {"regularisation", "tv", settings->reconstruction.regularisation > 0.0},
        {"discrepancy", NULL, settings->stopping.discrepancy > 0.0},
        {"hold_out", NULL, settings->stopping.hold_out > 0},
    };
    const char *name = settings->method->name;
    char key[64];

    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        snprintf(key, sizeof key, "analysis.reconstruction.%s", own[i].key);
        if (own[i].is_given && own[i].method && strcmp(own[i].method, name) != 0)
            return atw_config_error(config, err, ATW_EINPUT, key,
                                    "does nothing with method %s; it is for %s", name,
                                    own[i].method);
        if (own[i].is_given && !own[i].method && settings->method->is_direct)
            return atw_config_error(config, err, ATW_EINPUT, key,
                                    "does nothing with method %s, which has one step",
                                    name);
    }
    if (settings->stopping.hold_out == 1)
        return atw_config_error(config, err, ATW_EINPUT,
                                "analysis.reconstruction.hold_out",
                                "1: every view would be held out; give 2 or more, or 0 "
                                "for no such rule");
    return ATW_OK;
}

static enum atw_status read_reconstruction(struct atw_analysis_settings *settings,
                                           const struct atw_config *config,
                                           struct atw_error *err)
{
    struct atw_reconstruction_options *options = &settings->reconstruction;
    const char *filter = atw_config_text(config, "analysis.reconstruction.filter");
    struct atw_error reason = {0};

    if (atw_reconstruction_find(&settings->method,
                                atw_config_text(config, "analysis.reconstruction.method"),
                                &reason) != ATW_OK)
        return atw_config_error(config, err, ATW_EINPUT, "analysis.reconstruction.method",
                                "%s", reason.text);
    if (atw_reconstruction_filter_find(&options->filter, filter, &reason) != ATW_OK)
        return atw_config_error(config, err, ATW_EINPUT, "analysis.reconstruction.filter",
                                "%s", reason.text);
    options->iterations = settings->method->iterations;
    if (atw_config_is_set(config, "analysis.reconstruction.iterations"))
        options->iterations =
            (size_t)atw_config_integer(config, "analysis.reconstruction.iterations");
    options->subsets =
        (size_t)atw_config_integer(config, "analysis.reconstruction.subsets");
    options->regularisation =
        atw_config_number(config, "analysis.reconstruction.regularisation");
    settings->stopping.discrepancy =
        atw_config_number(config, "analysis.reconstruction.discrepancy");
    settings->stopping.hold_out =
        (size_t)atw_config_integer(config, "analysis.reconstruction.hold_out");
    return check_method(settings, config, err);
}

static enum atw_status read_background(struct atw_analysis_settings *settings,
                                       const struct atw_config *config,
                                       struct atw_error *err)
{
    struct atw_error reason = {0};

    if (atw_background_parse(&settings->background_rule, &settings->background_counts,
                             atw_config_text(config, "analysis.background"),
                             &reason) == ATW_OK)
        return ATW_OK;
    return atw_config_error(config, err, ATW_EINPUT, "analysis.background", "%s",
                            reason.text);
}

static struct atw_segmentation_options read_threshold(const struct atw_config *config)
{
    const char *key = "analysis.segmentation.rule";
    double parameter = atw_config_number(config, "analysis.segmentation.parameter");

    /* a model is fitted from what the surface rule finds */
    if (is_text(config, key, "surface") || is_text(config, key, "model"))
        return (struct atw_segmentation_options){
            .rule = ATW_THRESHOLD_SURFACE,
            .parameter = atw_config_number(config, "analysis.segmentation.depth")};
    if (is_text(config, key, "otsu"))
        return (struct atw_segmentation_options){.rule = ATW_THRESHOLD_OTSU,
                                                 .parameter = parameter};
    return (struct atw_segmentation_options){.rule = is_text(config, key, "fraction")
                                                         ? ATW_THRESHOLD_FRACTION
                                                         : ATW_THRESHOLD_VALUE,
                                             .parameter = parameter};
}

static enum atw_status read_segmentation(struct atw_analysis_settings *settings,
                                         const struct atw_config *config,
                                         struct atw_error *err)
{
    settings->segmentation = read_threshold(config);
    settings->mask_of_model = is_text(config, "analysis.segmentation.rule", "model");
    settings->erosion_m = atw_config_number(config, "analysis.segmentation.erosion");
    settings->segment_each_step =
        atw_config_boolean(config, "analysis.segmentation.per_step");
    if (settings->mask_of_model && settings->segment_each_step)
        return atw_config_error(config, err, ATW_EINPUT, "analysis.segmentation.per_step",
                                "true, but rule model fits a rod to the series before "
                                "heating, which serves for all; remove one of them");
    return ATW_OK;
}

static enum atw_status read_model(struct atw_analysis_settings *settings,
                                  const struct atw_config *config,
                                  struct atw_error *err)
{
    settings->model_blur_m = atw_config_number(config, "analysis.model.blur");
    settings->model_damping_m = atw_config_number(config, "analysis.model.damping");
    settings->model_tolerance = atw_config_number(config, "analysis.model.tolerance");
    settings->undamp = atw_config_boolean(config, "analysis.reconstruction.undamp");
    if (settings->undamp && !(settings->model_damping_m > 0.0))
        return atw_config_error(config, err, ATW_EINPUT, "analysis.reconstruction.undamp",
                                "true, but analysis.model.damping is 0 nm; give the mean "
                                "free path in the core metal, such as \"75 nm\"");
    return ATW_OK;
}

static enum atw_status read_estimators(struct atw_analysis_settings *settings,
                                       const struct atw_config *config,
                                       struct atw_error *err)
{
    settings->n_estimators = atw_config_count(config, "analysis.estimators");
    if (settings->n_estimators > ATW_ESTIMATORS_MAX)
        return atw_config_error(config, err, ATW_EINPUT, "analysis.estimators",
                                "more than %d", ATW_ESTIMATORS_MAX);
    for (size_t i = 0; i < settings->n_estimators; i++) {
        const char *name = atw_config_text(config, "analysis.estimators[%zu]", i);
        struct atw_error reason = {0};

        if (atw_estimator_find(&settings->estimator[i], name, &reason) != ATW_OK)
            return atw_config_error(config, err, ATW_EINPUT, "analysis.estimators", "%s",
                                    reason.text);
    }
    return ATW_OK;
}

/* The walkers draw from the seed of the analysis. */
static void read_bayes(struct atw_bayes_options *options, const struct atw_config *config)
{
    *options = (struct atw_bayes_options){
        .Q_J_per_mol = atw_config_number(config, "analysis.bayes.activation_energy"),
        .Q_std_J_per_mol =
            atw_config_number(config, "analysis.bayes.activation_energy_std"),
        .delta_T_std_K = atw_config_number(config, "analysis.bayes.delta_T_std"),
        .model_error_scale = atw_config_number(config, "analysis.bayes.model_error"),
        .length_std = atw_config_number(config, "analysis.bayes.length_error"),
        .n_steps_max = (size_t)atw_config_integer(config, "analysis.bayes.steps"),
        .effective_samples =
            (double)atw_config_integer(config, "analysis.bayes.effective_samples"),
        .seed = (uint64_t)atw_config_integer(config, "analysis.noise_seed")};
}

static struct atw_direct_options read_direct(const struct atw_config *config)
{
    return (struct atw_direct_options){
        .voxel_m = atw_config_number(config, "analysis.direct.voxel"),
        .tilt_error_rad = atw_config_number(config, "analysis.direct.tilt_error"),
        .start = is_text(config, "analysis.direct.start", "reconstruction")
                     ? ATW_LN_S_FROM_RECONSTRUCTION
                     : ATW_LN_S_FROM_MODEL};
}

/* What nothing can be wrong with beyond the schema. */
static void read_rest(struct atw_analysis_settings *settings,
                      const struct atw_config *config)
{
    settings->measure = is_text(config, "analysis.alloying.measure", "linear")
                            ? ATW_ALLOYING_LINEAR
                            : ATW_ALLOYING_QUADRATURE;
    settings->reference_noise =
        is_text(config, "analysis.alloying.reference_noise", "matched");
    settings->initial_state_given = is_text(config, "analysis.initial_state", "given");
    settings->starts_from_model = is_text(config, "analysis.joint.start", "model");
    settings->noise_seed = (uint64_t)atw_config_integer(config, "analysis.noise_seed");
    settings->gls_draws = (size_t)atw_config_integer(config, "analysis.gls.bootstrap");
    settings->direct = read_direct(config);
    read_bayes(&settings->bayes, config);
}

enum atw_status atw_analysis_settings_read(struct atw_analysis_settings *settings,
                                           const struct atw_config *config,
                                           struct atw_error *err)
{
    enum atw_status status;

    *settings = (struct atw_analysis_settings){0};
    status = read_background(settings, config, err);
    if (status == ATW_OK)
        status = read_reconstruction(settings, config, err);
    if (status == ATW_OK)
        status = read_alignment(&settings->alignment, config, err);
    if (status == ATW_OK)
        status = read_segmentation(settings, config, err);
    if (status == ATW_OK)
        status = read_model(settings, config, err);
    if (status != ATW_OK)
        return status;
    read_rest(settings, config);
    return read_estimators(settings, config, err);
}
