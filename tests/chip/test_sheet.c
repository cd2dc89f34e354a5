/* Sheet: against closed radial solutions, an independent integration, and its own sums.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sf_bessel.h>

#include "chip/sheet_internal.h"
#include "chip/sheet_transient.h"
#include "core/constants.h"
#include "support/support.h"

#define FRAME_K 298.15
#define MEMBRANE_M 400e-6
#define CORE_M 140e-6
#define DEFAULT_CELL_M 6e-6
#define K_W_PER_K 3.1e-6
enum { DISC_CORNERS = 44 };

static struct atw_mesh *round_mesh(double cell_m)
{
    struct atw_error err;
    struct atw_mesh *mesh = NULL;

    CHECK_OK(atw_mesh_create(&mesh, ATW_MEMBRANE_ROUND, MEMBRANE_M, CORE_M, cell_m, NULL,
                             0, &err));
    return mesh;
}

static double cell_area(const struct atw_mesh *mesh, size_t cell)
{
    struct atw_polygon polygon;

    atw_mesh_cell_polygon(&polygon, mesh, cell);
    return atw_polygon_area(&polygon, NULL);
}

/* Area that a cell shares with a disc about the centre. */
static double area_in_disc(const struct atw_mesh *mesh, size_t cell, double radius_m)
{
    struct atw_polygon polygon, disc, common;

    atw_mesh_cell_polygon(&polygon, mesh, cell);
    atw_polygon_disc(&disc, 0.0, 0.0, radius_m, DISC_CORNERS);
    atw_polygon_intersect(&common, &polygon, &disc);
    return atw_polygon_area(&common, NULL);
}

/* Cells of one conductance, heated with 1 W/m2 per A2 between two radii. */
static struct atw_sheet_cell *
ring_cells(const struct atw_mesh *mesh, double inner_m, double outer_m)
{
    struct atw_sheet_cell *cell = calloc(mesh->n_cells, sizeof *cell);

    ck_assert_ptr_nonnull(cell);
    for (size_t c = 0; c < mesh->n_cells; c++) {
        cell[c].K_W_per_K[0] = cell[c].K_W_per_K[2] = K_W_PER_K;
        cell[c].squares =
            outer_m >= MEMBRANE_M ? cell_area(mesh, c) : area_in_disc(mesh, c, outer_m);
        if (inner_m > 0.0)
            cell[c].squares -= area_in_disc(mesh, c, inner_m);
        cell[c].squares = fmax(cell[c].squares, 0.0);
        cell[c].sensed_squares = cell[c].squares;
        cell[c].capacity_J_per_K = 2.5 * cell_area(mesh, c);
    }
    return cell;
}

static const struct atw_sheet_metal constant_metal = {.ohm_per_square = 1.0};

static struct atw_sheet *create(const struct atw_mesh *mesh,
                                const struct atw_sheet_cell *cell,
                                const struct atw_sheet_metal *metal)
{
    struct atw_error err;
    struct atw_sheet *sheet = NULL;

    CHECK_OK(atw_sheet_create(&sheet, mesh, cell, metal, FRAME_K, &err));
    return sheet;
}

/* Rise of all nodes for a given source, W/m2. */
static double *solve_source(struct atw_sheet *sheet, double source_W_per_m2)
{
    struct atw_error err;
    struct atw_sheet_target target = {.weight = NULL};
    struct atw_sheet_state state = {calloc(sheet->mesh->n_nodes, sizeof(double)),
                                    source_W_per_m2};

    ck_assert_ptr_nonnull(state.rise_K);
    CHECK_OK(atw_sheet_steady(sheet, &target, 50, &state, &err));
    ck_assert_double_eq(state.current2_A2, source_W_per_m2);
    return state.rise_K;
}

/* Largest difference from a radial solution between two radii, as a share of its value in
 * the middle. */
static double worst(const struct atw_mesh *mesh,
                    const double *rise_K,
                    double (*exact)(double r_m),
                    double from_m,
                    double to_m)
{
    double most = 0.0;

    for (size_t i = 0; i < mesh->n_nodes; i++) {
        double r_m = hypot(mesh->x_m[i], mesh->y_m[i]);

        if (r_m >= from_m && r_m <= to_m)
            most = fmax(most, fabs(rise_K[i] - exact(r_m)));
    }
    return most / exact(0.0);
}

/* ---- closed solutions ----------------------------------------------------- */

#define HEATED_M 97.3e-6
#define HOLE_M 41.7e-6
#define SOURCE_W_PER_M2 1.1e5

/* Heated inside radius a: a circle carries q pi a^2, inside it the parabola remains. */
static double disc_rise(double r_m, double a_m)
{
    double r = fmax(r_m, a_m);

    return SOURCE_W_PER_M2 / K_W_PER_K *
           (0.5 * a_m * a_m * log(MEMBRANE_M / r) +
            0.25 * fmax(a_m * a_m - r_m * r_m, 0.0));
}

static double disc_exact(double r_m)
{
    return disc_rise(r_m, HEATED_M);
}

static double annulus_exact(double r_m)
{
    return disc_rise(r_m, HEATED_M) - disc_rise(r_m, HOLE_M);
}

#define LOSS_W_PER_M2_K 150.0
#define DECAY_PER_M sqrt(LOSS_W_PER_M2_K / K_W_PER_K)

/* Heated disc with linear loss everywhere. At its rim rise and flux are continuous; with
 * the Wronskian of I0 and K0. */
static double bessel_exact(double r_m)
{
    const double m = DECAY_PER_M, a = m * HEATED_M, R = m * MEMBRANE_M;
    double level = SOURCE_W_PER_M2 / LOSS_W_PER_M2_K;
    double ratio = gsl_sf_bessel_K0(R) / gsl_sf_bessel_I0(R);

    if (r_m >= HEATED_M)
        return level * a * gsl_sf_bessel_I1(a) *
               (gsl_sf_bessel_K0(m * r_m) - ratio * gsl_sf_bessel_I0(m * r_m));
    return level * (1.0 - a * gsl_sf_bessel_I0(m * r_m) *
                              (gsl_sf_bessel_K1(a) + ratio * gsl_sf_bessel_I1(a)));
}

static double error_of_ring(double inner_m, double loss, double (*exact)(double r_m))
{
    struct atw_mesh *mesh = round_mesh(DEFAULT_CELL_M);
    struct atw_sheet_cell *cell = ring_cells(mesh, inner_m, HEATED_M);
    struct atw_sheet *sheet;
    double *rise_K, error;

    for (size_t c = 0; c < mesh->n_cells; c++)
        cell[c].loss_W_per_K = loss * cell_area(mesh, c);
    sheet = create(mesh, cell, &constant_metal);
    rise_K = solve_source(sheet, SOURCE_W_PER_M2);
    error = worst(mesh, rise_K, exact, 0.0, MEMBRANE_M);
    free(rise_K);
    free(cell);
    atw_sheet_destroy(sheet);
    atw_mesh_destroy(mesh);
    return error;
}

START_TEST(discs_and_annuli_follow_their_closed_solutions)
{
    double disc = error_of_ring(0.0, 0.0, disc_exact);
    double annulus = error_of_ring(HOLE_M, 0.0, annulus_exact);
    double bessel = error_of_ring(0.0, LOSS_W_PER_M2_K, bessel_exact);

    printf("error, share of the rise: disc %.2e annulus %.2e with loss %.2e\n", disc,
           annulus, bessel);
    ck_assert_double_le(disc, 1e-3);
    ck_assert_double_le(annulus, 1e-3);
    ck_assert_double_le(bessel, 1e-3);
}
END_TEST

/* ---- order ---------------------------------------------------------------- */

static double uniform_exact(double r_m)
{
    return SOURCE_W_PER_M2 / LOSS_W_PER_M2_K *
           (1.0 - gsl_sf_bessel_I0(DECAY_PER_M * r_m) /
                      gsl_sf_bessel_I0(DECAY_PER_M * MEMBRANE_M));
}

static double smooth_error(double cell_m)
{
    struct atw_mesh *mesh = round_mesh(cell_m);
    struct atw_sheet_cell *cell = ring_cells(mesh, 0.0, MEMBRANE_M);
    struct atw_sheet *sheet;
    double *rise_K, error;

    for (size_t c = 0; c < mesh->n_cells; c++)
        cell[c].loss_W_per_K = LOSS_W_PER_M2_K * cell_area(mesh, c);
    sheet = create(mesh, cell, &constant_metal);
    rise_K = solve_source(sheet, SOURCE_W_PER_M2);
    error = worst(mesh, rise_K, uniform_exact, 0.0, CORE_M);
    free(rise_K);
    free(cell);
    atw_sheet_destroy(sheet);
    atw_mesh_destroy(mesh);
    return error;
}

START_TEST(error_falls_with_the_square_of_the_cell_where_materials_are_even)
{
    double order = log2(smooth_error(8e-6) / smooth_error(4e-6));

    printf("order without jumps %.2f\n", order);
    ck_assert_double_ge(order, 1.8);
}
END_TEST

#define JUMP 5.3
#define JUMP_M 73.1e-6

/* A disc JUMP times as conductive in an evenly heated membrane. */
static double jump_exact(double r_m)
{
    double half_K = 0.25 * SOURCE_W_PER_M2 / K_W_PER_K, r = fmax(r_m, JUMP_M);

    return half_K * (MEMBRANE_M * MEMBRANE_M - r * r) +
           half_K / JUMP * fmax(JUMP_M * JUMP_M - r_m * r_m, 0.0);
}

/* Layers along the rim of the disc. */
static void mix(double K[3], double share, double x, double y)
{
    double along = K_W_PER_K * (1.0 + (JUMP - 1.0) * share);
    double across = K_W_PER_K / (1.0 - share + share / JUMP), r2 = x * x + y * y;

    K[0] = (along * y * y + across * x * x) / r2;
    K[1] = (across - along) * x * y / r2;
    K[2] = (along * x * x + across * y * y) / r2;
}

static double jump_error(double cell_m)
{
    struct atw_mesh *mesh = round_mesh(cell_m);
    struct atw_sheet_cell *cell = ring_cells(mesh, 0.0, MEMBRANE_M);
    struct atw_sheet *sheet;
    double *rise_K, sum = 0.0, area = 0.0;

    for (size_t c = 0; c < mesh->n_cells; c++) {
        struct atw_polygon polygon;
        double middle[2];

        atw_mesh_cell_polygon(&polygon, mesh, c);
        atw_polygon_area(&polygon, middle);
        mix(cell[c].K_W_per_K, area_in_disc(mesh, c, JUMP_M) / cell_area(mesh, c),
            middle[0], middle[1] + 1e-12);
    }
    sheet = create(mesh, cell, &constant_metal);
    rise_K = solve_source(sheet, SOURCE_W_PER_M2);
    for (size_t i = 0; i < mesh->n_free; i++) {
        double excess = rise_K[i] - jump_exact(hypot(mesh->x_m[i], mesh->y_m[i]));

        sum += excess * excess * sheet->capacity_J_per_K[i];
        area += sheet->capacity_J_per_K[i];
    }
    free(rise_K);
    free(cell);
    atw_sheet_destroy(sheet);
    atw_mesh_destroy(mesh);
    return sqrt(sum / area) / jump_exact(0.0);
}

START_TEST(error_falls_with_the_cell_across_a_jump_of_materials)
{
    double coarse = jump_error(16e-6), middle = jump_error(8e-6), fine = jump_error(4e-6);
    double order = 0.5 * log2(coarse / fine);

    printf("across a jump: errors %.2e %.2e %.2e, order %.2f\n", coarse, middle, fine,
           order);
    ck_assert_double_ge(order, 1.0);
}
END_TEST

/* ---- conductances --------------------------------------------------------- */

START_TEST(even_gradients_are_exact_in_any_cell_and_direction)
{
    struct atw_mesh *mesh = round_mesh(23e-6);
    struct atw_sheet_cell *cell = ring_cells(mesh, 0.0, HEATED_M);
    const double K[3] = {2.7e-6, 1.1e-6, 5.3e-6}, g[2] = {0.83, -1.7};
    struct atw_sheet *sheet;

    for (size_t c = 0; c < mesh->n_cells; c++)
        memcpy(cell[c].K_W_per_K, K, sizeof K);
    sheet = create(mesh, cell, &constant_metal);
    for (size_t c = 0; c < mesh->n_cells; c++) {
        double s[4][4], power = 0.0, expected;

        atw_sheet_cell_conductance(sheet, c, s);
        for (size_t i = 0; i < 4; i++)
            for (size_t j = 0; j < 4; j++) {
                size_t a = mesh->corner[c][i], b = mesh->corner[c][j];

                power += s[i][j] * (g[0] * mesh->x_m[a] + g[1] * mesh->y_m[a]) *
                         (g[0] * mesh->x_m[b] + g[1] * mesh->y_m[b]);
            }
        expected = (K[0] * g[0] * g[0] + 2.0 * K[1] * g[0] * g[1] + K[2] * g[1] * g[1]) *
                   cell_area(mesh, c);
        ck_assert_double_eq_tol(power, expected, 1e-10 * expected);
    }
    free(cell);
    atw_sheet_destroy(sheet);
    atw_mesh_destroy(mesh);
}
END_TEST

/* ---- radiation and controller --------------------------------------------- */

#define CENTRE_RISE_K 700.0
#define TCR_PER_K 2.3e-3
#define EMISSIVITY 0.27

static struct atw_sheet *hot_sheet(struct atw_mesh *mesh, double **weight)
{
    const struct atw_sheet_metal metal = {1.7, TCR_PER_K, 310.0};
    struct atw_sheet_cell *cell = ring_cells(mesh, 0.0, MEMBRANE_M);
    struct atw_sheet *sheet;
    double at[4];
    size_t centre;

    for (size_t c = 0; c < mesh->n_cells; c++)
        cell[c].emitting_m2 = 2.0 * EMISSIVITY * cell_area(mesh, c);
    sheet = create(mesh, cell, &metal);
    free(cell);
    *weight = calloc(mesh->n_free, sizeof **weight);
    ck_assert(atw_mesh_locate(mesh, 0.0, 0.0, &centre, at));
    for (size_t i = 0; i < 4; i++)
        (*weight)[mesh->corner[centre][i]] += at[i];
    return sheet;
}

/* (r K T')' / r = loss - c q by the classical Runge-Kutta method from the middle; returns
 * the rise at the frame, and that at half the way. */
static double shoot(double c_A2, double *half_K)
{
    enum { STEPS = 2000 };
    double step = MEMBRANE_M / STEPS, y[2] = {CENTRE_RISE_K, 0.0};

    for (int i = 0; i < STEPS; i++) {
        double k[4][2], at[2], r;

        for (int s = 0; s < 4; s++) {
            double part = s == 0 ? 0.0 : s == 3 ? 1.0 : 0.5, T, flow;

            for (int j = 0; j < 2; j++)
                at[j] = y[j] + (s ? part * step * k[s - 1][j] : 0.0);
            r = ((double)i + part) * step;
            T = FRAME_K + at[0];
            flow = 2.0 * EMISSIVITY * ATW_STEFAN_BOLTZMANN_W_PER_M2_K4 *
                       (pow(T, 4.0) - pow(FRAME_K, 4.0)) -
                   c_A2 * 1.7 * (1.0 + TCR_PER_K * (T - 310.0));
            k[s][0] = at[1];
            k[s][1] = r > 0.0 ? flow / K_W_PER_K - at[1] / r : 0.5 * flow / K_W_PER_K;
        }
        for (int j = 0; j < 2; j++)
            y[j] += step / 6.0 * (k[0][j] + 2.0 * k[1][j] + 2.0 * k[2][j] + k[3][j]);
        if (i == STEPS / 2 - 1)
            *half_K = y[0];
    }
    return y[0];
}

START_TEST(hot_sheet_agrees_with_an_independent_integration)
{
    struct atw_error err;
    struct atw_mesh *mesh = round_mesh(4e-6);
    struct atw_sheet_state state = {calloc(mesh->n_nodes, sizeof(double)), 0.0};
    struct atw_sheet_powers powers;
    double *weight, low = 0.0, high = 2e6, half_K = 0.0, at[4], sheet_K = 0.0;
    struct atw_sheet *sheet = hot_sheet(mesh, &weight);
    struct atw_sheet_target target = {weight, CENTRE_RISE_K};
    size_t cell;

    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (low + high);

        *(shoot(middle, &half_K) > 0.0 ? &low : &high) = middle;
    }
    CHECK_OK(atw_sheet_steady(sheet, &target, 30, &state, &err));
    ck_assert_double_eq_tol(state.current2_A2, low, 1e-3 * low);
    ck_assert(atw_mesh_locate(mesh, 0.5 * MEMBRANE_M, 0.0, &cell, at));
    for (size_t i = 0; i < 4; i++)
        sheet_K += at[i] * state.rise_K[mesh->corner[cell][i]];
    ck_assert_double_eq_tol(sheet_K, half_K, 1e-3 * CENTRE_RISE_K);
    /* Heat in is heat out, and radiation counts. */
    atw_sheet_powers(sheet, &state, &powers);
    ck_assert_double_eq_tol(powers.frame_W + powers.radiated_W + powers.gas_W,
                            powers.joule_W, 1e-8 * powers.joule_W);
    ck_assert_double_gt(powers.radiated_W, 0.1 * powers.joule_W);
    ck_assert_double_eq_tol(powers.resistance_ohm * state.current2_A2, powers.joule_W,
                            1e-9 * powers.joule_W);
    free(state.rise_K);
    free(weight);
    atw_sheet_destroy(sheet);
    atw_mesh_destroy(mesh);
}
END_TEST

START_TEST(no_convergence_and_bad_cells_are_errors)
{
    struct atw_error err;
    struct atw_mesh *mesh = round_mesh(40e-6);
    struct atw_sheet_state state = {calloc(mesh->n_nodes, sizeof(double)), 0.0};
    double *weight;
    struct atw_sheet *sheet = hot_sheet(mesh, &weight), *bad = NULL;
    struct atw_sheet_target target = {weight, CENTRE_RISE_K};
    struct atw_sheet_cell *cell = ring_cells(mesh, 0.0, HEATED_M);

    CHECK_FAILS(atw_sheet_steady(sheet, &target, 2, &state, &err), ATW_EDIVERGED,
                "no steady state within 2 iterations");
    memset(weight, 0, mesh->n_free * sizeof *weight);
    CHECK_FAILS(atw_sheet_steady(sheet, &target, 30, &state, &err), ATW_EDIVERGED,
                "does not answer to the current");
    cell[7].K_W_per_K[1] = 1.01 * K_W_PER_K;
    CHECK_FAILS(atw_sheet_create(&bad, mesh, cell, &constant_metal, FRAME_K, &err),
                ATW_EINVAL, "of cell 7 is not positive definite");
    cell[7].K_W_per_K[1] = 0.0;
    cell[9].emitting_m2 = -1e-12;
    CHECK_FAILS(atw_sheet_create(&bad, mesh, cell, &constant_metal, FRAME_K, &err),
                ATW_EINVAL, "of cell 9 is negative");
    ck_assert_ptr_null(bad);
    free(cell);
    free(state.rise_K);
    free(weight);
    atw_sheet_destroy(sheet);
    atw_mesh_destroy(mesh);
}
END_TEST

/* ---- time ----------------------------------------------------------------- */

START_TEST(slowest_mode_decays_at_its_closed_rate)
{
    struct atw_error err;
    struct atw_mesh *mesh = round_mesh(8e-6);
    struct atw_sheet_cell *cell = ring_cells(mesh, 0.0, MEMBRANE_M);
    struct atw_sheet *sheet = create(mesh, cell, &constant_metal);
    struct atw_sheet_transient *transient = NULL;
    double j0 = gsl_sf_bessel_zero_J0(1), tau_s, *rise_K;
    double diffusivity = K_W_PER_K / 2.5;

    tau_s = MEMBRANE_M * MEMBRANE_M / (j0 * j0 * diffusivity);
    rise_K = calloc(mesh->n_nodes, sizeof *rise_K);
    for (size_t i = 0; i < mesh->n_free; i++)
        rise_K[i] =
            300.0 * gsl_sf_bessel_J0(j0 / MEMBRANE_M * hypot(mesh->x_m[i], mesh->y_m[i]));
    CHECK_OK(atw_sheet_transient_create(&transient, sheet, NULL, rise_K, 1e-3, &err));
    CHECK_OK(atw_sheet_transient_advance(transient, 1.3 * tau_s, rise_K, &err));
    for (size_t i = 0; i < mesh->n_nodes; i++) {
        double r_m = hypot(mesh->x_m[i], mesh->y_m[i]);

        ck_assert_double_eq_tol(
            rise_K[i], 300.0 * gsl_sf_bessel_J0(j0 / MEMBRANE_M * r_m) * exp(-1.3), 0.3);
    }
    atw_sheet_transient_destroy(transient);
    free(rise_K);
    free(cell);
    atw_sheet_destroy(sheet);
    atw_mesh_destroy(mesh);
}
END_TEST

START_TEST(controller_brings_the_cold_sheet_to_its_steady_state)
{
    struct atw_error err;
    struct atw_mesh *mesh = round_mesh(16e-6);
    double *weight, *rise_K = calloc(mesh->n_nodes, sizeof *rise_K);
    struct atw_sheet *sheet = hot_sheet(mesh, &weight);
    struct atw_sheet_state steady = {calloc(mesh->n_nodes, sizeof(double)), 0.0};
    struct atw_sheet_drive drive = {.target = {weight, CENTRE_RISE_K}, .band_K = 5.0};
    struct atw_sheet_transient *transient = NULL;

    CHECK_OK(atw_sheet_steady(sheet, &drive.target, 30, &steady, &err));
    drive.steady_A2 = steady.current2_A2;
    drive.greatest_A2 = 4.0 * steady.current2_A2;
    CHECK_OK(atw_sheet_transient_create(&transient, sheet, &drive, rise_K, 0.05, &err));
    CHECK_OK(atw_sheet_transient_advance(transient, 5e-3, rise_K, &err));
    ck_assert_double_gt(rise_K[0], 0.0);
    ck_assert_double_lt(rise_K[0], steady.rise_K[0]);
    CHECK_OK(atw_sheet_transient_advance(transient, 1.0, rise_K, &err));
    for (size_t i = 0; i < mesh->n_nodes; i++)
        ck_assert_double_eq_tol(rise_K[i], steady.rise_K[i], 0.5);
    drive.band_K = 0.0;
    atw_sheet_transient_destroy(transient);
    CHECK_FAILS(atw_sheet_transient_create(&transient, sheet, &drive, rise_K, 0.05, &err),
                ATW_EINVAL, "must be positive");
    free(steady.rise_K);
    free(rise_K);
    free(weight);
    atw_sheet_destroy(sheet);
    atw_mesh_destroy(mesh);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sheet");
    TCase *tests = tcase_create("sheet");

    tcase_add_test(tests, discs_and_annuli_follow_their_closed_solutions);
    tcase_add_test(tests,
                   error_falls_with_the_square_of_the_cell_where_materials_are_even);
    tcase_add_test(tests, error_falls_with_the_cell_across_a_jump_of_materials);
    tcase_add_test(tests, even_gradients_are_exact_in_any_cell_and_direction);
    tcase_add_test(tests, hot_sheet_agrees_with_an_independent_integration);
    tcase_add_test(tests, no_convergence_and_bad_cells_are_errors);
    tcase_add_test(tests, slowest_mode_decays_at_its_closed_rate);
    tcase_add_test(tests, controller_brings_the_cold_sheet_to_its_steady_state);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
