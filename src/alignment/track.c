/* Least squares of a quantity over the tilts by cos t, sin t and a constant. */
#include "alignment/track.h"

#include <math.h>

/* A direction with less than this share of the largest diagonal element counts as not
 * determined: angles within a degree of each other. */
#define LEAST_PIVOT 1e-6

enum { PARAMETERS = 3 };

/* Solve the symmetric system by elimination; a row without a pivot gives zero. */
static void solve(double a[PARAMETERS][PARAMETERS], double b[PARAMETERS], int n)
{
    double scale = 0.0;

    for (int i = 0; i < n; i++)
        scale = fmax(scale, a[i][i]);
    for (int k = 0; k < n; k++) {
        if (!(a[k][k] > LEAST_PIVOT * scale)) {
            for (int j = 0; j < n; j++)
                a[k][j] = a[j][k] = 0.0;
            a[k][k] = 1.0;
            b[k] = 0.0;
            continue;
        }
        for (int i = k + 1; i < n; i++) {
            double factor = a[i][k] / a[k][k];

            for (int j = k; j < n; j++)
                a[i][j] -= factor * a[k][j];
            b[i] -= factor * b[k];
        }
    }
    for (int k = n; k-- > 0;) {
        for (int j = k + 1; j < n; j++)
            b[k] -= a[k][j] * b[j];
        b[k] /= a[k][k];
    }
}

struct atw_track atw_track_fit(const double *tilt_rad,
                               const double *value,
                               const unsigned char *rejected,
                               size_t n,
                               int with_constant)
{
    double a[PARAMETERS][PARAMETERS] = {{0.0}}, b[PARAMETERS] = {0.0};

    for (size_t i = 0; i < n; i++) {
        const double row[PARAMETERS] = {cos(tilt_rad[i]), sin(tilt_rad[i]), 1.0};

        if (rejected && rejected[i])
            continue;
        for (int j = 0; j < PARAMETERS; j++) {
            for (int k = 0; k < PARAMETERS; k++)
                a[j][k] += row[j] * row[k];
            b[j] += row[j] * value[i];
        }
    }
    solve(a, b, with_constant ? 3 : 2);
    return (struct atw_track){
        .x = b[0], .z = b[1], .constant = with_constant ? b[2] : 0.0};
}

double atw_track_at(const struct atw_track *track, double tilt_rad)
{
    return track->x * cos(tilt_rad) + track->z * sin(tilt_rad) + track->constant;
}

void atw_sort_views(size_t *order, const double *tilt_rad, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t k = i;

        for (; k > 0 && tilt_rad[order[k - 1]] > tilt_rad[i]; k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
}
