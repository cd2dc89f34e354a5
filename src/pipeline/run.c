/* The three ways through the pipeline, from files to files. */
#include "pipeline/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/progress.h"
#include "core/timing.h"
#include "io/json_file.h"
#include "io/output_directory.h"
#include "pipeline/bound.h"
#include "pipeline/result.h"
#include "pipeline/run_chip.h"
#include "pipeline/simulate.h"
#include "pipeline/spreads.h"
#include "pipeline/tables.h"
#include "pipeline/volumes.h"

enum { PATH_SIZE = 4096 };

/* Views tell about the same from tilt to tilt: the bound from one in so many is off by
 * less than a percent. */
#define BOUND_VIEW_STRIDE 8

struct run {
    const struct atw_run_options *options;
    struct atw_output_directory *output;
    struct atw_scenario *scenario;     /* NULL: none was simulated */
    struct atw_chip *compared;         /* with its chip; NULL: none */
    struct atw_truth *truth;           /* NULL: unknown */
    struct atw_bound *bound;           /* NULL: not asked for, or there is none */
    struct atw_experiment *experiment; /* as read from its files */
    struct atw_analysis *analysis;
    struct atw_timings timings;
};

/* Where the run directory keeps `name` until it is committed. */
static void inside(char path[PATH_SIZE], const struct run *run, const char *name)
{
    snprintf(path, PATH_SIZE, "%s/%s", atw_output_directory_path(run->output), name);
}

static enum atw_status
make_folder(const struct run *run, const char *name, struct atw_error *err)
{
    char path[PATH_SIZE];

    inside(path, run, name);
    if (mkdir(path, 0777) != 0)
        return atw_error_set(err, ATW_EOUTPUT, "%s: cannot create the folder: %m", path);
    return ATW_OK;
}

static enum atw_status
save_json(const struct run *run, const char *name, json_t *value, struct atw_error *err)
{
    char path[PATH_SIZE];
    enum atw_status status;

    if (!value)
        return atw_error_set(err, ATW_ENOMEM, "%s: out of memory", name);
    inside(path, run, name);
    status = atw_json_save(value, path, 0, err);
    json_decref(value);
    return status;
}

/* The resolved text of a file and its hash, as "NAME" and "NAME_sha256". */
static enum atw_status describe_config(const struct atw_config *config,
                                       const char *name,
                                       struct atw_metadata *metadata,
                                       struct atw_error *err)
{
    char hex[ATW_SHA256_HEX_SIZE], key[32];
    char *text = atw_config_resolved_text(config);
    enum atw_status status;

    if (!text)
        return atw_error_set(err, ATW_ENOMEM, "%s: out of memory", name);
    snprintf(key, sizeof key, "%s_sha256", name);
    status = atw_config_sha256(config, hex, err);
    if (status == ATW_OK)
        status = atw_metadata_set(metadata, key, hex, err);
    if (status == ATW_OK)
        status = atw_metadata_set(metadata, name, text, err);
    free(text);
    return status;
}

static enum atw_status describe_scenario(const struct atw_config *scenario,
                                         const struct atw_run_options *options,
                                         struct atw_error *err)
{
    char seed[32];
    enum atw_status status;

    snprintf(seed, sizeof seed, "%lld", atw_config_integer(scenario, "seed"));
    status = atw_metadata_set(options->metadata, "seed", seed, err);
    if (status == ATW_OK)
        status = describe_config(scenario, "scenario", options->metadata, err);
    return status;
}

/* What the photons allow; a scenario that has no bound is no reason to stop. */
static enum atw_status
find_bound(struct run *run, double counts_per_nm, struct atw_error *err)
{
    const struct atw_bound_options options = {.photons_only = 1,
                                              .view_stride = BOUND_VIEW_STRIDE,
                                              .truth = run->truth,
                                              .counts_per_nm = counts_per_nm};
    struct atw_error reason = {0};
    double start_s = atw_now_s();
    enum atw_status status =
        atw_bound_create(&run->bound, run->scenario, &options, &reason);

    run->timings.bound_s = atw_now_s() - start_s;
    if (status == ATW_EINPUT) {
        atw_log("no bound: %s", reason.text);
        return ATW_OK;
    }
    return status == ATW_OK ? ATW_OK : atw_error_set(err, status, "%s", reason.text);
}

static enum atw_status
simulate(struct run *run, const struct atw_scenario *scenario, struct atw_error *err)
{
    struct atw_experiment *experiment = NULL;
    char path[PATH_SIZE];
    double start_s = atw_now_s();
    enum atw_status status = atw_simulate(&experiment, &run->truth, scenario, err);

    if (status == ATW_OK)
        status = make_folder(run, "experiment", err);
    inside(path, run, "experiment");
    if (status == ATW_OK)
        status = atw_experiment_write(experiment, scenario->config, path,
                                      run->options->metadata, err);
    if (status == ATW_OK)
        status = save_json(run, "truth.json", atw_truth_to_json(run->truth), err);
    run->timings.simulate_s = atw_now_s() - start_s;
    if (status == ATW_OK && run->options->bound)
        status = find_bound(run, experiment->counts_per_nm, err);
    atw_experiment_destroy(experiment);
    return status;
}

static enum atw_status analyse(struct run *run, const char *path, struct atw_error *err)
{
    double start_s = atw_now_s();
    enum atw_status status = atw_experiment_read(
        &run->experiment, path, run->options->overrides, run->options->n_overrides, err);

    if (status == ATW_OK)
        status = describe_config(run->experiment->config, "experiment",
                                 run->options->metadata, err);
    if (status == ATW_OK)
        status = atw_analyse(&run->analysis, run->experiment, err);
    if (status == ATW_OK)
        status = atw_spreads_measure(run->analysis, err);
    run->timings.analyse_s = atw_now_s() - start_s;
    return status;
}

static enum atw_status write_result(struct run *run, struct atw_error *err)
{
    json_t *result =
        atw_result_to_json(run->analysis, run->truth, run->bound, &run->timings);

    if (result && run->options->result)
        *run->options->result = json_incref(result);
    return save_json(run, "result.json", result, err);
}

/* Score and write: everything of the run directory that follows the analysis. */
static enum atw_status write_results(struct run *run, struct atw_error *err)
{
    const struct atw_table_source source = {
        .analysis = run->analysis, .truth = run->truth, .bound = run->bound};
    char path[PATH_SIZE];
    enum atw_status status = write_result(run, err);

    if (status == ATW_OK)
        status = make_folder(run, "tables", err);
    inside(path, run, "tables");
    if (status == ATW_OK)
        status = atw_tables_write(&source, path, err);
    if (status == ATW_OK && run->scenario)
        status = atw_run_chip_write(run->scenario, run->compared, path, err);
    inside(path, run, "result.emd");
    if (status == ATW_OK)
        status = atw_volumes_write(run->analysis, run->truth, path,
                                   run->options->metadata, err);
    return status;
}

/* Put the directory in its place, then draw into it: what was computed outlives a report
 * that fails. */
static enum atw_status finish(struct run *run, struct atw_error *err)
{
    const struct atw_run_options *options = run->options;
    enum atw_status status =
        save_json(run, "provenance.json", atw_metadata_to_json(options->metadata), err);

    if (status == ATW_OK)
        status = atw_output_directory_commit(&run->output, err);
    if (status == ATW_OK && run->analysis && options->table)
        atw_result_print(run->analysis, run->truth, run->bound, options->table);
    if (status != ATW_OK || !run->analysis || !options->report)
        return status;
    status = options->report(options->output_directory, err);
    if (status != ATW_OK)
        atw_error_prepend(err, "the results are in %s, but not the report",
                          options->output_directory);
    return status;
}

static void clear(struct run *run)
{
    atw_output_directory_abort(run->output);
    atw_chip_destroy(run->compared);
    atw_scenario_destroy(run->scenario);
    atw_analysis_destroy(run->analysis);
    atw_experiment_destroy(run->experiment);
    atw_truth_destroy(run->truth);
    atw_bound_destroy(run->bound);
}

/* --force replaces the whole output folder; what the run reads must not be in it. */
static enum atw_status
protect_input(const char *input, const char *output, struct atw_error *err)
{
    char *real_input = realpath(input, NULL), *real_output = realpath(output, NULL);
    size_t length = real_output ? strlen(real_output) : 0;
    enum atw_status status = ATW_OK;

    if (real_input && real_output && strncmp(real_input, real_output, length) == 0 &&
        (real_input[length] == '/' || real_input[length] == '\0'))
        status =
            atw_error_set(err, ATW_EOUTPUT,
                          "directory '%s' holds the input '%s' and would be replaced "
                          "as a whole; choose another name",
                          output, input);
    free(real_input);
    free(real_output);
    return status;
}

/* Resolve the scenario before anything is written, then simulate into the new folder. */
static enum atw_status begin_with_simulation(struct run *run,
                                             const struct atw_config *config,
                                             struct atw_error *err)
{
    const struct atw_run_options *options = run->options;
    enum atw_status status = atw_scenario_create(&run->scenario, config, err);

    if (status == ATW_OK)
        status = atw_run_chip_compared(&run->compared, run->scenario, err);
    if (status == ATW_OK && options->force)
        status =
            protect_input(atw_config_directory(config), options->output_directory, err);
    if (status == ATW_OK)
        status = atw_output_directory_begin(&run->output, options->output_directory,
                                            options->force, err);
    if (status == ATW_OK)
        status = describe_scenario(config, options, err);
    if (status == ATW_OK)
        status = simulate(run, run->scenario, err);
    return status;
}

enum atw_status atw_run_simulate(const struct atw_config *scenario,
                                 const struct atw_run_options *options,
                                 struct atw_error *err)
{
    struct run run = {.options = options};
    enum atw_status status = begin_with_simulation(&run, scenario, err);

    if (status == ATW_OK)
        status = finish(&run, err);
    clear(&run);
    return status;
}

enum atw_status atw_run_analyse(const char *experiment_path,
                                const struct atw_run_options *options,
                                struct atw_error *err)
{
    struct run run = {.options = options, .timings = {.simulate_s = NAN, .bound_s = NAN}};
    enum atw_status status = ATW_OK;

    if (options->force)
        status = protect_input(experiment_path, options->output_directory, err);
    if (status == ATW_OK)
        status = atw_output_directory_begin(&run.output, options->output_directory,
                                            options->force, err);
    if (status == ATW_OK)
        status = analyse(&run, experiment_path, err);
    if (status == ATW_OK)
        status = write_results(&run, err);
    if (status == ATW_OK)
        status = finish(&run, err);
    clear(&run);
    return status;
}

enum atw_status atw_run_all(const struct atw_config *scenario,
                            const struct atw_run_options *options,
                            struct atw_error *err)
{
    struct run run = {.options = options, .timings = {.bound_s = NAN}};
    char path[PATH_SIZE];
    enum atw_status status = begin_with_simulation(&run, scenario, err);

    if (status == ATW_OK) {
        inside(path, &run, "experiment/experiment.yaml");
        status = analyse(&run, path, err);
    }
    if (status == ATW_OK)
        status = write_results(&run, err);
    if (status == ATW_OK)
        status = finish(&run, err);
    clear(&run);
    return status;
}
