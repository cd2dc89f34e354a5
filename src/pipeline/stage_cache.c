/* A short list of results, the last used one first. */
#include "pipeline/stage_cache.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    struct entry *next;
    char *key;
    size_t key_size, n_bytes;
    struct atw_truth *states; /* of one particle; or NULL */
    struct atw_tilt_series *signal;
};

struct atw_stage_cache {
    size_t n_bytes_most;
    struct entry *first;
    struct atw_stage_cache_counts counts;
};

enum atw_status atw_stage_cache_create(struct atw_stage_cache **out,
                                       size_t n_bytes_most,
                                       struct atw_error *err)
{
    struct atw_stage_cache *cache = calloc(1, sizeof *cache);

    *out = cache;
    if (!cache)
        return atw_error_set(err, ATW_ENOMEM, "cache of stages: out of memory");
    cache->n_bytes_most = n_bytes_most;
    return ATW_OK;
}

static void destroy_entry(struct entry *entry)
{
    if (!entry)
        return;
    atw_truth_destroy(entry->states);
    atw_tilt_series_destroy(entry->signal);
    free(entry->key);
    free(entry);
}

void atw_stage_cache_destroy(struct atw_stage_cache *cache)
{
    struct entry *entry = cache ? cache->first : NULL;

    while (entry) {
        struct entry *next = entry->next;

        destroy_entry(entry);
        entry = next;
    }
    free(cache);
}

/* The entry of a key, moved to the front; NULL without. Counts it. */
static struct entry *find(struct atw_stage_cache *cache, const char *key, size_t key_size)
{
    for (struct entry **link = &cache->first; *link; link = &(*link)->next) {
        struct entry *entry = *link;

        if (entry->key_size != key_size || memcmp(entry->key, key, key_size) != 0)
            continue;
        *link = entry->next;
        entry->next = cache->first;
        cache->first = entry;
        cache->counts.hits++;
        return entry;
    }
    cache->counts.misses++;
    return NULL;
}

/* Drop the entries that were not used for longest until n_bytes more have room. */
static int make_room(struct atw_stage_cache *cache, size_t n_bytes)
{
    if (n_bytes > cache->n_bytes_most)
        return 0;
    while (cache->counts.n_bytes + n_bytes > cache->n_bytes_most) {
        struct entry **last = &cache->first;

        while ((*last)->next)
            last = &(*last)->next;
        cache->counts.n_bytes -= (*last)->n_bytes;
        cache->counts.dropped++;
        destroy_entry(*last);
        *last = NULL;
    }
    return 1;
}

/* A new entry in front, still without a result; NULL without room or memory. */
static struct entry *
add(struct atw_stage_cache *cache, const char *key, size_t key_size, size_t n_bytes)
{
    struct entry *entry = NULL;

    if (make_room(cache, n_bytes + key_size))
        entry = calloc(1, sizeof *entry);
    if (entry)
        entry->key = malloc(key_size);
    if (!entry || !entry->key) {
        free(entry);
        return NULL;
    }
    memcpy(entry->key, key, key_size);
    *entry = (struct entry){.next = cache->first,
                            .key = entry->key,
                            .key_size = key_size,
                            .n_bytes = n_bytes + key_size};
    cache->first = entry;
    cache->counts.n_bytes += entry->n_bytes;
    return entry;
}

/* Take an entry that could not be filled away again. */
static void drop_first(struct atw_stage_cache *cache)
{
    struct entry *entry = cache->first;

    cache->first = entry->next;
    cache->counts.n_bytes -= entry->n_bytes;
    destroy_entry(entry);
}

/* ---- states of a particle ---- */

static size_t field_bytes(const struct atw_field *field)
{
    return field ? sizeof *field + atw_grid_voxel_count(&field->grid) * sizeof(float) : 0;
}

static size_t phantom_bytes(const struct atw_phantom *phantom)
{
    return phantom ? field_bytes(phantom->metal) + field_bytes(phantom->composition) +
                         field_bytes(phantom->silica)
                   : 0;
}

static size_t states_bytes(const struct atw_truth_particle *particle)
{
    size_t n_bytes = phantom_bytes(particle->phantom);

    for (size_t k = 0; k <= particle->n_steps; k++)
        n_bytes +=
            field_bytes(particle->composition[k]) + phantom_bytes(particle->reshaped[k]);
    return n_bytes;
}

/* Whoever adds to the states of a particle adds to this copy. */
_Static_assert(sizeof(struct atw_truth_particle) == 12 * sizeof(void *),
               "copy_states() copies every member");

static void copy_numbers(double *to, const double *from, size_t count)
{
    memcpy(to, from, count * sizeof *to);
}

static enum atw_status copy_states(struct atw_truth_particle *to,
                                   const struct atw_truth_particle *from,
                                   struct atw_error *err)
{
    size_t n = from->n_steps;
    enum atw_status status = atw_phantom_copy(&to->phantom, from->phantom, err);

    for (size_t k = 0; k <= n && status == ATW_OK; k++) {
        status = atw_field_copy(&to->composition[k], from->composition[k], err);
        if (status == ATW_OK && from->reshaped[k])
            status = atw_phantom_copy(&to->reshaped[k], from->reshaped[k], err);
    }
    copy_numbers(to->temperature_K, from->temperature_K, n);
    copy_numbers(to->D_m2_per_s, from->D_m2_per_s, n);
    copy_numbers(to->S_m2, from->S_m2, n);
    copy_numbers(to->degree, from->degree, n + 1);
    copy_numbers(to->aspect_ratio, from->aspect_ratio, n + 1);
    copy_numbers(to->lost, from->lost, n + 1);
    return status;
}

enum atw_status atw_stage_cache_get_states(struct atw_truth_particle *particle,
                                           int *is_found,
                                           struct atw_stage_cache *cache,
                                           const char *key,
                                           size_t key_size,
                                           struct atw_error *err)
{
    const struct entry *entry = find(cache, key, key_size);

    *is_found = entry != NULL;
    return entry ? copy_states(particle, &entry->states->particle[0], err) : ATW_OK;
}

void atw_stage_cache_put_states(struct atw_stage_cache *cache,
                                const char *key,
                                size_t key_size,
                                const struct atw_truth_particle *particle)
{
    struct entry *entry = add(cache, key, key_size, states_bytes(particle));

    if (!entry)
        return;
    if (atw_truth_create(&entry->states, "", 1, particle->n_steps, NULL) != ATW_OK ||
        copy_states(&entry->states->particle[0], particle, NULL) != ATW_OK)
        drop_first(cache);
}

/* ---- noise-free tilt series ---- */

enum atw_status atw_stage_cache_get_signal(struct atw_tilt_series **series,
                                           struct atw_stage_cache *cache,
                                           const char *key,
                                           size_t key_size,
                                           struct atw_error *err)
{
    const struct entry *entry = find(cache, key, key_size);

    *series = NULL;
    return entry ? atw_tilt_series_copy(series, entry->signal, err) : ATW_OK;
}

void atw_stage_cache_put_signal(struct atw_stage_cache *cache,
                                const char *key,
                                size_t key_size,
                                const struct atw_tilt_series *series)
{
    struct entry *entry =
        add(cache, key, key_size, atw_tilt_series_pixel_count(series) * sizeof(float));

    if (entry && atw_tilt_series_copy(&entry->signal, series, NULL) != ATW_OK)
        drop_first(cache);
}

struct atw_stage_cache_counts atw_stage_cache_count(const struct atw_stage_cache *cache)
{
    return cache->counts;
}
