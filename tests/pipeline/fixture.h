/* What the tests of the pipeline share: a scratch folder and small scenarios. */
#ifndef ATW_TESTS_PIPELINE_FIXTURE_H
#define ATW_TESTS_PIPELINE_FIXTURE_H

#include "pipeline/analyse.h"
#include "pipeline/scenario.h"
#include "pipeline/simulate.h"
#include "pipeline/truth.h"

void fixture_setup(void);
void fixture_teardown(void);
/* The scratch folder of the test. */
const char *fixture_folder(void);
/* Whole text of a file in it; free() it. */
char *fixture_text(const char *name);

/* Two rods of 20 nm x 28 nm, voxels of 1 nm, two steps; fast, not accurate. */
extern const char fixture_scenario[];
/* Override for a chip that is a table, with a difference of -34 K from 380 to 450 degC.
 */
#define FIXTURE_TABLE                                                                    \
    "chip.table=[{set_point: 380 degC, temperatures: [380 degC, 346 degC, 380 degC]}, "  \
    "{set_point: 450 degC, temperatures: [450 degC, 416 degC, 450 degC]}]"

/* Load a text as scenario with overrides, NULL-terminated. */
enum atw_status fixture_load(struct atw_config **config,
                             const char *text,
                             const char *const *overrides,
                             struct atw_error *err);

/* A scenario simulated: everything is owned by the fixture. */
struct fixture_run {
    struct atw_config *config;
    struct atw_scenario *scenario;
    struct atw_experiment *experiment;
    struct atw_truth *truth;
};
/* Simulate and give the experiment its analysis settings. Aborts the test on failure. */
void fixture_run_create(struct fixture_run *run,
                        const char *text,
                        const char *const *overrides);
void fixture_run_destroy(struct fixture_run *run);

/* The greatest value of any view. */
double fixture_brightest(const struct atw_tilt_series *series);

struct fixture_amounts {
    double metal, shell; /* nm3 */
};
struct fixture_amounts fixture_amounts_of(const struct atw_field *metal,
                                          const struct atw_field *composition);

/* What ln S would be off by if the share of variance measured after a step told it. */
double fixture_ln_S_error(struct atw_specimen *specimen, size_t step, double S_m2);

/* The estimate of a weighting and nominal particle for a particle; aborts without. */
const struct atw_estimate *fixture_estimate(const struct atw_analysis *analysis,
                                            const char *weighting,
                                            size_t nominal,
                                            size_t particle);

#endif
