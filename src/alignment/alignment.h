/* Alignment of a tilt series: where each view lies, where the tilt axis is, which views
 * are no good.
 *
 * Model: what the geometry of core/tilt_series.h puts at p = (u, v), pixels from the
 * centre of a view, is found in view i of the raw series at
 *
 *   R(rotation) p + (shift_u[i], shift_v[i]),    R = [cos, -sin; sin, cos] on (u, v).
 *
 * A shift of a cos(t) + b sin(t) along u, or a constant along v, moves the specimen and
 * nothing else: no data tell these apart. `centre` chooses between them. An axis off the
 * centre is part of the shifts; axis_offset_px is what it amounts to.
 *
 * docs/alignment.md has the equations, measured accuracy and limits. */
#ifndef ATW_ALIGNMENT_ALIGNMENT_H
#define ATW_ALIGNMENT_ALIGNMENT_H

#include <stddef.h>

#include "core/status.h"
#include "core/tilt_series.h"

struct atw_alignment_method;

struct atw_alignment_options {
    const struct atw_alignment_method *method; /* NULL: by the series, see below */
    size_t rounds;        /* of comparison with reprojections, at most; 0: none */
    int find_rotation;    /* 0: taken as rotation_rad */
    double rotation_rad;  /* of the tilt axis in the image, from +v towards -u */
    int find_axis;        /* where the method does not: look for the offset; 0: none */
    double reject_sigmas; /* views worse by more are dropped; 0: none are */
    double most_shift_px; /* between neighbouring views; 0: a quarter of the width */
    int centre;           /* 1: centre of mass to the middle; 0: least movement */
};

/* method by the series, 10 rounds, axis and rotation looked for, 6 sigmas. */
extern const struct atw_alignment_options atw_alignment_defaults;

struct atw_alignment {
    size_t n_views;
    double *shift_u, *shift_v; /* [n_views], pixels of the raw series */
    double *residual;          /* [n_views], |view - reprojection| / |view| */
    unsigned char *rejected;   /* [n_views] */
    double rotation_rad, axis_offset_px;
    double last_move_px; /* rms of the shifts of the last round; NAN without rounds */
    size_t rounds_done;
    const char *method; /* name of the one used; static */
};

struct atw_alignment_method {
    const char *name;
    const char *description;
    int finds_axis; /* its shifts put the axis at the centre */
    /* First shifts of the views of a prepared series: u, v [n_tilt], in its pixels. */
    enum atw_status (*run)(const struct atw_tilt_series *series,
                           double most_shift_px,
                           double *u,
                           double *v,
                           struct atw_error *err);
};

/* NULL-terminated table of all methods. */
extern const struct atw_alignment_method *const atw_alignment_methods[];

/* ATW_EINVAL lists the methods there are. */
enum atw_status atw_alignment_find(const struct atw_alignment_method **method,
                                   const char *name,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Find the alignment; *out belongs to the caller. options NULL: the defaults.
 *
 * Without a method: centre of mass if the intensity of all views is the same to 5 % (one
 * object, all of it in every view), cross-correlation otherwise. The result does not
 * depend on the number of threads.
 *
 * ATW_EINVAL: fewer than three views, views narrower or lower than 8 pixels, an option
 * out of range; ATW_EINPUT: all views from one direction, a value that is not finite, or
 * views without any contrast;
 * ATW_ENOMEM. Cost: per round one reconstruction of 10 iterations at a width of at most
 * 128 pixels (wider series are binned). */
enum atw_status atw_align(struct atw_alignment **out,
                          const struct atw_tilt_series *series,
                          const struct atw_alignment_options *options,
                          struct atw_error *err) ATW_MUST_CHECK;
void atw_alignment_destroy(struct atw_alignment *alignment);

/* The aligned series without rejected views: one interpolation of the raw one, within the
 * range of the 12 x 12 pixels used; edge pixels continue where nothing was recorded. It
 * takes off the highest frequencies, of all views alike wherever they lay
 * (docs/alignment.md): independent noise of the pixels is left 0.67 of its standard
 * deviation. *out belongs to the caller. ATW_EINVAL (counts, all views rejected),
 * ATW_ENOMEM. */
enum atw_status atw_alignment_apply(struct atw_tilt_series **out,
                                    const struct atw_tilt_series *series,
                                    const struct atw_alignment *alignment,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* In place, what the interpolation does to a series that lies where it should, without
 * the clipping: to images, or to the noise in them, that are compared with an aligned
 * series. ATW_ENOMEM. */
enum atw_status atw_alignment_filter(struct atw_tilt_series *series,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Root mean square of the movement, both directions together, over the views kept and
 * without what merely moves the specimen: how far from aligned a series was. */
double atw_alignment_rms_px(const struct atw_alignment *alignment,
                            const struct atw_tilt_series *series);

#endif
