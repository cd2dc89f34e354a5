/* The disc phantom: exact projections and voxel values. */
#include "tomography/discs.h"

#include <math.h>
#include <stdlib.h>

#include "core/constants.h"

static const struct {
    double x, z, radius, value;
} discs[] = {{0, 0, 0.35, 1.0}, {0.13, 0.09, 0.12, 1.5}};

/* Integral of the projection from the left up to u (voxels). */
static double integral_to(double u, double tilt_rad)
{
    double sum = 0.0;

    for (int i = 0; i < 2; i++) {
        double r = discs[i].radius * N_DISC;
        double centre =
            N_DISC * (discs[i].x * cos(tilt_rad) + discs[i].z * sin(tilt_rad));
        double s = fmin(fmax((u - centre) / r, -1.0), 1.0);

        sum += discs[i].value * r * r * (s * sqrt(1.0 - s * s) + asin(s));
    }
    return sum;
}

struct atw_tilt_series *
discs_series_at(size_t n_slice, size_t n_tilt, const double *tilt_rad)
{
    struct atw_tilt_series *series = NULL;

    if (atw_tilt_series_create(&series, n_tilt, n_slice, N_DISC, 1e-9, tilt_rad, NULL) !=
        ATW_OK)
        abort();
    for (size_t i = 0; i < n_tilt; i++)
        for (size_t v = 0; v < n_slice; v++)
            for (size_t u = 0; u < N_DISC; u++)
                series->value[(i * n_slice + v) * N_DISC + u] =
                    (float)(integral_to((double)u + 1 - 0.5 * N_DISC, tilt_rad[i]) -
                            integral_to((double)u - 0.5 * N_DISC, tilt_rad[i]));
    return series;
}

struct atw_tilt_series *discs_series(size_t n_slice)
{
    double tilt_rad[73];

    for (int i = 0; i < 73; i++)
        tilt_rad[i] = (2 * i - 72) * ATW_DEGREE_RAD;
    return discs_series_at(n_slice, 73, tilt_rad);
}

const struct discs_peer discs_peers[N_DISCS_PEER] = {
    {"ASTRA 2.5.0", "EM from its linear projector on the CPU", "em", 20, 0.0856, 0.0003},
    {"TomoPy, libtomo", "MLEM, line projector", "em", 20, 0.0857, 0.0003},
    {"LEAP, end of 2024", "MLEM, separable footprint, CPU", "em", 20, 0.0849, 0.001},
    {"ASTRA 2.5.0", "SIRT, linear projector, not negative", "sirt", 20, 0.149, 0.001},
    {"ASTRA 2.5.0", "CGLS, linear projector", "cgls", 20, 0.097, 0.003},
    {"ASTRA 2.5.0", "FBP, Ram-Lak, wedge not weighted", "wbp", 1, 0.249, 0.005},
};

static double value_at(double x, double z)
{
    double sum = 0.0;

    for (int i = 0; i < 2; i++)
        if (hypot(x - discs[i].x * N_DISC, z - discs[i].z * N_DISC) <=
            discs[i].radius * N_DISC)
            sum += discs[i].value;
    return sum;
}

static double voxel(size_t x, size_t z)
{
    double sum = 0.0;

    for (int i = 0; i < 32; i++)
        for (int j = 0; j < 32; j++)
            sum += value_at((double)x + (i + 0.5) / 32 - 0.5 * N_DISC,
                            (double)z + (j + 0.5) / 32 - 0.5 * N_DISC);
    return sum / 1024;
}

double discs_error(const float *volume, size_t n_slice)
{
    static float truth[N_DISC][N_DISC];
    static int is_known;
    double error = 0.0;

    for (size_t z = 0; z < N_DISC && !is_known; z++)
        for (size_t x = 0; x < N_DISC; x++)
            truth[z][x] = (float)voxel(x, z);
    is_known = 1;
    for (size_t z = 0; z < N_DISC; z++)
        for (size_t x = 0; x < N_DISC; x++)
            error += pow((double)(volume[z * n_slice * N_DISC + x] - truth[z][x]), 2.0);
    return sqrt(error) / N_DISC;
}
