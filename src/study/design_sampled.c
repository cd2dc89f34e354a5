/* Designs of random samples: independent, Latin hypercube and Sobol' sequence, and what
 * all designs with a size share.
 *
 * Sources: McKay, Beckman, Conover, Technometrics 21 (1979) 239 (Latin hypercube);
 * Sobol', USSR Comput. Math. Math. Phys. 7 (1967) 86, by GSL after Bratley and Fox, ACM
 * TOMS 14 (1988) 88; Owen, "On dropping the first Sobol' point" (2020): the origin
 * belongs to the sequence, and sizes other than 2^m lose its balance. */
#include "study/design_sampled.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_qrng.h>

#include "core/random.h"

/* Bits of a coordinate: the midpoint of each of 2^52 cells is a double inside (0, 1). */
enum { COORDINATE_BITS = 52 };
#define CELLS 0x1p52

size_t atw_design_product(size_t rows, size_t size)
{
    return size > ATW_DESIGN_POINTS_MAX / rows ? 0 : rows * size;
}

enum atw_status atw_design_check_size(const char *name,
                                      const struct atw_design_options *options,
                                      struct atw_error *err)
{
    if (options->n_factors == 0)
        return atw_error_set(err, ATW_EINVAL, "design %s needs at least one factor",
                             name);
    if (options->size == 0)
        return atw_error_set(err, ATW_EINVAL, "design %s needs a size of at least 1",
                             name);
    return ATW_OK;
}

enum atw_status atw_design_check_power(const char *name,
                                       const struct atw_design_options *options,
                                       size_t factors_max,
                                       struct atw_error *err)
{
    size_t power = 1;
    enum atw_status status = atw_design_check_size(name, options, err);

    if (status != ATW_OK)
        return status;
    if (options->n_factors > factors_max)
        return atw_error_set(err, ATW_EINVAL,
                             "design %s takes at most %zu factors, not %zu", name,
                             factors_max, options->n_factors);
    while (power < options->size && power < ATW_DESIGN_POINTS_MAX)
        power *= 2;
    if (power != options->size)
        return atw_error_set(
            err, ATW_EINVAL,
            "size %zu: the Sobol' sequence is balanced for powers of two "
            "only; take %zu or %zu",
            options->size, power / 2 ? power / 2 : 1, power);
    return ATW_OK;
}

enum atw_status atw_design_stream(gsl_rng **out,
                                  const struct atw_design_options *options,
                                  uint64_t item,
                                  struct atw_error *err)
{
    struct atw_random_key key = {
        .seed = options->seed, .stage = ATW_RANDOM_DESIGN, .item = item};

    return atw_random_create(out, &key, err);
}

void atw_design_permute(size_t *order, size_t count, gsl_rng *rng)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)(gsl_rng_uniform(rng) * (double)i);
        size_t kept = order[i - 1];

        order[i - 1] = order[other];
        order[other] = kept;
    }
}

/* ---- independent points ---- */

static size_t count_size(const struct atw_design_options *options)
{
    return atw_design_product(1, options->size);
}

static enum atw_status check_random(const struct atw_design_options *options,
                                    struct atw_error *err)
{
    return atw_design_check_size("random", options, err);
}

static enum atw_status fill_random(struct atw_points *points,
                                   const struct atw_design_options *options,
                                   struct atw_error *err)
{
    gsl_rng *rng = NULL;
    enum atw_status status = atw_design_stream(&rng, options, 0, err);

    for (size_t i = 0; status == ATW_OK && i < points->n_points * points->n_factors; i++)
        points->u[i] = gsl_rng_uniform_pos(rng);
    gsl_rng_free(rng);
    return status;
}

const struct atw_design atw_design_random = {.name = "random",
                                             .description = "independent random points",
                                             .is_sample = 1,
                                             .count = count_size,
                                             .check = check_random,
                                             .fill = fill_random};

/* ---- Latin hypercube ---- */

static enum atw_status check_hypercube(const struct atw_design_options *options,
                                       struct atw_error *err)
{
    return atw_design_check_size("latin-hypercube", options, err);
}

/* Every factor by itself: one point somewhere in each of `size` equal intervals. */
static enum atw_status fill_hypercube(struct atw_points *points,
                                      const struct atw_design_options *options,
                                      struct atw_error *err)
{
    size_t n = points->n_points, *order = malloc(n * sizeof *order);
    gsl_rng *rng = NULL;
    enum atw_status status;

    if (!order)
        return atw_error_set(err, ATW_ENOMEM, "design latin-hypercube: out of memory");
    status = atw_design_stream(&rng, options, 0, err);
    for (size_t i = 0; status == ATW_OK && i < points->n_factors; i++) {
        atw_design_permute(order, n, rng);
        for (size_t k = 0; k < n; k++)
            points->u[k * points->n_factors + i] = fmin(
                ((double)order[k] + gsl_rng_uniform_pos(rng)) / (double)n, 1.0 - 0x1p-53);
    }
    gsl_rng_free(rng);
    free(order);
    return status;
}

const struct atw_design atw_design_latin_hypercube = {
    .name = "latin-hypercube",
    .description = "random points, one in each of `size` intervals of every factor",
    .is_sample = 1,
    .count = count_size,
    .check = check_hypercube,
    .fill = fill_hypercube};

/* ---- Sobol' sequence ---- */

enum atw_status atw_sobol_shift(uint64_t *shift,
                                size_t n_dimensions,
                                const struct atw_design_options *options,
                                struct atw_error *err)
{
    gsl_rng *rng = NULL;
    enum atw_status status = atw_design_stream(&rng, options, 0, err);

    for (size_t i = 0; status == ATW_OK && i < n_dimensions; i++)
        shift[i] = (uint64_t)(gsl_rng_uniform(rng) * CELLS);
    gsl_rng_free(rng);
    return status;
}

static double shifted(double x, uint64_t shift)
{
    return ((double)((uint64_t)(x * CELLS) ^ shift) + 0.5) / CELLS;
}

enum atw_status atw_sobol_points(double *u,
                                 size_t n_points,
                                 size_t n_dimensions,
                                 const uint64_t *shift,
                                 struct atw_error *err)
{
    double x[ATW_DESIGN_FACTORS_MAX] = {0.0};
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)n_dimensions);

    if (!sequence)
        return atw_error_set(err, ATW_ENOMEM, "Sobol' sequence: out of memory");
    for (size_t k = 0; k < n_points; k++) {
        for (size_t i = 0; i < n_dimensions; i++)
            u[k * n_dimensions + i] = shifted(x[i], shift ? shift[i] : 0);
        gsl_qrng_get(sequence, x); /* GSL begins after the origin */
    }
    gsl_qrng_free(sequence);
    return ATW_OK;
}

static enum atw_status check_sobol(const struct atw_design_options *options,
                                   struct atw_error *err)
{
    return atw_design_check_power("sobol", options, ATW_DESIGN_FACTORS_MAX, err);
}

static enum atw_status fill_sobol(struct atw_points *points,
                                  const struct atw_design_options *options,
                                  struct atw_error *err)
{
    uint64_t shift[ATW_DESIGN_FACTORS_MAX];
    enum atw_status status = atw_sobol_shift(shift, points->n_factors, options, err);

    if (status == ATW_OK)
        status =
            atw_sobol_points(points->u, points->n_points, points->n_factors, shift, err);
    return status;
}

const struct atw_design atw_design_sobol = {
    .name = "sobol",
    .description = "2^m evenly spread points: Sobol' sequence with a digital shift",
    .is_sample = 1,
    .count = count_size,
    .check = check_sobol,
    .fill = fill_sobol};
