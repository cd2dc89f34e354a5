/* Images of the particle of the direct fit, tabulated. */
#include "pipeline/direct_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"

enum { MARGIN = 2 };

/* Nodes per blur width that the tips move as the particle tilts towards the beam: few
 * for short ways, and for long ones, where polynomials converge faster than any power. */
#define NODES_PER_WIDTH 3.0
#define NODES_PER_WIDTH_THEN 1.75

/* ---- pose ---- */

struct atw_direct_pose
atw_direct_pose_of(double azimuth_rad, double elevation_rad, double tilt_rad)
{
    double sa = sin(azimuth_rad), ca = cos(azimuth_rad);
    double se = sin(elevation_rad), ce = cos(elevation_rad);
    double st = sin(tilt_rad), ct = cos(tilt_rad);
    const double axis[4][3] = {{sa * ce, ca * ce, se}, /* and its derivatives */
                               {ca * ce, -sa * ce, 0.0},
                               {-sa * se, -ca * se, ce},
                               {0.0, 0.0, 0.0}};
    double u = axis[0][0] * ct + axis[0][2] * st, v = axis[0][1];
    double along_beam = axis[0][2] * ct - axis[0][0] * st;
    double square = fmax(u * u + v * v, 1e-12), length = sqrt(square);
    struct atw_direct_pose pose = {
        .q = along_beam * along_beam, .sine = u / length, .cosine = v / length};

    for (size_t i = 0; i < 3; i++) {
        const double *by = axis[i + 1];
        double u_by = by[0] * ct + by[2] * st, beam_by = by[2] * ct - by[0] * st;

        if (i == ATW_DIRECT_BY_TILT) {
            u_by = along_beam;
            beam_by = -u;
        }
        pose.q_by[i] = 2.0 * along_beam * beam_by;
        pose.angle_by[i] = (v * u_by - u * by[1]) / square;
    }
    return pose;
}

/* ---- nodes ---- */

void atw_direct_frame_nodes(struct atw_direct_frame *frame,
                            double q_most,
                            double half_length_nm,
                            double sigma_nm)
{
    double shortened_nm = half_length_nm * (1.0 - sqrt(fmax(0.0, 1.0 - q_most)));
    double widths = shortened_nm / sigma_nm;
    double wanted = fmin(1.0 + ceil(NODES_PER_WIDTH * widths),
                         2.0 + ceil(NODES_PER_WIDTH_THEN * widths));

    frame->q_most = q_most;
    frame->n_nodes = (size_t)fmin(wanted, ATW_DIRECT_NODES_MAX);
    for (size_t k = 0; k < frame->n_nodes; k++)
        frame->node[k] = 0.5 * q_most *
                         (1.0 - cos(ATW_PI * ((double)k + 0.5) / (double)frame->n_nodes));
}

/* Weights of the nodes at q, and their derivatives. */
static void
weigh_nodes(double *weight, double *slope, const struct atw_direct_frame *frame, double q)
{
    const double *x = frame->node;

    for (size_t k = 0; k < frame->n_nodes; k++) {
        weight[k] = 1.0;
        slope[k] = 0.0;
        for (size_t j = 0; j < frame->n_nodes; j++)
            if (j != k) {
                slope[k] = (slope[k] * (q - x[j]) + weight[k]) / (x[k] - x[j]);
                weight[k] *= (q - x[j]) / (x[k] - x[j]);
            }
    }
}

/* ---- tables ---- */

/* Images side by side as the look-up reads them. */
static size_t stride_for(size_t n_images)
{
    return n_images <= 2 ? n_images : (n_images + 3) / 4 * 4;
}

static size_t plane_count(const struct atw_direct_frame *frame)
{
    return frame->n_along * frame->n_across;
}

enum atw_status atw_direct_table_create(struct atw_direct_table **out,
                                        const struct atw_direct_frame *frame,
                                        size_t n_images,
                                        struct atw_error *err)
{
    struct atw_direct_table *table = calloc(1, sizeof *table);

    *out = NULL;
    if (!table)
        return atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
    table->frame = *frame;
    table->n_images = n_images;
    table->stride = stride_for(n_images);
    table->coefficient = calloc(frame->n_nodes * plane_count(frame) * table->stride,
                                sizeof *table->coefficient);
    if (!table->coefficient) {
        atw_direct_table_destroy(table);
        return atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
    }
    *out = table;
    return ATW_OK;
}

void atw_direct_table_destroy(struct atw_direct_table *table)
{
    if (!table)
        return;
    free(table->coefficient);
    free(table);
}

/* Lines of values side by side: value k of line i is at k step + i. They are worked on
 * LINES at a time, one after the other in memory. */
enum { LINES = 16 };

/* Coefficients of the cubic spline through values that are zero beyond their ends.
 * Source: Unser, IEEE Signal Process. Mag. 16 (1999) 22. */
static void to_spline(float *value, size_t count, size_t step, size_t n_lines)
{
    const double pole = sqrt(3.0) - 2.0;
    double last[LINES] = {0.0};

    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < n_lines; i++) {
            last[i] = 6.0 * (double)value[k * step + i] + pole * last[i];
            value[k * step + i] = (float)last[i];
        }
    for (size_t i = 0; i < n_lines; i++) {
        last[i] *= pole / (pole * pole - 1.0);
        value[(count - 1) * step + i] = (float)last[i];
    }
    for (size_t k = count - 1; k-- > 0;)
        for (size_t i = 0; i < n_lines; i++) {
            last[i] = pole * (last[i] - (double)value[k * step + i]);
            value[k * step + i] = (float)last[i];
        }
}

/* Means over `parts` values, an even number: entry k is that about the edge between the
 * values k - 1 and k, and lies where they meet. */
static void
average_parts(float *value, size_t count, size_t step, size_t n_lines, size_t parts)
{
    size_t half = parts / 2, slot = 0; /* k % parts */
    double sum[LINES] = {0.0}, per_part = 1.0 / (double)parts;
    float kept[ATW_DIRECT_PARTS_MAX][LINES] = {{0.0F}}; /* what has been overwritten */

    for (size_t k = 0; k < half && k < count; k++)
        for (size_t i = 0; i < n_lines; i++)
            sum[i] += (double)value[k * step + i];
    for (size_t k = 0; k < count; k++) {
        const float *leaving = kept[slot < half ? slot + half : slot - half];

        for (size_t i = 0; i < n_lines; i++) {
            kept[slot][i] = value[k * step + i];
            value[k * step + i] = (float)(sum[i] * per_part);
        }
        for (size_t i = 0; k + half < count && i < n_lines; i++)
            sum[i] += (double)value[(k + half) * step + i];
        for (size_t i = 0; k >= half && i < n_lines; i++)
            sum[i] -= (double)leaving[i];
        slot = slot + 1 < parts ? slot + 1 : 0;
    }
}

/* Both along the columns of an image. */
static void prepare_columns(float *image, size_t rows, size_t columns, size_t parts)
{
    for (size_t i = 0; i < columns; i += LINES) {
        size_t n_lines = columns - i < LINES ? columns - i : LINES;

        average_parts(image + i, rows, columns, n_lines, parts);
        to_spline(image + i, rows, columns, n_lines);
    }
}

void atw_direct_table_set(struct atw_direct_table *table, size_t index, float *pixel)
{
    const struct atw_direct_frame *frame = &table->frame;
    size_t n_s = frame->n_across, n_t = frame->n_along;
    size_t rows = 2 * (n_s - MARGIN), columns = 2 * (n_t - MARGIN);

    for (size_t k = 0; k < frame->n_nodes; k++) {
        float *image = pixel + k * rows * columns;
        float *to = table->coefficient + k * n_s * n_t * table->stride + index;

        prepare_columns(image, rows, columns, frame->parts);
        for (size_t j = rows / 2 - MARGIN; j < rows; j++) { /* the others are not used */
            average_parts(image + j * columns, columns, 1, 1, frame->parts);
            to_spline(image + j * columns, columns, 1, 1);
        }
        for (size_t j = 0; j < n_s; j++)
            for (size_t i = 0; i < n_t; i++)
                to[(j * n_t + i) * table->stride] =
                    image[(rows / 2 - MARGIN + j) * columns + columns / 2 - MARGIN + i];
    }
}

void atw_direct_table_difference(struct atw_direct_table *table,
                                 size_t index,
                                 const struct atw_direct_table *from,
                                 double step)
{
    size_t count = table->frame.n_nodes * plane_count(&table->frame);
    float factor = (float)(1.0 / step);

    for (size_t i = 0; i < count; i++) {
        float *at = &table->coefficient[i * table->stride + index];

        *at = factor * (*at - from->coefficient[i * from->stride]);
    }
}

/* ---- views ---- */

static size_t view_stride(const struct atw_direct_table *table, int with_q)
{
    return stride_for(table->n_images + (with_q ? 1 : 0));
}

size_t atw_direct_table_scratch(const struct atw_direct_table *table, int with_q)
{
    return plane_count(&table->frame) * view_stride(table, with_q);
}

/* The quarter plane at the q of a view. */
static void mix_nodes(float *plane,
                      size_t stride,
                      const struct atw_direct_table *table,
                      double q,
                      int with_q)
{
    double weight[ATW_DIRECT_NODES_MAX], slope[ATW_DIRECT_NODES_MAX];
    size_t count = plane_count(&table->frame), n = table->n_images;

    weigh_nodes(weight, slope, &table->frame, q);
    memset(plane, 0, count * stride * sizeof *plane);
    for (size_t k = 0; k < table->frame.n_nodes; k++) {
        const float *from = table->coefficient + k * count * table->stride;
        float w = (float)weight[k], w_q = (float)slope[k];

        if (stride == table->stride) {
            for (size_t i = 0; i < count * stride; i++)
                plane[i] += w * from[i];
            if (!with_q)
                continue;
        }
        for (size_t i = 0; i < count; i++) {
            const float *values = from + i * table->stride;
            float *to = plane + i * stride;

            if (stride != table->stride)
                for (size_t c = 0; c < n; c++)
                    to[c] += w * values[c];
            if (with_q)
                to[n] += w_q * values[0];
        }
    }
}

static inline void spline_weights(float weight[4], float f)
{
    float g = 1.0F - f;

    weight[0] = g * g * g / 6.0F;
    weight[1] = (4.0F - 3.0F * f * f * (1.0F + g)) / 6.0F;
    weight[2] = (4.0F - 3.0F * g * g * (1.0F + f)) / 6.0F;
    weight[3] = f * f * f / 6.0F;
}

/* All images at a point, in units of the pitch along and across. */
static inline void find_point(float *restrict sum,
                              const float *restrict plane,
                              size_t stride,
                              const struct atw_direct_frame *frame,
                              float along,
                              float across)
{
    float x = fabsf(along) + (float)MARGIN, y = fabsf(across) + (float)MARGIN;
    size_t i = (size_t)x, j = (size_t)y;
    float on_x[4], on_y[4];
    const float *at;

    if (i + 3 > frame->n_along || j + 3 > frame->n_across)
        return;
    spline_weights(on_x, x - (float)i);
    spline_weights(on_y, y - (float)j);
    at = plane + ((j - 1) * frame->n_along + i - 1) * stride;
    for (size_t b = 0; b < 4; b++, at += frame->n_along * stride)
        for (size_t a = 0; a < 4; a++) {
            float weight = on_x[a] * on_y[b];

            for (size_t c = 0; c < stride; c++)
                sum[c] += weight * at[a * stride + c];
        }
}

struct sight {
    const struct atw_direct_frame *frame;
    const float *plane;
    float sine, cosine, u, v; /* of the first pixel, and from pixel to pixel */
    float pixel;
    size_t n_u, n_v, n_out;
};

static inline void look(float *out, const struct sight *sight, size_t stride)
{
    size_t count = sight->n_u * sight->n_v;

    for (size_t j = 0; j < sight->n_v; j++)
        for (size_t i = 0; i < sight->n_u; i++) {
            float sum[ATW_DIRECT_IMAGES_MAX] = {0.0F};
            float u = sight->u + (float)i * sight->pixel;
            float v = sight->v + (float)j * sight->pixel;

            find_point(sum, sight->plane, stride, sight->frame,
                       u * sight->sine + v * sight->cosine,
                       u * sight->cosine - v * sight->sine);
            for (size_t c = 0; c < sight->n_out; c++)
                out[c * count + j * sight->n_u + i] = sum[c];
        }
}

void atw_direct_table_view(float *out,
                           const struct atw_direct_table *table,
                           const struct atw_direct_pose *pose,
                           double shift_u_nm,
                           double shift_v_nm,
                           size_t n_u,
                           size_t n_v,
                           int with_q,
                           float *scratch)
{
    const struct atw_direct_frame *frame = &table->frame;
    size_t stride = view_stride(table, with_q);
    double pixel = (double)frame->parts; /* in units of the pitch */
    const struct sight sight = {
        .frame = frame,
        .plane = scratch,
        .sine = (float)pose->sine,
        .cosine = (float)pose->cosine,
        .u = (float)(-0.5 * (double)(n_u - 1) * pixel - shift_u_nm / frame->pitch_nm),
        .v = (float)(-0.5 * (double)(n_v - 1) * pixel - shift_v_nm / frame->pitch_nm),
        .pixel = (float)pixel,
        .n_u = n_u,
        .n_v = n_v,
        .n_out = table->n_images + (with_q ? 1 : 0)};

    mix_nodes(scratch, stride, table, pose->q, with_q);
    switch (stride) { /* known widths make quick loops */
    case 1:
        look(out, &sight, 1);
        break;
    case 2:
        look(out, &sight, 2);
        break;
    case 4:
        look(out, &sight, 4);
        break;
    case 8:
        look(out, &sight, 8);
        break;
    case 12:
        look(out, &sight, 12);
        break;
    default:
        look(out, &sight, stride);
    }
}
