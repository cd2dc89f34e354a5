/* What the tests of file formats share. */
#include "io/fixture.h"

#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/constants.h"
#include "support/support.h"

static char folder[PATH_MAX];

static int
remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void fixture_setup(void)
{
    const char *parent = getenv("TMPDIR");

    (void)snprintf(folder, sizeof folder,
                   "%s/alloytwin-io-XX"
                   "XX"
                   "XX",
                   parent && *parent ? parent : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

void fixture_teardown(void)
{
    fixture_limit_file_size(SIZE_MAX);
    (void)nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

const char *fixture_path(const char *name)
{
    static char paths[8][2 * PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % 8];

    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

size_t fixture_entry_count(const char *name)
{
    DIR *entries = opendir(fixture_path(name));
    size_t count = 0;

    ck_assert_ptr_nonnull(entries);
    while (readdir(entries))
        count++;
    (void)closedir(entries);
    return count - 2; /* "." and ".." */
}

int fixture_exists(const char *name)
{
    return access(fixture_path(name), F_OK) == 0;
}

struct atw_field *fixture_field(void)
{
    const struct atw_grid grid = {.n_x = 7, .n_y = 5, .n_z = 9, .spacing_m = 6e-10};
    struct atw_field *field = NULL;

    if (atw_field_create(&field, &grid, NULL) != ATW_OK)
        abort(); /* also called outside of tests, where Check cannot report */
    for (size_t i = 0; i < atw_grid_voxel_count(&grid); i++)
        field->value[i] = (float)i * 0.001f - 0.1f;
    for (size_t x = 1; x < 6; x++)
        field->value[atw_grid_index(&grid, x, 1, 2)] += 10.0f;
    for (size_t z = 2; z < 8; z++)
        field->value[atw_grid_index(&grid, 1, 1, z)] += 20.0f;
    return field;
}

struct atw_tilt_series *fixture_series(void)
{
    const double tilt_rad[] = {-70.5 * ATW_DEGREE_RAD, -ATW_DEGREE_RAD / 3.0, 0.0,
                               72.0 * ATW_DEGREE_RAD};
    struct atw_tilt_series *series = NULL;

    if (atw_tilt_series_create(&series, 4, 3, 6, 2.6e-10, tilt_rad, NULL) != ATW_OK)
        abort();
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] = (float)(i * i) * 0.37f - 5.0f;
    return series;
}

void fixture_check_same_field(const struct atw_field *a, const struct atw_field *b)
{
    ck_assert_uint_eq(a->grid.n_x, b->grid.n_x);
    ck_assert_uint_eq(a->grid.n_y, b->grid.n_y);
    ck_assert_uint_eq(a->grid.n_z, b->grid.n_z);
    ck_assert_double_eq(a->grid.spacing_m, b->grid.spacing_m);
    ck_assert_mem_eq(a->value, b->value,
                     atw_grid_voxel_count(&a->grid) * sizeof *a->value);
}

void fixture_check_same_series(const struct atw_tilt_series *a,
                               const struct atw_tilt_series *b)
{
    ck_assert_uint_eq(a->n_tilt, b->n_tilt);
    ck_assert_uint_eq(a->n_v, b->n_v);
    ck_assert_uint_eq(a->n_u, b->n_u);
    ck_assert_double_eq(a->pixel_m, b->pixel_m);
    for (size_t i = 0; i < a->n_tilt; i++)
        ck_assert_double_eq(a->tilt_rad[i], b->tilt_rad[i]);
    ck_assert_mem_eq(a->value, b->value,
                     atw_tilt_series_pixel_count(a) * sizeof *a->value);
}

unsigned char *fixture_load(const char *name, size_t *size)
{
    FILE *stream = fopen(fixture_path(name), "rb");
    unsigned char *bytes;

    ck_assert_ptr_nonnull(stream);
    ck_assert_int_eq(fseek(stream, 0, SEEK_END), 0);
    *size = (size_t)ftell(stream);
    rewind(stream);
    bytes = malloc(*size + 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, *size, stream), *size);
    bytes[*size] = '\0';
    (void)fclose(stream);
    return bytes;
}

void fixture_store(const char *name, const void *bytes, size_t size)
{
    FILE *stream = fopen(fixture_path(name), "wb");

    ck_assert_ptr_nonnull(stream);
    ck_assert_uint_eq(fwrite(bytes, 1, size, stream), size);
    ck_assert_int_eq(fclose(stream), 0);
}

void fixture_store_text(const char *name, const char *text)
{
    fixture_store(name, text, strlen(text));
}

void fixture_limit_file_size(size_t bytes)
{
    struct rlimit limit;

    (void)signal(SIGXFSZ, SIG_IGN);
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
        abort();
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        abort();
}

size_t fixture_damage(unsigned char *bytes, size_t size, unsigned seed)
{
    size_t changes = 1 + (size_t)(atw_test_uniform(seed, 0) * 4.0);

    if (seed % 4 == 0)
        return (size_t)(atw_test_uniform(seed, 1) * (double)size);
    for (unsigned i = 0; i < changes; i++) {
        size_t at = (size_t)(atw_test_uniform(seed, 2 * i + 2) * (double)size);

        /* Headers decide more than data: half of the changes go there. */
        if (seed % 2 && at >= 1024)
            at %= 1024;
        bytes[at % size] = (unsigned char)(atw_test_uniform(seed, 2 * i + 3) * 256.0);
    }
    return size;
}
