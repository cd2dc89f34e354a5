/* A phantom drawn out or pressed together along its axis, and turned. */
#include "phantom/deform.h"

#include <math.h>
#include <stdlib.h>

#include "core/constants.h"
#include "core/parallel.h"

enum { POINTS = 2 }; /* per voxel edge */

struct deformation {
    const struct atw_phantom *body;
    struct atw_phantom *out;
    /* Rows: coordinate of the body, in voxels from its first voxel's centre, as a linear
     * function of the point in metres; the last column is the constant. */
    double map[3][4];
};

/* Sums over the points of one voxel. */
struct contents {
    double metal, shell, silica;
};

static void set_map(struct deformation *job, const struct atw_shape *shape, double s)
{
    const struct atw_grid *grid = &job->body->metal->grid;
    const size_t count[3] = {grid->n_x, grid->n_y, grid->n_z};
    const double scale[3] = {sqrt(s), 1.0 / s, sqrt(s)};
    const double angle[3] = {0.0, 0.0, 0.5 * ATW_PI};
    const double inclination[3] = {0.0, 0.5 * ATW_PI, 0.0};

    for (int i = 0; i < 3; i++) {
        atw_shape_direction(shape, angle[i], inclination[i], job->map[i]);
        for (int k = 0; k < 3; k++)
            job->map[i][k] *= scale[i] / grid->spacing_m;
        job->map[i][3] = 0.5 * ((double)count[i] - 1.0);
    }
}

/* Add the voxel at (x, y, z) of the body; outside its grid there is nothing. */
static void add_voxel(const struct deformation *job,
                      const double place[3],
                      double weight,
                      struct contents *sum)
{
    const struct atw_grid *grid = &job->body->metal->grid;
    double metal;
    size_t i;

    if (!(place[0] >= 0.0 && place[0] < (double)grid->n_x && place[1] >= 0.0 &&
          place[1] < (double)grid->n_y && place[2] >= 0.0 &&
          place[2] < (double)grid->n_z))
        return;
    i = atw_grid_index(grid, (size_t)place[0], (size_t)place[1], (size_t)place[2]);
    metal = weight * (double)job->body->metal->value[i];
    sum->metal += metal;
    sum->shell += metal * (double)job->body->composition->value[i];
    sum->silica += weight * (double)job->body->silica->value[i];
}

/* Trilinear interpolation of the body at a point. */
static void
add_point(const struct deformation *job, const double point_m[3], struct contents *sum)
{
    double low[3], part[3];

    for (int k = 0; k < 3; k++) {
        double x = job->map[k][0] * point_m[0] + job->map[k][1] * point_m[1] +
                   job->map[k][2] * point_m[2] + job->map[k][3];

        low[k] = floor(x);
        part[k] = x - low[k];
    }
    for (int corner = 0; corner < 8; corner++) {
        double place[3], weight = 1.0;

        for (int k = 0; k < 3; k++) {
            int upper = (corner >> k) & 1;

            place[k] = low[k] + upper;
            weight *= upper ? part[k] : 1.0 - part[k];
        }
        add_voxel(job, place, weight, sum);
    }
}

static struct contents
contents_of(const struct deformation *job, const double centre_m[3], double edge_m)
{
    struct contents sum = {0.0, 0.0, 0.0};
    double step_m = edge_m / POINTS;

    for (int z = 0; z < POINTS; z++)
        for (int y = 0; y < POINTS; y++)
            for (int x = 0; x < POINTS; x++) {
                const double point_m[3] = {
                    centre_m[0] + (x - 0.5 * (POINTS - 1)) * step_m,
                    centre_m[1] + (y - 0.5 * (POINTS - 1)) * step_m,
                    centre_m[2] + (z - 0.5 * (POINTS - 1)) * step_m};

                add_point(job, point_m, &sum);
            }
    return sum;
}

static void fill_slice(void *context, size_t z, size_t worker)
{
    const struct deformation *job = context;
    const struct atw_grid *grid = &job->out->metal->grid;
    const double n = POINTS * POINTS * POINTS;
    double centre_m[3];

    (void)worker;
    centre_m[2] = atw_grid_position_m(z, grid->n_z, grid->spacing_m);
    for (size_t y = 0; y < grid->n_y; y++) {
        centre_m[1] = atw_grid_position_m(y, grid->n_y, grid->spacing_m);
        for (size_t x = 0; x < grid->n_x; x++) {
            size_t i = atw_grid_index(grid, x, y, z);
            struct contents sum;

            centre_m[0] = atw_grid_position_m(x, grid->n_x, grid->spacing_m);
            sum = contents_of(job, centre_m, grid->spacing_m);
            job->out->metal->value[i] = (float)(sum.metal / n);
            job->out->silica->value[i] = (float)(sum.silica / n);
            if (sum.metal > 0.0)
                job->out->composition->value[i] = (float)(sum.shell / sum.metal);
        }
    }
}

enum atw_status atw_phantom_deform(struct atw_phantom **out,
                                   const struct atw_phantom *body,
                                   const struct atw_shape *shape,
                                   double stretch,
                                   const struct atw_grid *grid,
                                   struct atw_error *err)
{
    struct deformation job = {.body = body};
    enum atw_status status;

    *out = NULL;
    if (!(stretch > 0.0) || !isfinite(stretch))
        return atw_error_set(err, ATW_EINVAL,
                             "phantom: stretch %g must be positive and finite", stretch);
    status = atw_phantom_create_empty(&job.out, grid, err);
    if (status != ATW_OK)
        return status;
    set_map(&job, shape, stretch);
    atw_parallel_for(grid->n_z, fill_slice, &job);
    *out = job.out;
    return ATW_OK;
}

/* The stretched body reaches along a unit vector u as far as the body along M^T u, which
 * has the components of u along and across the axis, each times `factor` at most. The
 * reach of a body that holds the ends of its axis and looks alike from both does not fall
 * when either component grows: the bound holds for a cross-section of any shape. */
void atw_phantom_deformed_extent(const struct atw_shape *shape,
                                 double stretch,
                                 double *half_across_m,
                                 double *half_along_m)
{
    double factor = fmax(stretch, 1.0 / sqrt(stretch));

    atw_shape_extent(shape, half_across_m, half_along_m);
    *half_across_m *= factor;
    *half_along_m *= factor;
}
