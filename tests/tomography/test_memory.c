/* The memory estimate against what the process holds. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "support/support.h"
#include "tomography/memory.h"

#if defined(__SANITIZE_ADDRESS__)
#define COUNTS_MORE 1 /* shadow memory, and freed arrays kept */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COUNTS_MORE 1
#endif
#endif
#ifndef COUNTS_MORE
#define COUNTS_MORE 0
#endif

#define MIB 1048576.0

static int method_count(void)
{
    int count = 0;

    while (atw_reconstruction_methods[count])
        count++;
    return count;
}

static struct atw_tilt_series *
even_series(size_t n_tilt, size_t n_v, size_t n_u, double first_deg)
{
    struct atw_tilt_series *series = NULL;
    struct atw_error err;

    CHECK_OK(atw_tilt_series_create(&series, n_tilt, n_v, n_u, 1e-9, NULL, &err));
    for (size_t i = 0; i < n_tilt; i++)
        series->tilt_rad[i] =
            first_deg * (1.0 - 2.0 * (double)i / (double)(n_tilt - 1)) * ATW_DEGREE_RAD;
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] = 1.0f;
    return series;
}

/* A line of /proc/self/status in bytes; 0 if there is none. */
static double own_memory(const char *key)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    double bytes = 0.0;

    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0)
            bytes = 1024.0 * strtod(line + strlen(key), NULL);
    if (file)
        fclose(file);
    return bytes;
}

/* Let the peak begin here; 0 if the system does not. */
static int forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    int done = file && fputs("5", file) >= 0;

    (void)malloc_trim(0);
    return (file && fclose(file) == 0) && done;
}

/* Bytes that a reconstruction really takes beside what was there, the data included. */
static double held(const struct atw_reconstruction_method *method,
                   const struct atw_tilt_series *series,
                   const struct atw_grid *grid,
                   const struct atw_reconstruction_options *options)
{
    struct atw_field *volume = NULL;
    struct atw_error err;
    double before = own_memory("VmRSS:"), peak;

    CHECK_OK(atw_reconstruct(&volume, series, grid, method, options, &err));
    peak = own_memory("VmHWM:");
    atw_field_destroy(volume);
    return peak - before + 4.0 * (double)atw_tilt_series_pixel_count(series);
}

static const struct {
    size_t n_tilt, n_v, n_u;
} job[] = {{13, 4, 24}, {73, 16, 64}, {73, 120, 96}, {73, 8, 256}, {37, 2, 512}};
enum { JOBS = sizeof job / sizeof *job };

static void check_job(const struct atw_reconstruction_method *method, size_t i)
{
    struct atw_tilt_series *series =
        even_series(job[i].n_tilt, job[i].n_v, job[i].n_u, -72.0);
    const struct atw_grid grid = atw_reconstruction_default_grid(series);
    const struct atw_reconstruction_options options = {.iterations = 2};
    double said = atw_reconstruction_memory(method, &grid, series, &options, NULL);
    double real;

    if (forget_peak()) {
        real = held(method, series, &grid, &options);
        ck_assert_msg(real <= said && said <= 3.0 * real + 4.0 * MIB,
                      "%s, %zu views of %zu x %zu, %zu threads: %.1f MiB held, %.1f said",
                      method->name, job[i].n_tilt, job[i].n_v, job[i].n_u,
                      atw_parallel_thread_count(), real / MIB, said / MIB);
    }
    atw_tilt_series_destroy(series);
}

START_TEST(the_estimate_is_an_upper_bound_and_not_a_silly_one)
{
    const struct atw_reconstruction_method *method =
        atw_reconstruction_methods[_i % method_count()];

    atw_parallel_set_thread_count(_i < method_count() ? 1 : 2);
    for (size_t i = 0; i < JOBS; i++)
        check_job(method, i);
}
END_TEST

/* Both with more to hold: parts of the projector, and views apart. */
START_TEST(subsets_and_views_held_out_count)
{
    const struct atw_reconstruction_method *method = NULL;
    struct atw_tilt_series *series = even_series(73, 8, 64, -72.0);
    const struct atw_grid grid = atw_reconstruction_default_grid(series);
    const struct atw_reconstruction_options many = {.iterations = 2, .subsets = 73};
    const struct atw_stopping stopping = {.hold_out = 5};
    struct atw_error err;
    double usual, held_out;

    CHECK_OK(atw_reconstruction_find(&method, "os-em", &err));
    usual = atw_reconstruction_memory(method, &grid, series, NULL, NULL);
    held_out = atw_reconstruction_memory(method, &grid, series, NULL, &stopping);
    ck_assert_double_ge(atw_reconstruction_memory(method, &grid, series, &many, NULL),
                        usual + 4.0 * 64.0 * 64.0 * (73.0 - 14.0));
    ck_assert_double_gt(held_out,
                        usual + 4.0 * (double)atw_tilt_series_pixel_count(series));
    atw_tilt_series_destroy(series);
}
END_TEST

/* Of the default size: total variation works on whole volumes, and is over-estimated. */
START_TEST(a_large_job_takes_a_few_times_data_and_result)
{
    const struct atw_reconstruction_method *method = atw_reconstruction_methods[_i];
    struct atw_tilt_series *series = even_series(73, 128, 256, -72.0);
    struct atw_grid grid = atw_reconstruction_default_grid(series);
    double both = 4.0 * ((double)atw_grid_voxel_count(&grid) +
                         (double)atw_tilt_series_pixel_count(series));
    double most = method->n_volume == 0 ? 3.0 : 4.0;
    double bytes;

    atw_parallel_set_thread_count(2);
    bytes = atw_reconstruction_memory(method, &grid, series, NULL, NULL);
    ck_assert_double_gt(bytes, both);
    ck_assert_msg(bytes <= most * both, "%s: %g times", method->name, bytes / both);
    atw_tilt_series_destroy(series);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *estimate = tcase_create("estimate");

    if (!COUNTS_MORE)
        tcase_add_loop_test(estimate, the_estimate_is_an_upper_bound_and_not_a_silly_one,
                            0, 2 * method_count());
    tcase_add_test(estimate, subsets_and_views_held_out_count);
    tcase_add_loop_test(estimate, a_large_job_takes_a_few_times_data_and_result, 0,
                        method_count());
    suite_add_tcase(suite, estimate);
    return atw_test_run(suite);
}
