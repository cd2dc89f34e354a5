/* Images of the particle of the direct fit, tabulated: one table for all views.
 *
 * The particle has an axis and a middle plane, so that its image depends on the angle
 * beta between axis and beam alone, is even along and across the projected axis and even
 * in cos beta. It is recorded at some nodes of q = cos^2 beta, lying along u, in pixels
 * that are whole parts of those of the detector, and interpolated by a polynomial in q
 * and cubic splines in the plane. Turned, shifted and averaged over the parts of a pixel
 * it is what a view shows. */
#ifndef ATW_PIPELINE_DIRECT_TABLE_H
#define ATW_PIPELINE_DIRECT_TABLE_H

#include <stddef.h>

#include "core/status.h"

enum { ATW_DIRECT_NODES_MAX = 40, ATW_DIRECT_IMAGES_MAX = 16, ATW_DIRECT_PARTS_MAX = 6 };

struct atw_direct_frame {
    size_t n_nodes;
    double q_most, node[ATW_DIRECT_NODES_MAX];
    size_t parts; /* per pixel of the detector in each direction, an even number */
    double pitch_nm;
    size_t elements;          /* of the recording, per part in each direction */
    size_t n_along, n_across; /* of a quarter, with a margin before it */
};

struct atw_direct_table {
    struct atw_direct_frame frame;
    size_t n_images, stride;
    float *coefficient; /* of splines [n_nodes][n_across][n_along][stride], owned */
};

/* Where the axis of the particle points in a view. Derivatives are by azimuth, elevation
 * and tilt. */
enum { ATW_DIRECT_BY_AZIMUTH, ATW_DIRECT_BY_ELEVATION, ATW_DIRECT_BY_TILT };

struct atw_direct_pose {
    double q, sine, cosine; /* of the angle from v to the projected axis, towards u */
    double q_by[3], angle_by[3];
};

struct atw_direct_pose
atw_direct_pose_of(double azimuth_rad, double elevation_rad, double tilt_rad);

/* Nodes for q from 0 to q_most of a particle that reaches half_length_nm along its axis
 * and whose image is blurred by sigma_nm; error 1e-4 of the brightest pixel. */
void atw_direct_frame_nodes(struct atw_direct_frame *frame,
                            double q_most,
                            double half_length_nm,
                            double sigma_nm);

enum atw_status atw_direct_table_create(struct atw_direct_table **out,
                                        const struct atw_direct_frame *frame,
                                        size_t n_images,
                                        struct atw_error *err) ATW_MUST_CHECK;
void atw_direct_table_destroy(struct atw_direct_table *table);

/* Take image `index` from pixels [n_nodes][2 (n_across - 2)][2 (n_along - 2)], which are
 * overwritten. */
void atw_direct_table_set(struct atw_direct_table *table, size_t index, float *pixel);

/* Turn image `index` into (image - the first of `from`) / step; frames are the same. */
void atw_direct_table_difference(struct atw_direct_table *table,
                                 size_t index,
                                 const struct atw_direct_table *from,
                                 double step);

/* Means over the pixels [n_v][n_u] of a view of all images, one after the other; and, if
 * asked for, of the derivative of the first by q, after them. The image lies where the
 * shifts, in nm, say. scratch holds atw_direct_table_scratch() floats. */
size_t atw_direct_table_scratch(const struct atw_direct_table *table, int with_q);
void atw_direct_table_view(float *out,
                           const struct atw_direct_table *table,
                           const struct atw_direct_pose *pose,
                           double shift_u_nm,
                           double shift_v_nm,
                           size_t n_u,
                           size_t n_v,
                           int with_q,
                           float *scratch);

#endif
