/* Design of a heating chip: membrane, films, heater and controller, in SI. */
#ifndef ATW_CHIP_DESIGN_H
#define ATW_CHIP_DESIGN_H

#include <stddef.h>

#include "chip/chip.h"
#include "chip/mesh.h"

struct atw_chip_film {
    double thickness_m, conductivity_W_per_m_K, heat_capacity_J_per_m3_K;
};

enum atw_heater_shape {
    ATW_HEATER_DOUBLE_SPIRAL,   /* two arms of constant width, joined near the centre */
    ATW_HEATER_CIRCULAR_SPIRAL, /* the same with a width that depends on the radius */
    ATW_HEATER_MEANDER,
    ATW_HEATER_POLYLINE
};

struct atw_heater_geometry {
    enum atw_heater_shape shape;
    double width_m; /* of the line; circular spiral: at reference_radius_m */
    double pitch_m; /* between the middles of neighbouring lines */
    double rotation_rad;
    double lead_width_m; /* to the frame; 0: no leads */
    /* Spirals: inner end of the first arm, turns of each arm. */
    double inner_radius_m, turns;
    /* Circular spiral: w = width_m (r / reference_radius_m)^-width_exponent, clipped. */
    double reference_radius_m, width_exponent, narrowest_m, widest_m;
    /* Meander. */
    size_t n_lines;
    double line_length_m;
    /* Polyline; borrowed. */
    size_t n_points;
    const double *x_m, *y_m, *point_width_m;
};

enum atw_chip_calibration {
    ATW_CALIBRATED_AT_CENTRE,    /* the centre of the heater has the set point */
    ATW_CALIBRATED_ON_RESISTANCE /* the mean of the sensed line has it */
};

struct atw_chip_design {
    enum atw_membrane_shape membrane_shape;
    double membrane_half_width_m, frame_K;
    struct atw_chip_film membrane, encapsulation, heater;
    int encapsulated_everywhere; /* 0: only the trace */
    double membrane_emissivity, heater_emissivity, window_emissivity;
    double window_radius_m, window_thickness_m;
    double resistivity_ohm_m, tcr_per_K, resistivity_T_K;
    double gas_loss_W_per_m2_K;
    struct atw_heater_geometry geometry;
    enum atw_chip_calibration calibration;
    double greatest_current_A, highest_K; /* of the set point */
    double cell_m;
    size_t max_iterations;
    size_t n_windows;
    const struct atw_chip_window *windows; /* borrowed */
};

/* Which key of a chip a complaint is about ("heater.pitch"); "" if none. */
struct atw_chip_key {
    char name[64];
};

/* Refuse what is not physical: ATW_EINVAL, with the key. */
enum atw_status atw_chip_design_check(const struct atw_chip_design *design,
                                      struct atw_chip_key *key,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Record an error about a key. */
enum atw_status atw_chip_complain(struct atw_chip_key *key,
                                  const char *name,
                                  struct atw_error *err,
                                  const char *format,
                                  ...) ATW_PRINTF_LIKE(4, 5);

#endif
