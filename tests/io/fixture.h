/* What the tests of file formats share: a scratch folder, an asymmetric volume and tilt
 * series, and whole files as bytes. */
#ifndef ATW_TESTS_IO_FIXTURE_H
#define ATW_TESTS_IO_FIXTURE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "core/grid.h"
#include "core/tilt_series.h"

/* Create and remove the scratch folder of one test. */
void fixture_setup(void);
void fixture_teardown(void);

/* Name of a file in the scratch folder; valid until eight more were asked for. */
const char *fixture_path(const char *name);

/* Entries in the scratch folder, or in a folder in it. */
size_t fixture_entry_count(const char *name);
int fixture_exists(const char *name);

/* An L of two bars in a volume of 7 x 5 x 9 voxels of 0.6 nm (x, y, z), on a background
 * that is different in every voxel: no transposition, mirror or shift leaves it alone. */
struct atw_field *fixture_field(void);
/* Four views of 6 x 3 pixels of 0.26 nm, angles -70.5, -1/3, 0 and 72 degrees. */
struct atw_tilt_series *fixture_series(void);

void fixture_check_same_field(const struct atw_field *a, const struct atw_field *b);
void fixture_check_same_series(const struct atw_tilt_series *a,
                               const struct atw_tilt_series *b);

unsigned char *fixture_load(const char *name, size_t *size);
void fixture_store(const char *name, const void *bytes, size_t size);
void fixture_store_text(const char *name, const char *text);

/* Writing beyond this many bytes of a file fails from now on, as on a full disk; SIZE_MAX
 * lifts the limit. Check's own records are files too: assert nothing under a limit. */
void fixture_limit_file_size(size_t bytes);

/* The call fails with ATW_EOUTPUT and this text when no file may exceed `bytes`; `err`
 * must be a struct atw_error in scope. */
#define CHECK_FAILS_ON_FULL_DISK(bytes, call, expected_text)                             \
    do {                                                                                 \
        enum atw_status status_on_full_disk;                                             \
                                                                                         \
        err = (struct atw_error){0};                                                     \
        fixture_limit_file_size(bytes);                                                  \
        status_on_full_disk = (call);                                                    \
        fixture_limit_file_size(SIZE_MAX);                                               \
        ck_assert_int_eq(status_on_full_disk, ATW_EOUTPUT);                              \
        ck_assert_msg(strstr(err.text, (expected_text)) != NULL,                         \
                      "'%s' is not in the message '%s'", (expected_text), err.text);     \
    } while (0)

/* A damaged copy of bytes [size] in place: a cut, or some bytes replaced, by seed.
 * Returns the new size. */
size_t fixture_damage(unsigned char *bytes, size_t size, unsigned seed);

#endif
