/* The surface of the cells: for what leaves through it. Private to this room. */
#ifndef ATW_DIFFUSION_SURFACE_H
#define ATW_DIFFUSION_SURFACE_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "diffusion/cells.h"

struct atw_surface {
    size_t count;
    uint32_t *cell; /* rising */
    double *area;   /* in units of h^2 */
};

/* The metal fractions of the cells as a field; ATW_ENOMEM. */
enum atw_status atw_surface_metal(struct atw_field **out,
                                  const struct atw_cells *cells,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* ATW_ENOMEM. */
enum atw_status atw_surface_create(struct atw_surface **out,
                                   const struct atw_cells *cells,
                                   const struct atw_field *metal,
                                   struct atw_error *err) ATW_MUST_CHECK;
void atw_surface_destroy(struct atw_surface *surface);

#endif
