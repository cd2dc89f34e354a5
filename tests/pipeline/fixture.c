/* What the tests of the pipeline share. */
#include "pipeline/fixture.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/scenario_schema.h"
#include "support/support.h"

static char folder[256];

const char fixture_scenario[] =
    "format: alloytwin-scenario/1\n"
    "name: small\n"
    "title: \"A \\\"small\\\" run: 2 rods\"\n"
    "seed: 5\n"
    "reference: A\n"
    "chip: {model: double-spiral-like, mesh: {cell: 15 um}}\n"
    "material: {model: gold-silver}\n"
    "particles:\n"
    "  - {name: A, window: centre, core_diameter: 12 nm, core_length: 20 nm,"
    " shell_side: 4 nm, shell_tip: 4 nm}\n"
    "  - {name: B, window: edge, core_diameter: 12 nm, core_length: 20 nm,"
    " shell_side: 4 nm, shell_tip: 4 nm}\n"
    "heating:\n"
    "  steps:\n"
    "    - {set_point: 400 degC, dwell: 60 s}\n"
    "    - {set_point: 410 degC, dwell: 90 s}\n"
    "simulation: {voxel: 1 nm}\n"
    "microscope: {model: haadf-200kv, pixel: 1.2 nm, tilt: {step: 4 deg}}\n"
    "analysis: {reconstruction: {iterations: 10}}\n";

void fixture_setup(void)
{
    const char *base = getenv("TMPDIR");

    snprintf(folder, sizeof folder, "%s/alloytwin-pipeline.XXXXXX", base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

void fixture_teardown(void)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;
    char path[600];

    while (entries && (entry = readdir(entries))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        (void)remove(path); /* fails for . and .. alone */
    }
    if (entries)
        (void)closedir(entries);
    ck_assert_int_eq(rmdir(folder), 0);
}

const char *fixture_folder(void)
{
    return folder;
}

char *fixture_text(const char *name)
{
    char path[600], *text = NULL;
    FILE *stream;
    long size;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    stream = fopen(path, "rb");
    ck_assert_msg(stream != NULL, "%s cannot be opened", path);
    ck_assert_int_eq(fseek(stream, 0, SEEK_END), 0);
    size = ftell(stream);
    ck_assert_int_gt(size, 0);
    rewind(stream);
    text = calloc((size_t)size + 1, 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(fread(text, 1, (size_t)size, stream), (size_t)size);
    fclose(stream);
    return text;
}

enum atw_status fixture_load(struct atw_config **config,
                             const char *text,
                             const char *const *overrides,
                             struct atw_error *err)
{
    size_t count = 0;

    while (overrides && overrides[count])
        count++;
    return atw_config_parse(config, &atw_scenario_schema, text, strlen(text), "test.yaml",
                            overrides, count, err);
}

void fixture_run_create(struct fixture_run *run,
                        const char *text,
                        const char *const *overrides)
{
    struct atw_error err;

    *run = (struct fixture_run){0};
    CHECK_OK(fixture_load(&run->config, text, overrides, &err));
    CHECK_OK(atw_scenario_create(&run->scenario, run->config, &err));
    CHECK_OK(atw_simulate(&run->experiment, &run->truth, run->scenario, &err));
    CHECK_OK(atw_analysis_settings_read(&run->experiment->analysis, run->config, &err));
}

void fixture_run_destroy(struct fixture_run *run)
{
    atw_experiment_destroy(run->experiment);
    atw_truth_destroy(run->truth);
    atw_scenario_destroy(run->scenario);
    atw_config_destroy(run->config);
}

const struct atw_estimate *fixture_estimate(const struct atw_analysis *analysis,
                                            const char *weighting,
                                            size_t nominal,
                                            size_t particle)
{
    for (size_t i = 0; i < analysis->estimates.count; i++) {
        const struct atw_estimate *estimate = &analysis->estimates.estimate[i];

        if (strcmp(estimate->weighting, weighting) == 0 &&
            estimate->nominal_particle == nominal && estimate->particle == particle)
            return estimate;
    }
    ck_abort_msg("no estimate %s, nominal particle %zu, of particle %zu", weighting,
                 nominal, particle);
    return NULL;
}

struct fixture_amounts fixture_amounts_of(const struct atw_field *metal,
                                          const struct atw_field *composition)
{
    double voxel = pow(metal->grid.spacing_m * 1e9, 3.0);
    struct fixture_amounts amounts = {0.0, 0.0};

    for (size_t i = 0; i < atw_grid_voxel_count(&metal->grid); i++) {
        amounts.metal += voxel * (double)metal->value[i];
        amounts.shell += voxel * (double)metal->value[i] * (double)composition->value[i];
    }
    return amounts;
}

double fixture_ln_S_error(struct atw_specimen *specimen, size_t step, double S_m2)
{
    double at, beyond, measured = specimen->measurement[step + 1].variance_left;
    struct atw_error err;

    CHECK_OK(atw_specimen_variance_from_start(specimen, step, S_m2, &at, &err));
    CHECK_OK(atw_specimen_variance_from_start(specimen, step, 1.1 * S_m2, &beyond, &err));
    return log(1.1) * (measured - at) / (beyond - at);
}

double fixture_brightest(const struct atw_tilt_series *series)
{
    double value = 0.0;

    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        value = fmax(value, (double)series->value[i]);
    return value;
}
