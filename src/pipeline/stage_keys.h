/* Keys of results for the cache of stages: all that a result depends on. */
#ifndef ATW_PIPELINE_STAGE_KEYS_H
#define ATW_PIPELINE_STAGE_KEYS_H

#include "microscope/acquisition.h"
#include "pipeline/scenario.h"

struct atw_stage_key {
    char *bytes; /* owned */
    size_t size;
};

/* Key of the states of a particle: it, the material and the grid as the scenario's file
 * says, and D of temperature, temperatures and times as they in truth are: those may have
 * been changed since it was read. ATW_ENOMEM. */
enum atw_status atw_stage_key_of_states(struct atw_stage_key *key,
                                        const struct atw_scenario *scenario,
                                        size_t particle,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* Key of the noise-free series of state `tomogram` of a particle as an acquisition sees
 * it on this detector. ATW_ENOMEM. */
enum atw_status atw_stage_key_of_signal(struct atw_stage_key *key,
                                        const struct atw_stage_key *states,
                                        const struct atw_scenario *scenario,
                                        size_t tomogram,
                                        const struct atw_microscope *detector,
                                        const struct atw_acquisition *acquisition,
                                        struct atw_error *err) ATW_MUST_CHECK;

void atw_stage_key_clear(struct atw_stage_key *key);

#endif
