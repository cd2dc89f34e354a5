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
    ROW_NUMBER(
        "heating.set_point_gain",
        "1",
        0.5,
        1.5,
        "What the controller in truth reaches: the rise above rest_temperature, as "
        "a factor on the rise asked for. The analysis does not know it."),
    {ROW("heating.set_point_offset",
         TEMPERATURE_DIFFERENCE,
         "What the controller in truth reaches beyond that, the same at all set points."),
     .si_unit = "K", .default_text = "0 K", ROW_RANGE(-200.0, 200.0)},
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
    ROW_MAP(
        "heating.jitter",
        "Random errors of each step: standard deviations of Gaussians cut off at 4 of "
        "them. The truth records what was drawn, the experiment what was asked for."),
    ROW_QUANTITY("heating.jitter.dwell",
                 "s",
                 NULL,
                 "0 s",
                 0.0,
                 1e5,
                 "Error of the dwell, common to all particles; by hand 1 s to 2 s."),
    {ROW("heating.jitter.set_point",
         TEMPERATURE_DIFFERENCE,
         "Error of the set point, common to all particles."),
     .si_unit = "K", .default_text = "0 K", ROW_RANGE(0.0, 100.0)},
    {ROW("heating.jitter.local",
         TEMPERATURE_DIFFERENCE,
         "Error of the local temperature, drawn for each particle by itself."),
     .si_unit = "K", .default_text = "0 K", ROW_RANGE(0.0, 100.0)},
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
    ROW_BOOLEAN("simulation.keep_dispersion",
                "false",
                "Leave what the grid delays short waves by in states of one D too, as it "
                "is in those of all other laws (composition, twin, sublimation, "
                "reshaping): to see what such a law alone does."),
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
    &head_part, ATW_CHIP_PARTS,       &atw_material_part, &atw_particle_part,
    &run_part,  &atw_microscope_part, &atw_analysis_part,
};
static const struct atw_schema_part *const chip_parts[] = {ATW_CHIP_PARTS};
static const struct atw_schema_part *const material_parts[] = {&atw_material_part};
static const struct atw_schema_part *const particles_parts[] = {&atw_particle_part};
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
