/* What reconstructions hold at most, and what was estimated before, for every method:
 * each in a process of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "tomography/memory.h"

#define MIB 1048576.0

/* A line of /proc/self/status in bytes. */
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

static void begin_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");

    if (!file)
        return;
    (void)fputs("5", file);
    (void)fclose(file);
}

static int measure(const struct atw_reconstruction_method *method, const size_t n[3])
{
    struct atw_tilt_series *series = NULL;
    struct atw_field *volume = NULL;
    const struct atw_reconstruction_options options = {.iterations = 2};
    struct atw_grid grid;
    struct atw_error err = {0};
    double before, data, held, said;

    if (atw_tilt_series_create(&series, n[0], n[1], n[2], 1e-9, NULL, &err) != ATW_OK)
        return 1;
    for (size_t i = 0; i < n[0]; i++)
        series->tilt_rad[i] =
            (-72.0 + 144.0 * (double)i / (double)(n[0] - 1)) * ATW_DEGREE_RAD;
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] = 1.0f;
    grid = atw_reconstruction_default_grid(series);
    data = 4.0 * (double)atw_tilt_series_pixel_count(series);
    said = atw_reconstruction_memory(method, &grid, series, &options, NULL);
    before = own_memory("VmRSS:") - data;
    begin_peak();
    if (atw_reconstruct(&volume, series, &grid, method, &options, &err) != ATW_OK)
        return 1;
    held = own_memory("VmHWM:") - before;
    data += 4.0 * (double)atw_grid_voxel_count(&grid);
    printf("%4zu %4zu x %4zu  %-6s %7zu %8.1f %5.2f %10.1f %7.2f\n", n[0], n[1], n[2],
           method->name, atw_parallel_thread_count(), held / MIB, held / data, said / MIB,
           said / held);
    return 0;
}

int main(void)
{
    static const size_t job[][3] = {{13, 4, 24},   {73, 16, 64},   {73, 120, 96},
                                    {73, 1, 256},  {73, 8, 256},   {37, 2, 512},
                                    {73, 32, 512}, {73, 128, 256}, {181, 64, 128}};
    int failed = 0;

    puts("views of rows x pixels  method threads held MiB  /data  said MiB  /held");
    for (size_t i = 0; i < sizeof job / sizeof *job; i++)
        for (size_t m = 0; atw_reconstruction_methods[m]; m++)
            for (size_t threads = 1; threads <= 2; threads++) {
                int status = 0;
                pid_t child;

                (void)fflush(stdout);
                child = fork();
                if (child == 0) {
                    atw_parallel_set_thread_count(threads);
                    status = measure(atw_reconstruction_methods[m], job[i]);
                    (void)fflush(stdout);
                    _exit(status);
                }
                failed |= child < 0 || waitpid(child, &status, 0) < 0 || status != 0;
            }
    return failed;
}
