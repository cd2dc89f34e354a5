/* Mean composition along the beam of a rod whose composition is that of an axial state.
 */
#include "pipeline/axial_mean.h"

#include <math.h>

#include "pipeline/particle_scene.h"

/* Gauss-Legendre nodes on the half of a chord, positive ones of [-1, 1]: the composition
 * is smooth along a chord, and what changes within less than 1 nm does so near its ends,
 * where nodes are dense. */
enum { PAIRS = 16 };
static const double NODE[PAIRS] = {
    0.0483076656877383, 0.1444719615827965, 0.2392873622521371, 0.3318686022821277,
    0.4213512761306353, 0.5068999089322294, 0.5877157572407623, 0.6630442669302152,
    0.7321821187402897, 0.7944837959679424, 0.8493676137325700, 0.8963211557660521,
    0.9349060759377397, 0.9647622555875064, 0.9856115115452684, 0.9972638618494816};
static const double WEIGHT[PAIRS] = {
    0.0965400885147278, 0.0956387200792749, 0.0938443990808046, 0.0911738786957639,
    0.0876520930044038, 0.0833119242269467, 0.0781938957870703, 0.0723457941088485,
    0.0658222227763618, 0.0586840934785355, 0.0509980592623762, 0.0428358980222267,
    0.0342738629130214, 0.0253920653092621, 0.0162743947309057, 0.0070186100094701};

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static double along(const struct atw_body *rod, const double vector[3])
{
    return dot(rod->axis[1], vector);
}

/* Of one line that meets the rod. */
static double mean_of(const struct atw_particle_scene *particle,
                      const double origin_m[3],
                      const double beam[3])
{
    const struct atw_body *rod = &particle->metal;
    double enter, leave, centre, half, sum = 0.0;
    double z = along(rod, origin_m), dz = along(rod, beam);
    double a = 1.0 - dz * dz, b = dot(origin_m, beam) - z * dz;
    double c = dot(origin_m, origin_m) - z * z;

    if (!atw_body_chord(rod, origin_m, beam, &enter, &leave))
        return atw_axial_value(particle->state, sqrt(fmax(0.0, c - b * b / a)), fabs(z));
    centre = 0.5 * (enter + leave);
    half = 0.5 * (leave - enter);
    for (size_t k = 0; k < 2 * PAIRS; k++) {
        double s = centre + (k % 2 ? -half : half) * NODE[k / 2];
        double square = c + s * (2.0 * b + s * a);

        sum += WEIGHT[k / 2] * atw_axial_value(particle->state, sqrt(fmax(0.0, square)),
                                               fabs(z + s * dz));
    }
    return 0.5 * sum;
}

/* A rod that lies along u or v looks the same from above and below, left and right. */
static int is_symmetric(const struct atw_body *rod, const double across[3])
{
    return fabs(along(rod, across)) < 1e-12 || fabs(rod->axis[1][1]) < 1e-12;
}

void atw_axial_mean(const void *context,
                    double tilt_rad,
                    const struct atw_screen *screen,
                    const float *length,
                    float *mean)
{
    const struct atw_particle_scene *particle = context;
    const double across[3] = {cos(tilt_rad), 0.0, sin(tilt_rad)};
    const double beam[3] = {-sin(tilt_rad), 0.0, cos(tilt_rad)};
    size_t n_u = screen->n_u, n_v = screen->n_v;
    int symmetric = is_symmetric(&particle->metal, across);
    size_t end_u = symmetric ? (n_u + 1) / 2 : n_u;
    size_t end_v = symmetric ? (n_v + 1) / 2 : n_v;

    for (size_t j = 0; j < end_v; j++)
        for (size_t i = 0; i < end_u; i++) {
            double u = atw_grid_position_m(i, n_u, screen->pitch_u_m);
            double v = atw_grid_position_m(j, n_v, screen->pitch_v_m);
            const double origin[3] = {u * across[0], v, u * across[2]};
            float value;

            if (!(length[j * n_u + i] > 0.0F))
                continue;
            value = (float)mean_of(particle, origin, beam);
            mean[j * n_u + i] = value;
            if (symmetric) {
                mean[j * n_u + n_u - 1 - i] = value;
                mean[(n_v - 1 - j) * n_u + i] = value;
                mean[(n_v - 1 - j) * n_u + n_u - 1 - i] = value;
            }
        }
}
