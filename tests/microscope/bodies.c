/* Bodies for scenes, in closed form and independent of the phantom's. */
#include "microscope/bodies.h"

#include <math.h>

static int ellipsoid_chord(const void *body,
                           double growth_m,
                           const double origin_m[3],
                           const double direction[3],
                           double *enter_m,
                           double *leave_m)
{
    const struct ellipsoid *e = body;
    double a = 0.0, b = 0.0, c = -1.0, root;

    for (int i = 0; i < 3; i++) {
        double semi = e->semi_m[i] + growth_m;
        double o = (origin_m[i] - e->centre_m[i]) / semi, d = direction[i] / semi;

        a += d * d;
        b += o * d;
        c += o * o;
    }
    if (b * b < a * c)
        return 0;
    root = sqrt(b * b - a * c);
    *enter_m = (-b - root) / a;
    *leave_m = (-b + root) / a;
    return 1;
}

typedef int (*chord_fn)(const void *body,
                        double growth_m,
                        const double origin_m[3],
                        const double direction[3],
                        double *enter_m,
                        double *leave_m);

static void one_by_one(chord_fn chord,
                       const void *body,
                       double growth_m,
                       const double origin_m[3],
                       const double step_m[3],
                       const double direction[3],
                       size_t count,
                       double *length_m)
{
    for (size_t i = 0; i < count; i++) {
        double n = (double)i, enter, leave;
        const double at[3] = {origin_m[0] + n * step_m[0], origin_m[1] + n * step_m[1],
                              origin_m[2] + n * step_m[2]};
        int hit = chord(body, growth_m, at, direction, &enter, &leave);

        length_m[i] = hit ? leave - enter : -1.0;
    }
}

static void ellipsoid_chords(const void *body,
                             double growth_m,
                             const double origin_m[3],
                             const double step_m[3],
                             const double direction[3],
                             size_t count,
                             double *length_m)
{
    one_by_one(ellipsoid_chord, body, growth_m, origin_m, step_m, direction, count,
               length_m);
}

static void ellipsoid_farthest(const void *body,
                               double growth_m,
                               const double direction[3],
                               double point_m[3])
{
    const struct ellipsoid *e = body;
    double norm = 0.0;

    for (int i = 0; i < 3; i++)
        norm += pow((e->semi_m[i] + growth_m) * direction[i], 2.0);
    for (int i = 0; i < 3; i++)
        point_m[i] = e->centre_m[i] +
                     pow(e->semi_m[i] + growth_m, 2.0) * direction[i] / sqrt(norm);
}

struct atw_scene_body
ellipsoid_body(const struct ellipsoid *ellipsoid, double signal, double attenuation)
{
    return (struct atw_scene_body){.body = ellipsoid,
                                   .chords = ellipsoid_chords,
                                   .farthest = ellipsoid_farthest,
                                   .signal = signal,
                                   .attenuation_per_nm = attenuation};
}

static int block_chord(const void *body,
                       double growth_m,
                       const double origin_m[3],
                       const double direction[3],
                       double *enter_m,
                       double *leave_m)
{
    const struct block *block = body;
    double enter = -INFINITY, leave = INFINITY;

    for (int i = 0; i < 3; i++) {
        double half = block->half_m[i] + growth_m, at = origin_m[i], d = direction[i];

        if (fabs(d) < 1e-15) {
            if (fabs(at) > half)
                return 0;
            continue;
        }
        enter = fmax(enter, (-copysign(half, d) - at) / d);
        leave = fmin(leave, (copysign(half, d) - at) / d);
    }
    *enter_m = enter;
    *leave_m = leave;
    return enter <= leave;
}

static void block_chords(const void *body,
                         double growth_m,
                         const double origin_m[3],
                         const double step_m[3],
                         const double direction[3],
                         size_t count,
                         double *length_m)
{
    one_by_one(block_chord, body, growth_m, origin_m, step_m, direction, count, length_m);
}

static void block_farthest(const void *body,
                           double growth_m,
                           const double direction[3],
                           double point_m[3])
{
    const struct block *block = body;

    for (int i = 0; i < 3; i++)
        point_m[i] = copysign(block->half_m[i] + growth_m, direction[i]);
}

struct atw_scene_body
block_body(const struct block *block, double signal, double attenuation)
{
    return (struct atw_scene_body){.body = block,
                                   .chords = block_chords,
                                   .farthest = block_farthest,
                                   .signal = signal,
                                   .attenuation_per_nm = attenuation};
}

double ellipsoid_chord_nm(const struct ellipsoid *e, double tilt_rad, double u, double v)
{
    double width = hypot(e->semi_m[0] * cos(tilt_rad), e->semi_m[2] * sin(tilt_rad));
    double centre = e->centre_m[0] * cos(tilt_rad) + e->centre_m[2] * sin(tilt_rad);
    double rest = 1.0 - pow((u - centre) / width, 2.0) -
                  pow((v - e->centre_m[1]) / e->semi_m[1], 2.0);

    return rest > 0.0 ? 2e9 * e->semi_m[0] * e->semi_m[2] / width * sqrt(rest) : 0.0;
}
