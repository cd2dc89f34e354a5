/* Mean composition along the beam of a rod whose composition is that of an axial state.
 */
#ifndef ATW_PIPELINE_AXIAL_MEAN_H
#define ATW_PIPELINE_AXIAL_MEAN_H

#include "microscope/scene.h"

/* As atw_scene_filling.mean; the filling is a struct atw_particle_scene with a state. */
void atw_axial_mean(const void *particle,
                    double tilt_rad,
                    const struct atw_screen *screen,
                    const float *length,
                    float *mean);

#endif
