/* Core-shell particle shapes as nested convex bodies.
 *
 * Particle frame: rows across, along, normal; at azimuth and elevation 0 they are +x, +y
 * and +z. Azimuth turns along from +y towards +x, elevation raises it towards +z. */
#include "phantom/shape.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/constants.h"

enum { ACROSS, ALONG, NORMAL };

static void particle_frame(const struct atw_shape *shape, double axis[3][3])
{
    double sin_a = sin(shape->azimuth_rad), cos_a = cos(shape->azimuth_rad);
    double sin_e = sin(shape->elevation_rad), cos_e = cos(shape->elevation_rad);
    const double frame[3][3] = {{cos_a, -sin_a, 0.0},
                                {sin_a * cos_e, cos_a * cos_e, sin_e},
                                {-sin_a * sin_e, -cos_a * sin_e, cos_e}};

    memcpy(axis, frame, sizeof frame);
}

static void place_core(const struct atw_shape *shape, struct atw_body *core)
{
    double sine = sin(shape->core_tilt_rad), cosine = cos(shape->core_tilt_rad);

    for (int i = 0; i < 3; i++) {
        double across = core->axis[ACROSS][i], along = core->axis[ALONG][i];

        for (int k = 0; k < 3; k++)
            core->centre_m[i] += shape->core_offset_m[k] * core->axis[k][i];
        core->axis[ACROSS][i] = cosine * across - sine * along;
        core->axis[ALONG][i] = cosine * along + sine * across;
    }
}

static enum atw_body_kind body_kind(enum atw_shape_kind kind)
{
    switch (kind) {
    case ATW_SHAPE_CYLINDER:
        return ATW_BODY_CYLINDER;
    case ATW_SHAPE_BOX:
        return ATW_BODY_BOX;
    case ATW_SHAPE_SLAB:
        return ATW_BODY_SLAB;
    case ATW_SHAPE_NANOROD:
    case ATW_SHAPE_SPHERE:
        break;
    }
    return ATW_BODY_CAPSULE;
}

struct atw_body atw_shape_body(const struct atw_shape *shape, enum atw_shape_part part)
{
    struct atw_body body = {.kind = body_kind(shape->kind)};
    double side = part == ATW_SHAPE_CORE ? 0.0 : shape->shell_side_m;
    double tip = part == ATW_SHAPE_CORE ? 0.0 : shape->shell_tip_m;
    double silica = part == ATW_SHAPE_OUTER ? shape->silica_m : 0.0;

    particle_frame(shape, body.axis);
    body.radius_m = 0.5 * shape->core_diameter_m + side + silica;
    body.half_length_m = 0.5 * shape->core_length_m + tip + silica;
    if (shape->kind == ATW_SHAPE_NANOROD)
        body.half_length_m = fmax(body.half_length_m - body.radius_m, 0.0);
    else if (shape->kind == ATW_SHAPE_SPHERE)
        body.half_length_m = 0.0;
    else if (shape->kind == ATW_SHAPE_SLAB)
        body.radius_m = 0.0;
    if (part == ATW_SHAPE_CORE)
        place_core(shape, &body);
    return body;
}

/* ---- checks ---- */

struct dimension {
    const char *name;
    double value;
    double unit; /* what the message divides by */
    const char *unit_name;
    bool is_used;
    bool may_be_zero;
    bool may_be_negative;
};

static enum atw_status check_dimension(const struct dimension *d, struct atw_error *err)
{
    const char *range = d->may_be_negative ? "finite"
                        : d->may_be_zero   ? "finite and at least 0"
                                           : "positive and finite";

    if (!d->is_used || (isfinite(d->value) && (d->may_be_negative || d->value > 0.0 ||
                                               (d->may_be_zero && !(d->value < 0.0)))))
        return ATW_OK;
    return atw_error_set(err, ATW_EINVAL, "shape: %s is %g %s; it must be %s", d->name,
                         d->value / d->unit, d->unit_name, range);
}

static enum atw_status check_dimensions(const struct atw_shape *s, struct atw_error *err)
{
    const double nm = ATW_METRE_PER_NM, degree = ATW_DEGREE_RAD;
    const bool is_slab = s->kind == ATW_SHAPE_SLAB,
               is_sphere = s->kind == ATW_SHAPE_SPHERE;
    const struct dimension dimensions[] = {
        {"core_diameter", s->core_diameter_m, nm, "nm", !is_slab, false, false},
        {"core_length", s->core_length_m, nm, "nm", !is_sphere, false, false},
        {"shell_side", s->shell_side_m, nm, "nm", !is_slab, true, false},
        {"shell_tip", s->shell_tip_m, nm, "nm", !is_sphere, true, false},
        {"silica", s->silica_m, nm, "nm", true, true, false},
        {"core_offset (across)", s->core_offset_m[ACROSS], nm, "nm", true, true, true},
        {"core_offset (along)", s->core_offset_m[ALONG], nm, "nm", true, true, true},
        {"core_offset (normal)", s->core_offset_m[NORMAL], nm, "nm", true, true, true},
        {"core_tilt", s->core_tilt_rad, degree, "degrees", true, true, true},
        {"azimuth", s->azimuth_rad, degree, "degrees", true, true, true},
        {"elevation", s->elevation_rad, degree, "degrees", true, true, true}};
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < sizeof dimensions / sizeof dimensions[0]; i++) {
        status = check_dimension(&dimensions[i], err);
        if (status != ATW_OK)
            break;
    }
    return status;
}

static enum atw_status check_rod(const struct atw_shape *shape, struct atw_error *err)
{
    const double nm = ATW_METRE_PER_NM, slack = 1.0 + 1e-9;
    double width = shape->core_diameter_m + 2.0 * shape->shell_side_m;
    double length = shape->core_length_m + 2.0 * shape->shell_tip_m;

    if (shape->core_length_m * slack < shape->core_diameter_m)
        return atw_error_set(err, ATW_EINVAL,
                             "shape: core_length %g nm is less than core_diameter %g nm; "
                             "a nanorod is at least as long as wide",
                             shape->core_length_m / nm, shape->core_diameter_m / nm);
    if (length * slack < width)
        return atw_error_set(err, ATW_EINVAL,
                             "shape: the shell makes the rod %g nm long and %g nm wide; "
                             "a nanorod is at least as long as wide: raise shell_tip "
                             "or lower shell_side",
                             length / nm, width / nm);
    return ATW_OK;
}

static enum atw_status check_core_inside(const struct atw_shape *shape,
                                         struct atw_error *err)
{
    struct atw_body core = atw_shape_body(shape, ATW_SHAPE_CORE);
    struct atw_body metal = atw_shape_body(shape, ATW_SHAPE_METAL);
    double excess = atw_body_excess_m(&core, &metal);
    double slack = 1e-9 * (metal.half_length_m + metal.radius_m);

    if (excess <= slack)
        return ATW_OK;
    return atw_error_set(err, ATW_EINVAL,
                         "shape: the core sticks out of the shell by %.3g nm; it must "
                         "stay inside: lower core_offset or core_tilt%s, or raise "
                         "shell_side or shell_tip",
                         excess / ATW_METRE_PER_NM,
                         shape->kind == ATW_SHAPE_SLAB ? " (0 for a slab)" : "");
}

enum atw_status atw_shape_check(const struct atw_shape *shape, struct atw_error *err)
{
    enum atw_status status;

    if ((int)shape->kind < ATW_SHAPE_NANOROD || (int)shape->kind > ATW_SHAPE_SLAB)
        return atw_error_set(err, ATW_EINVAL,
                             "shape: kind %d is none of nanorod, sphere, cylinder, box "
                             "and slab (0 to %d)",
                             (int)shape->kind, (int)ATW_SHAPE_SLAB);
    status = check_dimensions(shape, err);
    if (status == ATW_OK && shape->kind == ATW_SHAPE_NANOROD)
        status = check_rod(shape, err);
    return status == ATW_OK ? check_core_inside(shape, err) : status;
}

/* ---- measures ---- */

double atw_shape_core_volume_m3(const struct atw_shape *shape)
{
    struct atw_body core = atw_shape_body(shape, ATW_SHAPE_CORE);

    return atw_body_volume_m3(&core);
}

double atw_shape_metal_volume_m3(const struct atw_shape *shape)
{
    struct atw_body metal = atw_shape_body(shape, ATW_SHAPE_METAL);

    return atw_body_volume_m3(&metal);
}

double atw_shape_silica_volume_m3(const struct atw_shape *shape)
{
    struct atw_body outer = atw_shape_body(shape, ATW_SHAPE_OUTER);

    if (shape->silica_m == 0.0)
        return 0.0;
    if (shape->kind == ATW_SHAPE_SLAB)
        return INFINITY;
    return atw_body_volume_m3(&outer) - atw_shape_metal_volume_m3(shape);
}

void atw_shape_extent(const struct atw_shape *shape,
                      double *half_across_m,
                      double *half_along_m)
{
    static const double tilt_axis[3] = {0.0, 1.0, 0.0};
    struct atw_body outer = atw_shape_body(shape, ATW_SHAPE_OUTER);

    *half_across_m = *half_along_m = INFINITY;
    if (shape->kind == ATW_SHAPE_SLAB)
        return;
    *half_across_m = atw_body_reach_about_m(&outer, tilt_axis);
    *half_along_m = atw_body_reach_m(&outer, tilt_axis);
}

double atw_shape_aspect_ratio(const struct atw_shape *shape)
{
    if (shape->kind == ATW_SHAPE_SPHERE)
        return 1.0;
    if (shape->kind == ATW_SHAPE_SLAB)
        return INFINITY;
    return (shape->core_length_m + 2.0 * shape->shell_tip_m) /
           (shape->core_diameter_m + 2.0 * shape->shell_side_m);
}

void atw_shape_direction(const struct atw_shape *shape,
                         double angle_rad,
                         double inclination_rad,
                         double direction[3])
{
    double axis[3][3], across = cos(inclination_rad) * cos(angle_rad);
    double normal = cos(inclination_rad) * sin(angle_rad), along = sin(inclination_rad);

    particle_frame(shape, axis);
    for (int i = 0; i < 3; i++)
        direction[i] =
            across * axis[ACROSS][i] + along * axis[ALONG][i] + normal * axis[NORMAL][i];
}
