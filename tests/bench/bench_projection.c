/* Speed of the ray transform and of EM, with the accuracy that goes with it.
 *
 * An update is one voxel at one angle in one pass; an EM iteration is two passes. Times
 * are the best of several runs, layout conversion included; updates per second of
 * processor time are less disturbed by other programs. 73 views, -72 to 72 degrees.
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "projection/projector.h"
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

static double now_s(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *allocate(size_t count)
{
    float *value = calloc(count, sizeof *value);

    if (!value)
        exit(EXIT_FAILURE);
    return value;
}

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
    double best_s = INFINITY, best_cpu_s = INFINITY;

    for (int i = 0; i < RUNS; i++) {
        double start_s = now_s(CLOCK_MONOTONIC);
        double start_cpu_s = now_s(CLOCK_PROCESS_CPUTIME_ID);

        run(job);
        best_s = fmin(best_s, now_s(CLOCK_MONOTONIC) - start_s);
        best_cpu_s = fmin(best_cpu_s, now_s(CLOCK_PROCESS_CPUTIME_ID) - start_cpu_s);
    }
    printf("  %-16s %9.2f ms %7.2f G updates/s %7.2f per processor\n", what, 1e3 * best_s,
           1e-9 * updates / best_s, 1e-9 * updates / best_cpu_s);
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

int main(void)
{
    measure(64, 128);
    measure(256, 16);
    measure(256, 128);
    for (size_t n = 40; n <= 320; n *= 2)
        printf("disc of radius %.0f: relative error %.5f\n", 0.35 * (double)n,
               disc_error(n));
    return EXIT_SUCCESS;
}
