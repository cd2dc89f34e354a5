/* What fills a body unevenly, averaged over the elements of a screen. */
#include <stddef.h>

#include "microscope/scene.h"

/* What the means of chord and filling over an element leave out of the mean of their
 * product along one axis, in 1/24 of it: both change within the element. */
static float within_element(const float *length, const float *filling, ptrdiff_t step)
{
    float before = length[-step], after = length[step];

    if (!(before > 0.0F && after > 0.0F))
        return 0.0F;
    return length[0] * (filling[-step] - 2.0F * filling[0] + filling[step]) +
           0.5F * (after - before) * (filling[step] - filling[-step]);
}

void atw_scene_fill(float *product,
                    const float *length,
                    const float *filling,
                    const struct atw_screen *screen)
{
    size_t n_u = screen->n_u, n_v = screen->n_v;

    for (size_t i = 0; i < n_u * n_v; i++)
        product[i] = length[i] > 0.0F ? length[i] * filling[i] : 0.0F;
    for (size_t j = 1; j + 1 < n_v; j++)
        for (size_t i = 1; i + 1 < n_u; i++) {
            size_t at = j * n_u + i;

            if (length[at] > 0.0F)
                product[at] +=
                    (within_element(length + at, filling + at, 1) +
                     within_element(length + at, filling + at, (ptrdiff_t)n_u)) /
                    24.0F;
        }
}
