/* The three ways through the pipeline, from files to files. */
#ifndef ATW_PIPELINE_RUN_H
#define ATW_PIPELINE_RUN_H

#include <stdio.h>

#include <jansson.h>

#include "io/config.h"
#include "io/metadata.h"

struct atw_run_options {
    const char *output_directory;
    int force;
    const char *const *overrides; /* "key=value" texts for analyse */
    size_t n_overrides;
    struct atw_metadata *metadata; /* provenance, completed by the run */
    /* Draw figures and report into the finished directory; NULL: none. */
    enum atw_status (*report)(const char *directory, struct atw_error *err);
    int bound;       /* also the Cramer-Rao bound, where the scenario has one */
    FILE *table;     /* where the table of estimates goes; NULL: nowhere */
    json_t **result; /* receives the result; NULL: not wanted */
};

/* DIR/experiment and DIR/truth.json. */
enum atw_status atw_run_simulate(const struct atw_config *scenario,
                                 const struct atw_run_options *options,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Experiment to DIR/result.json, result.emd, tables, report. */
enum atw_status atw_run_analyse(const char *experiment_path,
                                const struct atw_run_options *options,
                                struct atw_error *err) ATW_MUST_CHECK;

/* Simulate, analyse what was written, score: the whole run directory. The analysis reads
 * the experiment from its files, so that `simulate` followed by `analyse` is the same. */
enum atw_status atw_run_all(const struct atw_config *scenario,
                            const struct atw_run_options *options,
                            struct atw_error *err) ATW_MUST_CHECK;

#endif
