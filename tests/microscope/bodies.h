/* Bodies for scenes, in closed form and independent of the phantom's. */
#ifndef ATW_TESTS_MICROSCOPE_BODIES_H
#define ATW_TESTS_MICROSCOPE_BODIES_H

#include "microscope/scene.h"

/* Semi-axes along x, y, z, centre anywhere. Grown, every semi-axis is longer. */
struct ellipsoid {
    double semi_m[3], centre_m[3];
};

/* Box with faces along x, y, z, centred. */
struct block {
    double half_m[3];
};

struct atw_scene_body
ellipsoid_body(const struct ellipsoid *ellipsoid, double signal, double attenuation);
struct atw_scene_body
block_body(const struct block *block, double signal, double attenuation);

/* Chord of an ellipsoid in nm at detector position (u, v) for a tilt, by its equation. */
double ellipsoid_chord_nm(const struct ellipsoid *ellipsoid,
                          double tilt_rad,
                          double u,
                          double v);

#endif
