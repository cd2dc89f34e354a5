/* What the noise of the tilt series does to the spread of a particle under analysis.
 *
 * Statistics: quantification/spread_error.h. Noise is looked at in every other slice:
 * slices have noise of their own, so the variance of a mean over all of them is half that
 * over the half of them. */
#include "pipeline/deviation.h"

#include <math.h>
#include <stdlib.h>

#define DRAWS 2

/* Streams of measured series are numbered by particle, tomogram and draw; the first ones
 * are left to imitations. */
static struct atw_random_key
key_of(const struct atw_specimen *specimen, size_t tomogram, size_t draw)
{
    uint64_t particle = (uint64_t)(specimen->particle - specimen->experiment->particle);
    uint64_t number =
        ((particle + 1) * (ATW_STEPS_MAX + 1) + (uint64_t)tomogram) * DRAWS + draw;

    return (struct atw_random_key){.seed = specimen->experiment->analysis.noise_seed,
                                   .stage = ATW_RANDOM_DEVIATION,
                                   .item = number << ATW_DRAW_BITS};
}

/* Add z sqrt(count): the counts are a Poisson number each. */
static enum atw_status add_noise(struct atw_tilt_series *series,
                                 const struct atw_random_key *key,
                                 struct atw_error *err)
{
    size_t count = atw_tilt_series_pixel_count(series);
    float *z = malloc(count * sizeof *z);
    enum atw_status status;

    if (!z)
        return atw_error_set(err, ATW_ENOMEM, "deviation: out of memory");
    status = atw_microscope_normal_deviates(z, count, key, err);
    for (size_t i = 0; i < count && status == ATW_OK; i++)
        series->value[i] += z[i] * sqrtf(fmaxf(series->value[i], 0.0F));
    free(z);
    return status;
}

static void subtract(struct atw_field *from, const struct atw_field *volume)
{
    size_t count = atw_grid_voxel_count(&volume->grid);

    for (size_t i = 0; i < count; i++)
        from->value[i] -= volume->value[i];
}

/* What further noise changes in the reconstruction of a series. */
static enum atw_status noise_in_volume(struct atw_field **noise,
                                       const struct atw_specimen *specimen,
                                       const struct atw_tilt_series *series,
                                       size_t tomogram,
                                       size_t draw,
                                       struct atw_error *err)
{
    const struct atw_measurement *measurement = &specimen->measurement[tomogram];
    const struct atw_random_key key = key_of(specimen, tomogram, draw);
    const struct atw_instrument part =
        atw_instrument_of_slices(measurement->instrument, measurement->sample->slices);
    struct atw_tilt_series *noisy = NULL, *moved = NULL;
    enum atw_status status = atw_tilt_series_copy(&noisy, series, err);

    if (status == ATW_OK)
        status = add_noise(noisy, &key, err);
    if (status == ATW_OK && specimen->alignment[tomogram])
        status = atw_alignment_apply(&moved, noisy, specimen->alignment[tomogram], err);
    if (status == ATW_OK)
        status = atw_instrument_reconstruct(&part, moved ? moved : noisy,
                                            measurement->background, noise, err);
    if (status == ATW_OK)
        subtract(*noise, measurement->volume);
    atw_tilt_series_destroy(noisy);
    atw_tilt_series_destroy(moved);
    return status;
}

enum atw_status atw_deviation_of_spread(struct atw_specimen *specimen,
                                        const struct atw_tilt_series *series,
                                        size_t tomogram,
                                        struct atw_error *err)
{
    struct atw_measurement *measurement = &specimen->measurement[tomogram];
    struct atw_field *noise[DRAWS] = {NULL};
    enum atw_status status = ATW_OK;

    measurement->squared_spread_std = NAN;
    if (!series || !specimen->experiment->shot_noise)
        return ATW_OK;
    for (size_t i = 0; i < DRAWS && status == ATW_OK; i++)
        status = noise_in_volume(&noise[i], specimen, series, tomogram, i, err);
    if (status == ATW_OK)
        status =
            atw_squared_spread_std(&measurement->squared_spread_std, measurement->volume,
                                   noise[0], noise[1], measurement->sample->mask, err);
    measurement->squared_spread_std *= sqrt(measurement->sample->share);
    for (size_t i = 0; i < DRAWS; i++)
        atw_field_destroy(noise[i]);
    return status;
}

/* The instrument with other noise, drawn into *deviates. */
static enum atw_status
refresh(struct atw_instrument *instrument, float **deviates, struct atw_error *err)
{
    const struct atw_random_key key = {.seed =
                                           instrument->experiment->analysis.noise_seed,
                                       .stage = ATW_RANDOM_DEVIATION,
                                       .item = instrument->stream << ATW_DRAW_BITS};
    enum atw_status status = atw_instrument_draw(deviates, instrument, &key, err);

    instrument->deviates = *deviates;
    return status;
}

enum atw_status atw_deviation_of_imitation(const struct atw_measurement *measurement,
                                           const struct atw_field *metal,
                                           const struct atw_field *composition,
                                           double *spread,
                                           double *squared_std,
                                           struct atw_error *err)
{
    const struct atw_instrument part =
        atw_instrument_of_slices(measurement->instrument, measurement->slices);
    struct atw_instrument other = part;
    struct atw_field *volume = NULL, *again = NULL;
    float *deviates = NULL;
    enum atw_status status = atw_instrument_imitate(
        &part, metal, composition, measurement->background, &volume, err);

    *squared_std = 0.0;
    if (status == ATW_OK)
        status = atw_intensity_spread(spread, volume, measurement->interior, err);
    if (status == ATW_OK && other.deviates) {
        other = atw_instrument_of_slices(&part, measurement->sample->slices);
        status = refresh(&other, &deviates, err);
        if (status == ATW_OK)
            status = atw_instrument_imitate(&other, metal, composition,
                                            measurement->background, &again, err);
        if (status == ATW_OK)
            status = atw_squared_spread_std_of_pair(squared_std, volume, again,
                                                    measurement->sample->mask, err);
        *squared_std *= sqrt(measurement->sample->share);
    }
    free(deviates);
    atw_field_destroy(volume);
    atw_field_destroy(again);
    return status;
}

/* A standard deviation of s^2 and what the parts of its square go with. */
struct point {
    double *std;
    double variance, noise, image;
};

#define POINTS_MAX (ATW_STEPS_MAX + 2)
#define POINTS_LEAST 3
#define ROUNDS 10

static void add_point(struct point *point, size_t *n, double *std, double s2, double dose)
{
    if (isfinite(*std) && *std > 0.0)
        point[(*n)++] = (struct point){std, *std * *std, 1.0 / (dose * dose), s2 / dose};
}

/* Weighted sums of products. */
struct products {
    double nn, ni, ii, nv, iv;
};

static struct products
sum_products(const struct point *point, size_t n, const double *expected)
{
    struct products sum = {0.0, 0.0, 0.0, 0.0, 0.0};

    for (size_t k = 0; k < n; k++) {
        double w = 1.0 / (expected[k] * expected[k]);

        sum.nn += w * point[k].noise * point[k].noise;
        sum.ni += w * point[k].noise * point[k].image;
        sum.ii += w * point[k].image * point[k].image;
        sum.nv += w * point[k].noise * point[k].variance;
        sum.iv += w * point[k].image * point[k].variance;
    }
    return sum;
}

/* Neither part is negative. */
static void solve(const struct products *sum, double *a, double *b)
{
    double determinant = sum->nn * sum->ii - sum->ni * sum->ni;

    *a = (sum->nv * sum->ii - sum->iv * sum->ni) / determinant;
    *b = (sum->iv * sum->nn - sum->nv * sum->ni) / determinant;
    if (!(*b >= 0.0)) {
        *a = sum->nv / sum->nn;
        *b = 0.0;
    } else if (*a < 0.0) {
        *a = 0.0;
        *b = sum->iv / sum->ii;
    }
}

/* Least squares whose weights are those of the last round's expectations. */
static void smooth(const struct point *point, size_t n)
{
    double expected[POINTS_MAX], a, b;

    for (size_t k = 0; k < n; k++)
        expected[k] = 1.0;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct products sum = sum_products(point, n, expected);

        solve(&sum, &a, &b);
        for (size_t k = 0; k < n; k++)
            expected[k] = a * point[k].noise + b * point[k].image;
    }
    for (size_t k = 0; k < n; k++)
        *point[k].std = sqrt(expected[k]);
}

/* The alloyed reference has the dose of the unheated tomogram. */
void atw_deviations_smooth(struct atw_specimen *specimen)
{
    struct atw_measurement *all = specimen->measurement;

    for (size_t first = 0; first < specimen->n_tomograms; first++) {
        struct point point[POINTS_MAX];
        double alloyed2 = all[first].spread_alloyed * all[first].spread_alloyed;
        size_t n = 0;

        if (!atw_specimen_is_measured(specimen, first) ||
            atw_specimen_first_like(specimen, 0, first) != first)
            continue;
        add_point(point, &n, &all[first].squared_alloyed_std, alloyed2, 1.0);
        for (size_t k = first; k < specimen->n_tomograms; k++)
            if (atw_specimen_is_measured(specimen, k) &&
                atw_specimen_first_like(specimen, 0, k) == first)
                add_point(point, &n, &all[k].squared_spread_std,
                          all[k].spread * all[k].spread, 1.0 + all[k].total_change);
        if (n >= POINTS_LEAST)
            smooth(point, n);
        for (size_t k = first; k < specimen->n_tomograms; k++)
            if (atw_specimen_first_like(specimen, 0, k) == first)
                all[k].squared_alloyed_std = all[first].squared_alloyed_std;
    }
}
