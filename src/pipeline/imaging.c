/* Take the tilt series of the simulated particles. */
#include "pipeline/imaging.h"

#include "microscope/record.h"
#include "phantom/deform.h"
#include "pipeline/particle_scene.h"

struct atw_microscope atw_imaging_frame(const struct atw_scenario *scenario,
                                        const struct atw_truth *truth,
                                        size_t particle)
{
    struct atw_microscope microscope = scenario->imaging.microscope;
    double margin_m = scenario->imaging.margin_m, half_across_m, half_along_m;

    atw_phantom_deformed_extent(
        &scenario->particle[particle].shape,
        atw_truth_stretch(&truth->particle[particle], scenario->n_steps), &half_across_m,
        &half_along_m);
    microscope.n_u = atw_grid_cover(2.0 * (half_across_m + margin_m), microscope.pixel_m);
    microscope.n_v = atw_grid_cover(2.0 * (half_along_m + margin_m), microscope.pixel_m);
    return microscope;
}

enum atw_status atw_imaging_signal(struct atw_tilt_series **out,
                                   const struct atw_scenario *scenario,
                                   const struct atw_truth *truth,
                                   size_t particle,
                                   size_t tomogram,
                                   const struct atw_microscope *microscope,
                                   const struct atw_acquisition *acquisition,
                                   struct atw_error *err)
{
    const struct atw_truth_particle *subject = &truth->particle[particle];
    const struct atw_phantom *reshaped = subject->reshaped[tomogram];
    struct atw_imaging_settings settings = scenario->imaging;
    struct atw_particle_scene *scene = NULL;
    enum atw_status status;

    settings.from_voxels |= reshaped != NULL; /* no body of this room has that shape */
    status = atw_particle_scene_create(
        &scene, &scenario->particle[particle].shape,
        reshaped ? reshaped : subject->phantom,
        tomogram > 0 ? subject->composition[tomogram] : NULL, &settings, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_microscope_record(out, &scene->scene, microscope, acquisition,
                                       scenario->tilt_rad, err);
    atw_particle_scene_destroy(scene);
    return status;
}

enum atw_status atw_imaging_acquire_perfect(struct atw_acquisition **out,
                                            const struct atw_scenario *scenario,
                                            struct atw_error *err)
{
    const struct atw_acquisition_settings perfect = {0};

    return atw_acquisition_create(out, &perfect, scenario->tilt_rad, scenario->n_tilt, 0,
                                  NULL, err);
}

enum atw_status atw_imaging_counts_per_nm(double *counts_per_nm,
                                          const struct atw_scenario *scenario,
                                          const struct atw_tilt_series *perfect_signal,
                                          struct atw_error *err)
{
    if (scenario->imaging.calibration == ATW_CALIBRATION_CURRENT) {
        *counts_per_nm =
            scenario->imaging.electrons_per_pixel / scenario->imaging.damping_core_nm;
        return ATW_OK;
    }
    return atw_microscope_counts_per_nm(perfect_signal, scenario->imaging.peak_counts,
                                        counts_per_nm, err);
}

/* Items of random streams: views count on from here. */
static uint64_t
item_of(const struct atw_scenario *scenario, size_t particle, size_t tomogram)
{
    return (uint64_t)(particle * (scenario->n_steps + 1) + tomogram) << 32;
}

enum atw_status atw_imaging_acquire(const struct atw_scenario *scenario,
                                    struct atw_truth *truth,
                                    size_t particle,
                                    size_t tomogram,
                                    struct atw_error *err)
{
    const struct atw_random_key key = {.seed = scenario->seed,
                                       .stage = ATW_RANDOM_ACQUISITION,
                                       .item = item_of(scenario, particle, tomogram)};

    return atw_acquisition_create(
        &truth->particle[particle].acquisition[tomogram], &scenario->imaging.acquisition,
        scenario->tilt_rad, scenario->n_tilt, tomogram * scenario->n_tilt, &key, err);
}

enum atw_status atw_imaging_expose(struct atw_tilt_series *series,
                                   const struct atw_scenario *scenario,
                                   const struct atw_truth *truth,
                                   size_t particle,
                                   size_t tomogram,
                                   double counts_per_nm,
                                   struct atw_error *err)
{
    const struct atw_random_key key = {.seed = scenario->seed,
                                       .stage = ATW_RANDOM_SHOT_NOISE,
                                       .item = item_of(scenario, particle, tomogram)};
    struct atw_microscope microscope = scenario->imaging.microscope;
    enum atw_status status;

    microscope.counts_per_nm = counts_per_nm;
    status = atw_microscope_expose(series, &microscope, &key, err);
    if (status == ATW_OK)
        atw_microscope_digitise(series, truth->particle[particle].acquisition[tomogram],
                                scenario->imaging.gain, scenario->imaging.offset);
    return status;
}
