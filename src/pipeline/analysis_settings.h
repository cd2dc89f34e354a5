/* How an experiment is analysed: section `analysis` of a scenario or an experiment. */
#ifndef ATW_PIPELINE_ANALYSIS_SETTINGS_H
#define ATW_PIPELINE_ANALYSIS_SETTINGS_H

#include <stdint.h>
#include <stdio.h>

#include "alignment/alignment.h"
#include "inference/bayes.h"
#include "inference/estimator.h"
#include "inference/ln_S.h"
#include "io/config.h"
#include "quantification/alloying.h"
#include "tomography/stopping.h"

enum atw_background_rule {
    ATW_BACKGROUND_AUTO,
    ATW_BACKGROUND_NONE,
    ATW_BACKGROUND_VALUE
};

enum { ATW_ESTIMATORS_MAX = 16 };

/* How the tilt series are aligned: not at all, by a method, or if they need it. */
struct atw_alignment_settings {
    int is_off;
    const struct atw_alignment_method *method; /* NULL: if needed, by the series */
    size_t rounds;
    double reject_sigmas;
};

/* How the estimator direct fits the tilt series. */
struct atw_direct_options {
    double voxel_m;        /* of the states of its particle */
    double tilt_error_rad; /* prior of the error of every tilt; 0: exact */
    enum atw_ln_S_start start;
};

struct atw_analysis_settings {
    enum atw_background_rule background_rule;
    double background_counts; /* with ATW_BACKGROUND_VALUE */
    struct atw_alignment_settings alignment;
    const struct atw_reconstruction_method *method;
    struct atw_reconstruction_options reconstruction;
    struct atw_stopping stopping; /* applied to the first series of a particle */
    struct atw_segmentation_options segmentation;
    int mask_of_model; /* a rod fitted to the series replaces the mask of segmentation */
    double erosion_m;
    int segment_each_step;
    enum atw_alloying_measure measure;
    int reference_noise; /* the simulated alloyed reference carries noise like the data */
    double model_blur_m;
    double model_damping_m; /* mean free path in the core metal; 0: no damping assumed */
    int undamp;             /* take it off the counts before reconstruction */
    double model_tolerance;
    int initial_state_given;
    int starts_from_model; /* a rod fitted to the counts replaces what a tomogram shows */
    uint64_t noise_seed;
    struct atw_bayes_options bayes;
    size_t gls_draws; /* experiments that `gls` draws again */
    struct atw_direct_options direct;
    size_t n_estimators;
    const struct atw_estimator *estimator[ATW_ESTIMATORS_MAX];
};

/* Parse "auto", "none" or a number of counts. ATW_EINVAL says what is accepted. */
enum atw_status atw_background_parse(enum atw_background_rule *rule,
                                     double *counts,
                                     const char *text,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Read the section; ATW_EINPUT with file and line for an unknown method or estimator, and
 * for options of one reconstruction method beside another. */
enum atw_status atw_analysis_settings_read(struct atw_analysis_settings *settings,
                                           const struct atw_config *config,
                                           struct atw_error *err) ATW_MUST_CHECK;

#endif
