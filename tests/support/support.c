/* What every test program shares: a runner and checks on status returns. */
#include "support/support.h"

#include <stdlib.h>

#include "core/random.h"

int atw_test_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

double atw_test_uniform(unsigned seed, unsigned index)
{
    struct atw_random_key key = {.seed = seed, .stage = ATW_RANDOM_TEST, .item = index};
    gsl_rng *rng = NULL;
    double value;

    if (atw_random_create(&rng, &key, NULL) != ATW_OK)
        abort();
    value = gsl_rng_uniform(rng);
    gsl_rng_free(rng);
    return value;
}

double atw_test_deviate(unsigned seed, unsigned index)
{
    double sum = -6.0;

    for (unsigned i = 0; i < 12; i++)
        sum += atw_test_uniform(seed, 12 * index + i);
    return sum;
}
