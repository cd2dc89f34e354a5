/* Ray transform: definition, transpose, conventions, errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/array.h"
#include "core/constants.h"
#include "core/parallel.h"
#include "core/random.h"
#include "projection/block.h"
#include "projection/plan.h"
#include "projection/projector.h"
#include "projection/sweep.h"
#include "support/support.h"

static const double mixed_rad[] = {0.3,
                                   -1.2,
                                   0.3,
                                   2.0,
                                   0.0,
                                   -0.7853,
                                   1.5707963267948966,
                                   3.1415926535897931,
                                   -2.7,
                                   5.1,
                                   0.9,
                                   0.7853981633974483};
#define N_MIXED (sizeof mixed_rad / sizeof *mixed_rad)

/* Square, flat and tall slices; odd and even; fine and coarse pixels; axis off centre;
 * fewer and more slices than lanes. */
static const struct atw_projection_geometry geometries[] = {
    {.grid = {16, 3, 16, 1e-9}, .n_u = 16, .pixel_m = 1e-9},
    {.grid = {21, 17, 9, 0.4e-9}, .n_u = 14, .pixel_m = 0.6e-9},
    {.grid = {6, 16, 33, 0.4e-9}, .n_u = 71, .pixel_m = 0.2e-9, .axis_offset_m = 1.3e-9},
    {.grid = {1, 1, 1, 2e-9}, .n_u = 5, .pixel_m = 0.7e-9},
    {.grid = {30, 1, 13, 1e-9}, .n_u = 8, .pixel_m = 1e-9, .axis_offset_m = -4e-9},
    {.grid = {13, 33, 14, 1e-9}, .n_u = 1, .pixel_m = 50e-9},
    {.grid = {71, 2, 150, 1e-9}, .n_u = 90, .pixel_m = 1.1e-9, .axis_offset_m = 3e-9},
    {.grid = {140, 9, 69, 1e-9}, .n_u = 60, .pixel_m = 2e-9},
};
#define N_GEOMETRY ((int)(sizeof geometries / sizeof *geometries))

struct fixture {
    struct atw_projection_geometry geometry;
    struct atw_projector *projector;
    size_t n_voxel, n_pixel;
    float *volume, *series;
};

static struct fixture setup(const struct atw_projection_geometry *geometry)
{
    struct fixture f = {.geometry = *geometry};
    struct atw_error err;

    if (!f.geometry.tilt_rad) {
        f.geometry.tilt_rad = mixed_rad;
        f.geometry.n_tilt = N_MIXED;
    }
    CHECK_OK(atw_projector_create(&f.projector, &f.geometry, &err));
    f.n_voxel = atw_grid_voxel_count(&geometry->grid);
    f.n_pixel = f.geometry.n_tilt * geometry->grid.n_y * geometry->n_u;
    f.volume = calloc(f.n_voxel, sizeof *f.volume);
    f.series = calloc(f.n_pixel, sizeof *f.series);
    ck_assert(f.volume && f.series);
    return f;
}

static void teardown(struct fixture *f)
{
    atw_projector_destroy(f->projector);
    free(f->volume);
    free(f->series);
}

/* Uniform in [low, low + 1). */
static void fill(float *value, size_t count, unsigned seed, double low)
{
    struct atw_random_key key = {.seed = seed, .stage = ATW_RANDOM_TEST};
    struct atw_error err;
    gsl_rng *rng = NULL;

    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (size_t i = 0; i < count; i++)
        value[i] = (float)(gsl_rng_uniform(rng) + low);
    gsl_rng_free(rng);
}

static double dot(const float *a, const float *b, size_t count)
{
    double sum = 0.0;

    for (size_t i = 0; i < count; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* Spread `mass` over the pixels [n_u] under a box. */
static void reference_box(const struct atw_projection_geometry *g,
                          double centre_m,
                          double width_m,
                          double mass,
                          double *pixel)
{
    for (size_t u = 0; u < g->n_u; u++) {
        double left_m = ((double)u - 0.5 * (double)g->n_u) * g->pixel_m;
        double overlap_m = fmin(centre_m + 0.5 * width_m, left_m + g->pixel_m) -
                           fmax(centre_m - 0.5 * width_m, left_m);

        if (overlap_m > 0.0)
            pixel[u] += mass * overlap_m / width_m;
    }
}

/* Voxels by which a row is shifted: whole sixths, so chosen that the errors of all rows
 * up to it add up to at most half a sixth. */
static double row_shift(double tangent, size_t row, size_t n_row)
{
    double sum = 0.0, whole = 0.0;

    for (size_t i = 0; i <= row; i++) {
        double exact = 6.0 * ((double)i - 0.5 * (double)(n_row - 1)) * tangent;

        whole = floor(exact - sum + 0.5);
        sum += whole - exact;
    }
    return whole / 6.0;
}

/* The definition in docs/tomography.md, voxel by voxel: rows shifted by sixths of a
 * voxel, each voxel a box on the detector. */
static void reference_voxel(const struct atw_projection_geometry *g,
                            double tilt_rad,
                            size_t x,
                            size_t z,
                            double value,
                            double *pixel)
{
    double c = cos(tilt_rad), s = sin(tilt_rad), h_m = g->grid.spacing_m;
    int steep = fabs(s) > fabs(c);
    size_t n_row = steep ? g->grid.n_x : g->grid.n_z, row = steep ? x : z;
    size_t n_col = steep ? g->grid.n_z : g->grid.n_x, col = steep ? z : x;
    double cosine = steep ? s : c, tangent = steep ? c / s : s / c;
    double along =
        (double)col - 0.5 * (double)(n_col - 1) + row_shift(tangent, row, n_row);

    reference_box(g, g->axis_offset_m + along * cosine * h_m, fabs(cosine) * h_m,
                  value * h_m * h_m * 1e9 / g->pixel_m, pixel);
}

static void reference_view(const struct fixture *f, size_t tilt, size_t y, double *pixel)
{
    const struct atw_grid *grid = &f->geometry.grid;

    memset(pixel, 0, f->geometry.n_u * sizeof *pixel);
    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t x = 0; x < grid->n_x; x++)
            reference_voxel(&f->geometry, f->geometry.tilt_rad[tilt], x, z,
                            (double)f->volume[atw_grid_index(grid, x, y, z)], pixel);
}

START_TEST(fast_kernel_equals_its_definition)
{
    struct fixture f = setup(&geometries[_i]);
    size_t n_u = f.geometry.n_u, n_v = f.geometry.grid.n_y;
    double *pixel = calloc(n_u, sizeof *pixel);
    struct atw_error err;

    fill(f.volume, f.n_voxel, 11 + (unsigned)_i, 0.0);
    CHECK_OK(atw_projector_forward(f.projector, f.volume, f.series, &err));
    for (size_t tilt = 0; tilt < f.geometry.n_tilt; tilt++)
        for (size_t y = 0; y < n_v; y++) {
            reference_view(&f, tilt, y, pixel);
            for (size_t u = 0; u < n_u; u++)
                /* Rounding of single precision; a pixel that only a small share of the
                 * volume reaches is right to a thousandth of itself. */
                ck_assert_double_eq_tol(
                    (double)f.series[(tilt * n_v + y) * n_u + u], pixel[u],
                    fmin(1e-6 * (1.0 + fabs(pixel[u])), 1e-3 * fabs(pixel[u]) + 1e-12));
        }
    free(pixel);
    teardown(&f);
}
END_TEST

static double relative_distance(const float *a, const float *b, size_t count)
{
    double sum = 0.0;

    for (size_t i = 0; i < count; i++)
        sum += pow((double)a[i] - (double)b[i], 2);
    return sqrt(sum / dot(b, b, count));
}

/* What f.projector made of f.volume and f.series, done again by other inner loops. */
static void
check_sweep(const struct fixture *f, const float *back, const struct atw_sweep *sweep)
{
    struct atw_projector *projector = NULL;
    float *series = calloc(f->n_pixel, sizeof *series);
    float *volume = calloc(f->n_voxel, sizeof *volume);
    struct atw_error err;

    ck_assert(series && volume);
    CHECK_OK(atw_projector_create_for(&projector, &f->geometry, sweep, &err));
    CHECK_OK(atw_projector_forward(projector, f->volume, series, &err));
    ck_assert_double_le(relative_distance(series, f->series, f->n_pixel), 1e-6);
    CHECK_OK(atw_projector_backward(projector, f->series, volume, &err));
    ck_assert_double_le(relative_distance(volume, back, f->n_voxel), 1e-6);
    atw_projector_destroy(projector);
    free(series);
    free(volume);
}

START_TEST(every_instruction_set_gives_the_same)
{
    struct fixture f = setup(&geometries[_i]);
    float *back = calloc(f.n_voxel, sizeof *back);
    struct atw_error err;

    fill(f.volume, f.n_voxel, 12, 0.0);
    CHECK_OK(atw_projector_forward(f.projector, f.volume, f.series, &err));
    CHECK_OK(atw_projector_backward(f.projector, f.series, back, &err));
    check_sweep(&f, back, &atw_sweep_portable);
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        check_sweep(&f, back, &atw_sweep_avx2);
#endif
    free(back);
    teardown(&f);
}
END_TEST

/* One slice has columns as lanes, many have slices: the same sums in the same order, but
 * for the rounding of the rebin. */
START_TEST(a_slice_alone_gives_the_same_as_among_others)
{
    struct fixture all = setup(&geometries[_i]);
    size_t n_y = all.geometry.grid.n_y, n_u = all.geometry.n_u, y = n_y - 1;
    size_t n_x = all.geometry.grid.n_x, n_z = all.geometry.grid.n_z;
    struct atw_projection_geometry g = geometries[_i];
    struct fixture one;
    struct atw_error err;
    double square = 0.0, difference = 0.0;

    g.grid.n_y = 1;
    one = setup(&g);
    fill(all.volume, all.n_voxel, 6, 0.0);
    for (size_t z = 0; z < n_z; z++)
        memcpy(one.volume + z * n_x, all.volume + (z * n_y + y) * n_x,
               n_x * sizeof(float));
    CHECK_OK(atw_projector_forward(all.projector, all.volume, all.series, &err));
    CHECK_OK(atw_projector_forward(one.projector, one.volume, one.series, &err));
    for (size_t i = 0; i < one.n_pixel; i++) {
        double value = (double)all.series[(i / n_u * n_y + y) * n_u + i % n_u];

        square += value * value;
        difference += pow(value - (double)one.series[i], 2.0);
    }
    ck_assert_double_le(difference, 1e-13 * square);
    teardown(&one);
    teardown(&all);
}
END_TEST

START_TEST(backward_is_the_transpose_of_forward)
{
    struct fixture f = setup(&geometries[_i % N_GEOMETRY]);
    float *y = calloc(f.n_pixel, sizeof *y), *x = calloc(f.n_voxel, sizeof *x);
    struct atw_error err;
    double left, right, scale;

    fill(f.volume, f.n_voxel, (unsigned)_i, -0.5);
    fill(y, f.n_pixel, 1000 + (unsigned)_i, -0.5);
    CHECK_OK(atw_projector_forward(f.projector, f.volume, f.series, &err));
    CHECK_OK(atw_projector_backward(f.projector, y, x, &err));
    left = dot(f.series, y, f.n_pixel);
    right = dot(f.volume, x, f.n_voxel);
    scale = sqrt(dot(f.series, f.series, f.n_pixel) * dot(y, y, f.n_pixel));
    ck_assert_msg(fabs(left - right) <= 3e-8 * scale, "seed %d: %g apart", _i,
                  (left - right) / scale);
    free(x);
    free(y);
    teardown(&f);
}
END_TEST

START_TEST(mass_is_conserved_when_all_is_on_the_detector)
{
    struct atw_projection_geometry wide = geometries[_i % 5];
    struct fixture f;
    struct atw_error err;
    double mass = 0.0;

    wide.n_u = (size_t)(60.0 * wide.grid.spacing_m / wide.pixel_m) + 1;
    wide.axis_offset_m *= 0.5;
    wide.kernel = _i < 5 ? ATW_KERNEL_AREA : ATW_KERNEL_SHARP;
    f = setup(&wide);
    fill(f.volume, f.n_voxel, 77, 0.0);
    for (size_t i = 0; i < f.n_voxel; i++)
        mass += (double)f.volume[i];
    mass *= pow(wide.grid.spacing_m * 1e9, 2);
    CHECK_OK(atw_projector_forward(f.projector, f.volume, f.series, &err));
    for (size_t tilt = 0; tilt < f.geometry.n_tilt; tilt++) {
        size_t n = wide.grid.n_y * wide.n_u;
        double sum = 0.0;

        for (size_t i = 0; i < n; i++)
            sum += (double)f.series[tilt * n + i];
        ck_assert_double_eq_tol(sum * wide.pixel_m * 1e9, mass, 2e-6 * mass);
    }
    teardown(&f);
}
END_TEST

START_TEST(non_negative_volumes_have_non_negative_views)
{
    struct atw_projection_geometry g = {
        .grid = {40, 16, 40, 1e-9}, .n_u = 120, .pixel_m = 0.5e-9};
    struct fixture f;
    struct atw_error err;
    float least = 0.0f;
    double tilt_rad[64];

    for (int i = 0; i < 64; i++)
        tilt_rad[i] = 0.1 * i + 1e-4 * i * i;
    /* Rows that miss a bin by a hair leave differences of nearly equal sums. */
    for (int i = 0; i < 20; i++)
        tilt_rad[i] = (i % 2 ? 1.0 : -1.0) * pow(10.0, -4 - 0.25 * i);
    g.n_tilt = 64;
    g.tilt_rad = tilt_rad;
    f = setup(&g);
    fill(f.volume, f.n_voxel, (unsigned)_i, 0.0);
    CHECK_OK(atw_projector_forward(f.projector, f.volume, f.series, &err));
    for (size_t i = 0; i < f.n_pixel; i++)
        least = fminf(least, f.series[i]);
    ck_assert_float_eq(least, 0.0f);
    teardown(&f);
}
END_TEST

/* Centre of mass of one view, from the detector centre. */
static double centre_of_mass_m(const struct fixture *f, size_t tilt)
{
    const float *view = f->series + tilt * f->geometry.n_u;
    double moment = 0.0, sum = 0.0;

    for (size_t u = 0; u < f->geometry.n_u; u++) {
        moment += (double)view[u] *
                  atw_grid_position_m(u, f->geometry.n_u, f->geometry.pixel_m);
        sum += (double)view[u];
    }
    return moment / sum;
}

START_TEST(a_point_lands_where_the_convention_says)
{
    struct atw_projection_geometry g = {.grid = {20, 1, 17, 1e-9},
                                        .pixel_m = 0.37e-9,
                                        .n_u = 90,
                                        .axis_offset_m = _i * 0.9e-9};
    struct fixture f = setup(&g);
    struct atw_error err;
    double x_m = (17 - 9.5) * 1e-9, z_m = (3 - 8.0) * 1e-9;

    f.volume[atw_grid_index(&g.grid, 17, 0, 3)] = 1.0f;
    CHECK_OK(atw_projector_forward(f.projector, f.volume, f.series, &err));
    for (size_t i = 0; i < N_MIXED; i++)
        /* A row lies up to a sixth of a voxel off; pixels move the centre of a box by at
         * most their share. */
        ck_assert_double_eq_tol(
            centre_of_mass_m(&f, i),
            x_m * cos(mixed_rad[i]) + z_m * sin(mixed_rad[i]) + g.axis_offset_m, 0.18e-9);
    teardown(&f);
}
END_TEST

START_TEST(right_angles_are_plain_sums)
{
    double tilt_rad[] = {0.0, 90 * ATW_DEGREE_RAD, 180 * ATW_DEGREE_RAD,
                         -90 * ATW_DEGREE_RAD};
    struct atw_projection_geometry g = {.grid = {12, 5, 12, 0.5e-9},
                                        .n_u = 12,
                                        .pixel_m = 0.5e-9,
                                        .n_tilt = 4,
                                        .tilt_rad = tilt_rad};
    struct fixture f = setup(&g);
    struct atw_error err;

    fill(f.volume, f.n_voxel, 5, 0.0);
    CHECK_OK(atw_projector_forward(f.projector, f.volume, f.series, &err));
    for (size_t y = 0; y < 5; y++)
        for (size_t i = 0; i < 12; i++) {
            double column = 0.0, row = 0.0;

            for (size_t j = 0; j < 12; j++) {
                column += 0.5 * (double)f.volume[atw_grid_index(&g.grid, i, y, j)];
                row += 0.5 * (double)f.volume[atw_grid_index(&g.grid, j, y, i)];
            }
            ck_assert_double_eq_tol((double)f.series[y * 12 + i], column, 2e-6);
            ck_assert_double_eq_tol((double)f.series[(5 + y) * 12 + i], row, 2e-6);
            ck_assert_double_eq_tol((double)f.series[(10 + y) * 12 + 11 - i], column,
                                    2e-6);
            ck_assert_double_eq_tol((double)f.series[(15 + y) * 12 + 11 - i], row, 2e-6);
        }
    teardown(&f);
}
END_TEST

START_TEST(order_and_repetition_of_angles_do_not_matter)
{
    struct fixture all = setup(&geometries[1]);
    size_t view = all.geometry.grid.n_y * all.geometry.n_u;
    struct atw_error err;

    fill(all.volume, all.n_voxel, 3, 0.0);
    CHECK_OK(atw_projector_forward(all.projector, all.volume, all.series, &err));
    ck_assert_mem_eq(all.series, all.series + 2 * view, view * sizeof(float));
    for (size_t i = 0; i < N_MIXED; i++) {
        struct atw_projection_geometry g = geometries[1];
        struct fixture one;

        g.n_tilt = 1;
        g.tilt_rad = mixed_rad + i;
        one = setup(&g);
        CHECK_OK(atw_projector_forward(one.projector, all.volume, one.series, &err));
        ck_assert_mem_eq(one.series, all.series + i * view, view * sizeof(float));
        teardown(&one);
    }
    teardown(&all);
}
END_TEST

START_TEST(thread_count_does_not_change_a_bit)
{
    struct fixture f = setup(&geometries[5]);
    float *series = calloc(f.n_pixel, sizeof *series);
    float *one = calloc(f.n_voxel, sizeof *one), *many = calloc(f.n_voxel, sizeof *many);
    struct atw_error err;

    fill(f.volume, f.n_voxel, 8, 0.0);
    atw_parallel_set_thread_count(1);
    CHECK_OK(atw_projector_forward(f.projector, f.volume, f.series, &err));
    CHECK_OK(atw_projector_backward(f.projector, f.series, one, &err));
    atw_parallel_set_thread_count(3);
    CHECK_OK(atw_projector_forward(f.projector, f.volume, series, &err));
    CHECK_OK(atw_projector_backward(f.projector, f.series, many, &err));
    ck_assert_mem_eq(series, f.series, f.n_pixel * sizeof *series);
    ck_assert_mem_eq(one, many, f.n_voxel * sizeof *one);
    free(series);
    free(one);
    free(many);
    teardown(&f);
}
END_TEST

START_TEST(sensitivity_is_the_transpose_of_ones)
{
    struct fixture f = setup(&geometries[_i]);
    const struct atw_grid *grid = &f.geometry.grid;
    struct atw_error err;

    for (size_t i = 0; i < f.n_pixel; i++)
        f.series[i] = 1.0f;
    CHECK_OK(atw_projector_backward(f.projector, f.series, f.volume, &err));
    for (size_t i = 0; i < f.n_voxel; i++) {
        size_t column = i / grid->n_x / grid->n_y * grid->n_x + i % grid->n_x;

        ck_assert_float_eq(f.volume[i], atw_projector_sensitivity(f.projector)[column]);
    }
    ck_assert_uint_eq(atw_projector_geometry(f.projector)->n_u, f.geometry.n_u);
    teardown(&f);
}
END_TEST

START_TEST(packing_and_unpacking_are_inverse)
{
    struct fixture f = setup(&geometries[_i]);
    float *volume = calloc(f.n_voxel, sizeof *volume);
    float *series = calloc(f.n_pixel, sizeof *series);
    float *packed = atw_array_alloc(atw_block_volume_length(f.projector), sizeof(float));
    float *views = atw_array_alloc(atw_block_views_length(f.projector), sizeof(float));

    fill(f.volume, f.n_voxel, 1, 0.0);
    fill(f.series, f.n_pixel, 2, 0.0);
    for (size_t block = 0; block < atw_block_count(f.projector); block++) {
        atw_block_pack_volume(f.projector, block, f.volume, packed);
        atw_block_unpack_rows(f.projector, block, 0, f.geometry.grid.n_z, packed, volume);
        atw_block_pack_views(f.projector, block, f.series, views);
        atw_block_unpack_views(f.projector, block, views, series);
    }
    ck_assert_mem_eq(volume, f.volume, f.n_voxel * sizeof *volume);
    ck_assert_mem_eq(series, f.series, f.n_pixel * sizeof *series);
    free(volume);
    free(series);
    free(packed);
    free(views);
    teardown(&f);
}
END_TEST

/* Slots below and from `cut` on, in parts of their own. */
START_TEST(parts_give_the_views_of_the_whole)
{
    struct fixture f = setup(&geometries[_i]);
    float *series = calloc(f.n_pixel, sizeof *series);
    float *volume = calloc(f.n_voxel, sizeof *volume);
    float *sum = calloc(f.n_voxel, sizeof *sum);
    const size_t cut[] = {0, 2, 7, N_MIXED};
    struct atw_error err;

    ck_assert(series && volume && sum);
    fill(f.volume, f.n_voxel, 50, -0.5);
    CHECK_OK(atw_projector_forward(f.projector, f.volume, f.series, &err));
    for (size_t i = 0; i < 3; i++) {
        struct atw_projector *part = NULL;

        CHECK_OK(atw_block_part(&part, f.projector, cut[i], cut[i + 1] - cut[i], &err));
        CHECK_OK(atw_projector_forward(part, f.volume, series, &err));
        CHECK_OK(atw_projector_backward(part, f.series, volume, &err));
        for (size_t k = 0; k < f.n_voxel; k++)
            sum[k] += volume[k];
        atw_projector_destroy(part);
    }
    ck_assert_mem_eq(series, f.series, f.n_pixel * sizeof *series);
    CHECK_OK(atw_projector_backward(f.projector, f.series, volume, &err));
    ck_assert_double_lt(relative_distance(sum, volume, f.n_voxel), 1e-6);
    free(series);
    free(volume);
    free(sum);
    teardown(&f);
}
END_TEST

START_TEST(parts_beyond_the_views_are_refused)
{
    struct fixture f = setup(&geometries[0]);
    struct atw_projector *part = NULL;
    struct atw_error err;

    CHECK_FAILS(atw_block_part(&part, f.projector, 5, N_MIXED - 4, &err), ATW_EINVAL,
                "views 5 to 13 of 12");
    CHECK_FAILS(atw_block_part(&part, f.projector, 5, 0, &err), ATW_EINVAL,
                "views 5 to 5 of 12");
    ck_assert_ptr_null(part);
    teardown(&f);
}
END_TEST

static void check_refused(const struct atw_projection_geometry *g, const char *text)
{
    struct atw_projector *projector = (struct atw_projector *)1;
    struct atw_error err;

    CHECK_FAILS(atw_projector_create(&projector, g, &err), ATW_EINVAL, text);
    ck_assert_ptr_null(projector);
}

START_TEST(bad_geometries_are_refused)
{
    const struct atw_projection_geometry good = {.grid = {4, 4, 4, 1e-9},
                                                 .n_u = 4,
                                                 .pixel_m = 1e-9,
                                                 .n_tilt = N_MIXED,
                                                 .tilt_rad = mixed_rad};
    double bad_rad[] = {0.0, NAN};
    struct atw_projection_geometry g = good;

    g.grid.n_z = 0;
    check_refused(&g, "every count must be positive");
    g = good;
    g.n_u = 0;
    check_refused(&g, "at least one of each");
    g = good;
    g.tilt_rad = NULL;
    check_refused(&g, "at least one of each");
    g = good;
    g.n_u = (size_t)1 << 21;
    check_refused(&g, "no count may exceed");
    g = good;
    g.pixel_m = 0.0;
    check_refused(&g, "pixel");
    g.pixel_m = NAN;
    check_refused(&g, "pixel");
    g = good;
    g.axis_offset_m = INFINITY;
    check_refused(&g, "axis must be on it");
    g.axis_offset_m = -2.1e-9;
    check_refused(&g, "tilt axis is -2.1 nm from the centre");
    g = good;
    g.grid = (struct atw_grid){1, (size_t)1 << 58, 1, 1e-9};
    check_refused(&g, "more than can be counted");
    g = good;
    g.n_tilt = 2;
    g.tilt_rad = bad_rad;
    check_refused(&g, "tilt angle 2");
    atw_projector_destroy(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("projector");
    TCase *tests = tcase_create("projector");

    tcase_add_loop_test(tests, fast_kernel_equals_its_definition, 0, N_GEOMETRY);
    tcase_add_loop_test(tests, every_instruction_set_gives_the_same, 0, N_GEOMETRY);
    tcase_add_loop_test(tests, a_slice_alone_gives_the_same_as_among_others, 0,
                        N_GEOMETRY);
    tcase_add_loop_test(tests, backward_is_the_transpose_of_forward, 0, 4 * N_GEOMETRY);
    tcase_add_loop_test(tests, mass_is_conserved_when_all_is_on_the_detector, 0, 10);
    tcase_add_loop_test(tests, non_negative_volumes_have_non_negative_views, 0, 3);
    tcase_add_loop_test(tests, a_point_lands_where_the_convention_says, -1, 2);
    tcase_add_test(tests, right_angles_are_plain_sums);
    tcase_add_test(tests, order_and_repetition_of_angles_do_not_matter);
    tcase_add_test(tests, thread_count_does_not_change_a_bit);
    tcase_add_loop_test(tests, sensitivity_is_the_transpose_of_ones, 0, N_GEOMETRY);
    tcase_add_loop_test(tests, packing_and_unpacking_are_inverse, 0, N_GEOMETRY);
    tcase_add_loop_test(tests, parts_give_the_views_of_the_whole, 0, N_GEOMETRY);
    tcase_add_test(tests, parts_beyond_the_views_are_refused);
    tcase_add_test(tests, bad_geometries_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
