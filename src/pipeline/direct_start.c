/* Where the fit of the particle model starts: sizes and direction of the metal and of its
 * core from volume and second moments of the reconstruction. */
#include <math.h>

#include "core/constants.h"
#include "pipeline/direct.h"
#include "pipeline/moments.h"

/* Variance along the axis of a capsule of given volume and radius. */
static double capsule_variance_m2(double volume_m3, double r)
{
    double caps = 4.0 / 3.0 * ATW_PI * r * r * r;
    double h = (volume_m3 - caps) / (2.0 * ATW_PI * r * r); /* half its cylinder */
    double rod = 2.0 * ATW_PI * r * r * h * h * h / 3.0;

    return (rod + caps * (h * h + 0.75 * h * r + 0.2 * r * r)) / volume_m3;
}

/* Diameter and overall length of the capsule with this volume and variance; a ball if it
 * is too short for a capsule. */
static void
capsule_of(double *diameter_m, double *length_m, double volume_m3, double variance_m2)
{
    double greatest = cbrt(0.75 * volume_m3 / ATW_PI), least = 0.1 * greatest;

    for (int i = 0; i < 60; i++) { /* the thinner, the longer */
        double r = 0.5 * (least + greatest);

        if (capsule_variance_m2(volume_m3, r) > variance_m2)
            least = r;
        else
            greatest = r;
    }
    *diameter_m = 2.0 * least;
    *length_m =
        (volume_m3 - 4.0 / 3.0 * ATW_PI * pow(least, 3.0)) / (ATW_PI * least * least) +
        *diameter_m;
}

enum atw_status atw_direct_start(struct atw_direct_globals *globals,
                                 const struct atw_specimen *specimen,
                                 struct atw_error *err)
{
    const struct atw_measurement *unheated = &specimen->measurement[0];
    double half = 0.5 * (specimen->scale.core + specimen->scale.shell);
    struct atw_moments metal =
        atw_moments_of(unheated->volume, unheated->mask, -INFINITY);
    struct atw_moments core = atw_moments_of(unheated->volume, unheated->mask, half);
    double axis[3], variance[2], diameter[2], length[2];
    double *g = globals->value;
    enum atw_status status;

    if (!(core.volume_m3 > 0.02 * metal.volume_m3 &&
          core.volume_m3 < 0.98 * metal.volume_m3))
        return atw_error_set(err, ATW_EINPUT,
                             "particle %s: the tomogram taken before heating does not "
                             "show a core in a shell: %.0f %% of the metal is brighter "
                             "than half way between the two",
                             specimen->particle->name,
                             100.0 * core.volume_m3 / metal.volume_m3);
    status = atw_moments_longest_axis(axis, &variance[1], &core, err);
    if (status == ATW_OK)
        status = atw_moments_longest_axis(axis, &variance[0], &metal, err);
    if (status != ATW_OK)
        return status;
    capsule_of(&diameter[0], &length[0], metal.volume_m3, variance[0]);
    capsule_of(&diameter[1], &length[1], core.volume_m3, variance[1]);
    *globals = (struct atw_direct_globals){{0.0}};
    g[ATW_DIRECT_CORE_DIAMETER] = diameter[1] * 1e9;
    g[ATW_DIRECT_CORE_LENGTH] = length[1] * 1e9;
    g[ATW_DIRECT_SHELL_SIDE] = fmax(0.5, 0.5e9 * (diameter[0] - diameter[1]));
    g[ATW_DIRECT_SHELL_TIP] = fmax(0.5, 0.5e9 * (length[0] - length[1]));
    g[ATW_DIRECT_AZIMUTH] = atan2(axis[0], axis[1]);
    g[ATW_DIRECT_ELEVATION] = asin(fmin(fmax(axis[2], -1.0), 1.0));
    return ATW_OK;
}
