/* What every chip model brings: one constant row of functions, and its parameters. */
#ifndef ATW_CHIP_CHIP_INTERNAL_H
#define ATW_CHIP_CHIP_INTERNAL_H

#include "chip/chip.h"

struct atw_chip_model {
    const char *name;
    /* Steady temperature; window is in range and the set point finite. ATW_EINVAL with
     * the allowed range, ATW_EDIVERGED. */
    enum atw_status (*temperature)(const void *parameters,
                                   size_t window,
                                   double set_point_K,
                                   double *temperature_K,
                                   struct atw_error *err);
    enum atw_status (*time_constant)(const void *parameters,
                                     double set_point_K,
                                     double *time_constant_s,
                                     struct atw_error *err);
    void (*destroy)(void *parameters); /* accepts NULL */
};

/* Chip with the given windows (copied) over a model. Takes ownership of parameters, also
 * on failure. ATW_EINVAL: no window, a name missing, empty or given twice, a position not
 * finite. ATW_ENOMEM. */
enum atw_status atw_chip_create(struct atw_chip **out,
                                const struct atw_chip_model *model,
                                void *parameters,
                                const struct atw_chip_window *windows,
                                size_t n_windows,
                                struct atw_error *err) ATW_MUST_CHECK;

/* Parameters of a chip of this model; NULL for a chip of another. */
const void *atw_chip_parameters(const struct atw_chip *chip,
                                const struct atw_chip_model *model);

#endif
