/* Slices reconstructed alone, against the whole volume. */
#include <math.h>

#include "pipeline/instrument.h"
#include "support/support.h"

static struct atw_error err;

enum { N_X = 24, N_Y = 41, N_TILT = 9 };

static const struct atw_grid grid = {N_X, N_Y, N_X, 1e-9};

/* Counts that differ from row to row. */
static struct atw_tilt_series *make_series(void)
{
    double tilt_rad[N_TILT];
    struct atw_tilt_series *series;

    for (size_t i = 0; i < N_TILT; i++)
        tilt_rad[i] = 0.3 * ((double)i - 4.0);
    CHECK_OK(atw_tilt_series_create(&series, N_TILT, N_Y, N_X, 1e-9, tilt_rad, &err));
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] = (float)(20.0 + 15.0 * sin(0.37 * (double)i) +
                                   4.0 * cos(0.011 * (double)(i * i)));
    return series;
}

static struct atw_projector *make_projector(const struct atw_tilt_series *series)
{
    struct atw_projection_geometry geometry = {.grid = grid,
                                               .n_u = N_X,
                                               .pixel_m = 1e-9,
                                               .n_tilt = N_TILT,
                                               .tilt_rad = series->tilt_rad};
    struct atw_projector *projector;

    CHECK_OK(atw_projector_create(&projector, &geometry, &err));
    return projector;
}

/* One voxel in each of the slices first .. end - 1. */
static struct atw_mask *make_mask(size_t first, size_t end)
{
    struct atw_mask *mask;

    CHECK_OK(atw_mask_create(&mask, &grid, &err));
    for (size_t y = first; y < end; y++)
        mask->inside[atw_grid_index(&grid, y % N_X, y, (3 * y) % N_X)] = 1;
    return mask;
}

START_TEST(range_is_the_mask_and_the_margin)
{
    static const struct {
        size_t first, end, margin, found_first, found_end;
    } cases[] = {{11, 30, 0, 11, 30}, {11, 30, 4, 7, 34},  {2, 38, 5, 0, 41},
                 {0, 41, 0, 0, 41},   {40, 41, 0, 40, 41}, {0, 1, 0, 0, 1},
                 {5, 5, 0, 20, 21},   {5, 5, 2, 18, 23}};
    struct atw_tilt_series *series = make_series();
    struct atw_projector *whole = make_projector(series);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct atw_mask *mask = make_mask(cases[i].first, cases[i].end);
        struct atw_slices *slices;

        CHECK_OK(atw_slices_create(&slices, mask, cases[i].margin, whole, &err));
        ck_assert_uint_eq(slices->index[0], cases[i].found_first);
        ck_assert_uint_eq(slices->index[slices->count - 1] + 1, cases[i].found_end);
        atw_slices_destroy(slices);
        atw_mask_destroy(mask);
    }
    atw_projector_destroy(whole);
    atw_tilt_series_destroy(series);
}
END_TEST

static int is_one_of(size_t y, const struct atw_slices *slices)
{
    for (size_t k = 0; k < slices->count; k++)
        if (slices->index[k] == y)
            return 1;
    return 0;
}

/* The slices take other places in the blocks than they have in the whole. */
static void check_method(const struct atw_reconstruction_method *method,
                         const struct atw_projector *whole,
                         const struct atw_tilt_series *series,
                         const struct atw_slices *slices)
{
    const struct atw_reconstruction_options options = {.iterations = 3};
    struct atw_field *all, *part;

    CHECK_OK(atw_field_create(&all, &grid, &err));
    CHECK_OK(atw_field_create(&part, &grid, &err));
    for (size_t i = 0; i < atw_grid_voxel_count(&grid); i++)
        part->value[i] = -7.0F;
    CHECK_OK(method->run(whole, series->value, &options, all->value, NULL, &err));
    CHECK_OK(atw_slices_reconstruct(slices, series, method, &options, part, &err));
    for (size_t z = 0; z < N_X; z++)
        for (size_t y = 0; y < N_Y; y++)
            for (size_t x = 0; x < N_X; x++) {
                size_t i = atw_grid_index(&grid, x, y, z);

                ck_assert_float_eq(part->value[i],
                                   is_one_of(y, slices) ? all->value[i] : -7.0F);
            }
    atw_field_destroy(all);
    atw_field_destroy(part);
}

/* Of a range, and of every other slice of it. */
START_TEST(slices_are_those_of_the_whole)
{
    struct atw_tilt_series *series = make_series();
    struct atw_projector *whole = make_projector(series);
    struct atw_mask *range = make_mask(11, 34), *thin;
    struct atw_slices *slices;
    size_t n_method = 0;

    CHECK_OK(atw_slices_every_other(&thin, range, 1, &err));
    CHECK_OK(atw_slices_create(&slices, _i ? thin : range, _i ? 0 : 1, whole, &err));
    ck_assert_uint_eq(slices->count, _i ? 12 : 25);
    for (size_t i = 0; atw_reconstruction_methods[i]; i++)
        if (atw_reconstruction_methods[i]->is_slicewise) {
            check_method(atw_reconstruction_methods[i], whole, series, slices);
            n_method++;
        }
    ck_assert_uint_eq(n_method, 3); /* em, sirt, wbp */
    atw_slices_destroy(slices);
    atw_mask_destroy(range);
    atw_mask_destroy(thin);
    atw_projector_destroy(whole);
    atw_tilt_series_destroy(series);
}
END_TEST

/* Margins that meet, and a slice that stands alone. */
START_TEST(slices_of_a_mask_with_gaps)
{
    static const size_t expected[] = {4, 5, 6, 7, 8, 9, 29, 30, 31};
    struct atw_tilt_series *series = make_series();
    struct atw_projector *whole = make_projector(series);
    struct atw_mask *mask = make_mask(5, 6);
    struct atw_slices *slices;

    mask->inside[atw_grid_index(&grid, 3, 8, 3)] = 1;
    mask->inside[atw_grid_index(&grid, 3, 30, 3)] = 1;
    CHECK_OK(atw_slices_create(&slices, mask, 1, whole, &err));
    ck_assert_uint_eq(slices->count, sizeof expected / sizeof *expected);
    for (size_t k = 0; k < slices->count; k++)
        ck_assert_uint_eq(slices->index[k], expected[k]);
    atw_slices_destroy(slices);
    atw_mask_destroy(mask);
    atw_projector_destroy(whole);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(every_other_slice_keeps_its_voxels)
{
    struct atw_mask *mask = make_mask(6, 25), *thin; /* 19 slices */

    CHECK_OK(atw_slices_every_other(&thin, mask, 11, &err));
    ck_assert_ptr_null(thin);
    CHECK_OK(atw_slices_every_other(&thin, mask, 10, &err));
    ck_assert_ptr_nonnull(thin);
    for (size_t z = 0; z < N_X; z++)
        for (size_t y = 0; y < N_Y; y++)
            for (size_t x = 0; x < N_X; x++) {
                size_t i = atw_grid_index(&grid, x, y, z);

                ck_assert_uint_eq(thin->inside[i], y % 2 == 0 ? mask->inside[i] : 0);
            }
    atw_mask_destroy(mask);
    atw_mask_destroy(thin);
    mask = make_mask(5, 5); /* empty */
    CHECK_OK(atw_slices_every_other(&thin, mask, 1, &err));
    ck_assert_ptr_null(thin);
    atw_mask_destroy(mask);
}
END_TEST

/* Where slices depend on each other, or an image of the whole volume is given, all of
 * them are reconstructed. */
START_TEST(instrument_takes_slices_where_it_may)
{
    static const float image[1] = {1.0F};
    size_t index[] = {1, 2};
    const struct atw_slices slices = {.count = 2, .index = index};
    struct atw_experiment experiment = {.shot_noise = 0};
    struct atw_instrument instrument = {.experiment = &experiment};

    CHECK_OK(atw_reconstruction_find(&experiment.analysis.method, "em", &err));
    ck_assert_ptr_eq(atw_instrument_of_slices(&instrument, &slices).slices, &slices);
    ck_assert_ptr_null(atw_instrument_of_slices(&instrument, NULL).slices);
    instrument.reconstruction.start = image;
    ck_assert_ptr_null(atw_instrument_of_slices(&instrument, &slices).slices);
    instrument.reconstruction.start = NULL;
    instrument.reconstruction.support = image;
    ck_assert_ptr_null(atw_instrument_of_slices(&instrument, &slices).slices);
    instrument.reconstruction.support = NULL;
    CHECK_OK(atw_reconstruction_find(&experiment.analysis.method, "cgls", &err));
    ck_assert_ptr_null(atw_instrument_of_slices(&instrument, &slices).slices);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("slices");
    TCase *tests = tcase_create("slices");

    tcase_add_test(tests, range_is_the_mask_and_the_margin);
    tcase_add_loop_test(tests, slices_are_those_of_the_whole, 0, 2);
    tcase_add_test(tests, slices_of_a_mask_with_gaps);
    tcase_add_test(tests, every_other_slice_keeps_its_voxels);
    tcase_add_test(tests, instrument_takes_slices_where_it_may);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
