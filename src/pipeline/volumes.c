/* Volumes of a run in one EMD file. */
#include "pipeline/volumes.h"

#include <stdio.h>

#include "io/emd.h"

enum { NAME_SIZE = 128 };

static enum atw_status add_step(struct atw_emd *emd,
                                const char *particle,
                                size_t step,
                                const char *what,
                                const struct atw_field *field,
                                const struct atw_emd_text *text,
                                struct atw_error *err)
{
    char name[NAME_SIZE];

    snprintf(name, sizeof name, "%s_%03zu_%s", particle, step, what);
    return atw_emd_add_field(emd, name, field, text, err);
}

static enum atw_status add_measurements(struct atw_emd *emd,
                                        const struct atw_specimen *specimen,
                                        struct atw_error *err)
{
    static const struct atw_emd_text reconstruction = {
        "HAADF intensity, reconstructed from the tilt series", "count/nm"};
    static const struct atw_emd_text composition = {
        "fraction of shell metal from the reconstruction, 0 outside the particle", "1"};
    const char *name = specimen->particle->name;
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < specimen->n_tomograms && status == ATW_OK; k++) {
        const struct atw_measurement *measurement = &specimen->measurement[k];

        if (!measurement->volume)
            continue; /* not measured */
        status = add_step(emd, name, k, "reconstruction", measurement->volume,
                          &reconstruction, err);
        if (status == ATW_OK)
            status = add_step(emd, name, k, "composition", measurement->composition,
                              &composition, err);
    }
    return status;
}

static enum atw_status add_truth(struct atw_emd *emd,
                                 const struct atw_truth_particle *truth,
                                 struct atw_error *err)
{
    static const struct atw_emd_text metal = {"true fraction of metal in the voxel", "1"};
    static const struct atw_emd_text state = {"true fraction of shell metal in the metal",
                                              "1"};
    char name[NAME_SIZE];
    enum atw_status status;

    snprintf(name, sizeof name, "%s_metal", truth->name);
    status = atw_emd_add_field(emd, name, truth->phantom->metal, &metal, err);
    for (size_t k = 0; k <= truth->n_steps && status == ATW_OK; k++)
        status =
            add_step(emd, truth->name, k, "state", truth->composition[k], &state, err);
    for (size_t k = 0; k <= truth->n_steps && status == ATW_OK; k++)
        if (truth->reshaped[k])
            status = add_step(emd, truth->name, k, "metal", truth->reshaped[k]->metal,
                              &metal, err);
    return status;
}

enum atw_status atw_volumes_write(const struct atw_analysis *analysis,
                                  const struct atw_truth *truth,
                                  const char *path,
                                  const struct atw_metadata *metadata,
                                  struct atw_error *err)
{
    struct atw_emd *emd = NULL;
    enum atw_status status = atw_emd_begin(&emd, path, 0, metadata, err);

    for (size_t i = 0; i < analysis->experiment->n_particles && status == ATW_OK; i++) {
        status = add_measurements(emd, analysis->specimen[i], err);
        if (status == ATW_OK && truth)
            status = add_truth(emd, &truth->particle[i], err);
    }
    if (status == ATW_OK)
        return atw_emd_commit(&emd, err);
    atw_emd_abort(emd);
    return status;
}
