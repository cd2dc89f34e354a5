/* An experiment: what a day at the microscope leaves behind, and nothing else.
 *
 * Written by `simulate`, by hand for real data, and read by `analyse`. The file format is
 * alloytwin-experiment/1 (docs/scenarios.md). */
#ifndef ATW_PIPELINE_EXPERIMENT_H
#define ATW_PIPELINE_EXPERIMENT_H

#include "core/grid.h"
#include "core/tilt_series.h"
#include "io/metadata.h"
#include "pipeline/analysis_settings.h"

/* One tomogram: a tilt series, or a finished reconstruction; neither where a step was
 * heated and not looked at. */
struct atw_tomogram {
    struct atw_tilt_series *series; /* NULL: only a volume */
    struct atw_field *volume;       /* NULL: only a series */
    /* The views that a volume was made of, without their values; NULL: unknown. */
    struct atw_tilt_series *views;
};

struct atw_experiment_step {
    double set_point_K, dwell_s;
    struct atw_tomogram tomogram; /* taken after the step */
    /* Known state at the start of the step, or NULL: measured. */
    struct atw_field *initial_composition, *initial_metal;
};

struct atw_experiment_particle {
    char *name;
    char *window; /* label only; NULL if unknown */
    struct atw_tomogram reference;
    size_t n_steps;
    struct atw_experiment_step *step;
    int is_aligned; /* its series are imitations of aligned ones, which are filtered */
};

struct atw_experiment {
    char *title;
    size_t reference; /* particle assumed at the nominal temperature */
    size_t n_particles;
    struct atw_experiment_particle *particle;
    double intensity_ratio;    /* signal of core metal over shell metal, per volume */
    double counts_per_nm;      /* of core metal; 0: unknown */
    double background_counts;  /* 0: unknown or none */
    double gain, offset;       /* recorded units per electron, and without any */
    int shot_noise;            /* counts carry Poisson noise */
    struct atw_config *config; /* owned; NULL for one made in memory */
    struct atw_analysis_settings analysis;
};

/* Empty experiment with n_particles; ATW_ENOMEM. */
enum atw_status atw_experiment_create(struct atw_experiment **out,
                                      size_t n_particles,
                                      struct atw_error *err) ATW_MUST_CHECK;
void atw_experiment_destroy(struct atw_experiment *experiment);

/* Name a particle and give it steps; ATW_ENOMEM. */
enum atw_status atw_experiment_set_particle(struct atw_experiment *experiment,
                                            size_t index,
                                            const char *name,
                                            const char *window,
                                            size_t n_steps,
                                            struct atw_error *err) ATW_MUST_CHECK;

/* Turn series as recorded into electrons: take off their offset, divide by their gain.
 * Reading a file does it; a simulated experiment that stays in memory needs it once. */
void atw_experiment_count_electrons(struct atw_experiment *experiment);

/* Read experiment.yaml and every file it names. Tilt series become electrons: their
 * offset is taken off and their gain divided out. ATW_EINPUT with file, line and key. */
enum atw_status atw_experiment_read(struct atw_experiment **out,
                                    const char *path,
                                    const char *const *overrides,
                                    size_t n_overrides,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Write directory/experiment.yaml and its tilt series (MRC and .rawtlt) into an existing
 * directory. `settings` is the scenario whose section `analysis` is copied. ATW_EOUTPUT.
 */
enum atw_status atw_experiment_write(const struct atw_experiment *experiment,
                                     const struct atw_config *settings,
                                     const char *directory,
                                     const struct atw_metadata *metadata,
                                     struct atw_error *err) ATW_MUST_CHECK;

#endif
