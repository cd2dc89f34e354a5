/* Every key of a chip: the design that the sheet model computes with (docs/chip.md), or a
 * table of temperatures. */
#include "io/scenario_schema.h"

#include "io/schema_rows.h"

#define MICRO_LENGTH(path_, default_, min_, max_, doc_)                                  \
    ROW_QUANTITY(path_, "m", "um", default_, min_, max_, doc_)
#define FILM_ROWS(path_, thickness_, conductivity_, capacity_)                           \
    ROW_QUANTITY(path_ ".thickness", "m", "nm", thickness_, 0.0, 1e-4,                   \
                 "Thickness of the film."),                                              \
        ROW_QUANTITY(path_ ".conductivity", "W m-1 K-1", "W/(m K)", conductivity_, 1e-3, \
                     5e3, "Heat conductivity in the plane of the film."),                \
        ROW_QUANTITY(path_ ".heat_capacity", "J m-3 K-1", "MJ/(m3 K)", capacity_, 1e4,   \
                     1e8, "Heat capacity per volume.")
#define EMISSIVITY_ROW(path_, default_, doc_) ROW_NUMBER(path_, default_, 0.0, 1.0, doc_)

static const struct atw_schema_entry chip_rows[] = {
    ROW_MODEL_MAP(
        "chip",
        "chips",
        "The heating chip: local temperature in each window at a controller set "
        "point."),
    ROW_OPTIONAL_TEXT("chip.model", "Chip model, a file models/chips/NAME.yaml."),
    ROW_TEXT("chip.label", "", "Name of the chip for figures and tables."),
    {ROW("chip.type",
         CHOICE,
         "How temperatures are found: sheet computes them from membrane, heater and "
         "controller; table interpolates linearly over the set point, such as a "
         "calibration of your own, and uses windows, table and time_constant only. "
         "Unset: table if there is one."),
     .choices = "sheet|table", .optional = 1},
    ROW_OPTIONAL_TEXT("chip.compare",
                      "Another chip model, whose profile the report draws beside that of "
                      "this one, at equal distances."),
    ROW_OPTIONAL_QUANTITY(
        "chip.time_constant",
        "s",
        "ms",
        0.0,
        10.0,
        "Time constant of heating and quench of the membrane; 0 makes ideal square "
        "pulses. Unset: computed; 14 ms with a table."),
    ROW_LIST("chip.windows[]",
             0,
             NULL,
             "Windows in the membrane through which particles can be seen."),
    ROW_TEXT("chip.windows[].name", REQUIRED, "Name that particles refer to."),
    MICRO_LENGTH("chip.windows[].x",
                 REQUIRED,
                 -MILLIMETRE,
                 MILLIMETRE,
                 "Position of the window from the heater's centre along x."),
    MICRO_LENGTH("chip.windows[].y",
                 REQUIRED,
                 -MILLIMETRE,
                 MILLIMETRE,
                 "Position of the window from the heater's centre along y."),
    ROW_LIST("chip.table[]",
             0,
             NULL,
             "Rows of the temperature table, with rising set points; set points between "
             "rows are interpolated, others refused."),
    ROW_TEMPERATURE(
        "chip.table[].set_point", REQUIRED, "Temperature asked of the controller."),
    ROW_TEMPERATURE("chip.table[].temperatures[]",
                    REQUIRED,
                    "Steady temperature of each window, in the order of chip.windows."),
};

static const struct atw_schema_entry body_rows[] = {
    ROW_MAP("chip.membrane", "The membrane, held by a frame at a fixed temperature."),
    ROW_CHOICE("chip.membrane.shape", "round|square", "round", "Outline of the frame."),
    MICRO_LENGTH("chip.membrane.size",
                 "400 um",
                 MICROMETRE,
                 0.01,
                 "From the middle of the membrane to the frame: radius, or half a side."),
    ROW_TEMPERATURE("chip.membrane.frame_temperature",
                    "25 degC",
                    "Temperature of frame and surroundings."),
    FILM_ROWS("chip.membrane", "600 nm", "3 W/(m K)", "2.5 MJ/(m3 K)"),
    EMISSIVITY_ROW("chip.membrane.emissivity",
                   "0.05",
                   "Emissivity where there is no metal, mean of both sides."),
    ROW_MAP("chip.encapsulation", "The film upon the heater."),
    FILM_ROWS("chip.encapsulation", "400 nm", "3 W/(m K)", "2.5 MJ/(m3 K)"),
    ROW_CHOICE("chip.encapsulation.cover",
               "all|trace",
               "all",
               "Whether it covers all of the membrane but the windows, or only the "
               "trace."),
    ROW_MAP("chip.window", "What the windows are made of: the thinned membrane alone."),
    MICRO_LENGTH("chip.window.radius", "4 um", 0.0, MILLIMETRE, "Radius of a window."),
    ROW_QUANTITY("chip.window.thickness",
                 "m",
                 "nm",
                 "20 nm",
                 NANOMETRE,
                 1e-4,
                 "Thickness of the membrane in a window."),
    EMISSIVITY_ROW("chip.window.emissivity", "0.02", "Emissivity of a window."),
    ROW_QUANTITY("chip.gas_loss",
                 "W m-2 K-1",
                 "W/(m2 K)",
                 "0 W/(m2 K)",
                 0.0,
                 1e7,
                 "Heat lost to gas, both sides together; 0 in vacuum."),
    ROW_MAP("chip.controller", "The controller, which regulates the resistance."),
    ROW_CHOICE("chip.controller.calibration",
               "centre|resistance-mean",
               "centre",
               "What has the set point: the centre of the heater, as after calibrating "
               "the resistance against a thermometer there, or the mean of the heater "
               "weighted by resistance, as from a resistance known to the metal."),
    ROW_QUANTITY("chip.controller.greatest_current",
                 "A",
                 "mA",
                 "20 mA",
                 1e-9,
                 1e3,
                 "Current the controller cannot exceed."),
    ROW_TEMPERATURE("chip.controller.highest_set_point",
                    "1300 degC",
                    "Set point above which the controller refuses."),
    ROW_MAP("chip.mesh", "How the temperature is computed."),
    MICRO_LENGTH("chip.mesh.cell",
                 "6 um",
                 1e-8,
                 MILLIMETRE,
                 "Edge of the cells over the heater; they are smaller about windows and "
                 "grow towards the frame."),
    ROW_INTEGER("chip.mesh.max_iterations",
                "30",
                1.0,
                1000.0,
                "Newton iterations after which a steady state counts as not found."),
    ROW_MAP("chip.calibration",
            "The measurement that `alloytwin calibrate` fits the chip to."),
    ROW_OPTIONAL_TEXT("chip.calibration.parameter",
                      "Key to adjust, such as heater.conductivity; its range limits the "
                      "search."),
    ROW_OPTIONAL_TEXT("chip.calibration.window", "Window that was measured."),
    ROW_OPTIONAL_TEXT("chip.calibration.reference", "Window it was compared with."),
    {ROW("chip.calibration.set_point", TEMPERATURE, "Set point of the measurement."),
     .si_unit = "K", .display_unit = "degC", .optional = 1},
    {ROW("chip.calibration.difference",
         TEMPERATURE_DIFFERENCE,
         "T(window) - T(reference) that was measured."),
     .si_unit = "K", .optional = 1, ROW_RANGE(-1000.0, 1000.0)},
    ROW_LIST("chip.ranges[]",
             0,
             NULL,
             "Ranges of parameters: what is plausible, for calibration and for studies "
             "that sample the chip."),
    ROW_TEXT("chip.ranges[].key", REQUIRED, "The parameter, such as heater.thickness."),
    ROW_TEXT("chip.ranges[].low", REQUIRED, "Least plausible value, with unit."),
    ROW_TEXT("chip.ranges[].high", REQUIRED, "Greatest plausible value, with unit."),
    ROW_TEXT("chip.ranges[].source", "", "Where the range comes from."),
};

static const struct atw_schema_entry heater_rows[] = {
    ROW_MAP("chip.heater", "The heater: a metal line from one lead to the other."),
    ROW_CHOICE("chip.heater.shape",
               "double-spiral|circular-spiral|meander|polyline",
               "double-spiral",
               "How the line runs. Both spirals have two arms side by side, joined near "
               "the centre; the double spiral has one width, that of the circular "
               "spiral depends on the radius. A polyline is read from a file."),
    MICRO_LENGTH("chip.heater.width",
                 "10 um",
                 1e-8,
                 MILLIMETRE,
                 "Width of the line; of a circular spiral, at the reference radius."),
    MICRO_LENGTH("chip.heater.pitch",
                 "20 um",
                 1e-8,
                 MILLIMETRE,
                 "Distance between the middles of neighbouring lines."),
    ROW_ANGLE("chip.heater.rotation",
              "0 deg",
              -360.0 * DEGREE,
              360.0 * DEGREE,
              "Rotation of the whole heater."),
    MICRO_LENGTH("chip.heater.lead_width",
                 "40 um",
                 0.0,
                 MILLIMETRE,
                 "Width of the leads to the frame; 0 for none. The voltage taps sit "
                 "where the leads begin."),
    MICRO_LENGTH("chip.heater.inner_radius",
                 "20 um",
                 1e-8,
                 MILLIMETRE,
                 "Radius at which the first arm of a spiral ends."),
    ROW_NUMBER("chip.heater.turns", "2.75", 0.5, 1000.0, "Turns of each arm."),
    MICRO_LENGTH("chip.heater.reference_radius",
                 "100 um",
                 1e-8,
                 MILLIMETRE,
                 "Circular spiral: radius at which the line is `width` wide."),
    ROW_NUMBER("chip.heater.width_exponent",
               "2",
               -10.0,
               10.0,
               "Circular spiral: the width goes as the radius to the power of minus "
               "this, within narrowest and widest."),
    MICRO_LENGTH(
        "chip.heater.narrowest", "5 um", 1e-8, MILLIMETRE, "Least width of the line."),
    MICRO_LENGTH(
        "chip.heater.widest", "13 um", 1e-8, MILLIMETRE, "Greatest width of the line."),
    ROW_INTEGER("chip.heater.lines", "8", 1.0, 10000.0, "Meander: number of lines."),
    MICRO_LENGTH("chip.heater.line_length",
                 "200 um",
                 1e-8,
                 0.01,
                 "Meander: length of a line, along x."),
    ROW_OPTIONAL_PATH("chip.heater.path",
                      "Polyline: CSV file with columns x_um, y_um, width_um."),
    FILM_ROWS("chip.heater", "100 nm", "45 W/(m K)", "2.6 MJ/(m3 K)"),
    EMISSIVITY_ROW("chip.heater.emissivity",
                   "0.3",
                   "Emissivity over the metal, mean of both sides."),
    ROW_QUANTITY("chip.heater.resistivity",
                 "ohm m",
                 NULL,
                 "1e-7 ohm m",
                 1e-9,
                 1.0,
                 "Resistivity of the film at resistivity_temperature."),
    ROW_QUANTITY("chip.heater.temperature_coefficient",
                 "K-1",
                 NULL,
                 "2.5e-3 K-1",
                 -0.1,
                 0.1,
                 "Relative change of the resistivity per kelvin."),
    ROW_TEMPERATURE("chip.heater.resistivity_temperature",
                    "25 degC",
                    "Temperature that the resistivity is given for."),
};

const struct atw_schema_part atw_chip_part = PART(chip_rows);
const struct atw_schema_part atw_chip_heater_part = PART(heater_rows);
const struct atw_schema_part atw_chip_body_part = PART(body_rows);
