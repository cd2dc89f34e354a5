/* A double-spiral-like design for tests. */
#include "chip/spiral.h"

const struct atw_chip_window spiral_windows[SPIRAL_WINDOWS] = {
    {.name = "centre"}, {.name = "edge", .x_m = 90e-6}};

struct atw_chip_design spiral_design(void)
{
    return (struct atw_chip_design){.membrane_half_width_m = 400e-6,
                                    .frame_K = 298.15,
                                    .membrane = {600e-9, 3.0, 2.5e6},
                                    .encapsulation = {400e-9, 3.0, 2.5e6},
                                    .heater = {100e-9, 46.0, 2.6e6},
                                    .encapsulated_everywhere = 1,
                                    .membrane_emissivity = 0.05,
                                    .heater_emissivity = 0.3,
                                    .window_emissivity = 0.02,
                                    .window_radius_m = 4e-6,
                                    .window_thickness_m = 20e-9,
                                    .resistivity_ohm_m = 1e-7,
                                    .tcr_per_K = 2.5e-3,
                                    .resistivity_T_K = 298.15,
                                    .geometry = {.shape = ATW_HEATER_DOUBLE_SPIRAL,
                                                 .width_m = 10e-6,
                                                 .pitch_m = 20e-6,
                                                 .lead_width_m = 40e-6,
                                                 .inner_radius_m = 20e-6,
                                                 .turns = 2.75,
                                                 .reference_radius_m = 100e-6,
                                                 .width_exponent = 2.0,
                                                 .narrowest_m = 5e-6,
                                                 .widest_m = 13e-6},
                                    .greatest_current_A = 20e-3,
                                    .highest_K = 1573.15,
                                    .cell_m = 8e-6,
                                    .max_iterations = 30,
                                    .n_windows = SPIRAL_WINDOWS,
                                    .windows = spiral_windows};
}
