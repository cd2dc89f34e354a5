/* What the Arrhenius fit refuses. */
#include "inference/arrhenius_internal.h"

#include <math.h>
#include <stdio.h>

struct atw_arrhenius_label
atw_arrhenius_label(const struct atw_arrhenius_options *options, size_t particle)
{
    struct atw_arrhenius_label label;

    if (options->particle_names && options->particle_names[particle])
        snprintf(label.text, sizeof label.text, "particle %s",
                 options->particle_names[particle]);
    else
        snprintf(label.text, sizeof label.text, "particle %zu", particle + 1);
    return label;
}

static enum atw_status check_point(const struct atw_diffusivity_point *points,
                                   size_t i,
                                   const struct atw_arrhenius_options *options,
                                   struct atw_error *err)
{
    const struct atw_diffusivity_point *point = &points[i];
    struct atw_arrhenius_label label = atw_arrhenius_label(options, point->particle);

    if (!(point->nominal_K > 0.0) || !isfinite(point->nominal_K))
        return atw_error_set(err, ATW_EINVAL,
                             "Arrhenius fit: %s: nominal temperature %g K; must be "
                             "positive and finite",
                             label.text, point->nominal_K);
    if (!(point->D_m2_per_s > 0.0) || !isfinite(point->D_m2_per_s))
        return atw_error_set(err, ATW_EINVAL,
                             "Arrhenius fit: %s at %g K: D = %g m2/s; must be positive "
                             "and finite (leave the point out)",
                             label.text, point->nominal_K, point->D_m2_per_s);
    if (!isnan(point->D_std_m2_per_s) != !isnan(points[0].D_std_m2_per_s))
        return atw_error_set(
            err, ATW_EINVAL,
            "Arrhenius fit: %s at %g K: standard deviations of D must be "
            "given for all points or for none",
            label.text, point->nominal_K);
    if (!isnan(point->D_std_m2_per_s) &&
        (!(point->D_std_m2_per_s > 0.0) || !isfinite(point->D_std_m2_per_s)))
        return atw_error_set(
            err, ATW_EINVAL,
            "Arrhenius fit: %s at %g K: standard deviation %g m2/s; must "
            "be positive and finite",
            label.text, point->nominal_K, point->D_std_m2_per_s);
    return ATW_OK;
}

static enum atw_status check_particles(const struct atw_diffusivity_point *points,
                                       size_t n_points,
                                       size_t n_particles,
                                       const struct atw_arrhenius_options *options,
                                       struct atw_error *err)
{
    double first_K[ATW_ARRHENIUS_PARTICLES_MAX] = {0.0}; /* 0: none yet */
    int two_temperatures = 0;

    for (size_t i = 0; i < n_points; i++) {
        double *first = &first_K[points[i].particle];

        if (*first == 0.0)
            *first = points[i].nominal_K;
        else if (*first != points[i].nominal_K)
            two_temperatures = 1;
    }
    for (size_t p = 0; p < n_particles; p++)
        if (first_K[p] == 0.0)
            return atw_error_set(err, ATW_EINVAL, "Arrhenius fit: %s has no points",
                                 atw_arrhenius_label(options, p).text);
    if (!two_temperatures)
        return atw_error_set(err, ATW_EINVAL,
                             "Arrhenius fit: the temperatures of each particle are "
                             "identical (%s: %g K); Q needs one particle at two "
                             "temperatures",
                             atw_arrhenius_label(options, 0).text, first_K[0]);
    return ATW_OK;
}

enum atw_status atw_arrhenius_check(const struct atw_diffusivity_point *points,
                                    size_t n_points,
                                    size_t n_particles,
                                    const struct atw_arrhenius_options *options,
                                    struct atw_error *err)
{
    if (n_particles < 1 || n_particles > ATW_ARRHENIUS_PARTICLES_MAX)
        return atw_error_set(err, ATW_EINVAL, "Arrhenius fit: %zu particles; 1 to %d",
                             n_particles, ATW_ARRHENIUS_PARTICLES_MAX);
    if (options->nominal_particle >= n_particles ||
        options->origin_particle >= n_particles)
        return atw_error_set(err, ATW_EINVAL,
                             "Arrhenius fit: nominal particle %zu and origin particle "
                             "%zu must be below the number of particles, %zu",
                             options->nominal_particle, options->origin_particle,
                             n_particles);
    if (n_points < n_particles + 2)
        return atw_error_set(err, ATW_EINVAL,
                             "Arrhenius fit: %zu points for %zu parameters; needs at "
                             "least %zu points",
                             n_points, n_particles + 1, n_particles + 2);
    for (size_t i = 0; i < n_points; i++) {
        enum atw_status status;

        if (points[i].particle >= n_particles)
            return atw_error_set(
                err, ATW_EINVAL,
                "Arrhenius fit: point %zu belongs to particle %zu of %zu", i + 1,
                points[i].particle + 1, n_particles);
        status = check_point(points, i, options, err);
        if (status != ATW_OK)
            return status;
    }
    return check_particles(points, n_points, n_particles, options, err);
}
