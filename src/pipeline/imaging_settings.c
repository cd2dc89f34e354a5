/* How tilt series are simulated: sections `microscope` and `material`. */
#include "pipeline/imaging_settings.h"

#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "pipeline/contrast.h"

static const double ELEMENTARY_CHARGE_C = 1.602176634e-19; /* exact */
/* Standard deviations of a displacement that the margin must hold. */
static const double MARGIN_SIGMAS = 3.0;
/* Signal per length and attenuation are two sides of one thing. */
static const double CONTRAST_FACTOR_AT_MOST = 2.0;

static double number(const struct atw_config *config, const char *key)
{
    return atw_config_number(config, "microscope.%s", key);
}

static size_t whole(const struct atw_config *config, const char *key)
{
    return (size_t)atw_config_integer(config, "microscope.%s", key);
}

static enum atw_tilt_order order_of(const char *name)
{
    if (strcmp(name, "downward") == 0)
        return ATW_TILT_DOWNWARD;
    return strcmp(name, "from-zero") == 0 ? ATW_TILT_FROM_ZERO : ATW_TILT_UPWARD;
}

static void read_acquisition(struct atw_acquisition_settings *a,
                             const struct atw_config *config)
{
    double beyond = number(config, "shadow.beyond");

    *a = (struct atw_acquisition_settings){
        .order = order_of(atw_config_text(config, "microscope.tilt.order")),
        .tilt_jitter_rad = number(config, "tilt.jitter"),
        .tilt_backlash_rad = number(config, "tilt.backlash"),
        .turn_rad = number(config, "tilt.turn"),
        .walk_m = number(config, "drift.walk"),
        .recentre_views = whole(config, "drift.recentre_every"),
        .tracking_m = number(config, "drift.tracking"),
        .frame_drift_m = number(config, "drift.frame"),
        .axis_offset_m = number(config, "axis.offset"),
        .axis_rotation_rad = number(config, "axis.rotation"),
        .defocus_m = number(config, "defocus.amplitude"),
        .refocus_views = whole(config, "defocus.refocus_every"),
        .convergence_rad = number(config, "convergence"),
        .zone_fraction = number(config, "zone_axis.fraction"),
        .zone_change = number(config, "zone_axis.change"),
        .shadow_rad = beyond < 90.0 * ATW_DEGREE_RAD ? fmax(beyond, 1e-9) : 0.0,
        .shadow_loss_per_rad = number(config, "shadow.loss") / ATW_DEGREE_RAD,
        .contamination_m = number(config, "contamination.thickness"),
        .contamination_per_view_m = number(config, "contamination.growth"),
        .gain_drift = number(config, "detector.gain_drift")};
}

/* What the particle moves from the centre of the frame, 3 sigma. */
static double displacement_m(const struct atw_acquisition_settings *a)
{
    double steps = a->recentre_views ? (double)a->recentre_views - 1.0 : 100.0;

    return fabs(a->axis_offset_m) +
           MARGIN_SIGMAS *
               sqrt(a->walk_m * a->walk_m * steps + a->tracking_m * a->tracking_m +
                    0.25 * a->frame_drift_m * a->frame_drift_m);
}

static enum atw_status check(const struct atw_imaging_settings *settings,
                             const struct atw_config *config,
                             struct atw_error *err)
{
    double step = number(config, "tilt.step");
    double expected = settings->damping_core_nm / settings->microscope.contrast.shell;
    double ratio = settings->damping_shell_nm / expected;

    if (settings->acquisition.turn_rad > step * (1.0 + 1e-9))
        return atw_config_error(config, err, ATW_EINPUT, "microscope.tilt.turn",
                                "the stage turns %g deg while a view is taken but only "
                                "%g deg from view to view; lower turn or raise step",
                                settings->acquisition.turn_rad / ATW_DEGREE_RAD,
                                step / ATW_DEGREE_RAD);
    if (displacement_m(&settings->acquisition) > settings->margin_m)
        return atw_config_error(config, err, ATW_EINPUT, "microscope.margin",
                                "the axis offset and three standard deviations of the "
                                "drift move the particle by %.3g nm, out of a margin of "
                                "%g nm; raise margin, or lower drift or axis.offset",
                                displacement_m(&settings->acquisition) * 1e9,
                                settings->margin_m * 1e9);
    if (settings->is_damped &&
        (ratio > CONTRAST_FACTOR_AT_MOST || ratio < 1.0 / CONTRAST_FACTOR_AT_MOST))
        return atw_config_error(
            config, err, ATW_EINPUT, "microscope.damping.shell",
            "%g nm, but a shell metal that scatters %.3g times as much as the core metal "
            "has about %.3g nm; give a value within a factor of %g",
            settings->damping_shell_nm, settings->microscope.contrast.shell, expected,
            CONTRAST_FACTOR_AT_MOST);
    return ATW_OK;
}

static double carbon_contrast(const struct atw_config *microscope,
                              const struct atw_config *material)
{
    double exponent = number(microscope, "z_exponent");
    double core = atw_haadf_signal(
        atw_config_number(material, "material.core.density"),
        atw_config_number(material, "material.core.molar_mass"),
        atw_config_number(material, "material.core.atomic_number"), exponent);

    return atw_haadf_carbon_signal(number(microscope, "contamination.density"),
                                   exponent) /
           core;
}

enum atw_status atw_imaging_settings_read(struct atw_imaging_settings *settings,
                                          const struct atw_config *microscope,
                                          const struct atw_config *material,
                                          struct atw_error *err)
{
    enum atw_status status;

    *settings = (struct atw_imaging_settings){
        .microscope = {.blur_sigma_m = number(microscope, "blur"),
                       .background_counts = number(microscope, "background"),
                       .shot_noise =
                           atw_config_boolean(microscope, "microscope.shot_noise"),
                       .pixel_m = number(microscope, "pixel")},
        .is_damped = atw_config_boolean(microscope, "microscope.damping.enabled"),
        .damping_core_nm = number(microscope, "damping.core") / ATW_METRE_PER_NM,
        .damping_shell_nm = number(microscope, "damping.shell") / ATW_METRE_PER_NM,
        .margin_m = number(microscope, "margin"),
        .peak_counts = number(microscope, "peak_counts"),
        .calibration =
            strcmp(atw_config_text(microscope, "microscope.calibration"), "current") == 0
                ? ATW_CALIBRATION_CURRENT
                : ATW_CALIBRATION_PEAK,
        .electrons_per_pixel = number(microscope, "current") *
                               number(microscope, "dwell") / ELEMENTARY_CHARGE_C *
                               number(microscope, "detector.efficiency"),
        .gain = number(microscope, "detector.gain"),
        .offset = number(microscope, "detector.offset")};
    read_acquisition(&settings->acquisition, microscope);
    status = atw_contrast_read(&settings->microscope.contrast, material,
                               number(microscope, "z_exponent"), err);
    if (status != ATW_OK)
        return status;
    settings->carbon = carbon_contrast(microscope, material);
    return check(settings, microscope, err);
}
