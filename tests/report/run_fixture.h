/* A finished run directory with physically plausible content, for tests of the report. */
#ifndef ATW_TESTS_REPORT_RUN_FIXTURE_H
#define ATW_TESTS_REPORT_RUN_FIXTURE_H

struct run_fixture {
    const char *scenario;     /* its name, or the title of a real experiment */
    const char *particles[2]; /* names; the first is the reference */
    int with_truth;           /* 0: a real experiment, every truth empty */
    double voxel_nm;          /* of the slices */
    int with_posterior;       /* 0: bayes did not run */
};

/* Create a fresh directory under TMPDIR holding result.json, provenance.json and
 * tables/; its name is written to `directory`. Aborts the test on failure. */
void run_fixture_write(char directory[256], const struct run_fixture *fixture);

/* Remove the directory and all it holds. */
void run_fixture_remove(const char *directory);

#endif
