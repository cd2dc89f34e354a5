/* How tilt series are simulated: sections `microscope` and `material`. */
#ifndef ATW_PIPELINE_IMAGING_SETTINGS_H
#define ATW_PIPELINE_IMAGING_SETTINGS_H

#include "io/config.h"
#include "microscope/acquisition.h"
#include "microscope/microscope.h"

enum atw_calibration { ATW_CALIBRATION_PEAK, ATW_CALIBRATION_CURRENT };

struct atw_imaging_settings {
    struct atw_microscope microscope; /* without detector size and gain */
    struct atw_acquisition_settings acquisition;
    int is_damped;
    double damping_core_nm, damping_shell_nm; /* mean free paths */
    double carbon;                            /* contrast of the contamination */
    int from_voxels; /* project voxels, not shapes; set by the scenario */
    double margin_m;
    enum atw_calibration calibration;
    double peak_counts;
    double electrons_per_pixel; /* detected if every electron were scattered */
    double gain, offset;        /* recorded units per electron, and without any */
};

/* Read both sections; they may come from two configurations. ATW_EINPUT with file and
 * line when keys contradict each other: a particle that would leave the frame, a stage
 * that turns farther in a view than from view to view, mean free paths that contradict
 * the contrast. */
enum atw_status atw_imaging_settings_read(struct atw_imaging_settings *settings,
                                          const struct atw_config *microscope,
                                          const struct atw_config *material,
                                          struct atw_error *err) ATW_MUST_CHECK;

#endif
