/* What the detector records of counted electrons. */
#include "microscope/record.h"

void atw_microscope_digitise(struct atw_tilt_series *series,
                             const struct atw_acquisition *acquisition,
                             double gain,
                             double offset)
{
    size_t count = series->n_v * series->n_u;

    for (size_t view = 0; view < series->n_tilt; view++) {
        float *pixel = atw_tilt_series_view(series, view);
        float factor = (float)(gain * acquisition->view[view].gain);

        for (size_t i = 0; i < count; i++)
            pixel[i] = factor * pixel[i] + (float)offset;
    }
}
