/* Direct: maximum likelihood on the tilt series, no reconstruction in the loop.
 *
 * A model of the particle is fitted to the counts taken before heating; what it becomes
 * after S = integral of D dt is recorded by the model of the microscope, and S of every
 * heated series is fitted with all that is unknown about series and views. See
 * docs/estimators.md. */
#ifndef ATW_PIPELINE_DIRECT_H
#define ATW_PIPELINE_DIRECT_H

#include "inference/ln_S.h"
#include "phantom/shape.h"
#include "pipeline/specimen.h"

/* What all series of a particle share. Lengths in nm, angles in rad. */
enum atw_direct_global {
    ATW_DIRECT_CORE_DIAMETER,
    ATW_DIRECT_CORE_LENGTH,
    ATW_DIRECT_SHELL_SIDE,
    ATW_DIRECT_SHELL_TIP,
    ATW_DIRECT_AZIMUTH,
    ATW_DIRECT_ELEVATION,
    ATW_DIRECT_LN_CONTRAST,     /* of shell over core, against what is stated */
    ATW_DIRECT_SILICA,          /* thickness */
    ATW_DIRECT_SILICA_CONTRAST, /* over core */
    ATW_DIRECT_LN_DAMPING,      /* mean free path, against what is stated */
    ATW_DIRECT_GLOBALS
};

struct atw_direct_globals {
    double value[ATW_DIRECT_GLOBALS];
};

/* A particle fitted to the series taken before heating. */
struct atw_direct_shape {
    struct atw_direct_globals globals, std; /* std NaN: not fitted */
    struct atw_deviance deviance;           /* of that series */
    size_t n_parameters, n_iterations;
};

/* The particle as a rod in a shell, from its tilt series before heating. ATW_EINPUT when
 * the reconstruction shows no core in a shell, ATW_EDIVERGED when the fit does not
 * converge; ATW_ENOMEM. Does not depend on the number of threads. */
enum atw_status atw_direct_fit_shape(struct atw_direct_shape *fit,
                                     const struct atw_specimen *specimen,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* S of every heating step of a particle from all its tilt series, its shape fitted along.
 * As atw_direct_fit_shape(); fit may be NULL. */
enum atw_status atw_direct_fit_ln_S(struct atw_ln_S_measured *measured,
                                    struct atw_direct_shape *fit,
                                    const struct atw_specimen *specimen,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* S of every heating step from the voxels that the unheated tomogram shows, whatever the
 * shape: of the particle nothing is fitted. On the aligned series. The specimen is whole;
 * it keeps its start state. ATW_EINPUT when the tomogram shows no two phases,
 * ATW_EDIVERGED; ATW_ENOMEM. Does not depend on the number of threads. */
enum atw_status atw_direct_voxels_fit_ln_S(struct atw_ln_S_measured *measured,
                                           struct atw_specimen *specimen,
                                           struct atw_error *err) ATW_MUST_CHECK;

/* The shape these globals stand for. */
struct atw_shape atw_direct_shape_of(const struct atw_direct_globals *globals);

/* Rough sizes from the reconstruction: volume and second moments of metal and core. */
enum atw_status atw_direct_start(struct atw_direct_globals *globals,
                                 const struct atw_specimen *specimen,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
