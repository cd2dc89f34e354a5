/* What a sheet chip knows beyond the temperature of its windows. */
#ifndef ATW_CHIP_SHEET_CHIP_H
#define ATW_CHIP_SHEET_CHIP_H

#include "chip/chip.h"
#include "chip/trace.h"
#include "core/grid.h"

struct atw_chip_operation {
    double power_W; /* between the voltage taps: I^2 R */
    double current_A, resistance_ohm;
    double lead_power_W;               /* beside that, in the leads on the membrane */
    double frame_W, radiated_W, gas_W; /* where both go */
};

struct atw_chip_solution; /* opaque: one steady state of a sheet chip */

/* Steady state at a set point; errors as atw_chip_temperature(), and ATW_EINVAL for a
 * chip that is a table. It outlives neither the chip nor atw_chip_solution_destroy(). */
enum atw_status atw_chip_solve(struct atw_chip_solution **out,
                               const struct atw_chip *chip,
                               double set_point_K,
                               struct atw_error *err) ATW_MUST_CHECK;
void atw_chip_solution_destroy(struct atw_chip_solution *solution);

struct atw_chip_operation
atw_chip_solution_operation(const struct atw_chip_solution *solution);

/* Temperature at a point; that of the frame outside the membrane. */
double
atw_chip_solution_at(const struct atw_chip_solution *solution, double x_m, double y_m);

/* Temperature averaged over the circle of this radius about the centre; span_K, unless
 * NULL: least and greatest on it. */
double atw_chip_solution_around(const struct atw_chip_solution *solution,
                                double r_m,
                                double span_K[2]);

/* Map of the whole membrane, [1][y][x] with x and y rising, its middle on the centre of
 * the heater; outside the membrane the temperature of the frame. ATW_EINVAL for a pixel
 * that is not positive or makes more than 4096 of them along a side; ATW_ENOMEM. */
enum atw_status atw_chip_solution_map(struct atw_field **out,
                                      const struct atw_chip_solution *solution,
                                      double pixel_m,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* The drawn heater; borrowed from the chip. NULL for a table. */
const struct atw_trace *atw_chip_trace(const struct atw_chip *chip);
/* Its design; the same. */
const struct atw_chip_design *atw_chip_design(const struct atw_chip *chip);

/* Temperature of every window after heating under the controller from the frame's
 * temperature and, beside it, after cutting the current at the set point: [n][n_windows]
 * at times step_s, 2 step_s, ... The mesh is twice as coarse as that of the steady state.
 * Errors as atw_chip_solve(). */
enum atw_status atw_chip_history(const struct atw_chip *chip,
                                 double set_point_K,
                                 double step_s,
                                 size_t n,
                                 double *heating_K,
                                 double *quench_K,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
