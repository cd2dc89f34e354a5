/* What the beam passes through: convex bodies that are known exactly, and a volume.
 *
 * A body comes as two functions, so that this room need not know any shape: what a line
 * cuts out of it and how far it reaches. Signals are per nm of material relative to the
 * core metal, attenuations are 1/L with L the mean free path into the detector. Bodies
 * and volume add up; a nested body carries the difference to the one around it. */
#ifndef ATW_MICROSCOPE_SCENE_H
#define ATW_MICROSCOPE_SCENE_H

#include "core/grid.h"

enum { ATW_SCENE_BODIES_MAX = 8 };

struct atw_scene_body {
    const void *body; /* borrowed */
    /* Lengths in the body, its surface moved outwards by growth_m, of the parallel lines
     * through origin + i step along a unit vector; negative for a line that misses it. */
    void (*chords)(const void *body,
                   double growth_m,
                   const double origin_m[3],
                   const double step_m[3],
                   const double direction[3],
                   size_t count,
                   double *length_m);
    /* The point of that body farthest along a direction. */
    void (*farthest)(const void *body,
                     double growth_m,
                     const double direction[3],
                     double point_m[3]);
    double signal;
    double attenuation_per_nm;
    int grows; /* by the contamination of the view */
};

struct atw_screen;

/* What fills one of the bodies unevenly and is smooth along every chord of it, such as a
 * composition. */
struct atw_scene_filling {
    const void *filling; /* borrowed; NULL: none */
    size_t body;         /* index of the body it fills */
    /* Its mean along the beam through the middle of every element [n_v][n_u] that meets
     * the body, where length > 0. */
    void (*mean)(const void *filling,
                 double tilt_rad,
                 const struct atw_screen *screen,
                 const float *length,
                 float *mean);
    double signal; /* per nm and unit of the mean */
    double attenuation_per_nm;
};

struct atw_scene {
    size_t n_bodies;
    struct atw_scene_body body[ATW_SCENE_BODIES_MAX];
    const struct atw_field *volume; /* borrowed; NULL: none. Values may be negative */
    double volume_signal;           /* per nm and unit of the volume */
    double volume_attenuation_per_nm;
    struct atw_scene_filling filling;
    int is_damped; /* 0: the signal is linear, attenuations are ignored */
    /* 1: the bodies and their filling look the same from above and below, left and right,
     * at every tilt: a part of them is traced, and recorded, and mirrored. No volume. */
    int is_even;
};

/* ATW_EINVAL for too many bodies, none and no volume, or factors that are not finite. */
enum atw_status atw_scene_check(const struct atw_scene *scene,
                                struct atw_error *err) ATW_MUST_CHECK;

/* A finely divided detector, in the frame of the tilt axis and centred on it. */
struct atw_screen {
    size_t n_u, n_v;
    double pitch_u_m, pitch_v_m;
    double blur_sigma_m; /* that the elements will be blurred by; 0: unknown */
};

/* Add the length that the beam travels in a body, in nm and averaged over each element of
 * the screen, to length [n_v][n_u].
 *
 * Along u the exact edges of the silhouette are found and the chord is integrated between
 * them with its square root taken out; along v likewise at the ends. Error of a mean
 * below 1e-3 of the longest chord for elements up to a tenth of the body's radius. Cost:
 * one or two chords per element that the body covers, about ten more per row. */
void atw_scene_trace(const struct atw_scene_body *body,
                     double growth_m,
                     double tilt_rad,
                     const struct atw_screen *screen,
                     float *length_nm);

/* The same of a body that looks the same from above and below: from half of the rows. */
void atw_scene_trace_even(const struct atw_scene_body *body,
                          double growth_m,
                          double tilt_rad,
                          const struct atw_screen *screen,
                          float *length_nm);

/* Means of chord times filling over the elements of the screen, to second order in their
 * size, from the means of the chord and the fillings in the middle. */
void atw_scene_fill(float *product,
                    const float *length,
                    const float *filling,
                    const struct atw_screen *screen);

#endif
