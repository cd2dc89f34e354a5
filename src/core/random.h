/* Counter-based random streams: Philox4x64 (Random123) under GSL's distributions.
 *
 * A stream is a pure function of its key. Keys name what is drawn (study seed, point,
 * replicate, stage, item), never who draws it, so results do not depend on threads,
 * processes or ranks. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2,
 * 3", SC11 (2011). */
#ifndef ATW_CORE_RANDOM_H
#define ATW_CORE_RANDOM_H

#include <stdint.h>

#include <gsl/gsl_rng.h>

#include "core/status.h"

/* Stages that draw numbers. Values are part of the reproducibility contract: append only.
 */
enum atw_random_stage {
    ATW_RANDOM_SHOT_NOISE = 1,
    ATW_RANDOM_REFERENCE_NOISE = 2,
    ATW_RANDOM_HEATING = 100,   /* item: step, and particle + 1 in the upper half */
    ATW_RANDOM_DESIGN = 200,    /* points of a study */
    ATW_RANDOM_BOOTSTRAP = 201, /* resampling in its statistics */
    ATW_RANDOM_ITEM = 202,      /* the seed of one of its items */
    ATW_RANDOM_DEVIATION = 3,   /* noise added to see what noise does */
    ATW_RANDOM_REPLICATE = 4,   /* noise of experiments drawn again */
    ATW_RANDOM_ACQUISITION = 10,
    ATW_RANDOM_POSTERIOR = 20, /* walkers of a sampler */
    ATW_RANDOM_TEST = 1000
};

struct atw_random_key {
    uint64_t seed;
    uint32_t point;
    uint32_t replicate;
    uint32_t stage; /* enum atw_random_stage */
    uint64_t item;  /* meaning depends on the stage, e.g. view number */
};

/* A generator positioned at the start of the keyed stream; free with gsl_rng_free().
 * Each stream yields 2^66 numbers before it repeats. ATW_ENOMEM. */
enum atw_status atw_random_create(gsl_rng **out,
                                  const struct atw_random_key *key,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Reposition an existing generator at the start of another stream. */
void atw_random_seek(gsl_rng *rng, const struct atw_random_key *key);

#endif
