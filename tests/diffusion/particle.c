/* Particles for the tests of the diffusion room and their closed solutions. */
#include "diffusion/particle.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sf_bessel.h>

#include "core/constants.h"
#include "core/status.h"

double particle_rod_half_axis = 18.0;

double particle_sphere(double x, double y, double z, double radius)
{
    return sqrt(x * x + y * y + z * z) - radius;
}

double particle_cylinder(double x, double y, double z, double radius)
{
    (void)y;
    return hypot(x, z) - radius;
}

double particle_slab(double x, double y, double z, double half_width)
{
    (void)y;
    (void)z;
    return fabs(x) - half_width;
}

double particle_rod(double x, double y, double z, double radius)
{
    double beyond = fmax(fabs(y) - particle_rod_half_axis, 0.0);

    return sqrt(x * x + beyond * beyond + z * z) - radius;
}

static double fill_voxel(const double centre[3],
                         double h,
                         particle_inside_fn inside,
                         double size,
                         size_t n_sub)
{
    double distance = inside(centre[0], centre[1], centre[2], size);
    size_t hits = 0;

    if (fabs(distance) > 0.87 * h)
        return distance < 0.0 ? 1.0 : 0.0;
    for (size_t k = 0; k < n_sub * n_sub * n_sub; k++) {
        double dx = ((double)(k % n_sub) + 0.5) / (double)n_sub - 0.5;
        double dy = ((double)(k / n_sub % n_sub) + 0.5) / (double)n_sub - 0.5;
        double dz = ((double)(k / n_sub / n_sub) + 0.5) / (double)n_sub - 0.5;

        hits += inside(centre[0] + dx * h, centre[1] + dy * h, centre[2] + dz * h, size) <
                0.0;
    }
    return (double)hits / (double)(n_sub * n_sub * n_sub);
}

struct atw_field *particle_fill(const struct atw_grid *grid,
                                particle_inside_fn inside,
                                double size,
                                const double shift[3],
                                size_t n_sub)
{
    struct atw_field *field = NULL;
    double h = grid->spacing_m * 1e9;

    if (atw_field_create(&field, grid, NULL) != ATW_OK)
        abort();
    for (size_t i = 0; i < atw_grid_voxel_count(grid); i++) {
        double centre[3] = {
            1e9 * atw_grid_position_m(i % grid->n_x, grid->n_x, grid->spacing_m),
            1e9 * atw_grid_position_m(i / grid->n_x % grid->n_y, grid->n_y,
                                      grid->spacing_m),
            1e9 * atw_grid_position_m(i / grid->n_x / grid->n_y, grid->n_z,
                                      grid->spacing_m)};

        for (size_t k = 0; k < 3; k++)
            centre[k] -= shift[k] * h;
        field->value[i] = (float)fill_voxel(centre, h, inside, size, n_sub);
    }
    return field;
}

struct atw_field *particle_composition(const struct atw_field *metal,
                                       const struct atw_field *core)
{
    struct atw_field *composition = NULL;

    if (atw_field_copy(&composition, metal, NULL) != ATW_OK)
        abort();
    for (size_t i = 0; i < atw_grid_voxel_count(&metal->grid); i++)
        composition->value[i] =
            metal->value[i] > 0.0F ? 1.0F - core->value[i] / metal->value[i] : 0.0F;
    return composition;
}

/* The root of tan(b) = b in (k pi, (k + 1/2) pi): b = k pi + atan(b) contracts 20-fold or
 * more. */
static double sphere_root(int k)
{
    double b = (k + 0.5) * ATW_PI;

    for (int i = 0; i < 14; i++)
        b = k * ATW_PI + atan(b);
    return b;
}

/* c = mean + sum_k A_k sinc(b_k r/R) exp(-b_k^2 S/R^2); the norm of sinc(b r/R) over the
 * ball is sin(b)^2 / (2 b^2), see Crank, "The Mathematics of Diffusion", 6.3. */
double particle_sphere_series(double r, double radius, double core, double S)
{
    double q = core / radius, x = r / radius, c = 1.0 - q * q * q;

    for (int k = 1; k <= 60 && k * k * S < 5.0 * radius * radius; k++) {
        double b = sphere_root(k), shape = b * x > 1e-9 ? sin(b * x) / (b * x) : 1.0;
        double over_core = (sin(b * q) - b * q * cos(b * q)) / (b * b * b);
        double norm = sin(b) * sin(b) / (2.0 * b * b);

        c -= over_core / norm * shape * exp(-b * b * S / (radius * radius));
    }
    return c;
}

double particle_cylinder_series(double r, double radius, double core, double S)
{
    double q = core / radius, x = r / radius, c = 1.0 - q * q;

    for (unsigned k = 1; k <= 60 && k * k * S < 5.0 * radius * radius; k++) {
        double b = gsl_sf_bessel_zero_J1(k), j0 = gsl_sf_bessel_J0(b);

        c -= 2.0 * q * gsl_sf_bessel_J1(b * q) / (b * j0 * j0) * gsl_sf_bessel_J0(b * x) *
             exp(-b * b * S / (radius * radius));
    }
    return c;
}

double particle_slab_series(double x, double half_width, double core, double S)
{
    double q = core / half_width, c = 1.0 - q;

    for (int k = 1; k <= 60 && k * k * S < 5.0 * half_width * half_width; k++) {
        double b = k * ATW_PI;

        c -= 2.0 * sin(b * q) / b * cos(b * x / half_width) *
             exp(-b * b * S / (half_width * half_width));
    }
    return c;
}
