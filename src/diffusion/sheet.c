/* Where thin fast paths cross the faces of the voxels.
 *
 * A sheet of thickness delta that crosses a face of area h^2 along a line of length l
 * conducts like an area delta l; on the grid a slanting sheet is a staircase, longer than
 * the sheet, which `detour` makes up for. Volumes and areas of a cube behind a plane:
 * Scardovelli & Zaleski, J. Comput. Phys. 164 (2000) 228. */
#include "diffusion/sheet.h"

#include <math.h>
#include <stdlib.h>

#include "diffusion/cells.h"

/* Of a normal: keeps the quotients of the formulas below exact enough. */
#define LEAST_COMPONENT 1e-4

static double above(double x)
{
    return x > 0.0 ? x : 0.0;
}

/* Mirror the voxel so that the normal points away from the corner 0. */
static double mirrored(const double normal[3], double offset, double positive[3])
{
    for (size_t k = 0; k < 3; k++) {
        positive[k] = fmax(fabs(normal[k]), LEAST_COMPONENT);
        offset -= normal[k] < 0.0 ? normal[k] : 0.0;
    }
    return offset;
}

/* Share of the unit cube with n . x < d, and the area of the plane in it; n > 0. */
static double volume_behind(const double n[3], double d, double *area)
{
    double volume = 0.0, length = sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);

    *area = 0.0;
    for (int corner = 0; corner < 8; corner++) {
        double e = d, sign = 1.0;

        for (int k = 0; k < 3; k++)
            if (corner >> k & 1) {
                e -= n[k];
                sign = -sign;
            }
        volume += sign * above(e) * above(e) * above(e);
        *area += sign * above(e) * above(e);
    }
    *area *= length / (2.0 * n[0] * n[1] * n[2]);
    return volume / (6.0 * n[0] * n[1] * n[2]);
}

/* Length of the line p u + q v = d in the unit square; p, q > 0. */
static double line_length(double p, double q, double d)
{
    double sum = above(d) - above(d - p) - above(d - q) + above(d - p - q);

    return hypot(p, q) * sum / (p * q);
}

/* Length of the patch's line on the face `side` (0 or 1) across `axis`. */
static double trace(const struct atw_surface_patch *patch, size_t axis, int side)
{
    const double *n = patch->normal;
    size_t a = (axis + 1) % 3, b = (axis + 2) % 3;
    double p = fabs(n[a]), q = fabs(n[b]), d = patch->offset - n[axis] * side;

    if (hypot(p, q) < LEAST_COMPONENT)
        return 0.0;
    d -= (n[a] < 0.0 ? n[a] : 0.0) + (n[b] < 0.0 ? n[b] : 0.0);
    return line_length(fmax(p, LEAST_COMPONENT), fmax(q, LEAST_COMPONENT), d);
}

/* What the conductance of the crossed faces lacks. A slope g along the sheet drives
 * delta g^2 per area of sheet; the faces across the axes, sqrt(1 - n_k^2) of line per
 * area, give that with this factor, and so does the staircase of a much faster sheet. */
static double detour(const double n[3], size_t axis)
{
    return 1.0 / sqrt(fmax(1.0 - n[axis] * n[axis], LEAST_COMPONENT * LEAST_COMPONENT));
}

/* ---- surface -------------------------------------------------------------- */

static double metal_at(const struct atw_field *metal, const long at[3])
{
    const struct atw_grid *grid = &metal->grid;
    long extent[3] = {(long)grid->n_x, (long)grid->n_y, (long)grid->n_z};
    size_t to[3];
    double value;

    for (size_t k = 0; k < 3; k++) /* nothing changes across the grid's border */
        to[k] = (size_t)(at[k] < 0 ? 0 : at[k] < extent[k] ? at[k] : extent[k] - 1);
    value = (double)metal->value[atw_grid_index(grid, to[0], to[1], to[2])];
    return value;
}

/* Outward normal from the 27 voxels around; weights 1 2 1 across. */
static void find_normal(const struct atw_field *metal, const long at[3], double normal[3])
{
    double sum[3] = {0}, length;

    for (int k = 0; k < 27; k++) {
        int step[3] = {k % 3 - 1, k / 3 % 3 - 1, k / 9 - 1};
        long to[3] = {at[0] + step[0], at[1] + step[1], at[2] + step[2]};
        double value = metal_at(metal, to);

        for (size_t axis = 0; axis < 3; axis++) {
            int across =
                abs(step[(axis + 1) % 3]) + abs(step[(axis + 2) % 3]); /* 0, 1, 2 */

            sum[axis] -= step[axis] * value * (double)(4 >> across);
        }
    }
    length = sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
    for (size_t axis = 0; axis < 3; axis++)
        normal[axis] = length > 0.0 ? sum[axis] / length : 0.0;
}

/* Faces of a voxel towards empty ones, seen along the normal: the sum over the steps of a
 * staircase is the area of the slope. */
static double
exposed_area(const struct atw_field *metal, const long at[3], const double normal[3])
{
    double area = 0.0;

    for (size_t k = 0; k < 6; k++) {
        long to[3] = {at[0], at[1], at[2]};

        to[k / 2] += k % 2 ? 1 : -1;
        if (metal_at(metal, to) == 0.0)
            area += fabs(normal[k / 2]);
    }
    return area;
}

/* Offset that gives the voxel its fraction, by bisection. */
static void place(struct atw_surface_patch *patch, double fraction)
{
    double n[3], shift = mirrored(patch->normal, 0.0, n), low = 0.0;
    double high = n[0] + n[1] + n[2];

    for (int i = 0; i < 50; i++) {
        double d = 0.5 * (low + high);

        if (volume_behind(n, d, &patch->area) < fraction)
            low = d;
        else
            high = d;
    }
    patch->offset = 0.5 * (low + high) - shift;
}

/* The plane of a whole voxel next to empty ones lies this much inside. */
#define INSIDE_WHOLE 0.95

struct atw_surface_patch atw_surface_patch(const struct atw_field *metal, size_t voxel)
{
    const struct atw_grid *grid = &metal->grid;
    struct atw_surface_patch patch = {.area = 0.0};
    long at[3] = {(long)(voxel % grid->n_x), (long)(voxel / grid->n_x % grid->n_y),
                  (long)(voxel / grid->n_x / grid->n_y)};
    double fraction = metal_at(metal, at), exposed;

    if (fraction == 0.0)
        return patch;
    find_normal(metal, at, patch.normal);
    exposed = exposed_area(metal, at, patch.normal);
    if (fraction < 1.0 &&
        hypot(hypot(patch.normal[0], patch.normal[1]), patch.normal[2]) > 0.0)
        place(&patch, fraction);
    if (fraction == 1.0 && exposed > 0.0) {
        place(&patch, INSIDE_WHOLE);
        patch.area = exposed;
    }
    return patch;
}

/* ---- faces ---------------------------------------------------------------- */

static enum atw_status check(const struct atw_diffusion_sheet *sheet,
                             struct atw_error *err)
{
    double n2 = 0.0, point2 = 0.0;

    for (size_t k = 0; k < 3; k++) {
        n2 += sheet->normal[k] * sheet->normal[k];
        point2 += sheet->point_m[k] * sheet->point_m[k];
    }
    if (!(sheet->thickness_m > 0.0) || !isfinite(sheet->thickness_m))
        return atw_error_set(
            err, ATW_EINVAL,
            "diffusion: a sheet's thickness is %g m; it must be positive",
            sheet->thickness_m);
    if (!(sheet->ratio >= 0.0) || !isfinite(sheet->ratio))
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: a sheet's ratio to the bulk is %g; it must be "
                             "finite and not negative",
                             sheet->ratio);
    if (!isfinite(sheet->excess_Q_J_per_mol) ||
        (sheet->excess_Q_J_per_mol != 0.0 && !(sheet->reference_K > 0.0)))
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: a sheet's excess Q of %g J/mol needs a positive "
                             "reference temperature, not %g K",
                             sheet->excess_Q_J_per_mol, sheet->reference_K);
    if (sheet->kind == ATW_DIFFUSION_PLANE &&
        (!(n2 > 0.0) || !isfinite(n2) || !isfinite(point2)))
        return atw_error_set(
            err, ATW_EINVAL,
            "diffusion: a plane's normal (%g, %g, %g) must be finite and "
            "not zero, and its point finite",
            sheet->normal[0], sheet->normal[1], sheet->normal[2]);
    return ATW_OK;
}

/* The sheet's plane as seen from a voxel's lower corner. */
static struct atw_surface_patch plane_at(const struct atw_diffusion_sheet *sheet,
                                         const struct atw_grid *grid,
                                         size_t voxel)
{
    size_t at[3] = {voxel % grid->n_x, voxel / grid->n_x % grid->n_y,
                    voxel / grid->n_x / grid->n_y};
    size_t extent[3] = {grid->n_x, grid->n_y, grid->n_z};
    struct atw_surface_patch plane = {.area = 1.0};
    double length = hypot(hypot(sheet->normal[0], sheet->normal[1]), sheet->normal[2]);

    for (size_t k = 0; k < 3; k++) {
        double corner =
            atw_grid_position_m(at[k], extent[k], 1.0) - 0.5; /* in voxel edges */

        plane.normal[k] = sheet->normal[k] / length;
        plane.offset += plane.normal[k] * (sheet->point_m[k] / grid->spacing_m - corner);
    }
    return plane;
}

/* A sheet is not wider than the metal of the face. */
static double open_fraction(const struct atw_field *metal, size_t voxel, size_t axis)
{
    size_t stride[3] = {1, metal->grid.n_x, metal->grid.n_x * metal->grid.n_y};
    size_t other = voxel + stride[axis];

    if (other >= atw_grid_voxel_count(&metal->grid))
        return 0.0;
    return fmin((double)atw_cells_aperture(metal->value[voxel], metal->value[other]),
                1.0);
}

static void plane_faces(const struct atw_diffusion_sheet *sheet,
                        const struct atw_field *metal,
                        float (*plus)[3])
{
    for (size_t voxel = 0; voxel < atw_grid_voxel_count(&metal->grid); voxel++) {
        struct atw_surface_patch plane = plane_at(sheet, &metal->grid, voxel);

        for (size_t axis = 0; axis < 3; axis++)
            plus[voxel][axis] =
                (float)(trace(&plane, axis, 1) * detour(plane.normal, axis) *
                        open_fraction(metal, voxel, axis));
    }
}

/* Metal fraction below which a voxel is a sliver. */
#define LEAST_HOME 0.5F

/* Slivers that are no cells have been left out of the metal. */
#define LEAST_FRACTION 1e-9

/* Whether the neighbour has that much metal. */
static int has_metal(
    const struct atw_field *metal, size_t voxel, size_t axis, int step, double least)
{
    const struct atw_grid *grid = &metal->grid;
    long at[3] = {(long)(voxel % grid->n_x), (long)(voxel / grid->n_x % grid->n_y),
                  (long)(voxel / grid->n_x / grid->n_y)};
    long extent[3] = {(long)grid->n_x, (long)grid->n_y, (long)grid->n_z};

    at[axis] += step;
    return at[axis] >= 0 && at[axis] < extent[axis] && metal_at(metal, at) >= least;
}

/* Where a patch conducts: in its voxel, or, as slivers hang on few faces and do not
 * follow a slope along the surface, in the one further inside. */
static size_t home_of(const struct atw_field *metal,
                      size_t voxel,
                      const struct atw_surface_patch *patch)
{
    const struct atw_grid *grid = &metal->grid;
    size_t stride[3] = {1, grid->n_x, grid->n_x * grid->n_y}, axis = 0;
    int inwards;

    if (metal->value[voxel] >= LEAST_HOME)
        return voxel;
    for (size_t k = 1; k < 3; k++)
        axis = fabs(patch->normal[k]) > fabs(patch->normal[axis]) ? k : axis;
    inwards = patch->normal[axis] > 0.0 ? -1 : 1;
    if (!has_metal(metal, voxel, axis, inwards, metal->value[voxel]))
        return voxel;
    return inwards > 0 ? voxel + stride[axis] : voxel - stride[axis];
}

/* A slope g along the surface drives delta g^2 per area, and the same sum over the axes
 * of delta g_k^2: every patch adds its area to the faces on its two sides along every
 * axis, half to each, or all to the only one behind which there is metal. */
static void surface_faces(const struct atw_field *metal, float (*plus)[3])
{
    const struct atw_grid *grid = &metal->grid;
    size_t stride[3] = {1, grid->n_x, grid->n_x * grid->n_y};
    size_t count = atw_grid_voxel_count(grid);

    for (size_t voxel = 0; voxel < count; voxel++)
        plus[voxel][0] = plus[voxel][1] = plus[voxel][2] = 0.0F;
    for (size_t voxel = 0; voxel < count; voxel++) {
        struct atw_surface_patch patch = atw_surface_patch(metal, voxel);

        size_t home = patch.area > 0.0 ? home_of(metal, voxel, &patch) : voxel;

        for (size_t axis = 0; axis < 3 && patch.area > 0.0; axis++) {
            int behind = has_metal(metal, home, axis, -1, LEAST_FRACTION);
            int ahead = has_metal(metal, home, axis, 1, LEAST_FRACTION);
            float share = (float)(patch.area / (ahead + behind > 1 ? 2.0 : 1.0));

            if (ahead)
                plus[home][axis] += share;
            if (behind)
                plus[home - stride[axis]][axis] += share;
        }
    }
}

enum atw_status atw_sheet_faces(const struct atw_diffusion_sheet *sheet,
                                const struct atw_field *metal,
                                float (*plus)[3],
                                struct atw_error *err)
{
    size_t count = atw_grid_voxel_count(&metal->grid);
    float thickness = (float)(sheet->thickness_m / metal->grid.spacing_m);
    enum atw_status status = check(sheet, err);

    if (status != ATW_OK)
        return status;
    if (sheet->kind == ATW_DIFFUSION_PLANE)
        plane_faces(sheet, metal, plus);
    else
        surface_faces(metal, plus);
    for (size_t voxel = 0; voxel < count; voxel++)
        for (size_t axis = 0; axis < 3; axis++)
            plus[voxel][axis] *= thickness;
    return ATW_OK;
}
