/* Runge-Kutta-Chebyshev steps: the weights. Equation numbers of the source: (2.2)-(2.5).
 */
#include "diffusion/rkc.h"

#include <math.h>

#define DAMPING (2.0 / 13.0)

size_t atw_rkc_stages(double length, double spectral_radius)
{
    double stages = ceil(sqrt(1.0 + 1.54 * length * spectral_radius));

    return stages < 2.0                      ? 2
           : stages > ATW_RKC_STAGES_AT_MOST ? ATW_RKC_STAGES_AT_MOST
                                             : (size_t)stages;
}

double atw_rkc_longest(double spectral_radius)
{
    double most = ATW_RKC_STAGES_AT_MOST - 1;

    return (most * most - 1.0) / (1.54 * spectral_radius);
}

/* T, T' and T'' of the next degree. */
static void next_degree(struct atw_rkc *rkc)
{
    double T = 2.0 * rkc->w0 * rkc->T[0] - rkc->T[1];
    double T1 = 2.0 * rkc->T[0] + 2.0 * rkc->w0 * rkc->T1[0] - rkc->T1[1];
    double T2 = 4.0 * rkc->T1[0] + 2.0 * rkc->w0 * rkc->T2[0] - rkc->T2[1];

    rkc->T[1] = rkc->T[0];
    rkc->T1[1] = rkc->T1[0];
    rkc->T2[1] = rkc->T2[0];
    rkc->T[0] = T;
    rkc->T1[0] = T1;
    rkc->T2[0] = T2;
}

static void first_degree(struct atw_rkc *rkc)
{
    rkc->T[0] = rkc->w0;
    rkc->T[1] = rkc->T1[0] = 1.0;
    rkc->T1[1] = rkc->T2[0] = rkc->T2[1] = 0.0;
}

void atw_rkc_begin(struct atw_rkc *rkc, size_t stages)
{
    *rkc = (struct atw_rkc){.stages = stages, .stage = 1};
    rkc->w0 = 1.0 + DAMPING / ((double)stages * (double)stages);
    first_degree(rkc);
    for (size_t j = 2; j <= stages; j++)
        next_degree(rkc);
    rkc->w1 = rkc->T1[0] / rkc->T2[0];
    first_degree(rkc);
    rkc->b[0] = rkc->b[1] = 0.25 / (rkc->w0 * rkc->w0); /* of degree 2 */
    rkc->a = 1.0 - rkc->b[0] * rkc->w0;
    rkc->on_start = 1.0;
    rkc->on_first = rkc->b[0] * rkc->w1;
    rkc->time = rkc->on_first;
}

void atw_rkc_next(struct atw_rkc *rkc)
{
    double b, ratio;

    next_degree(rkc);
    rkc->stage++;
    b = rkc->T2[0] / (rkc->T1[0] * rkc->T1[0]);
    ratio = 2.0 * b / rkc->b[0];
    rkc->on_last = ratio * rkc->w0;
    rkc->on_before = -b / rkc->b[1];
    rkc->on_start = 1.0 - rkc->on_last - rkc->on_before;
    rkc->on_rate = ratio * rkc->w1;
    rkc->on_first = -rkc->a * rkc->on_rate;
    rkc->b[1] = rkc->b[0];
    rkc->b[0] = b;
    rkc->a = 1.0 - b * rkc->T[0];
    rkc->time = rkc->w1 * rkc->T2[0] / rkc->T1[0];
}
