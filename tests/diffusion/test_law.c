/* Runs with D(c, T), fast paths, reshaping and sublimation, against closed solutions. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sf_bessel.h>

#include "core/constants.h"
#include "diffusion/cells.h"
#include "diffusion/diffusion.h"
#include "diffusion/expansion.h"
#include "diffusion/law.h"
#include "diffusion/particle.h"
#include "support/support.h"

#define H_M 1e-9
#define R ATW_GAS_CONSTANT_J_PER_MOL_K

/* ---- laws and histories --------------------------------------------------- */

#define Q_J_PER_MOL 190e3
#define D0 5e-5

static double arrhenius(const void *model, double T_K)
{
    (void)model;
    return D0 * exp(-Q_J_PER_MOL / (R * T_K));
}

/* The same, asked for as if it depended on composition. */
static void flat(const void *model, double T_K, size_t count, const double *c, double *D)
{
    (void)c;
    for (size_t i = 0; i < count; i++)
        D[i] = arrhenius(model, T_K);
}

/* A factor of 40 from core to shell metal, more at low temperature. */
static void steep(const void *model, double T_K, size_t count, const double *c, double *D)
{
    for (size_t i = 0; i < count; i++)
        D[i] = arrhenius(model, T_K) * exp(-3.7 * c[i] * 673.0 / T_K);
}

static double unit(const void *model, double T_K)
{
    (void)model;
    (void)T_K;
    return 1e-18; /* 1 nm2/s */
}

static void
unit_flat(const void *model, double T_K, size_t count, const double *c, double *D)
{
    (void)c;
    for (size_t i = 0; i < count; i++)
        D[i] = unit(model, T_K);
}

static double constant_T(const void *context, double t_s)
{
    (void)context;
    (void)t_s;
    return 673.15;
}

/* 298 K, up to 703 K from 1 s to 1.02 s, down again from 31 s to 31.01 s, then once more
 * to 650 K for the last 40 s. */
static double pulses(const void *context, double t_s)
{
    static const double at_s[] = {0.0, 1.0, 1.02, 31.0, 31.01, 50.0, 50.02, 1e9};
    static const double T_K[] = {298.0, 298.0, 703.0, 703.0, 298.0, 298.0, 650.0, 650.0};
    size_t k = 0;

    (void)context;
    while (t_s > at_s[k + 1])
        k++;
    return T_K[k] + (T_K[k + 1] - T_K[k]) * (t_s - at_s[k]) / (at_s[k + 1] - at_s[k]);
}

static const double pulse_breaks[] = {50.02, 1.0, 1.02, 31.0, 31.01, 50.0};

static struct atw_diffusion_history pulse_history(void)
{
    return (struct atw_diffusion_history){
        .temperature_K = pulses, .break_s = pulse_breaks, .n_breaks = 6};
}

/* ---- particles ------------------------------------------------------------ */

struct fixture {
    struct atw_field *metal;
    struct atw_diffusion *diffusion;
    size_t count, n[3];
    double *state, *out;
};

static void start(struct fixture *f, double tolerance)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_error err = {0};

    options.tolerance = tolerance;
    CHECK_OK(atw_diffusion_create(&f->diffusion, f->metal, &options, &err));
    f->count = atw_diffusion_cell_count(f->diffusion);
    f->state = calloc(5 * f->count, sizeof *f->state);
    ck_assert_ptr_nonnull(f->state);
    f->out = f->state + f->count;
}

static void open_block(struct fixture *f, size_t n_x, size_t n_y, size_t n_z)
{
    struct atw_grid grid = {n_x, n_y, n_z, H_M};
    struct atw_error err = {0};

    *f = (struct fixture){.n = {n_x, n_y, n_z}};
    CHECK_OK(atw_field_create(&f->metal, &grid, &err));
    for (size_t i = 0; i < atw_grid_voxel_count(&grid); i++)
        f->metal->value[i] = 1.0F;
    start(f, 1e-6);
}

/* A plate of n voxels across x, in empty space on both sides. */
static void open_plate(struct fixture *f, size_t n)
{
    struct atw_grid grid = {n + 4, 3, 4, H_M};
    struct atw_error err = {0};

    *f = (struct fixture){.n = {n, 3, 4}};
    CHECK_OK(atw_field_create(&f->metal, &grid, &err));
    for (size_t i = 0; i < atw_grid_voxel_count(&grid); i++)
        f->metal->value[i] = i % (n + 4) >= 2 && i % (n + 4) < n + 2 ? 1.0F : 0.0F;
    start(f, 1e-6);
}

/* A ball with random fractions at its surface. */
static void open_ragged(struct fixture *f, unsigned seed)
{
    struct atw_grid grid = {.n_x = 13, .n_y = 11, .n_z = 12, .spacing_m = H_M};
    struct atw_error err = {0};

    *f = (struct fixture){.n = {13, 11, 12}};
    CHECK_OK(atw_field_create(&f->metal, &grid, &err));
    for (unsigned i = 0; i < atw_grid_voxel_count(&grid); i++) {
        double x = atw_grid_position_m(i % 13, 13, 1.0);
        double y = atw_grid_position_m(i / 13 % 11, 11, 1.0);
        double z = atw_grid_position_m(i / 143, 12, 1.0), r = sqrt(x * x + y * y + z * z);

        if (r < 3.0)
            f->metal->value[i] = 1.0F;
        else if (r < 5.0)
            f->metal->value[i] = (float)pow(atw_test_uniform(seed, i), 3.0);
    }
    start(f, 1e-5);
    for (size_t i = 0; i < f->count; i++)
        f->state[i] = atw_test_uniform(seed + 50, (unsigned)i) < 0.5 ? 0.0 : 1.0;
}

static void close_fixture(struct fixture *f)
{
    free(f->state);
    atw_diffusion_destroy(f->diffusion);
    atw_field_destroy(f->metal);
}

/* cos(pi (i + 1/2) / n) along an axis of a block: its slowest mode. */
static double mode(const struct fixture *f, size_t cell, size_t axis)
{
    size_t at[3] = {cell % f->n[0], cell / f->n[0] % f->n[1], cell / f->n[0] / f->n[1]};

    return cos(ATW_PI * ((double)at[axis] + 0.5) / (double)f->n[axis]);
}

/* Decay of the mode along `axis` over t_s, as a rate in units of that under 1 nm2/s. */
static double measured_rate(struct fixture *f,
                            size_t axis,
                            const struct atw_diffusion_law *law,
                            const struct atw_diffusion_history *history,
                            double t_s)
{
    double rate = 2.0 - 2.0 * cos(ATW_PI / (double)f->n[axis]);
    double before = 0.0, after = 0.0;
    struct atw_error err = {0};

    for (size_t i = 0; i < f->count; i++)
        f->state[i] = 0.5 + 0.5 * mode(f, i, axis);
    CHECK_OK(atw_diffusion_run(f->diffusion, f->state, law, history, &t_s, 1, f->out,
                               NULL, &err));
    for (size_t i = 0; i < f->count; i++) {
        before += mode(f, i, axis) * (f->state[i] - 0.5);
        after += mode(f, i, axis) * (f->out[i] - 0.5);
    }
    return -log(after / before) / (t_s * rate);
}

static double greatest_difference(const double *a, const double *b, size_t count)
{
    double greatest = 0.0;

    for (size_t i = 0; i < count; i++)
        greatest = fmax(greatest, fabs(a[i] - b[i]));
    return greatest;
}

/* ---- histories ------------------------------------------------------------ */

/* The integral of D(T(t)) by the midpoint rule on short steps. */
static double pulses_S_m2(double from_s, double to_s)
{
    enum { STEPS = 20000 };
    double sum = 0.0, step = (to_s - from_s) / STEPS;

    for (int k = 0; k < STEPS; k++)
        sum += step * arrhenius(NULL, pulses(NULL, from_s + (k + 0.5) * step));
    return sum;
}

/* A run does not take the dispersion of the grid off. */
START_TEST(run_without_dependence_on_composition_is_the_exponential)
{
    struct atw_diffusion_law law = {.constant_m2_per_s = arrhenius};
    struct atw_diffusion_history history = pulse_history();
    double t_s[3] = {0.0, 20.0, 90.0}, S_m2[3] = {0};
    struct atw_error err = {0};
    struct atw_cells *cells = NULL;
    struct fixture f;
    double *exact;

    open_ragged(&f, 1);
    CHECK_OK(atw_cells_create(&cells, f.metal, 1e-3, &err));
    cells->dispersion = 0.0;
    exact = malloc(f.count * sizeof *exact);
    S_m2[1] = pulses_S_m2(0.0, 1.0) + pulses_S_m2(1.0, 1.02) + pulses_S_m2(1.02, 20.0);
    S_m2[2] = S_m2[1] + pulses_S_m2(20.0, 31.0) + pulses_S_m2(31.0, 31.01) +
              pulses_S_m2(31.01, 50.0) + pulses_S_m2(50.0, 50.02) +
              pulses_S_m2(50.02, 90.0);
    ck_assert_double_gt(S_m2[2], 3e-18);
    if (_i == 1)
        law = (struct atw_diffusion_law){.diffusivity = flat};
    CHECK_OK(atw_diffusion_run(f.diffusion, f.state, &law, &history, t_s, 3, f.out, NULL,
                               &err));
    ck_assert_mem_eq(f.out, f.state, f.count * sizeof *f.out);
    for (size_t k = 1; k < 3; k++) {
        expansion(cells, f.state, S_m2[k] / (H_M * H_M), exact);
        ck_assert_double_le(greatest_difference(f.out + k * f.count, exact, f.count),
                            3e-5);
    }
    ck_assert_double_ge(
        greatest_difference(f.out + f.count, f.out + 2 * f.count, f.count), 0.01);
    free(exact);
    atw_cells_destroy(cells);
    close_fixture(&f);
}
END_TEST

/* Cutting the run at a time inside a dwell changes nothing but the integrator's steps. */
START_TEST(two_runs_make_one)
{
    struct atw_diffusion_law law = {.diffusivity = steep};
    struct atw_diffusion_history history = {.temperature_K = constant_T};
    double t_s[2] = {40.0, 100.0}, rest_s = 60.0;
    struct atw_error err = {0};
    struct fixture f;

    open_ragged(&f, 2);
    CHECK_OK(atw_diffusion_run(f.diffusion, f.state, &law, &history, t_s, 2, f.out, NULL,
                               &err));
    CHECK_OK(atw_diffusion_run(f.diffusion, f.out, &law, &history, &rest_s, 1,
                               f.out + 2 * f.count, NULL, &err));
    ck_assert_double_le(
        greatest_difference(f.out + f.count, f.out + 2 * f.count, f.count), 3e-5);
    close_fixture(&f);
}
END_TEST

static double shrink(const void *context, double t_s)
{
    (void)context;
    return exp(-0.005 * t_s); /* half its length in 139 s */
}

static double recede(const void *model, double T_K)
{
    (void)model;
    (void)T_K;
    return 0.02e-9; /* m/s */
}

/* Every combination of surface layer, plane, reshaping and sublimation: nothing is made,
 * more evaporates than the composition
 * shows, no composition leaves [0, 1]. */
START_TEST(amount_is_kept_and_composition_bounded)
{
    struct atw_diffusion_sheet surface = {.kind = ATW_DIFFUSION_SURFACE,
                                          .thickness_m = 0.5e-9,
                                          .ratio = 300.0,
                                          .excess_Q_J_per_mol = -90e3,
                                          .reference_K = 673.15};
    struct atw_diffusion_sheet plane = {.kind = ATW_DIFFUSION_PLANE,
                                        .thickness_m = 0.5e-9,
                                        .ratio = 2e3,
                                        .point_m = {0.3e-9, 0.0, -0.4e-9},
                                        .normal = {0.7, -0.3, 0.5}};
    struct atw_diffusion_sheet sheets[2];
    struct atw_diffusion_law law = {.diffusivity = steep, .sheet = sheets};
    struct atw_diffusion_history history = pulse_history();
    double t_s[4] = {1.1, 5.0, 35.0, 90.0}, lost_m3[4], amount, before_m3 = 0.0;
    struct atw_error err = {0};
    struct fixture f;

    if (_i & 1)
        sheets[law.n_sheets++] = surface;
    if (_i & 2)
        sheets[law.n_sheets++] = plane;
    history.stretch = _i & 4 ? shrink : NULL;
    law.sublimation_m_per_s = _i & 8 ? recede : NULL;
    open_ragged(&f, (unsigned)_i);
    amount = atw_diffusion_amount_m3(f.diffusion, f.state);
    CHECK_OK(atw_diffusion_run(f.diffusion, f.state, &law, &history, t_s, 4, f.out,
                               lost_m3, &err));
    for (size_t k = 0; k < 4; k++) {
        const double *now = f.out + k * f.count;
        double missing_m3 = amount - atw_diffusion_amount_m3(f.diffusion, now);

        if (_i & 8) {
            ck_assert_double_ge(missing_m3, before_m3);
            ck_assert_double_gt(lost_m3[k], missing_m3);
            before_m3 = missing_m3;
        } else {
            ck_assert_double_le(fabs(missing_m3 / amount), 1e-10);
            ck_assert_double_eq(lost_m3[k], 0.0);
        }
        for (size_t i = 0; i < f.count; i++)
            ck_assert(now[i] >= -1e-5 && now[i] <= 1.0 + 1e-5);
    }
    close_fixture(&f);
}
END_TEST

/* ---- fast paths ----------------------------------------------------------- */

/* A bar so narrow that its cross-section is even: sheet and bulk conduct in parallel. */
START_TEST(plane_along_a_bar_conducts_in_parallel)
{
    struct atw_diffusion_sheet plane = {.kind = ATW_DIFFUSION_PLANE,
                                        .thickness_m = 0.3e-9,
                                        .ratio = 7.0,
                                        .point_m = {0.2e-9, 0.0, 0.0},
                                        .normal = {2.0, 0.0, 0.0}};
    struct atw_diffusion_law law = {
        .constant_m2_per_s = unit, .sheet = &plane, .n_sheets = 1};
    struct atw_diffusion_history history = {.temperature_K = constant_T};
    struct fixture f;

    open_block(&f, 3, 60, 3);
    ck_assert_double_eq_tol(measured_rate(&f, 1, &law, &history, 60.0),
                            1.0 + 7.0 * 0.3 / 3.0, 3e-3);
    plane.ratio = 0.0;
    ck_assert_double_eq_tol(measured_rate(&f, 1, &law, &history, 60.0), 1.0, 1e-4);
    plane.ratio = 7.0; /* across the bar nothing lies along the flux */
    plane.normal[0] = 0.0;
    plane.normal[1] = 1.0;
    ck_assert_double_eq_tol(measured_rate(&f, 1, &law, &history, 60.0), 1.0, 1e-4);
    close_fixture(&f);
}
END_TEST

START_TEST(ratio_of_a_sheet_follows_its_own_Q)
{
    double T_K = 673.15, reference_K = 640.0;
    double ratio = 7.0 * exp(95e3 / R * (1.0 / T_K - 1.0 / reference_K));
    struct atw_diffusion_sheet plane = {.kind = ATW_DIFFUSION_PLANE,
                                        .thickness_m = 0.3e-9,
                                        .ratio = 7.0,
                                        .excess_Q_J_per_mol = -95e3,
                                        .reference_K = reference_K,
                                        .normal = {0.0, 0.0, 1.0}};
    struct atw_diffusion_law law = {
        .constant_m2_per_s = unit, .sheet = &plane, .n_sheets = 1};
    struct atw_diffusion_history history = {.temperature_K = constant_T};
    struct fixture f;

    ck_assert_double_lt(ratio, 4.0);
    open_block(&f, 3, 60, 3);
    ck_assert_double_eq_tol(measured_rate(&f, 1, &law, &history, 60.0),
                            1.0 + ratio * 0.3 / 3.0, 3e-3);
    close_fixture(&f);
}
END_TEST

/* ---- bodies that are not along the grid ------------------------------------ */

/* A bar of half width `size` nm, 66 nm long, along the direction of `bar_along`. */
static double bar_along[3];

static double bar(double x, double y, double z, double size)
{
    double along = x * bar_along[0] + y * bar_along[1] + z * bar_along[2];
    double r2 = x * x + y * y + z * z - along * along;

    return fmax(sqrt(fmax(r2, 0.0)) - size, fabs(along) - 33.0);
}

static void open_bar(struct fixture *f, const double direction[3], double size)
{
    static const double shift[3] = {0.13, 0.31, -0.21};
    struct atw_grid grid = {2, 2, 2, H_M};
    double length = sqrt(direction[0] * direction[0] + direction[1] * direction[1] +
                         direction[2] * direction[2]);

    *f = (struct fixture){0};
    for (size_t k = 0; k < 3; k++)
        bar_along[k] = direction[k] / length;
    grid.n_x += (size_t)(66.0 * fabs(bar_along[0]) + 2.0 * size + 2.0);
    grid.n_y += (size_t)(66.0 * fabs(bar_along[1]) + 2.0 * size + 2.0);
    grid.n_z += (size_t)(66.0 * fabs(bar_along[2]) + 2.0 * size + 2.0);
    f->metal = particle_fill(&grid, bar, size, shift, 6);
    start(f, 1e-6);
}

/* Decay rate of the slowest mode along the bar, 1/s: its amplitude after 200 s is
 * compared with that after 100 s, when it alone is left; sooner when it is `faster`. */
static double
bar_rate(struct fixture *f, const struct atw_diffusion_law *law, double faster)
{
    struct atw_diffusion_history history = {.temperature_K = constant_T};
    double t_s[2] = {100.0 / faster, 200.0 / faster}, amplitude[2] = {0.0, 0.0};
    const struct atw_grid *grid = &f->metal->grid;
    struct atw_field *phase = NULL;
    struct atw_error err = {0};
    double *along;

    CHECK_OK(atw_field_create(&phase, grid, &err));
    for (size_t i = 0; i < atw_grid_voxel_count(grid); i++) {
        double x = atw_grid_position_m(i % grid->n_x, grid->n_x, 1.0);
        double y = atw_grid_position_m(i / grid->n_x % grid->n_y, grid->n_y, 1.0);
        double z = atw_grid_position_m(i / grid->n_x / grid->n_y, grid->n_z, 1.0);

        phase->value[i] = (float)sin(
            ATW_PI * (x * bar_along[0] + y * bar_along[1] + z * bar_along[2]) / 66.0);
    }
    along = malloc(f->count * sizeof *along);
    atw_diffusion_pack(f->diffusion, phase, along);
    atw_field_destroy(phase);
    for (size_t i = 0; i < f->count; i++)
        f->state[i] = 0.5 + 0.5 * along[i];
    CHECK_OK(atw_diffusion_run(f->diffusion, f->state, law, &history, t_s, 2, f->out,
                               NULL, &err));
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < f->count; i++)
            amplitude[k] += along[i] * (f->out[k * f->count + i] - 0.5);
    free(along);
    return log(amplitude[0] / amplitude[1]) / t_s[0];
}

/* What a sheet adds to the bar's conductance, over that of its bulk. */
static double
added_by(struct fixture *f, struct atw_diffusion_sheet *sheet, double expected)
{
    struct atw_diffusion_law law = {.constant_m2_per_s = unit};
    double without = bar_rate(f, &law, 1.0);

    law.sheet = sheet;
    law.n_sheets = 1;
    return bar_rate(f, &law, 1.0 + expected) / without - 1.0;
}

/* Width of the plane in the round bar over the bar's section: 2 R / (pi R^2). */
START_TEST(slanting_plane_conducts_like_one_along_the_grid)
{
    static const struct {
        double along[3], normal[3];
    } cases[] = {{{0, 1, 0}, {1, 0, 0}},         {{0, 1, 0}, {0.8, 0, 0.6}},
                 {{1, 1, 0}, {1, -1, 0}},        {{0.5, 1, 0}, {1, -0.5, 0}},
                 {{1, -1, 0}, {1, 1, 1}},        {{1, 1, -2}, {1, 1, 1}},
                 {{1, -0.3, 0.1}, {0.3, 1, 0.1}}};
    struct atw_diffusion_sheet plane = {.kind = ATW_DIFFUSION_PLANE,
                                        .thickness_m = 0.3e-9};
    double expected, added;
    struct fixture f;

    for (size_t k = 0; k < 3; k++)
        plane.normal[k] = cases[_i].normal[k];
    open_bar(&f, cases[_i].along, 4.0);
    for (double ratio = 1.0; ratio < 100.0; ratio *= 30.0) {
        plane.ratio = ratio;
        expected = ratio * 0.3 * 2.0 / (ATW_PI * 4.0);
        added = added_by(&f, &plane, expected);
        printf("plane %zu, ratio %g: adds %.3f of what it should\n", (size_t)_i, ratio,
               added / expected);
        ck_assert_double_eq_tol(added / expected, 1.0, 0.045);
    }
    close_fixture(&f);
}
END_TEST

/* What a layer of conductance K = ratio delta (nm) adds to the rate of the mode cos(k z)
 * J0(q r) of a round bar, over that of its bulk: q^2 / k^2 with q J1(q R) = K k^2 J0(q
 * R), the balance of what the layer carries. 2 K / R for thin bars. */
static double added_by_layer(double K, double radius)
{
    double k = ATW_PI / 66.0, low = 0.0, high = 2.4;

    for (int i = 0; i < 50; i++) {
        double x = 0.5 * (low + high);

        if (x * gsl_sf_bessel_J1(x) < K * k * k * radius * gsl_sf_bessel_J0(x))
            low = x;
        else
            high = x;
    }
    return low * low / (radius * radius * k * k);
}

START_TEST(surface_layer_of_a_round_bar_conducts_in_parallel)
{
    static const struct {
        double along[3], tolerance;
    } cases[3] = {{{0, 1, 0}, 0.04}, {{1, 1, 0}, 0.045}, {{0.9, -0.5, 0.3}, 0.09}};
    struct atw_diffusion_sheet layer = {.kind = ATW_DIFFUSION_SURFACE,
                                        .thickness_m = 0.3e-9};
    struct fixture f;

    for (double size = 4.0; size < 7.0; size += 2.0) {
        open_bar(&f, cases[_i].along, size);
        for (double ratio = 1.0; ratio < 100.0; ratio *= 30.0) {
            double expected = added_by_layer(0.3 * ratio, size), added;

            layer.ratio = ratio;
            added = added_by(&f, &layer, expected);
            printf("surface of bar %d, R = %g, ratio %g: adds %.3f of what it should\n",
                   _i, size, ratio, added / expected);
            ck_assert_double_eq_tol(added / expected, 1.0, cases[_i].tolerance);
        }
        close_fixture(&f);
    }
}
END_TEST

/* ---- reshaping ------------------------------------------------------------ */

/* Along y the mode's wave number grows as 1/stretch, across it falls as its root:
 * amplitude exp(-rate integral of stretch^-2 or stretch dt). */
START_TEST(reshaping_speeds_up_the_mode_along_and_slows_the_one_across)
{
    struct atw_diffusion_law law = {.constant_m2_per_s = unit};
    struct atw_diffusion_history history = {.temperature_K = constant_T,
                                            .stretch = shrink};
    double t_s = 70.0;
    double along = expm1(0.01 * t_s) / (0.01 * t_s);
    double across = -expm1(-0.005 * t_s) / (0.005 * t_s);
    struct fixture f;

    if (_i == 1) /* the same conductances in the path for cut cells */
        law.constant_m2_per_s = NULL, law.diffusivity = unit_flat;
    open_block(&f, 20, 21, 22);
    ck_assert_double_eq_tol(measured_rate(&f, 1, &law, &history, t_s), along, 1e-3);
    ck_assert_double_eq_tol(measured_rate(&f, 0, &law, &history, t_s), across, 1e-3);
    ck_assert_double_eq_tol(measured_rate(&f, 2, &law, &history, t_s), across, 1e-3);
    close_fixture(&f);
}
END_TEST

/* ---- sublimation ---------------------------------------------------------- */

static double very_fast(const void *model, double T_K)
{
    (void)model;
    (void)T_K;
    return 1e-15;
}

/* An even plate, 12 voxels thick, loses through both faces: dc/dt = -q c (1 - c), q the
 * recession over the half thickness: a logistic curve, and the loss is its integral. */
START_TEST(sublimation_from_a_plate_is_logistic)
{
    struct atw_diffusion_law law = {.constant_m2_per_s = very_fast,
                                    .sublimation_m_per_s = recede};
    struct atw_diffusion_history history = {.temperature_K = constant_T};
    double t_s[2] = {30.0, 200.0}, c0 = 0.77, q = 0.02 / 6.0, lost_m3[2];
    struct atw_error err = {0};
    struct fixture f;

    open_plate(&f, 12);
    for (size_t i = 0; i < f.count; i++)
        f.state[i] = c0;
    CHECK_OK(atw_diffusion_run(f.diffusion, f.state, &law, &history, t_s, 2, f.out,
                               lost_m3, &err));
    for (size_t k = 0; k < 2; k++) {
        double left = c0 * exp(-q * t_s[k]) + 1.0 - c0;
        double metal_m3 = (double)f.count * 1e-27;

        for (size_t i = 0; i < f.count; i++)
            ck_assert_double_eq_tol(f.out[k * f.count + i], c0 * exp(-q * t_s[k]) / left,
                                    1e-4);
        ck_assert_double_eq_tol(lost_m3[k] / metal_m3, -log(left), 1e-5);
    }
    close_fixture(&f);
}
END_TEST

/* The patches tile the surface of a ball. */
START_TEST(surface_of_a_ball_evaporates_with_its_area)
{
    static const double shift[3] = {0.13, 0.31, -0.21};
    struct atw_diffusion_law law = {.constant_m2_per_s = unit,
                                    .sublimation_m_per_s = recede};
    struct atw_diffusion_history history = {.temperature_K = constant_T};
    struct atw_grid grid = {26, 25, 26, H_M};
    double t_s = 0.001, lost_m3, area_nm2;
    struct atw_error err = {0};
    struct fixture f = {0};

    f.metal = particle_fill(&grid, particle_sphere, 10.0, shift, 8);
    start(&f, 1e-8);
    for (size_t i = 0; i < f.count; i++)
        f.state[i] = 1.0;
    CHECK_OK(atw_diffusion_run(f.diffusion, f.state, &law, &history, &t_s, 1, f.out,
                               &lost_m3, &err));
    area_nm2 = lost_m3 / (0.02e-9 * t_s) * 1e18;
    printf("area of the ball: %.4f of 4 pi R^2\n", area_nm2 / (4.0 * ATW_PI * 100.0));
    ck_assert_double_eq_tol(area_nm2 / (4.0 * ATW_PI * 100.0), 1.0, 0.01);
    for (size_t i = 0; i < f.count; i++) /* pure shell metal keeps its composition */
        ck_assert_double_eq(f.out[i], 1.0);
    close_fixture(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("law");
    TCase *tests = tcase_create("law");

    tcase_add_loop_test(tests, run_without_dependence_on_composition_is_the_exponential,
                        0, 2);
    tcase_add_test(tests, two_runs_make_one);
    tcase_add_loop_test(tests, amount_is_kept_and_composition_bounded, 0, 16);
    tcase_add_test(tests, plane_along_a_bar_conducts_in_parallel);
    tcase_add_test(tests, ratio_of_a_sheet_follows_its_own_Q);
    tcase_add_loop_test(tests, slanting_plane_conducts_like_one_along_the_grid, 0, 7);
    tcase_add_loop_test(tests, surface_layer_of_a_round_bar_conducts_in_parallel, 0, 3);
    tcase_add_loop_test(
        tests, reshaping_speeds_up_the_mode_along_and_slows_the_one_across, 0, 2);
    tcase_add_test(tests, sublimation_from_a_plate_is_logistic);
    tcase_add_test(tests, surface_of_a_ball_evaporates_with_its_area);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
