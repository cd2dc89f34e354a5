/* What the noise of the tilt series does to the spread of a particle under analysis.
 *
 * Statistics: quantification/spread_error.h. Noise is looked at in every other slice:
 * slices have noise of their own, so the variance of a mean over all of them is half that
 * over the half of them. */
#include "pipeline/deviation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>

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

/* Add z sqrt(count): the counts are a Poisson number each. Of a series that is filtered
 * already, the noise is filtered alone. */
static enum atw_status add_noise(struct atw_tilt_series *series,
                                 int is_filtered,
                                 const struct atw_random_key *key,
                                 struct atw_error *err)
{
    size_t count = atw_tilt_series_pixel_count(series);
    struct atw_tilt_series noise = *series;
    enum atw_status status;

    noise.value = malloc(count * sizeof *noise.value);
    if (!noise.value)
        return atw_error_set(err, ATW_ENOMEM, "deviation: out of memory");
    status = atw_microscope_normal_deviates(noise.value, count, key, err);
    for (size_t i = 0; i < count && status == ATW_OK; i++)
        noise.value[i] *= sqrtf(fmaxf(series->value[i], 0.0F));
    if (status == ATW_OK && is_filtered)
        status = atw_alignment_filter(&noise, err);
    for (size_t i = 0; i < count && status == ATW_OK; i++)
        series->value[i] += noise.value[i];
    free(noise.value);
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
        status = add_noise(noisy, specimen->particle->is_aligned, &key, err);
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

/* A standard deviation of s^2, and its square. */
struct point {
    double *std;
    double variance, s2, dose;
};

#define POINTS_MAX (ATW_STEPS_MAX + 2)
/* What two and three parts are fitted to, at least. */
#define POINTS_LEAST 3
#define POINTS_FOR_BEND 5
#define PARTS_MAX 3
#define ROUNDS 10

static void add_point(struct point *point, size_t *n, double *std, double s2, double dose)
{
    if (isfinite(*std) && *std > 0.0)
        point[(*n)++] = (struct point){std, *std * *std, s2, dose};
}

/* Parts of the variance of a point: the noise's own, what goes with the image, its bend.
 */
static void
parts_of(double part[PARTS_MAX], const struct point *point, double least, double greatest)
{
    double t = (point->s2 - least) / (greatest - least);

    part[0] = 1.0 / (point->dose * point->dose);
    part[1] = point->s2 / point->dose;
    part[2] = t * (1.0 - t) / point->dose;
}

/* Least squares with equal relative errors: the weights are those of the last round's
 * expectations. Sum of squared relative errors; infinite if a part is negative. */
static double fit(double *expected,
                  const struct point *point,
                  size_t n,
                  double (*part)[PARTS_MAX],
                  size_t n_parts)
{
    double y[POINTS_MAX], w[POINTS_MAX], c[PARTS_MAX], covariance[PARTS_MAX * PARTS_MAX];
    double chi_square = INFINITY;
    gsl_multifit_linear_workspace *space = gsl_multifit_linear_alloc(n, n_parts);
    gsl_matrix_view x = gsl_matrix_view_array_with_tda(part[0], n, n_parts, PARTS_MAX);
    gsl_vector_view values = gsl_vector_view_array(y, n);
    gsl_vector_view weights = gsl_vector_view_array(w, n);
    gsl_vector_view found = gsl_vector_view_array(c, n_parts);
    gsl_matrix_view ignored = gsl_matrix_view_array(covariance, n_parts, n_parts);
    int is_good = space != NULL;

    for (size_t k = 0; k < n; k++) {
        y[k] = point[k].variance;
        expected[k] = y[k];
    }
    for (size_t round = 0; round < ROUNDS && is_good; round++) {
        for (size_t k = 0; k < n; k++)
            w[k] = 1.0 / (expected[k] * expected[k]);
        is_good = gsl_multifit_wlinear(&x.matrix, &weights.vector, &values.vector,
                                       &found.vector, &ignored.matrix, &chi_square,
                                       space) == GSL_SUCCESS;
        for (size_t k = 0; k < n && is_good; k++) {
            expected[k] = 0.0;
            for (size_t i = 0; i < n_parts; i++)
                expected[k] += c[i] * part[k][i];
            is_good = expected[k] > 0.0;
        }
    }
    for (size_t i = 0; i < n_parts && is_good; i++)
        is_good = c[i] >= 0.0;
    gsl_multifit_linear_free(space);
    return is_good ? chi_square : INFINITY;
}

/* The law of no negative part that fits best holds. */
static const struct {
    size_t n_parts, part[PARTS_MAX], points_least;
} law[] = {
    {3, {0, 1, 2}, POINTS_FOR_BEND},
    {2, {0, 1, 0}, POINTS_LEAST},
    {1, {1, 0, 0}, POINTS_LEAST},
    {1, {0, 0, 0}, POINTS_LEAST},
};
enum { N_LAWS = sizeof law / sizeof *law };

static void smooth(const struct point *point, size_t n)
{
    double part[PARTS_MAX], used[POINTS_MAX][PARTS_MAX];
    double expected[POINTS_MAX], variance[POINTS_MAX];
    double least = INFINITY, greatest = 0.0, best = INFINITY;

    for (size_t k = 0; k < n; k++) {
        least = fmin(least, point[k].s2);
        greatest = fmax(greatest, point[k].s2);
    }
    if (!(greatest > least))
        return;
    for (size_t i = 0; i < N_LAWS; i++) {
        double chi_square;

        if (n < law[i].points_least)
            continue;
        for (size_t k = 0; k < n; k++) {
            parts_of(part, &point[k], least, greatest);
            for (size_t m = 0; m < law[i].n_parts; m++)
                used[k][m] = part[law[i].part[m]];
        }
        chi_square = fit(expected, point, n, used, law[i].n_parts);
        if (chi_square < best) {
            best = chi_square;
            memcpy(variance, expected, n * sizeof *variance);
        }
    }
    for (size_t k = 0; k < n && isfinite(best); k++)
        *point[k].std = sqrt(variance[k]);
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
        smooth(point, n);
        for (size_t k = first; k < specimen->n_tomograms; k++)
            if (atw_specimen_first_like(specimen, 0, k) == first)
                all[k].squared_alloyed_std = all[first].squared_alloyed_std;
    }
}
