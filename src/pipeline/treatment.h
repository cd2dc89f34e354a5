/* What heat does to a particle over one or several heating steps: diffusion along all its
 * paths, reshaping, sublimation. The steps follow each other without pause: at rest
 * nothing happens. */
#ifndef ATW_PIPELINE_TREATMENT_H
#define ATW_PIPELINE_TREATMENT_H

#include "heating/heating.h"
#include "pipeline/material.h"

struct atw_treatment; /* opaque */

struct atw_treatment_options {
    const struct atw_material *material; /* borrowed */
    struct atw_diffusion_sheet twin;     /* placed; ratio 1: none */
    double aspect_ratio;                 /* before heating; used by reshaping */
    double reshaping;                    /* factor on the material's rate; 0: none */
};

/* steps [n_steps] are copied. ATW_EINVAL as heating/heating.h says; ATW_ENOMEM. */
enum atw_status atw_treatment_create(struct atw_treatment **out,
                                     const struct atw_treatment_options *options,
                                     const struct atw_heating_step *steps,
                                     size_t n_steps,
                                     struct atw_error *err) ATW_MUST_CHECK;
void atw_treatment_destroy(struct atw_treatment *treatment);

/* True if the state depends on S = integral of D dt alone: one diffusivity at every
 * composition, one path, one shape, nothing lost. */
int atw_treatment_is_ideal(const struct atw_treatment *treatment);
/* True if the particle changes its shape. */
int atw_treatment_reshapes(const struct atw_treatment *treatment);

/* Time from the beginning to the end of a step, its quench included. */
double atw_treatment_end_s(const struct atw_treatment *treatment, size_t step);

/* Length of the particle over that before heating, at constant volume, and its aspect
 * ratio, at a time. */
double atw_treatment_stretch(const struct atw_treatment *treatment, double t_s);
double atw_treatment_aspect_ratio(const struct atw_treatment *treatment, double t_s);

/* States at rising times: atw_diffusion_run() with this treatment. A particle that
 * reshapes must lie along y. */
enum atw_status atw_treatment_run(const struct atw_treatment *treatment,
                                  struct atw_diffusion *diffusion,
                                  const double *state,
                                  const double *t_s,
                                  size_t n_times,
                                  double *out,
                                  double *lost_m3,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
