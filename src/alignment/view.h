/* Views moved, turned and stretched by sub-pixel amounts. Room-internal, but for tests.
 *
 * Positions are in pixels from the centre of the view, ((n_u-1)/2, (n_v-1)/2). */
#ifndef ATW_ALIGNMENT_VIEW_H
#define ATW_ALIGNMENT_VIEW_H

#include <stddef.h>

/* Where a pixel of the result is found: (u, v) -> matrix (u, v) + shift. */
struct atw_view_map {
    double uu, uv, vu, vv; /* u' = uu u + uv v + shift_u, v' = vu u + vv v + shift_v */
    double shift_u, shift_v;
};

/* Turned by angle_rad and then displaced: content at p comes from R p + shift, with
 * R = [cos, -sin; sin, cos] on (u, v). */
struct atw_view_map atw_view_rotation(double angle_rad, double shift_u, double shift_v);

/* Positions that differ from a whole pixel by less are whole. */
#define ATW_VIEW_WHOLE_PIXEL 1e-9

/* Where the pixel in a column and row of the result is found, in columns and rows. */
struct atw_view_place {
    double column, row;
};

static inline struct atw_view_place atw_view_find(
    const struct atw_view_map *map, size_t n_v, size_t n_u, size_t column, size_t row)
{
    double centre_u = 0.5 * ((double)n_u - 1.0), centre_v = 0.5 * ((double)n_v - 1.0);
    double u = (double)column - centre_u, v = (double)row - centre_v;

    return (struct atw_view_place){
        .column = map->uu * u + map->uv * v + map->shift_u + centre_u,
        .row = map->vu * u + map->vv * v + map->shift_v + centre_v};
}

/* Index of a pixel in a row of n; beyond the frame the nearest edge pixel goes on. */
static inline size_t atw_view_pixel(ptrdiff_t at, size_t n)
{
    return at < 0 ? 0 : (size_t)at < n ? (size_t)at : n - 1;
}

/* out [n_v][n_u](p) = in (map p), by cubic convolution (Keys, a = -1/2) on 4 x 4 pixels,
 * clipped to the range of these 16: no overshoot, so counts stay non-negative. Beyond the
 * frame the nearest edge pixel goes on. A map of whole pixels copies exactly. */
void atw_view_resample(
    float *out, const float *in, size_t n_v, size_t n_u, const struct atw_view_map *map);

#endif
