/* Every key of a study file: factors, design, replicates, limits, criteria. */
#include "io/study_schema.h"

#include "io/schema_rows.h"

static const struct atw_schema_entry study_rows[] = {
    ROW_TEXT("format", REQUIRED, "Kind and version of this file: alloytwin-study/1."),
    ROW_TEXT("name", REQUIRED, "Short name of the study; it labels every output."),
    ROW_TEXT("title", "", "One line for headings."),
    ROW_TEXT("description", "", "The question that the study answers."),
    ROW_INTEGER("seed",
                "1",
                0.0,
                LARGEST_INTEGER,
                "Seed of the design and of every item; same study and seed, same "
                "numbers, for any number of processes, shards or ranks."),
    ROW_CHOICE(
        "outcome",
        "pipeline|posterior|ishigami|g-function|normal-sample|null",
        "pipeline",
        "What one item computes: a scenario simulated, analysed and scored; truths "
        "drawn from the priors of bayes and data from its model; or a "
        "function whose answer is known, to check the engine."),
    ROW_OPTIONAL_PATH("scenario",
                      "The scenario that outcome pipeline runs, relative to this file."),
    {ROW("settings[]",
         TEXT,
         "Changes to the scenario for every item, each as KEY=VALUE like --set."),
     .default_text = "[]"},
    {ROW("estimators[]",
         TEXT,
         "Estimators to run; empty: all there are in this release."),
     .default_text = "[]"},
    {ROW("estimators_except[]",
         TEXT,
         "Estimators to leave out of all there are, such as one that takes longer than "
         "all others."),
     .default_text = "[]"},
    ROW_INTEGER("replicates",
                "1",
                1.0,
                1e7,
                "Replicates of every point, which differ in their random numbers alone."),
    ROW_BOOLEAN("common_random_numbers",
                "false",
                "Give replicate r of every point the same random numbers, so that "
                "differences between points are more precise than the points."),
    ROW_MAP("design", "Where in the space of the factors the points lie."),
    ROW_CHOICE(
        "design.kind",
        "grid|one-at-a-time|random|latin-hypercube|sobol|morris|saltelli|bootstrap",
        "grid",
        "Every combination of values; the first values, then each other value by "
        "itself; independent random points; random points, one in each of equal "
        "intervals of every factor; evenly spread points; trajectories to screen "
        "factors; blocks for Sobol' indices; one scenario repeated."),
    ROW_INTEGER(
        "design.size",
        "64",
        1.0,
        1e7,
        "Points of random, latin-hypercube and sobol, trajectories of morris, base "
        "samples of saltelli; 2^m for sobol and saltelli. Not used by grid."),
    ROW_INTEGER("design.levels", "4", 2.0, 1000.0, "Levels of morris; an even number."),
    ROW_LIST("factors[]", 0, NULL, "What differs between points."),
    ROW_TEXT("factors[].key",
             REQUIRED,
             "Key of the scenario, as in --set; or what the outcome calls it (x1, x2)."),
    ROW_CHOICE("factors[].distribution",
               "values|uniform|normal|lognormal|model-range",
               "values",
               "One of the values, with equal or given weights; or a continuous "
               "distribution, cut off at min and max and at the range of the key; "
               "model-range is uniform over what the model file that the scenario uses "
               "has in `ranges`."),
    {ROW("factors[].values[]", TEXT, "Values as they would stand in the scenario."),
     .default_text = "[]"},
    {ROW("factors[].weights[]", NUMBER, "Weight of every value; empty: equal."),
     .default_text = "[]"},
    ROW_OPTIONAL_TEXT("factors[].min", "Least value, with unit if the key has one."),
    ROW_OPTIONAL_TEXT("factors[].max", "Greatest value, with unit if the key has one."),
    ROW_OPTIONAL_TEXT("factors[].mean", "Mean of the normal distribution, with unit."),
    ROW_OPTIONAL_TEXT("factors[].std",
                      "Standard deviation of the normal distribution, with unit."),
    ROW_OPTIONAL_TEXT("factors[].median",
                      "Median of the lognormal distribution, with unit."),
    ROW_OPTIONAL_NUMBER("factors[].log_std",
                        0.0,
                        100.0,
                        "Standard deviation of the natural logarithm of the value."),
    ROW_MAP("limits", "What an item may cost, and how many may fail."),
    ROW_INTEGER("limits.attempts",
                "2",
                1.0,
                100.0,
                "Times an item is tried whose process dies, before it counts as failed."),
    ROW_OPTIONAL_QUANTITY("limits.item_time",
                          "s",
                          NULL,
                          1e-3,
                          1e7,
                          "An item that takes longer is stopped and counts as failed."),
    ROW_NUMBER("limits.failed_fraction",
               "0.05",
               0.0,
               1.0,
               "Fraction of the items that may fail; more is exit code 4."),
    ROW_LIST("criteria[]",
             0,
             NULL,
             "What must hold at every point; if not, `stats` ends with exit code 5."),
    ROW_CHOICE("criteria[].measure",
               "mean|bias|empirical_se|model_se|rmse|coverage|bias_eliminated_coverage|"
               "width|power|detection_limit|convergence",
               REQUIRED,
               "Measure of performance, as `stats` prints it."),
    ROW_TEXT("criteria[].estimator", "", "Estimator it is about; empty: every one."),
    ROW_TEXT("criteria[].quantity", "delta_T_K", "Quantity it is about."),
    ROW_OPTIONAL_NUMBER("criteria[].at_most",
                        0.0,
                        1e300,
                        "The magnitude of the measure may not be greater."),
    ROW_OPTIONAL_NUMBER(
        "criteria[].at_least", 0.0, 1e300, "The measure may not be less."),
};
static const struct atw_schema_part study_part = PART(study_rows);

static const struct atw_schema_part *const parts[] = {&study_part};

const struct atw_schema atw_study_schema = {.name = "study",
                                            .format = "alloytwin-study/1",
                                            .parts = parts,
                                            .n_parts = COUNT(parts)};
