/* What really happens while a tilt series is taken, view by view.
 *
 * Settings describe how well stage, focus, specimen and holder behave; an acquisition is
 * one draw of it: the true tilts, shifts, defocus. All zero is a perfect acquisition.
 * Effects, ranges and sources: models/microscopes/README.md. */
#ifndef ATW_MICROSCOPE_ACQUISITION_H
#define ATW_MICROSCOPE_ACQUISITION_H

#include <stddef.h>

#include "core/random.h"

enum atw_tilt_order {
    ATW_TILT_UPWARD,    /* first to last */
    ATW_TILT_DOWNWARD,  /* last to first */
    ATW_TILT_FROM_ZERO, /* from the tilt nearest zero up, then from there down */
    ATW_TILT_ORDERS
};

struct atw_acquisition_settings {
    enum atw_tilt_order order;
    double tilt_jitter_rad;   /* rms error of each recorded tilt */
    double tilt_backlash_rad; /* a view tilted to from above lags behind by this */
    double turn_rad;          /* angle turned while one view is taken */

    double walk_m;         /* rms step of the specimen per view and axis */
    size_t recentre_views; /* the walk is taken back after so many views; 0: never */
    double tracking_m;     /* rms error of the position per view and axis, uncorrelated */
    double
        frame_drift_m; /* rms drift per axis from the first to the last row of a view */

    double axis_offset_m;     /* of the tilt axis from the detector centre, towards +u */
    double axis_rotation_rad; /* of the image, from +u towards +v */

    double defocus_m;       /* reached just before the operator refocuses */
    size_t refocus_views;   /* 0: never refocused: a ramp over the whole series */
    double convergence_rad; /* semi-angle alpha of the probe */

    double zone_fraction; /* probability that a view lies along a zone axis */
    double zone_change;   /* such a view is this much brighter or darker */
    double shadow_rad;    /* the holder shadows the detector beyond this tilt; 0: never */
    double shadow_loss_per_rad; /* fraction of the signal lost per radian beyond */

    double contamination_m;          /* layer at the first view of the first series */
    double contamination_per_view_m; /* and its growth */

    double gain_drift; /* relative change of the detector gain during a series */
};

struct atw_view {
    double tilt_rad;             /* true */
    double shift_u_m, shift_v_m; /* of the specimen on the detector */
    double drift_u_m, drift_v_m; /* from the first to the last row */
    double defocus_m;
    double brightness;      /* factor on the signal: zone axis and shadow */
    double contamination_m; /* thickness of the layer */
    double gain;            /* factor on what the detector records */
};

struct atw_acquisition {
    struct atw_acquisition_settings settings;
    size_t n_views;
    struct atw_view *view; /* [n_views], in the order of the tilts given; owned */
};

/* Draw one acquisition of a series with these recorded tilts. views_before: views that
 * the particle has been through, for the contamination. The number drawn for a view
 * depends on the key (with item += view), not on the other effects: switching one on
 * leaves the others as they were. key may be NULL if nothing is random.
 *
 * ATW_EINVAL for no views, a tilt or setting that is not finite, a negative width, a
 * probability outside [0, 1], a change outside [0, 1) or a tilt axis rotated by more than
 * 10 degrees; ATW_ENOMEM. */
enum atw_status atw_acquisition_create(struct atw_acquisition **out,
                                       const struct atw_acquisition_settings *settings,
                                       const double *tilt_rad,
                                       size_t n_tilt,
                                       size_t views_before,
                                       const struct atw_random_key *key,
                                       struct atw_error *err) ATW_MUST_CHECK;
void atw_acquisition_destroy(struct atw_acquisition *acquisition);

/* Standard deviation of the defocused probe, added in quadrature: a disc of diameter
 * 2 alpha |z| has alpha |z| / 2 along every axis. */
double atw_view_defocus_sigma_m(const struct atw_acquisition *acquisition, size_t view);

/* Farthest that a point of the specimen is displaced on the detector, beside what the
 * rotation of the axis does. */
double atw_acquisition_reach_m(const struct atw_acquisition *acquisition);

#endif
