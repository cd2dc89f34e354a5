/* What `diffuse` is asked to do to a particle, from its options. */
#include "cli/heat_request.h"

#include <math.h>
#include <string.h>

#include "cli/model.h"
#include "cli/values.h"
#include "core/constants.h"

#define TOLERANCE_LEAST 1e-8
#define TOLERANCE_MOST 1e-2
#define REST_K (25.0 + ATW_ZERO_CELSIUS_K)

static enum atw_status
read_time(double *time_s, const char *text, size_t length, struct atw_error *err)
{
    char one[64];
    enum atw_status status;

    if (length >= sizeof one)
        return atw_error_set(err, ATW_EUSAGE,
                             "--time '%.60s...': give durations such as "
                             "\"120 s\", separated by commas",
                             text);
    memcpy(one, text, length);
    one[length] = '\0';
    status = atw_option_quantity(time_s, "--time", one, "s", err);
    if (status == ATW_OK && (!(*time_s >= 0.0) || !isfinite(*time_s)))
        status = atw_error_set(err, ATW_EUSAGE,
                               "--time %g s: a duration must not be negative", *time_s);
    return status;
}

/* "30 s, 60 s, 2 min" */
static enum atw_status
read_times(struct atw_heat_request *request, const char *text, struct atw_error *err)
{
    const char *rest = text;
    enum atw_status status = ATW_OK;

    while (rest && status == ATW_OK) {
        size_t n = request->n_times, length = strcspn(rest, ",");

        if (n == ATW_HEAT_TIMES_MAX)
            return atw_error_set(err, ATW_EUSAGE, "--time: more than %d times",
                                 ATW_HEAT_TIMES_MAX);
        status = read_time(&request->t_s[n], rest + strspn(rest, " "),
                           length - strspn(rest, " "), err);
        if (status == ATW_OK && n > 0 && !(request->t_s[n] > request->t_s[n - 1]))
            status =
                atw_error_set(err, ATW_EUSAGE, "--time '%s': times must be rising", text);
        request->n_times = n + 1;
        rest = rest[length] ? rest + length + 1 : NULL;
    }
    return status;
}

/* The step that lasts until the last of the times. */
static enum atw_status read_step(struct atw_heat_request *request,
                                 const struct atw_heat_options *options,
                                 struct atw_error *err)
{
    struct atw_heating_step *step = &request->step;
    enum atw_status status = ATW_OK;

    step->dwell_s = request->t_s[request->n_times - 1];
    step->plateau_K = step->rest_K = REST_K;
    if (options->temperature)
        status = atw_option_temperature(&step->plateau_K, "--temperature",
                                        options->temperature, err);
    if (status == ATW_OK && options->rest)
        status = atw_option_temperature(&step->rest_K, "--rest", options->rest, err);
    if (status != ATW_OK || !options->time_constant) {
        step->rest_K = step->plateau_K; /* held all the time */
        return status;
    }
    status = atw_option_quantity(&step->time_constant_s, "--time-constant",
                                 options->time_constant, "s", err);
    if (status == ATW_OK && !(step->time_constant_s >= 0.0))
        status = atw_error_set(err, ATW_EUSAGE,
                               "--time-constant '%s': it must not be negative",
                               options->time_constant);
    if (status == ATW_OK && !(step->plateau_K >= step->rest_K))
        status = atw_error_set(err, ATW_EUSAGE,
                               "--temperature '%s' is below the rest temperature, %g K",
                               options->temperature, step->rest_K);
    return status;
}

/* --D: one diffusivity and nothing else that a material has. */
static enum atw_status read_constant(struct atw_heat_request *request,
                                     const struct atw_heat_options *options,
                                     const struct atw_common *common,
                                     struct atw_error *err)
{
    static const char *const sections[] = {"particle."};
    struct atw_material *material = &request->material;
    double D = 0.0;
    enum atw_status status = atw_option_quantity(&D, "--D", options->D, "m2 s-1", err);

    if (status == ATW_OK && (!(D > 0.0) || !isfinite(D)))
        status = atw_error_set(
            err, ATW_EUSAGE, "D = %g m2/s: a diffusivity must be positive and finite", D);
    if (status == ATW_OK)
        status = atw_model_check_overrides(common, sections, 1, err);
    material->law.D0_m2_per_s = D;
    material->surface.ratio = 1.0;
    return status;
}

static enum atw_status read_material(struct atw_heat_request *request,
                                     const struct atw_heat_options *options,
                                     const struct atw_common *common,
                                     struct atw_error *err)
{
    static const char *const sections[] = {"material.", "particle."};
    enum atw_status status = atw_model_check_overrides(common, sections, 2, err);

    if (status == ATW_OK)
        status = atw_model_material(&request->material, options->material,
                                    request->step.rest_K, request->step.plateau_K, common,
                                    err);
    return status;
}

static enum atw_status read_tolerance(struct atw_heat_request *request,
                                      const struct atw_heat_options *options,
                                      struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    request->tolerance = ATW_DIFFUSION_DEFAULTS.tolerance;
    if (!options->tolerance)
        return ATW_OK;
    status =
        atw_option_number(&request->tolerance, "--tolerance", options->tolerance, err);
    if (status == ATW_OK &&
        !(request->tolerance >= TOLERANCE_LEAST && request->tolerance <= TOLERANCE_MOST))
        status = atw_error_set(err, ATW_EUSAGE,
                               "--tolerance '%s': give a number from %g to %g",
                               options->tolerance, TOLERANCE_LEAST, TOLERANCE_MOST);
    return status;
}

enum atw_status atw_heat_request_read(struct atw_heat_request *request,
                                      const struct atw_heat_options *options,
                                      const struct atw_common *common,
                                      struct atw_error *err)
{
    enum atw_status status;

    *request = (struct atw_heat_request){.keeps_dispersion = options->keeps_dispersion};
    status = read_tolerance(request, options, err);
    if (status == ATW_OK)
        status = read_times(request, options->time, err);
    if (status == ATW_OK)
        status = read_step(request, options, err);
    if (status == ATW_OK)
        status = options->D ? read_constant(request, options, common, err)
                            : read_material(request, options, common, err);
    if (status == ATW_OK)
        status = atw_model_particle(&request->twin, &request->orientation,
                                    &request->reshaping, common, err);
    return status;
}
