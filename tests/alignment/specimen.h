/* Tilt series in closed form: ellipsoids seen by a detector that is shifted, turned and
 * counts electrons. No voxels, so nothing of the library is in it. */
#ifndef ATW_TESTS_ALIGNMENT_SPECIMEN_H
#define ATW_TESTS_ALIGNMENT_SPECIMEN_H

#include "core/tilt_series.h"

struct specimen_ellipsoid {
    double centre[3];    /* x, y, z from the middle, pixels */
    double semi_axis[3]; /* along its own first, second and third axis */
    double turn_rad;     /* of the second axis from y towards x */
    double density;      /* added where the ellipsoid is */
};

/* Scene of the views; all lengths in pixels. */
struct specimen_scene {
    const struct specimen_ellipsoid *part;
    size_t n_parts;
    size_t n_v, n_u;
    double first_deg, step_deg;
    size_t n_tilt;
    const double *shift_u, *shift_v; /* [n_tilt] as in alignment.h; NULL: none */
    double rotation_rad;
    double peak_counts, background;
    unsigned seed; /* of the Poisson noise; 0: none */
};

/* Destroy it with atw_tilt_series_destroy(). */
struct atw_tilt_series *specimen_series(const struct specimen_scene *scene);

/* A rod of core and shell, nearly along y and a little off the middle, as in the default
 * scenario: 140 x 64 pixels. */
extern const struct specimen_ellipsoid specimen_rod[2];
/* Six balls around an empty middle. */
extern const struct specimen_ellipsoid specimen_balls[6];

/* Shifts up to `most` pixels with a drift and jitter, by seed; u, v [n]. */
void specimen_shifts(double *u, double *v, size_t n, double most, unsigned seed);

#endif
