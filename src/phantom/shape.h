/* Core-shell particle shapes: what a particle is before it is put on a grid.
 *
 * Particle frame: the long axis is the shape's own axis. On the support (the x-y plane at
 * zero tilt) the axis makes the angle `azimuth` with the tilt axis +y, turned towards +x,
 * and is raised by `elevation` out of the support towards +z. */
#ifndef ATW_PHANTOM_SHAPE_H
#define ATW_PHANTOM_SHAPE_H

#include "core/grid.h"
#include "phantom/body.h"

enum atw_shape_kind {
    ATW_SHAPE_NANOROD,  /* spherocylinder: cylinder with hemispherical caps */
    ATW_SHAPE_SPHERE,   /* core_diameter and shell_side */
    ATW_SHAPE_CYLINDER, /* flat ends; core_length, shell_tip 0 = core reaches both ends */
    ATW_SHAPE_BOX, /* core_diameter x core_diameter x core_length, shell on all faces */
    ATW_SHAPE_SLAB /* core_length and shell_tip thick layers normal to the particle axis,
                      unbounded across it */
};

/* Lengths a kind has no use for (a sphere's core_length) are ignored. */
struct atw_shape {
    enum atw_shape_kind kind;
    double core_diameter_m;
    double core_length_m; /* overall, caps included */
    double shell_side_m;
    double shell_tip_m;
    double
        core_offset_m[3]; /* of the core centre, particle frame: across, along, normal */
    double core_tilt_rad; /* of the core axis against the particle axis, from along
                             towards across: in the support plane at elevation 0 */
    double azimuth_rad;
    double elevation_rad;
    double silica_m; /* thickness of the mesoporous silica shell; 0 = none. A nanorod's
                        and a sphere's shell is a true offset surface, a cylinder's and a
                        box's keeps its edges sharp */
};

/* The nested convex bodies of a shape: each one holds those before it. */
enum atw_shape_part {
    ATW_SHAPE_CORE,
    ATW_SHAPE_METAL, /* core and shell */
    ATW_SHAPE_OUTER  /* metal and silica */
};

/* ATW_EINVAL naming the offending dimension: not positive or finite, a rod shorter than
 * wide, a core that sticks out of the shell. A tilted cylinder core is judged by its
 * round end discs, not foreshortened, and so may be refused up to radius (1 - cos tilt)
 * early. */
enum atw_status atw_shape_check(const struct atw_shape *shape,
                                struct atw_error *err) ATW_MUST_CHECK;

/* One part of a shape that atw_shape_check() accepts, centred on the grid's origin. */
struct atw_body atw_shape_body(const struct atw_shape *shape, enum atw_shape_part part);

/* Exact volumes of core, metal (core and shell) and silica, m3; infinite for a slab. */
double atw_shape_core_volume_m3(const struct atw_shape *shape);
double atw_shape_metal_volume_m3(const struct atw_shape *shape);
double atw_shape_silica_volume_m3(const struct atw_shape *shape);

/* Length of the metal over its width; a sphere has 1, a slab infinity. */
double atw_shape_aspect_ratio(const struct atw_shape *shape);

/* Unit vector of the particle's frame, in the grid's: at the angle from across towards
 * normal, raised by inclination towards along. */
void atw_shape_direction(const struct atw_shape *shape,
                         double angle_rad,
                         double inclination_rad,
                         double direction[3]);

/* Smallest box, centred on the particle, that holds metal and silica at any tilt about y:
 * half extents across the tilt axis (x and z alike) and along it. Both are infinite for a
 * slab. */
void atw_shape_extent(const struct atw_shape *shape,
                      double *half_across_m,
                      double *half_along_m);

#endif
