/* Simulate: scenario -> phantom -> chip + heating -> diffusion -> microscope. */
#ifndef ATW_PIPELINE_SIMULATE_H
#define ATW_PIPELINE_SIMULATE_H

#include "pipeline/experiment.h"
#include "pipeline/scenario.h"
#include "pipeline/stage_cache.h"
#include "pipeline/truth.h"

/* Run the simulation in memory. Both results belong to the caller. The numbers depend on
 * the scenario and its seed only, not on threads. */
enum atw_status atw_simulate(struct atw_experiment **experiment,
                             struct atw_truth **truth,
                             const struct atw_scenario *scenario,
                             struct atw_error *err) ATW_MUST_CHECK;

/* The same, bit for bit, with what the cache has of earlier simulations; it keeps what is
 * new. NULL: no cache. */
enum atw_status atw_simulate_cached(struct atw_experiment **experiment,
                                    struct atw_truth **truth,
                                    const struct atw_scenario *scenario,
                                    struct atw_stage_cache *cache,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Phantom of one particle on the simulation grid. */
enum atw_status atw_simulate_phantom(struct atw_phantom **out,
                                     const struct atw_scenario *scenario,
                                     size_t particle,
                                     struct atw_error *err) ATW_MUST_CHECK;

#endif
