/* Every key of a scenario: what is simulated, and by which instrument it is seen.
 *
 * The rows are documentation as much as code: `alloytwin config explain` and the
 * annotated scenario print them. */
#include "io/scenario_schema.h"

#include "io/schema_rows.h"

static const struct atw_schema_entry head_rows[] = {
    ROW_TEXT("format", REQUIRED, "Kind and version of this file: alloytwin-scenario/1."),
    ROW_TEXT("name", REQUIRED, "Short name of the scenario; it labels every output."),
    ROW_TEXT("title", "", "One line for headings."),
    ROW_TEXT("description", "", "What the scenario is for."),
    ROW_INTEGER("seed",
                "1",
                0.0,
                LARGEST_INTEGER,
                "Seed of all random numbers; same scenario and seed, same numbers."),
    ROW_TEXT(
        "reference",
        "A",
        "Name of the particle that temperature differences are reported against; dT = "
        "T(particle) - T(reference)."),
};
static const struct atw_schema_part head_part = PART(head_rows);

static const struct atw_schema_entry chip_rows[] = {
    ROW_MODEL_MAP(
        "chip",
        "chips",
        "The heating chip: local temperature in each window at a controller set "
        "point."),
    ROW_OPTIONAL_TEXT("chip.model", "Chip model, a file models/chips/NAME.yaml."),
    ROW_TEXT("chip.label", "", "Name of the chip for figures and tables."),
    ROW_CHOICE(
        "chip.type",
        "table",
        "table",
        "How temperatures are found: interpolated linearly in a table over the set "
        "point."),
    ROW_QUANTITY(
        "chip.time_constant",
        "s",
        "ms",
        "14 ms",
        0.0,
        10.0,
        "Time constant of heating and quench of the membrane; 0 makes ideal square "
        "pulses."),
    ROW_LIST("chip.windows[]",
             0,
             NULL,
             "Windows in the membrane through which particles can be seen."),
    ROW_TEXT("chip.windows[].name", REQUIRED, "Name that particles refer to."),
    ROW_QUANTITY("chip.windows[].x",
                 "m",
                 "um",
                 REQUIRED,
                 -MILLIMETRE,
                 MILLIMETRE,
                 "Position of the window from the heater's centre along x."),
    ROW_QUANTITY("chip.windows[].y",
                 "m",
                 "um",
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
static const struct atw_schema_part chip_part = PART(chip_rows);

#define METAL_ROWS(path_, what_)                                                         \
    ROW_MAP(path_, what_),                                                               \
        ROW_TEXT(path_ ".name", REQUIRED, "Name of the element, for labels."),           \
        ROW_NUMBER(path_ ".atomic_number", REQUIRED, 1.0, 118.0,                         \
                   "Atomic number Z; the HAADF signal goes as Z to the power "           \
                   "microscope.z_exponent."),                                            \
        ROW_QUANTITY(path_ ".density", "kg m-3", "g/cm3", REQUIRED, 10.0, 30000.0,       \
                     "Mass density at room temperature."),                               \
        ROW_QUANTITY(path_ ".molar_mass", "kg mol-1", "g/mol", REQUIRED, 1e-3, 1.0,      \
                     "Mass of one mole of atoms.")

static const struct atw_schema_entry material_rows[] = {
    ROW_MODEL_MAP("material",
                  "materials",
                  "The two metals, the silica shell and how fast the metals mix."),
    ROW_OPTIONAL_TEXT("material.model", "Material, a file models/materials/NAME.yaml."),
    ROW_MAP("material.diffusion", "Interdiffusion, D(T) = D0 exp(-Q / (R T))."),
    ROW_QUANTITY("material.diffusion.D0",
                 "m2 s-1",
                 "m2/s",
                 REQUIRED,
                 1e-12,
                 1e3,
                 "Diffusion coefficient extrapolated to infinite temperature."),
    ROW_QUANTITY("material.diffusion.Q",
                 "J mol-1",
                 "kJ/mol",
                 REQUIRED,
                 1e3,
                 1e6,
                 "Activation energy per mole; eV is taken per atom."),
    METAL_ROWS("material.core", "The metal of the core."),
    METAL_ROWS("material.shell", "The metal of the shell."),
    ROW_MAP("material.silica", "The mesoporous silica around the metal."),
    ROW_TEXT("material.silica.name", "silica", "Name for labels."),
    ROW_TEXT("material.silica.formula",
             "SiO2",
             "Formula unit; its signal is that of one silicon (Z = 14) and two oxygen "
             "(Z = 8) atoms."),
    ROW_QUANTITY("material.silica.density",
                 "kg m-3",
                 "g/cm3",
                 "2.2 g/cm3",
                 10.0,
                 30000.0,
                 "Mass density of the silica without its pores."),
    ROW_QUANTITY("material.silica.molar_mass",
                 "kg mol-1",
                 "g/mol",
                 "60.084 g/mol",
                 1e-3,
                 1.0,
                 "Mass of one mole of formula units."),
    ROW_NUMBER("material.silica.porosity",
               "0.4",
               0.0,
               0.95,
               "Volume fraction of the shell that is pores."),
};
static const struct atw_schema_part material_part = PART(material_rows);

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
    ROW_OPTIONAL_TEXT("particles[].window",
                      "Name of the chip window the particle lies in; not needed with "
                      "temperature_offset."),
    {ROW("particles[].temperature_offset",
         TEMPERATURE_DIFFERENCE,
         "Local temperature minus set point; given, it replaces the chip."),
     .si_unit = "K", .optional = 1, ROW_RANGE(-500.0, 500.0)},
};
static const struct atw_schema_part particle_part = PART(particle_rows);

static const struct atw_schema_entry run_rows[] = {
    ROW_MAP("heating", "The heating programme, common to all particles."),
    ROW_TEMPERATURE("heating.rest_temperature",
                    "25 degC",
                    "Temperature between steps, where images are taken."),
    ROW_OPTIONAL_QUANTITY(
        "heating.time_constant",
        "s",
        "ms",
        0.0,
        10.0,
        "Time constant of heating and quench, if it is not the chip's."),
    ROW_LIST("heating.steps[]", 1, NULL, "Heating steps in order of time."),
    ROW_TEMPERATURE(
        "heating.steps[].set_point", REQUIRED, "Temperature asked of the controller."),
    ROW_QUANTITY("heating.steps[].dwell",
                 "s",
                 NULL,
                 REQUIRED,
                 0.0,
                 1e6,
                 "Time from the start of heating to the start of the quench."),
    ROW_MAP("simulation", "How the truth is computed."),
    ROW_LENGTH("simulation.voxel",
               "0.4 nm",
               0.05e-9,
               10e-9,
               "Edge of the cubic voxels of phantom and diffusion."),
    ROW_NUMBER("simulation.tolerance",
               "1e-5",
               1e-8,
               1e-2,
               "Error of the composition that time stepping of the diffusion may make."),
    ROW_CHOICE(
        "simulation.projection",
        "exact|voxels",
        "exact",
        "What is projected: the shapes themselves, with the composition inside them "
        "once it has diffused, or the voxels, as the analysis imitates it (matched "
        "validation only)."),
    ROW_BOOLEAN("simulation.export_states",
                "false",
                "Write the true composition at the start of each interval into the "
                "experiment as a known initial state: for matched validation scenarios, "
                "never for a blind study."),
};
static const struct atw_schema_part run_part = PART(run_rows);

static const struct atw_schema_part *const scenario_parts[] = {
    &head_part, &chip_part,           &material_part,     &particle_part,
    &run_part,  &atw_microscope_part, &atw_analysis_part,
};
static const struct atw_schema_part *const chip_parts[] = {&chip_part};
static const struct atw_schema_part *const material_parts[] = {&material_part};
static const struct atw_schema_part *const particles_parts[] = {&particle_part};
static const struct atw_schema_part *const microscope_parts[] = {&atw_microscope_part};

const struct atw_schema atw_scenario_schema = {.name = "scenario",
                                               .format = "alloytwin-scenario/1",
                                               .parts = scenario_parts,
                                               .n_parts = COUNT(scenario_parts)};
const struct atw_schema atw_chip_schema = {
    .name = "chip", .parts = chip_parts, .n_parts = COUNT(chip_parts)};
const struct atw_schema atw_material_schema = {
    .name = "material", .parts = material_parts, .n_parts = COUNT(material_parts)};
const struct atw_schema atw_particles_schema = {
    .name = "particle list", .parts = particles_parts, .n_parts = COUNT(particles_parts)};
const struct atw_schema atw_microscope_schema = {
    .name = "microscope", .parts = microscope_parts, .n_parts = COUNT(microscope_parts)};
