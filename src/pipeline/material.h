/* A material as the simulation needs it: how it diffuses and what else heat does to it.
 */
#ifndef ATW_PIPELINE_MATERIAL_H
#define ATW_PIPELINE_MATERIAL_H

#include "diffusion/interdiffusion.h"
#include "diffusion/law.h"
#include "diffusion/sublimation.h"
#include "io/config.h"

struct atw_material {
    int depends_on_composition;
    struct atw_arrhenius_law law;       /* NaN if it does */
    struct atw_interdiffusion alloy;    /* used if it does */
    struct atw_diffusion_sheet surface; /* ratio 1: none */
    struct atw_arrhenius_law reshaping; /* 1/s; D0 0: none */
    struct atw_sublimation sublimation; /* coefficient 0: none */
};

/* Section `material` of a loaded file, for use between these temperatures. ATW_EINPUT
 * with file, line and key for what is missing or contradicts itself. */
enum atw_status atw_material_read(struct atw_material *material,
                                  const struct atw_config *config,
                                  double T_least_K,
                                  double T_most_K,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* The callbacks and numbers of a run; material must outlive it. Sheets are left out. */
struct atw_diffusion_law atw_material_law(const struct atw_material *material);

#endif
