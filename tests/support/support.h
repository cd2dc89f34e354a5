/* What every test program shares: a runner and checks on status returns. */
#ifndef ATW_TESTS_SUPPORT_H
#define ATW_TESTS_SUPPORT_H

#include <check.h>

#include "core/grid.h"
#include "core/status.h"

/* Run one suite; exit code for main(). Takes ownership of the suite. */
int atw_test_run(Suite *suite);

/* A deterministic uniform number in [0, 1): element `index` of stream `seed`. */
double atw_test_uniform(unsigned seed, unsigned index);

/* A normal deviate, near enough for a coverage: the sum of twelve uniform numbers of the
 * stream, from element 12 * index on, less their mean. */
double atw_test_deviate(unsigned seed, unsigned index);

/* The call succeeds; `err` must be a struct atw_error in scope, zeroed first. */
#define CHECK_OK(call)                                                                   \
    do {                                                                                 \
        err = (struct atw_error){0};                                                     \
        ck_assert_msg((call) == ATW_OK, "%s: %s", #call, err.text);                      \
    } while (0)

/* The call fails with this status and the message contains this text. */
#define CHECK_FAILS(call, expected_status, expected_text)                                \
    do {                                                                                 \
        err = (struct atw_error){0};                                                     \
        ck_assert_int_eq((call), (expected_status));                                     \
        ck_assert_msg(strstr(err.text, (expected_text)) != NULL,                         \
                      "'%s' is not in the message '%s'", (expected_text), err.text);     \
    } while (0)

#endif
