/* What `diffuse` is asked to do to a particle, from its options. */
#ifndef ATW_CLI_HEAT_REQUEST_H
#define ATW_CLI_HEAT_REQUEST_H

#include "cli/command.h"
#include "pipeline/treatment.h"
#include "pipeline/twin.h"

enum { ATW_HEAT_TIMES_MAX = 100 };

/* Texts as given, NULL for what is not given; a flag. */
struct atw_heat_options {
    const char *D, *material, *temperature, *time, *time_constant, *rest, *tolerance;
    int keeps_dispersion;
};

struct atw_heat_request {
    struct atw_material material;
    struct atw_twin twin;
    struct atw_shape orientation; /* azimuth and elevation only */
    double reshaping;
    struct atw_heating_step step;
    double t_s[ATW_HEAT_TIMES_MAX]; /* rising; the last is the end, quench included */
    size_t n_times;
    double tolerance;
    int keeps_dispersion; /* see atw_diffusion_options */
};

/* ATW_EUSAGE for an option that is wrong, ATW_EINPUT for a material that is. */
enum atw_status atw_heat_request_read(struct atw_heat_request *request,
                                      const struct atw_heat_options *options,
                                      const struct atw_common *common,
                                      struct atw_error *err) ATW_MUST_CHECK;

#endif
