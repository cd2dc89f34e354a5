/* Speed of the ray transform and of reconstructions, beside what the machine can do and
 * what other programs reach, with the accuracy that goes with it.
 *
 * An update is one voxel at one angle in one pass; an EM iteration is two passes. Times
 * are the best of several runs, layout conversion included; updates per second of
 * processor time are less disturbed by other programs. 73 views, -72 to 72 degrees.
 *
 * The ceilings are measured: multiply-adds in registers, of which a projector with linear
 * interpolation needs two per update (the port bound), and sums of floats read from the
 * first and the second cache. The bound that a pass is compared with is measured between
 * its runs, because the clock of a processor changes within seconds.
 */
#define _DEFAULT_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/array.h"
#include "core/constants.h"
#include "core/parallel.h"
#include "core/timing.h"
#include "projection/projector.h"
#include "tomography/discs.h"
#include "tomography/reconstruction.h"

#define N_TILT 73
#define ITERATIONS 20
#define RUNS 7

struct job {
    struct atw_projection_geometry geometry;
    struct atw_projector *projector;
    const struct atw_reconstruction_method *em;
    float *volume, *other_volume, *series, *other_series;
    size_t n_voxel, n_pixel;
};

static void check(enum atw_status status, const struct atw_error *err)
{
    if (status == ATW_OK)
        return;
    fprintf(stderr, "%s\n", err->text);
    exit(EXIT_FAILURE);
}

static float *allocate(size_t count)
{
    float *value = atw_array_alloc(count, sizeof *value);

    if (!value)
        exit(EXIT_FAILURE);
    return value;
}

/* ---- ceilings ---- */

#define LANES 8 /* of a vector; compilers split or join them as the processor needs */
typedef float vector __attribute__((vector_size(4 * LANES)));

#ifdef __x86_64__
#define FOR_THIS_PROCESSOR __attribute__((target("avx2,fma")))
#else
#define FOR_THIS_PROCESSOR
#endif

#define CHAINS 12
#define REPEATS 4000000

static int has_vectors(void)
{
#ifdef __x86_64__
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return 1;
#endif
}

/* Multiply-adds per second, G; a hundredth of a second. */
FOR_THIS_PROCESSOR static double multiply_adds_G(void)
{
    static volatile float sink, factor = 0.999f, rest = 0.1f;
    vector sum[CHAINS], total = {0.0f}, a = {0.0f}, b = {0.0f};
    double start_s = atw_processor_s();

    a += factor;
    b += rest;
#pragma GCC unroll 16
    for (int i = 0; i < CHAINS; i++)
        sum[i] = a;
    for (int k = 0; k < REPEATS; k++) {
#pragma GCC unroll 16
        for (int i = 0; i < CHAINS; i++)
#ifdef __x86_64__
            __asm__("vfmadd213ps %2, %1, %0" : "+x"(sum[i]) : "x"(a), "x"(b));
#else
            sum[i] = sum[i] * a + b;
#endif
    }
#pragma GCC unroll 16
    for (int i = 0; i < CHAINS; i++)
        total += sum[i];
    sink = total[0];
    (void)sink;
    return 1e-9 * CHAINS * REPEATS * LANES / (atw_processor_s() - start_s);
}

/* Floats summed per second, G, from an array of `count`. */
FOR_THIS_PROCESSOR static double sums_G(const float *value, size_t count)
{
    static volatile float sink;
    vector sum[8] = {{0.0f}};
    size_t repeats = ((size_t)1 << 26) / count;
    double start_s = atw_processor_s();

    for (size_t k = 0; k < repeats; k++)
        for (size_t at = 0; at < count; at += (size_t)8 * LANES)
#pragma GCC unroll 8
            for (size_t i = 0; i < 8; i++) {
                vector loaded;

                memcpy(&loaded, value + at + i * LANES, sizeof loaded);
                sum[i] += loaded;
            }
    for (int i = 0; i < 8; i++)
        sink = sum[i][0];
    (void)sink;
    return 1e-9 * (double)(repeats * count) / (atw_processor_s() - start_s);
}

static void measure_ceilings(void)
{
    static float value[65536]; /* 256 KiB */
    double fma_G = 0.0, first_G = 0.0, second_G = 0.0;

    if (!has_vectors())
        return;
    for (size_t i = 0; i < 65536; i++)
        value[i] = 1.0f;
    for (int i = 0; i < RUNS; i++) {
        fma_G = fmax(fma_G, multiply_adds_G());
        first_G = fmax(first_G, sums_G(value, 4096));
        second_G = fmax(second_G, sums_G(value, 65536));
    }
    printf(
        "ceilings, one thread: %.1f G multiply-adds/s, so %.1f G updates/s at two each; "
        "sums %.1f G/s from 16 KiB, %.1f from 256 KiB\n",
        fma_G, 0.5 * fma_G, first_G, second_G);
}

/* ---- passes ---- */

static double tilt_rad[N_TILT];

static void job_init(struct job *job, size_t n_x, size_t n_y)
{
    struct atw_error err = {0};

    for (int i = 0; i < N_TILT; i++)
        tilt_rad[i] = (2 * i - 72) * ATW_DEGREE_RAD;
    *job = (struct job){.geometry = {.grid = {n_x, n_y, n_x, 1e-9},
                                     .n_u = n_x,
                                     .pixel_m = 1e-9,
                                     .n_tilt = N_TILT,
                                     .tilt_rad = tilt_rad}};
    check(atw_projector_create(&job->projector, &job->geometry, &err), &err);
    check(atw_reconstruction_find(&job->em, "em", &err), &err);
    job->n_voxel = n_x * n_x * n_y;
    job->n_pixel = n_x * n_y * N_TILT;
    job->volume = allocate(job->n_voxel);
    job->other_volume = allocate(job->n_voxel);
    job->series = allocate(job->n_pixel);
    job->other_series = allocate(job->n_pixel);
    for (size_t i = 0; i < job->n_voxel; i++)
        job->volume[i] = (float)drand48();
    for (size_t i = 0; i < job->n_pixel; i++)
        job->other_series[i] = (float)drand48();
}

static void job_release(struct job *job)
{
    atw_projector_destroy(job->projector);
    free(job->volume);
    free(job->other_volume);
    free(job->series);
    free(job->other_series);
}

static void forward(struct job *job)
{
    struct atw_error err = {0};

    check(atw_projector_forward(job->projector, job->volume, job->series, &err), &err);
}

static void backward(struct job *job)
{
    struct atw_error err = {0};

    check(atw_projector_backward(job->projector, job->other_series, job->other_volume,
                                 &err),
          &err);
}

static void solve(struct job *job)
{
    struct atw_reconstruction_options options = {.iterations = ITERATIONS};
    struct atw_error err = {0};

    check(job->em->run(job->projector, job->other_series, &options, job->other_volume,
                       NULL, &err),
          &err);
}

static void
report(const char *what, void (*run)(struct job *), struct job *job, double passes)
{
    double updates = passes * (double)job->n_voxel * N_TILT;
    double best_s = INFINITY, best_cpu_s = INFINITY, fma_G = 0.0;

    for (int i = 0; i < RUNS; i++) {
        double start_s = atw_now_s();
        double start_cpu_s = atw_processor_s();

        run(job);
        best_s = fmin(best_s, atw_now_s() - start_s);
        best_cpu_s = fmin(best_cpu_s, atw_processor_s() - start_cpu_s);
        if (has_vectors())
            fma_G = fmax(fma_G, multiply_adds_G());
    }
    printf("  %-16s %9.2f ms %7.2f G updates/s %7.2f per processor", what, 1e3 * best_s,
           1e-9 * updates / best_s, 1e-9 * updates / best_cpu_s);
    if (fma_G > 0.0)
        printf(", %3.0f %% of the bound", 1e-7 * updates / best_cpu_s / (0.5 * fma_G));
    putchar('\n');
}

static double adjoint_error(struct job *job)
{
    double left = 0.0, right = 0.0, a = 0.0, b = 0.0;

    forward(job);
    backward(job);
    for (size_t i = 0; i < job->n_pixel; i++) {
        left += (double)job->series[i] * (double)job->other_series[i];
        a += (double)job->series[i] * (double)job->series[i];
        b += (double)job->other_series[i] * (double)job->other_series[i];
    }
    for (size_t i = 0; i < job->n_voxel; i++)
        right += (double)job->volume[i] * (double)job->other_volume[i];
    return fabs(left - right) / sqrt(a * b);
}

static double chord_integral(double u)
{
    u = fmin(fmax(u, -1.0), 1.0);
    return u * sqrt(1.0 - u * u) + asin(u);
}

/* Share of voxel (x, z) inside a circle of radius r about the centre: 32 x 32 points. */
static float disc_voxel(double x, double z, double r)
{
    int inside = 0;

    for (int i = 0; i < 32; i++)
        for (int j = 0; j < 32; j++)
            inside += hypot(x + (i - 15.5) / 32, z + (j - 15.5) / 32) <= r;
    return (float)inside / 1024;
}

/* Error of the projections of one disc of radius 0.35 n against its bin means. */
static double disc_error(size_t n)
{
    struct job job;
    double r = 0.35 * (double)n, error = 0.0, norm = 0.0;

    job_init(&job, n, 1);
    for (size_t i = 0; i < n * n; i++)
        job.volume[i] = disc_voxel(atw_grid_position_m(i % n, n, 1.0),
                                   atw_grid_position_m(i / n, n, 1.0), r);
    forward(&job);
    for (size_t i = 0; i < job.n_pixel; i++) {
        double u = atw_grid_position_m(i % n, n, 1.0);
        double exact =
            r * r * (chord_integral((u + 0.5) / r) - chord_integral((u - 0.5) / r));

        error += pow((double)job.series[i] - exact, 2);
        norm += exact * exact;
    }
    job_release(&job);
    return sqrt(error / norm);
}

static void measure(size_t n_x, size_t n_y)
{
    struct job job;

    job_init(&job, n_x, n_y);
    printf("slices %zu of %zu x %zu: adjoint error %.1e\n", n_y, n_x, n_x,
           adjoint_error(&job));
    for (size_t threads = 1; threads <= 2; threads++) {
        atw_parallel_set_thread_count(threads);
        printf(" %zu thread%s\n", threads, threads > 1 ? "s" : "");
        report("forward", forward, &job, 1.0);
        report("backward", backward, &job, 1.0);
        report("EM 20 iterations", solve, &job, 2.0 * ITERATIONS);
    }
    job_release(&job);
}

/* ---- the job of the peers ---- */

/* Whole job, 20 iterations of EM on two threads; seconds measured on another machine of
 * two cores of about 3.6 GHz, best builds of each (docs/tomography.md). */
static const struct {
    const char *program;
    double time_s;
} peers[] = {{"LEAP, end of 2024, CPU, separable footprint", 14.6},
             {"ASTRA 2.5.0, EM of its CPU kernels, linear", 59.9},
             {"TomoPy, libtomo MLEM", 76.9},
             {"scikit-image 0.19, SART (nearest it has), scaled", 295.0}};

static double time_method(const char *name,
                          size_t iterations,
                          struct atw_tilt_series *series,
                          double *error)
{
    struct atw_reconstruction_options options = {.iterations = iterations};
    struct atw_grid grid = atw_reconstruction_default_grid(series);
    const struct atw_reconstruction_method *method = NULL;
    struct atw_error err = {0};
    double best_s = INFINITY;

    check(atw_reconstruction_find(&method, name, &err), &err);
    for (int i = 0; i < 3; i++) {
        struct atw_field *field = NULL;
        double start_s = atw_now_s();

        check(atw_reconstruct(&field, series, &grid, method, &options, &err), &err);
        best_s = fmin(best_s, atw_now_s() - start_s);
        *error = discs_error(field->value, series->n_v);
        atw_field_destroy(field);
    }
    return best_s;
}

/* Memory before and after: whole processes, so this must come first. */
static void compare_with_peers(void)
{
    struct atw_tilt_series *series = discs_series(128);
    double both_MiB =
        4.0 * (128.0 * N_DISC * N_DISC + (double)atw_tilt_series_pixel_count(series)) /
        1048576.0;
    double error, os_error, em_s, os_s;
    struct rusage usage;

    atw_parallel_set_thread_count(2);
    em_s = time_method("em", ITERATIONS, series, &error);
    os_s = time_method("os-em", 2, series, &os_error);
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("disc phantom, 128 slices of 256 x 256, two threads, projector included:\n");
    printf(
        "  EM 20            %7.3f s  RMSE %.4f\n  OS-EM 2 passes   %7.3f s  RMSE %.4f  "
        "1/%.1f of the time of EM\n",
        em_s, error, os_s, os_error, em_s / os_s);
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++)
        printf("  %-50s %6.1f s, %4.0f times EM here\n", peers[i].program,
               peers[i].time_s, peers[i].time_s / em_s);
    printf("  peak memory of this process: %.0f MiB, %.2f times volume and series\n",
           (double)usage.ru_maxrss / 1024.0, (double)usage.ru_maxrss / 1024.0 / both_MiB);
    atw_tilt_series_destroy(series);
}

int main(void)
{
    compare_with_peers();
    measure_ceilings();
    measure(256, 1);
    measure(64, 128);
    measure(256, 16);
    measure(256, 128);
    for (size_t n = 40; n <= 320; n *= 2)
        printf("disc of radius %.0f: relative error %.5f\n", 0.35 * (double)n,
               disc_error(n));
    return EXIT_SUCCESS;
}
