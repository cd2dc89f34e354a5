/* The diffusivity that a perfect measurement would find where there is none. */
#include "pipeline/effective_diffusivity.h"

#include <math.h>

#include "diffusion/family.h"
#include "inference/root.h"
#include "pipeline/true_degree.h"

/* Range of S that is searched: far less and far more than alloys any particle. */
#define S_LEAST_M2 1e-24
#define S_START_M2 5e-18
#define S_GREATEST_M2 1e-14

/* A degree this many tolerances of the composition below 1 still tells S to a few per
 * cent: the spread of what is left is then a hundred times its error. */
#define SATURATION_TOLERANCES 100.0

struct trial {
    struct atw_diffusion_family *family;
    struct atw_field *composition;
    struct atw_degree_scale *scale;
};

static enum atw_status
degree_after(void *context, double S_m2, double *degree, struct atw_error *err)
{
    struct trial *trial = context;
    enum atw_status status =
        atw_diffusion_family_at(trial->family, S_m2, trial->composition, err);

    if (status == ATW_OK)
        status = atw_degree_of(degree, trial->scale, trial->composition, err);
    return status;
}

static enum atw_status find_S(double *S_m2,
                              struct atw_truth_particle *truth,
                              size_t step,
                              const struct atw_scenario *scenario,
                              struct atw_error *err)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_root_options search =
        atw_root_defaults(S_START_M2, S_LEAST_M2, S_GREATEST_M2);
    struct trial trial = {0};
    const struct atw_field *metal = atw_truth_metal(truth, step);
    struct atw_root root;
    enum atw_status status;

    options.tolerance = scenario->diffusion_tolerance;
    options.keeps_dispersion = 1; /* as the run did */
    status = atw_diffusion_family_create(&trial.family, truth->composition[step], metal,
                                         &options, err);
    if (status == ATW_OK)
        status = atw_field_copy(&trial.composition, truth->composition[step], err);
    if (status == ATW_OK)
        status = atw_degree_scale_create(&trial.scale, truth, step,
                                         &scenario->imaging.microscope.contrast,
                                         scenario->analysis_erosion_m, err);
    if (status == ATW_OK)
        status = atw_root_find(&root, degree_after, &trial, truth->degree[step + 1],
                               &search, err);
    if (status == ATW_OK)
        *S_m2 = root.S_m2;
    atw_degree_scale_destroy(trial.scale);
    atw_field_destroy(trial.composition);
    atw_diffusion_family_destroy(trial.family);
    return status;
}

enum atw_status atw_effective_diffusivity(struct atw_truth_particle *truth,
                                          const struct atw_scenario *scenario,
                                          struct atw_error *err)
{
    double saturated = 1.0 - SATURATION_TOLERANCES * scenario->diffusion_tolerance;
    enum atw_status status = ATW_OK;

    if (!scenario->material.depends_on_composition)
        return ATW_OK;
    for (size_t k = 0; k < truth->n_steps && status == ATW_OK; k++) {
        double S_m2 = NAN;

        if (truth->degree[k + 1] < saturated)
            status = find_S(&S_m2, truth, k, scenario, err);
        truth->D_m2_per_s[k] = S_m2 / scenario->held_s[k];
    }
    return status;
}
