/* Random streams: the reference vector, independence of keys, uniformity. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "core/random.h"
#include "support/support.h"

/* Known-answer test of Random123 1.14 (tests/kat_vectors): philox4x64-10 with counter and
 * key zero gives 16554d9eca36314c db20fe9d672d0fdc d7e772cee186176b 7e68b68aec7ba23b. */
START_TEST(stream_equals_the_published_vector)
{
    static const unsigned long words[] = {0x16554d9eUL, 0xdb20fe9dUL, 0xd7e772ceUL,
                                          0x7e68b68aUL};
    struct atw_error err;
    struct atw_random_key key = {0};
    gsl_rng *rng = NULL;

    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(gsl_rng_get(rng), words[i]);
    gsl_rng_free(rng);
}
END_TEST

START_TEST(seeking_back_repeats_the_stream)
{
    struct atw_error err;
    struct atw_random_key key = {
        .seed = 5, .point = 2, .replicate = 9, .stage = 3, .item = 11};
    gsl_rng *rng = NULL;
    double first[7];

    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (size_t i = 0; i < 7; i++)
        first[i] = gsl_ran_gaussian(rng, 1.0);
    atw_random_seek(rng, &key);
    for (size_t i = 0; i < 7; i++)
        ck_assert_double_eq(gsl_ran_gaussian(rng, 1.0), first[i]);
    gsl_rng_free(rng);
}
END_TEST

/* Every part of the key matters: streams that differ in one part are uncorrelated
 * (|r| < 5 / sqrt(n)). */
START_TEST(each_part_of_the_key_changes_the_stream)
{
    enum { COUNT = 4096 };
    struct atw_random_key base = {
        .seed = 1, .point = 1, .replicate = 1, .stage = 1, .item = 1};
    struct atw_random_key other = base;
    struct atw_error err;
    gsl_rng *a = NULL, *b = NULL;
    double correlation = 0.0;

    switch (_i) {
    case 0:
        other.seed++;
        break;
    case 1:
        other.point++;
        break;
    case 2:
        other.replicate++;
        break;
    case 3:
        other.stage++;
        break;
    default:
        other.item++;
        break;
    }
    CHECK_OK(atw_random_create(&a, &base, &err));
    CHECK_OK(atw_random_create(&b, &other, &err));
    for (int i = 0; i < COUNT; i++)
        correlation +=
            (gsl_rng_uniform(a) - 0.5) * (gsl_rng_uniform(b) - 0.5) * 12.0 / COUNT;
    ck_assert_msg(fabs(correlation) < 5.0 / sqrt(COUNT), "part %d: r = %g", _i,
                  correlation);
    gsl_rng_free(a);
    gsl_rng_free(b);
}
END_TEST

START_TEST(uniform_numbers_have_the_right_moments)
{
    enum { COUNT = 100000 };
    struct atw_error err;
    struct atw_random_key key = {.seed = 42, .stage = ATW_RANDOM_TEST};
    gsl_rng *rng = NULL;
    double sum = 0.0, squares = 0.0;

    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (int i = 0; i < COUNT; i++) {
        double x = gsl_rng_uniform(rng);

        ck_assert(x >= 0.0 && x < 1.0);
        sum += x;
        squares += x * x;
    }
    ck_assert_double_eq_tol(sum / COUNT, 0.5, 5.0 * sqrt(1.0 / 12.0 / COUNT));
    ck_assert_double_eq_tol(squares / COUNT, 1.0 / 3.0, 5.0 * sqrt(4.0 / 45.0 / COUNT));
    gsl_rng_free(rng);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random");
    TCase *tests = tcase_create("random");

    tcase_add_test(tests, stream_equals_the_published_vector);
    tcase_add_test(tests, seeking_back_repeats_the_stream);
    tcase_add_loop_test(tests, each_part_of_the_key_changes_the_stream, 0, 5);
    tcase_add_test(tests, uniform_numbers_have_the_right_moments);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
