/* Counter-based random streams: Philox4x64 (Random123) under GSL's distributions. */
#include "core/random.h"

#include <string.h>

#include <Random123/philox.h>

struct philox_state {
    philox4x64_ctr_t counter;
    philox4x64_key_t key;
    philox4x64_ctr_t block;
    unsigned used; /* words of block already handed out */
};

static uint64_t next_word(struct philox_state *state)
{
    if (state->used == 4) {
        state->block = philox4x64(state->counter, state->key);
        state->counter.v[0]++;
        state->used = 0;
    }
    return state->block.v[state->used++];
}

static void philox_set(void *vstate, unsigned long seed)
{
    struct philox_state *state = vstate;

    memset(state, 0, sizeof *state);
    state->key.v[0] = seed;
    state->used = 4;
}

static unsigned long philox_get(void *vstate)
{
    return (unsigned long)(next_word(vstate) >> 32);
}

/* Uniform on [0, 1) with all 53 bits of the significand random. */
static double philox_get_double(void *vstate)
{
    return (double)(next_word(vstate) >> 11) * 0x1p-53;
}

static const gsl_rng_type philox_type = {.name = "philox4x64",
                                         .max = 0xffffffffUL,
                                         .min = 0,
                                         .size = sizeof(struct philox_state),
                                         .set = philox_set,
                                         .get = philox_get,
                                         .get_double = philox_get_double};

enum atw_status
atw_random_create(gsl_rng **out, const struct atw_random_key *key, struct atw_error *err)
{
    *out = gsl_rng_alloc(&philox_type);
    if (!*out)
        return atw_error_set(err, ATW_ENOMEM, "random: out of memory");
    atw_random_seek(*out, key);
    return ATW_OK;
}

void atw_random_seek(gsl_rng *rng, const struct atw_random_key *key)
{
    struct philox_state *state = gsl_rng_state(rng);

    philox_set(state, 0);
    state->key.v[0] = key->seed;
    state->key.v[1] = (uint64_t)key->point << 32 | key->replicate;
    state->counter.v[1] = key->item;
    state->counter.v[2] = key->stage;
}
