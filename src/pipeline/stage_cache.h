/* Results of stages of the simulation, kept for the next simulation that needs the same.
 *
 * Replicates of a study differ in their noise alone; points often in one particle or in
 * the microscope. A key is everything that a result depends on, byte by byte, so that a
 * result from here is the one that would be computed. Least recently used ones go first.
 * Not for several threads at once. */
#ifndef ATW_PIPELINE_STAGE_CACHE_H
#define ATW_PIPELINE_STAGE_CACHE_H

#include <stddef.h>

#include "core/tilt_series.h"
#include "pipeline/truth.h"

struct atw_stage_cache; /* opaque */

struct atw_stage_cache_counts {
    size_t hits, misses, dropped; /* so far */
    size_t n_bytes;               /* of what is kept */
};

/* Holds n_bytes_most of results at most. ATW_ENOMEM. */
enum atw_status atw_stage_cache_create(struct atw_stage_cache **out,
                                       size_t n_bytes_most,
                                       struct atw_error *err) ATW_MUST_CHECK;
void atw_stage_cache_destroy(struct atw_stage_cache *cache);

/* A copy of the states of a particle into *particle, whose name and acquisitions stay as
 * they are; *is_found 0 and nothing done if they are not here. ATW_ENOMEM. */
enum atw_status atw_stage_cache_get_states(struct atw_truth_particle *particle,
                                           int *is_found,
                                           struct atw_stage_cache *cache,
                                           const char *key,
                                           size_t key_size,
                                           struct atw_error *err) ATW_MUST_CHECK;
/* Keep a copy, if there is room. */
void atw_stage_cache_put_states(struct atw_stage_cache *cache,
                                const char *key,
                                size_t key_size,
                                const struct atw_truth_particle *particle);

/* The same for a noise-free tilt series; *series NULL if it is not here. */
enum atw_status atw_stage_cache_get_signal(struct atw_tilt_series **series,
                                           struct atw_stage_cache *cache,
                                           const char *key,
                                           size_t key_size,
                                           struct atw_error *err) ATW_MUST_CHECK;
void atw_stage_cache_put_signal(struct atw_stage_cache *cache,
                                const char *key,
                                size_t key_size,
                                const struct atw_tilt_series *series);

struct atw_stage_cache_counts atw_stage_cache_count(const struct atw_stage_cache *cache);

#endif
