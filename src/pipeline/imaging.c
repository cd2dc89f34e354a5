/* Take the tilt series of the simulated particles. */
#include "pipeline/imaging.h"

#include "microscope/record.h"
#include "phantom/deform.h"
#include "pipeline/particle_scene.h"

/* Detector frame that holds the particle with its margin at any tilt, in every state. */
static struct atw_microscope frame_particle(const struct atw_scenario *scenario,
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

static enum atw_status signal_of(struct atw_tilt_series **out,
                                 const struct atw_scenario *scenario,
                                 const struct atw_truth *truth,
                                 size_t particle,
                                 size_t tomogram,
                                 const struct atw_acquisition *acquisition,
                                 struct atw_error *err)
{
    const struct atw_truth_particle *subject = &truth->particle[particle];
    const struct atw_phantom *reshaped = subject->reshaped[tomogram];
    struct atw_microscope microscope = frame_particle(scenario, truth, particle);
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
        status = atw_microscope_record(out, &scene->scene, &microscope, acquisition,
                                       scenario->tilt_rad, err);
    atw_particle_scene_destroy(scene);
    return status;
}

enum atw_status atw_imaging_counts_per_nm(double *counts_per_nm,
                                          const struct atw_scenario *scenario,
                                          const struct atw_truth *truth,
                                          struct atw_error *err)
{
    const struct atw_acquisition_settings perfect = {0};
    struct atw_acquisition *acquisition = NULL;
    struct atw_tilt_series *signal = NULL;
    enum atw_status status;

    if (scenario->imaging.calibration == ATW_CALIBRATION_CURRENT) {
        *counts_per_nm =
            scenario->imaging.electrons_per_pixel / scenario->imaging.damping_core_nm;
        return ATW_OK;
    }
    status = atw_acquisition_create(&acquisition, &perfect, scenario->tilt_rad,
                                    scenario->n_tilt, 0, NULL, err);
    if (status == ATW_OK)
        status =
            signal_of(&signal, scenario, truth, scenario->reference, 0, acquisition, err);
    if (status == ATW_OK)
        status = atw_microscope_counts_per_nm(signal, scenario->imaging.peak_counts,
                                              counts_per_nm, err);
    atw_tilt_series_destroy(signal);
    atw_acquisition_destroy(acquisition);
    return status;
}

static enum atw_status expose(struct atw_tilt_series *series,
                              const struct atw_scenario *scenario,
                              const struct atw_acquisition *acquisition,
                              uint64_t item,
                              double counts_per_nm,
                              struct atw_error *err)
{
    const struct atw_random_key key = {
        .seed = scenario->seed, .stage = ATW_RANDOM_SHOT_NOISE, .item = item};
    struct atw_microscope microscope = scenario->imaging.microscope;
    enum atw_status status;

    microscope.counts_per_nm = counts_per_nm;
    status = atw_microscope_expose(series, &microscope, &key, err);
    if (status == ATW_OK)
        atw_microscope_digitise(series, acquisition, scenario->imaging.gain,
                                scenario->imaging.offset);
    return status;
}

enum atw_status atw_imaging_record(struct atw_tilt_series **out,
                                   const struct atw_scenario *scenario,
                                   struct atw_truth *truth,
                                   size_t particle,
                                   size_t tomogram,
                                   double counts_per_nm,
                                   struct atw_error *err)
{
    uint64_t item = (uint64_t)(particle * (scenario->n_steps + 1) + tomogram) << 32;
    const struct atw_random_key key = {
        .seed = scenario->seed, .stage = ATW_RANDOM_ACQUISITION, .item = item};
    struct atw_acquisition **acquisition =
        &truth->particle[particle].acquisition[tomogram];
    enum atw_status status = atw_acquisition_create(
        acquisition, &scenario->imaging.acquisition, scenario->tilt_rad, scenario->n_tilt,
        tomogram * scenario->n_tilt, &key, err);

    *out = NULL;
    if (status == ATW_OK)
        status = signal_of(out, scenario, truth, particle, tomogram, *acquisition, err);
    if (status == ATW_OK)
        status = expose(*out, scenario, *acquisition, item, counts_per_nm, err);
    if (status != ATW_OK) {
        atw_tilt_series_destroy(*out);
        *out = NULL;
    }
    return status;
}
