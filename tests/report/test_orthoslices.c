/* Orthoslices: range, errors; the layout is checked by tests/cli/slices.sh. */
#include <stdlib.h>
#include <string.h>

#include "report/orthoslices.h"
#include "support/support.h"

static struct atw_field *create_ramp(void)
{
    const struct atw_grid grid = {.n_x = 50, .n_y = 40, .n_z = 5, .spacing_m = 1e-9};
    struct atw_field *volume = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&volume, &grid, &err));
    for (size_t i = 0; i < 10000; i++)
        volume->value[i] = (float)(9999 - i);
    return volume;
}

START_TEST(range_leaves_out_a_few_extreme_voxels)
{
    struct atw_field *volume = create_ramp();
    struct atw_orthoslices_options options;
    struct atw_error err;

    volume->value[17] = 1e9F;
    CHECK_OK(atw_orthoslices_defaults(&options, volume, &err));
    ck_assert_float_eq_tol(options.least, 100.0F, 1.5F);
    ck_assert_float_eq_tol(options.greatest, 9970.0F, 1.5F);
    ck_assert_uint_eq(options.at[0], 25);
    ck_assert_uint_eq(options.at[1], 20);
    ck_assert_uint_eq(options.at[2], 2);
    atw_field_destroy(volume);
}
END_TEST

START_TEST(equal_values_are_drawn_black)
{
    struct atw_field *volume = create_ramp();
    struct atw_orthoslices_options options;
    struct atw_picture picture;
    struct atw_error err;

    for (size_t i = 0; i < 10000; i++)
        volume->value[i] = 2.385F;
    CHECK_OK(atw_orthoslices_defaults(&options, volume, &err));
    CHECK_OK(atw_orthoslices(&picture, volume, &options, &err));
    ck_assert_uint_eq(picture.width, 57);
    ck_assert_uint_eq(picture.height, 47);
    ck_assert_uint_eq(picture.grey[0], 0);
    ck_assert_uint_eq(picture.grey[56 + 57 * 46], 255);
    free(picture.grey);
    atw_field_destroy(volume);
}
END_TEST

START_TEST(what_cannot_be_drawn_is_refused)
{
    struct atw_field *volume = create_ramp();
    struct atw_orthoslices_options options, bad;
    struct atw_picture picture;
    struct atw_error err;

    CHECK_OK(atw_orthoslices_defaults(&options, volume, &err));
    bad = options;
    bad.at[1] = 40;
    CHECK_FAILS(atw_orthoslices(&picture, volume, &bad, &err), ATW_EINVAL,
                "y = 40 is outside the volume; 0 to 39");
    bad = options;
    bad.magnification = 17;
    CHECK_FAILS(atw_orthoslices(&picture, volume, &bad, &err), ATW_EINVAL, "1 to 16");
    bad = options;
    bad.greatest = bad.least;
    CHECK_FAILS(atw_orthoslices(&picture, volume, &bad, &err), ATW_EINVAL, "above black");
    ck_assert_ptr_null(picture.grey);
    atw_field_destroy(volume);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("orthoslices");
    TCase *tests = tcase_create("orthoslices");

    tcase_add_test(tests, range_leaves_out_a_few_extreme_voxels);
    tcase_add_test(tests, equal_values_are_drawn_black);
    tcase_add_test(tests, what_cannot_be_drawn_is_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
