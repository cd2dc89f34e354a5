/* Bound: expected counts, as the microscope of the scenario would record them. */
#include "pipeline/bound_internal.h"

#include <stdlib.h>

#include "pipeline/imaging.h"

enum atw_status atw_bound_expect(struct atw_tilt_series **out,
                                 const struct atw_bound_work *work,
                                 const struct atw_scenario *scenario,
                                 const struct atw_truth *truth,
                                 size_t particle,
                                 size_t tomogram,
                                 const double shift_m[2],
                                 struct atw_error *err)
{
    struct atw_microscope microscope =
        atw_imaging_frame(work->scenario, work->truth, particle);
    struct atw_acquisition acquisition =
        *work->truth->particle[particle].acquisition[tomogram];
    size_t stride = work->options->view_stride > 1 ? work->options->view_stride : 1;
    struct atw_view *view = malloc(acquisition.n_views * sizeof *view);
    enum atw_status status;

    *out = NULL;
    if (!view)
        return atw_error_set(err, ATW_ENOMEM, "bound: out of memory");
    acquisition.n_views = (acquisition.n_views + stride - 1) / stride;
    for (size_t i = 0; i < acquisition.n_views; i++) {
        view[i] = acquisition.view[i * stride];
        view[i].shift_u_m += shift_m ? shift_m[0] : 0.0;
        view[i].shift_v_m += shift_m ? shift_m[1] : 0.0;
    }
    acquisition.view = view;
    microscope.blur_sigma_m = scenario->imaging.microscope.blur_sigma_m;
    microscope.counts_per_nm = work->counts_per_nm;
    microscope.shot_noise = 0;
    status = atw_imaging_signal(out, scenario, truth, particle, tomogram, &microscope,
                                &acquisition, err);
    if (status == ATW_OK)
        status = atw_microscope_expose(*out, &microscope, NULL, err);
    free(view);
    return status;
}
