/* Keys of a particle: shape, size, place, and what is peculiar to it. */
#include "io/scenario_schema.h"
#include "io/schema_rows.h"

static const struct atw_schema_entry particle_rows[] = {
    ROW_LIST("particles[]", 1, "particles", "The particles on the chip."),
    ROW_TEXT("particles[].name", REQUIRED, "Name of the particle; no two are the same."),
    ROW_OPTIONAL_TEXT("particles[].model",
                      "Particle shape, a file models/particles/NAME.yaml."),
    ROW_CHOICE(
        "particles[].shape",
        "nanorod|sphere|cylinder|box|slab",
        "nanorod",
        "Shape of core and shell; a nanorod is a cylinder with hemispherical caps, a "
        "slab is a stack of layers normal to the particle's axis."),
    ROW_LENGTH("particles[].core_diameter",
               REQUIRED,
               NANOMETRE,
               MICROMETRE,
               "Diameter of the core across its axis; edge of a box."),
    ROW_LENGTH("particles[].core_length",
               "0 nm",
               0.0,
               MICROMETRE,
               "Overall length of the core, caps included; a sphere has none."),
    ROW_LENGTH("particles[].shell_side",
               REQUIRED,
               0.0,
               MICROMETRE,
               "Thickness of the shell beside the core."),
    ROW_LENGTH(
        "particles[].shell_tip",
        "0 nm",
        0.0,
        MICROMETRE,
        "Thickness of the shell at either end of the core; at 0 the core reaches the "
        "ends. A sphere has none."),
    {ROW("particles[].core_offset[]",
         QUANTITY,
         "Shift of the core's centre from the particle's: across, along and normal to "
         "the "
         "axis."),
     .si_unit = "m", .display_unit = "nm", .default_text = "[0 nm, 0 nm, 0 nm]",
     .length = 3, ROW_RANGE(-MICROMETRE, MICROMETRE)},
    ROW_ANGLE("particles[].core_tilt",
              "0 deg",
              -45.0 * DEGREE,
              45.0 * DEGREE,
              "Angle of the core's axis to the particle's, in the plane of the support."),
    ROW_ANGLE(
        "particles[].azimuth",
        "0 deg",
        -180.0 * DEGREE,
        180.0 * DEGREE,
        "Angle of the particle's axis to the tilt axis, in the plane of the support."),
    ROW_ANGLE("particles[].elevation",
              "0 deg",
              -90.0 * DEGREE,
              90.0 * DEGREE,
              "Angle of the particle's axis out of the plane of the support."),
    ROW_LENGTH("particles[].silica",
               "0 nm",
               0.0,
               100e-9,
               "Thickness of the silica shell around the metal; 0 for none."),
    ROW_NUMBER(
        "particles[].scale", "1", 0.1, 10.0, "Factor on all dimensions of the metal."),
    ROW_NUMBER(
        "particles[].shell_scale",
        "1",
        0.1,
        10.0,
        "Factor on the thickness of the shell alone, beside `scale`: a mismatch of "
        "composition between particles."),
    ROW_NUMBER(
        "particles[].reshaping",
        "1",
        0.0,
        1e3,
        "Factor on the rate of material.reshaping for this particle; 0 where its coat "
        "holds it in shape."),
    ROW_MAP("particles[].twin",
            "A plane of fast diffusion through the metal: twin or grain boundary."),
    FAST_PATH_ROWS("particles[].twin", "plane", "0.5 nm"),
    ROW_LENGTH("particles[].twin.offset",
               "0 nm",
               -MICROMETRE,
               MICROMETRE,
               "Distance of the plane from the particle's centre along its normal."),
    ROW_ANGLE("particles[].twin.angle",
              "0 deg",
              -180.0 * DEGREE,
              180.0 * DEGREE,
              "Turn of the plane's normal about the particle's axis, from across towards "
              "normal."),
    ROW_ANGLE(
        "particles[].twin.inclination",
        "0 deg",
        -90.0 * DEGREE,
        90.0 * DEGREE,
        "Angle of the plane's normal out of the cross-section: at 0 the plane holds "
        "the axis, at 90 deg it cuts across."),
    ROW_OPTIONAL_TEXT("particles[].window",
                      "Name of the chip window the particle lies in; not needed with "
                      "temperature_offset."),
    {ROW("particles[].temperature_offset",
         TEMPERATURE_DIFFERENCE,
         "Local temperature minus set point; given, it replaces the chip."),
     .si_unit = "K", .optional = 1, ROW_RANGE(-500.0, 500.0)},
};
const struct atw_schema_part atw_particle_part = PART(particle_rows);
