/* The keys of `analysis`: how the measurement is evaluated, in scenarios and experiments.
 */
#include "io/scenario_schema.h"

#include "io/schema_rows.h"

static const struct atw_schema_entry analysis_rows[] = {
    ROW_MAP("analysis",
            "How tilt series become temperature differences; it never sees the "
            "truth."),
    ROW_TEXT("analysis.background",
             "auto",
             "Counts subtracted from every pixel before reconstruction: auto (estimated "
             "from the empty frame), none, or a number of counts."),
    ROW_MAP("analysis.alignment", "Shifts of the views and the tilt axis."),
    ROW_TEXT("analysis.alignment.method",
             "auto",
             "auto (as the series needs, if it needs any), none, or a method that is "
             "always used; `alloytwin list methods` names them."),
    ROW_INTEGER("analysis.alignment.rounds",
                "10",
                0.0,
                1000.0,
                "Comparisons with reprojections, at most; they end when nothing moves."),
    ROW_NUMBER("analysis.alignment.reject",
               "6",
               0.0,
               1e6,
               "Views that fit worse than their neighbours in angle by more standard "
               "deviations are dropped; 0 keeps all."),
    ROW_MAP("analysis.reconstruction", "From a tilt series to a volume."),
    ROW_TEXT("analysis.reconstruction.method",
             "em",
             "Reconstruction method; `alloytwin list methods` names them."),
    ROW_OPTIONAL_INTEGER("analysis.reconstruction.iterations",
                         1.0,
                         10000.0,
                         "Iterations of an iterative method; at most, with a stopping "
                         "rule. Not given: as many as the method usually takes, em, "
                         "sirt and cgls 20, os-em 2, tv 40."),
    ROW_NUMBER("analysis.reconstruction.discrepancy",
               "0",
               0.0,
               10.0,
               "Stop at this relative misfit, which the noise accounts for; 0: no such "
               "rule. A rule is applied to the first series of a particle; all others, "
               "and the imitations of all, get as many iterations."),
    ROW_INTEGER("analysis.reconstruction.hold_out",
                "0",
                0.0,
                100000.0,
                "Stop when every Nth view, held out, fits worse; then use all views for "
                "as many iterations. Without a regularisation, tv chooses that instead, "
                "at all iterations. 0: no such rule."),
    ROW_INTEGER("analysis.reconstruction.subsets",
                "0",
                0.0,
                100000.0,
                "Subsets of views of os-em; 0 for its own choice."),
    ROW_CHOICE("analysis.reconstruction.filter",
               "ram-lak|shepp-logan|cosine|hamming|hann",
               "ram-lak",
               "Window of the ramp filter of wbp."),
    ROW_NUMBER("analysis.reconstruction.regularisation",
               "0",
               0.0,
               1000.0,
               "Weight of the penalty of tv; 0 for its own choice."),
    ROW_BOOLEAN("analysis.reconstruction.undamp",
                "false",
                "Undo the damping that analysis.model.damping assumes in the counts "
                "before they are reconstructed; needs microscope.counts_per_unit."),
    ROW_MAP("analysis.segmentation", "Which voxels of a volume are metal."),
    ROW_CHOICE(
        "analysis.segmentation.rule",
        "surface|otsu|fraction|value|model",
        "surface",
        "Threshold: half the intensity found at `depth` below the surface, Otsu's, "
        "a fraction of the mean intensity of the metal, or an intensity; model: the rod "
        "that fits the tilt series taken before heating."),
    ROW_LENGTH("analysis.segmentation.depth",
               "1 nm",
               0.1e-9,
               100e-9,
               "Where rule surface looks for the intensity: beyond the blur and well "
               "within the outer layer."),
    ROW_NUMBER("analysis.segmentation.parameter",
               "0.5",
               0.0,
               1e12,
               "The fraction or the intensity; used by the rules of that name."),
    ROW_LENGTH(
        "analysis.segmentation.erosion",
        "1.5 nm",
        0.0,
        100e-9,
        "Depth of the surface layer that is left out of the degree of alloying, as "
        "its voxels are blurred with vacuum."),
    ROW_BOOLEAN(
        "analysis.segmentation.per_step",
        "false",
        "Segment every volume by itself instead of using the mask of the one taken "
        "before heating."),
    ROW_MAP("analysis.alloying",
            "The degree of alloying: 0 core and shell apart, 1 mixed."),
    ROW_CHOICE(
        "analysis.alloying.measure",
        "quadrature|linear",
        "quadrature",
        "How the spread of the reference is taken off the spread of the composition: "
        "in quadrature, as for independent errors, or linearly."),
    ROW_CHOICE("analysis.alloying.reference_noise",
               "matched|none",
               "matched",
               "Noise of the simulated mixed reference: as in the measurement, or none."),
    ROW_MAP("analysis.model", "The forward model that the analysis assumes."),
    ROW_LENGTH("analysis.model.blur",
               "0.5 nm",
               0.0,
               10e-9,
               "Standard deviation of the Gaussian probe that the analysis assumes."),
    ROW_LENGTH("analysis.model.damping",
               "0 nm",
               0.0,
               1e-3,
               "Mean free path into the detector that the analysis assumes in the core "
               "metal; other materials attenuate as they scatter; 0 for no damping."),
    ROW_NUMBER("analysis.model.tolerance",
               "1e-5",
               1e-8,
               1e-2,
               "Error of the composition that time stepping of the diffusion may make."),
    ROW_CHOICE(
        "analysis.initial_state",
        "measured|given",
        "measured",
        "State a heating interval starts from: the reconstructed one, or the state "
        "the experiment gives (matched validation only)."),
    ROW_INTEGER(
        "analysis.noise_seed",
        "1",
        0.0,
        LARGEST_INTEGER,
        "Seed of the noise in the references of the analysis; --seed sets it too."),
    ROW_MAP("analysis.joint", "How estimators joint and bayes see the particle."),
    ROW_CHOICE("analysis.joint.start",
               "reconstruction|model",
               "reconstruction",
               "What was there before heating: the two phases that the tomogram shows, "
               "or a rod in a shell, fitted to the counts."),
    ROW_MAP("analysis.bayes",
            "What estimator bayes believes before it sees the data, and how long it "
            "samples."),
    ROW_QUANTITY(
        "analysis.bayes.activation_energy",
        "J mol-1",
        "kJ/mol",
        "190 kJ/mol",
        1e3,
        1e6,
        "Mean of the normal prior of the activation energy: tracer diffusivities "
        "in gold-silver have 169 to 202 kJ/mol."),
    ROW_QUANTITY("analysis.bayes.activation_energy_std",
                 "J mol-1",
                 "kJ/mol",
                 "20 kJ/mol",
                 0.0,
                 1e6,
                 "Its standard deviation; 0 for no prior."),
    {ROW("analysis.bayes.delta_T_std",
         TEMPERATURE_DIFFERENCE,
         "Standard deviation of the normal prior of each temperature difference, about "
         "0."),
     .si_unit = "K", .default_text = "100 K", ROW_RANGE(1.0, 1000.0)},
    ROW_NUMBER(
        "analysis.bayes.model_error",
        "3e-4",
        0.0,
        0.1,
        "Standard deviation by which the model is believed to miss the variance left, "
        "beside the noise: scale of a half-Cauchy prior, which data that miss it by more "
        "overrule; 0 for a model without error."),
    ROW_NUMBER(
        "analysis.bayes.length_error",
        "0",
        0.0,
        0.5,
        "Relative standard deviation of the lengths of each particle; 0 where they "
        "are exact."),
    ROW_INTEGER("analysis.bayes.steps",
                "64000",
                2000.0,
                1e7,
                "Steps of each walker, at most; sampling ends when the chains agree."),
    ROW_INTEGER("analysis.bayes.effective_samples",
                "2000",
                100.0,
                1e6,
                "Independent samples that the chains must be worth in every parameter."),
    ROW_MAP("analysis.gls", "How estimator gls finds the errors of the diffusivities."),
    ROW_INTEGER("analysis.gls.bootstrap",
                "0",
                0.0,
                1000.0,
                "Experiments drawn again, twice, for their bias and covariance: 20 are "
                "enough for four steps, and each costs an analysis with paper; 0: "
                "covariance by propagation, no correction."),
    ROW_MAP("analysis.direct", "How estimator direct fits the tilt series."),
    ROW_CHOICE("analysis.direct.start",
               "model|reconstruction",
               "model",
               "What was there before heating: a rod in a shell, fitted to the counts, "
               "or for other shapes the voxels that joint starts from."),
    ROW_QUANTITY("analysis.direct.voxel",
                 "m",
                 "nm",
                 "0.25 nm",
                 0.1e-9,
                 5e-9,
                 "Cell of the states that its particle passes through, in radius and "
                 "height; its surface does not depend on it."),
    ROW_QUANTITY("analysis.direct.tilt_error",
                 "rad",
                 "deg",
                 "0.5 deg",
                 0.0,
                 0.08726646259971647,
                 "Standard deviation of the prior of the error of every recorded tilt; 0 "
                 "where they are exact."),
    {ROW("analysis.estimators[]",
         TEXT,
         "Estimators of the temperature difference to run; `alloytwin list estimators` "
         "names them."),
     .default_text = "[paper, joint, bayes]"},
};

const struct atw_schema_part atw_analysis_part = PART(analysis_rows);
