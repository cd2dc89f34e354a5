/* A plane of fast diffusion through a particle: twin or grain boundary. */
#ifndef ATW_PIPELINE_TWIN_H
#define ATW_PIPELINE_TWIN_H

#include "diffusion/law.h"
#include "io/config.h"
#include "phantom/shape.h"

struct atw_twin {
    struct atw_diffusion_sheet sheet;  /* ratio 1: none; point and normal unset */
    double offset_m;                   /* from the particle's centre, along the normal */
    double angle_rad, inclination_rad; /* of the normal, as atw_shape_direction() */
};

/* A fast path as the section at `path` gives it; kind and place are the caller's. */
struct atw_diffusion_sheet atw_sheet_read(const struct atw_config *config,
                                          const char *path);

/* The twin of particle `index` of a file. */
struct atw_twin atw_twin_read(const struct atw_config *config, size_t index);

/* Its plane where the particle lies as the shape says. */
struct atw_diffusion_sheet atw_twin_place(const struct atw_twin *twin,
                                          const struct atw_shape *shape);

#endif
