/* Every key of an experiment. Users with real data write this file by hand. */
#include "io/experiment_schema.h"

#include "io/scenario_schema.h"
#include "io/schema_rows.h"

#define SERIES_ROWS(path_, when_)                                                        \
    ROW_OPTIONAL_PATH(path_ ".tilts", "Tilt series taken " when_ " (.mrc, .emd)."),      \
        ROW_OPTIONAL_PATH(path_ ".angles",                                               \
                          "Tilt angles, one in degrees per line (.rawtlt, .tlt); not "   \
                          "needed if the tilt series holds them. With a volume: those "  \
                          "of the views it was made of."),                               \
        ROW_OPTIONAL_PATH(path_ ".volume",                                               \
                          "Finished reconstruction, instead of a tilt series; without "  \
                          "angles it cannot be imitated, which estimators need.")

static const struct atw_schema_entry experiment_rows[] = {
    ROW_TEXT(
        "format", REQUIRED, "Kind and version of this file: alloytwin-experiment/1."),
    ROW_TEXT("title", "", "One line for headings."),
    ROW_TEXT("reference",
             "A",
             "Name of the particle that is assumed to be at the nominal temperature."),
    ROW_OPTIONAL_QUANTITY(
        "pixel_size",
        "m",
        "nm",
        0.001e-9,
        100e-9,
        "Edge of a pixel at the specimen; unset, the image files say it."),
    ROW_LIST("particles[]", 1, NULL, "The particles that were followed."),
    ROW_TEXT("particles[].name", REQUIRED, "Name of the particle; no two are the same."),
    ROW_OPTIONAL_TEXT("particles[].window",
                      "Window of the chip the particle lies in; a label."),
    ROW_MAP("particles[].reference_series", "What was taken before any heating."),
    SERIES_ROWS("particles[].reference_series", "before any heating"),
    ROW_LIST("particles[].steps[]",
             0,
             NULL,
             "Heating steps in order of time; one without tilts or volume has heated and "
             "was not looked at."),
    ROW_TEMPERATURE("particles[].steps[].set_point",
                    REQUIRED,
                    "Temperature asked of the controller."),
    ROW_QUANTITY("particles[].steps[].dwell",
                 "s",
                 NULL,
                 REQUIRED,
                 0.0,
                 1e6,
                 "Time from the start of heating to the start of the quench."),
    SERIES_ROWS("particles[].steps[]", "after the step"),
    ROW_MAP("particles[].steps[].initial_state",
            "A known state at the start of the step, used by `analysis.initial_state: "
            "given`."),
    ROW_OPTIONAL_PATH("particles[].steps[].initial_state.composition",
                      "Volume of the fraction of the metal that is shell metal."),
    ROW_OPTIONAL_PATH("particles[].steps[].initial_state.metal",
                      "Volume of the fraction of each voxel that is metal."),
    ROW_MODEL_MAP("microscope", "microscopes", "What is known about the microscope."),
    ROW_OPTIONAL_TEXT("microscope.model",
                      "Microscope, a file models/microscopes/NAME.yaml; of its keys only "
                      "those below are used."),
    ROW_NUMBER("microscope.intensity_ratio",
               "2.6",
               1e-3,
               ATW_INTENSITY_RATIO_AT_MOST,
               "HAADF intensity of core metal over that of shell metal, per volume; the "
               "default is gold over silver at a z_exponent of 1.84."),
    ROW_OPTIONAL_NUMBER(
        "microscope.counts_per_unit",
        1e-12,
        1e12,
        "Detector counts per unit of image intensity; with it the noise of "
        "the measurement is known."),
    ROW_OPTIONAL_NUMBER("microscope.background",
                        0.0,
                        1e9,
                        "Counts of the empty detector in every pixel, if known."),
    ROW_BOOLEAN("microscope.shot_noise", "true", "The counts carry Poisson noise."),
    ROW_MAP("microscope.detector", "From electrons to recorded numbers."),
    ROW_NUMBER("microscope.detector.gain",
               "1",
               1e-6,
               1e6,
               "Recorded units per electron; tilt series are divided by it, so that "
               "counts are electrons from there on."),
    ROW_NUMBER("microscope.detector.offset",
               "0",
               -1e6,
               1e6,
               "Recorded units without any electron, taken off first."),
};
static const struct atw_schema_part experiment_part = PART(experiment_rows);

static const struct atw_schema_part *const parts[] = {&experiment_part,
                                                      &atw_analysis_part};

const struct atw_schema atw_experiment_schema = {.name = "experiment",
                                                 .format = "alloytwin-experiment/1",
                                                 .parts = parts,
                                                 .n_parts = COUNT(parts),
                                                 .model_schema = &atw_scenario_schema};
