/* Keys of a material: the metals, how they mix, what else heat does to them. */
#include "io/scenario_schema.h"
#include "io/schema_rows.h"

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

#define TRACER_ROWS(name_, what_)                                                        \
    ROW_MAP("material.diffusion.tracer." name_, what_),                                  \
        ROW_OPTIONAL_QUANTITY("material.diffusion.tracer." name_ ".D0", "m2 s-1",        \
                              "m2/s", 1e-12, 1e3,                                        \
                              "Tracer diffusivity at infinite temperature."),            \
        ROW_OPTIONAL_QUANTITY("material.diffusion.tracer." name_ ".Q", "J mol-1",        \
                              "kJ/mol", 1e3, 1e6, "Activation energy of the tracer.")

static const struct atw_schema_entry material_rows[] = {
    ROW_MODEL_MAP("material",
                  "materials",
                  "The two metals, the silica shell and how fast the metals mix."),
    ROW_OPTIONAL_TEXT("material.model", "Material, a file models/materials/NAME.yaml."),
    ROW_MAP("material.diffusion", "How fast the metals mix."),
    ROW_CHOICE("material.diffusion.model",
               "arrhenius|darken-manning",
               "arrhenius",
               "arrhenius: D(T) = D0 exp(-Q / (R T)), the same at every composition. "
               "darken-manning: D(c, T) from the tracer diffusivities of both metals."),
    ROW_OPTIONAL_QUANTITY(
        "material.diffusion.D0",
        "m2 s-1",
        "m2/s",
        1e-12,
        1e3,
        "Diffusion coefficient extrapolated to infinite temperature; needed by model "
        "arrhenius, not used by darken-manning."),
    ROW_OPTIONAL_QUANTITY(
        "material.diffusion.Q",
        "J mol-1",
        "kJ/mol",
        1e3,
        1e6,
        "Activation energy per mole; eV is taken per atom. Needed as D0 is."),
    ROW_CHOICE(
        "material.diffusion.limit",
        "darken|nernst-planck",
        "darken",
        "Of darken-manning: vacancies are made and lost wherever needed (darken), or "
        "nowhere, so that the slower metal limits mixing (nernst-planck)."),
    ROW_BOOLEAN(
        "material.diffusion.thermodynamic_factor",
        "true",
        "Of darken-manning: the factor of a regular solution; false, an ideal one."),
    ROW_BOOLEAN("material.diffusion.vacancy_wind",
                "true",
                "Of darken-manning in the darken limit: Manning's vacancy-wind factor."),
    ROW_NUMBER("material.diffusion.correlation_factor",
               "0.7815",
               0.1,
               1.0,
               "Correlation factor of tracer jumps in the lattice; fcc 0.7815."),
    ROW_QUANTITY(
        "material.diffusion.interaction",
        "J mol-1",
        "kJ/mol",
        "0 kJ/mol",
        -2e5,
        2e5,
        "Interaction a of the regular solution, L0 = a + b T; negative where the "
        "metals attract each other."),
    ROW_QUANTITY("material.diffusion.interaction_slope",
                 "J mol-1 K-1",
                 "J/mol/K",
                 "0 J/mol/K",
                 -200.0,
                 200.0,
                 "Interaction b of the regular solution."),
    ROW_MAP("material.diffusion.tracer",
            "Of darken-manning: tracer diffusivity of each metal in each pure metal, "
            "D0 exp(-Q / (R T)); between them ln D is linear in the composition."),
    TRACER_ROWS("core_in_core", "Core metal in itself."),
    TRACER_ROWS("core_in_shell", "Core metal in shell metal."),
    TRACER_ROWS("shell_in_core", "Shell metal in core metal."),
    TRACER_ROWS("shell_in_shell", "Shell metal in itself."),
    ROW_MAP("material.surface",
            "A layer of fast diffusion along the surface of the metal."),
    FAST_PATH_ROWS("material.surface", "layer", "0.5 nm"),
    ROW_MAP("material.reshaping",
            "Rods round off at constant volume: the aspect ratio of the metal follows "
            "d(AR)/dt = -rate exp(-activation_energy / (R T)) (AR - 1)."),
    ROW_QUANTITY("material.reshaping.rate",
                 "s-1",
                 NULL,
                 "0 s-1",
                 0.0,
                 1e20,
                 "Rate extrapolated to infinite temperature; 0: no reshaping."),
    ROW_QUANTITY("material.reshaping.activation_energy",
                 "J mol-1",
                 "kJ/mol",
                 "150 kJ/mol",
                 1e3,
                 1e6,
                 "Activation energy of reshaping."),
    ROW_MAP(
        "material.sublimation",
        "Shell metal evaporates from the surface: Hertz-Knudsen flux times the fraction "
        "of shell metal, with log10(p / Pa) = A + B / T + C log10 T (T in K)."),
    ROW_NUMBER(
        "material.sublimation.coefficient",
        "0",
        0.0,
        1.0,
        "Evaporation coefficient; 0: no sublimation, 1: the greatest possible flux."),
    ROW_NUMBER("material.sublimation.A", "0", -100.0, 100.0, "A of the vapour pressure."),
    ROW_NUMBER("material.sublimation.B", "0", -1e6, 0.0, "B of the vapour pressure, K."),
    ROW_NUMBER("material.sublimation.C", "0", -20.0, 20.0, "C of the vapour pressure."),
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
const struct atw_schema_part atw_material_part = PART(material_rows);
