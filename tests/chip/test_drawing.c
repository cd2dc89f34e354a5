/* What is drawn: polygons, mesh, trace, and the cells they fill. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/cover.h"
#include "chip/spiral.h"
#include "core/constants.h"
#include "support/support.h"

/* ---- polygons ------------------------------------------------------------- */

static struct atw_polygon square(double x, double y, double half)
{
    return (struct atw_polygon){.n = 4,
                                .x = {x - half, x + half, x + half, x - half},
                                .y = {y - half, y - half, y + half, y + half}};
}

START_TEST(overlaps_have_their_exact_area_and_centre)
{
    struct atw_polygon a = square(0.3, -0.2, 1.5), b = square(1.1, 0.9, 1.5), common;
    struct atw_polygon diamond = {
        .n = 4, .x = {0.0, 1.7, 0.0, -1.7}, .y = {-1.7, 0.0, 1.7, 0.0}};
    double centre[2];

    atw_polygon_intersect(&common, &a, &b);
    ck_assert_double_eq_tol(atw_polygon_area(&common, centre), 2.2 * 1.9, 1e-12);
    ck_assert_double_eq_tol(centre[0], 0.7, 1e-12);
    ck_assert_double_eq_tol(centre[1], 0.35, 1e-12);
    b = square(0.0, 0.0, 1.0);
    /* The square cuts four corners of 0.7 x 0.7 / ... off the diamond. */
    atw_polygon_intersect(&common, &diamond, &b);
    ck_assert_double_eq_tol(atw_polygon_area(&common, centre), 4.0 - 2.0 * 0.09, 1e-12);
    b = square(5.0, 0.0, 1.0);
    atw_polygon_intersect(&common, &a, &b);
    ck_assert_double_eq(atw_polygon_area(&common, NULL), 0.0);
    atw_polygon_disc(&a, 0.4, 0.5, 1.7, 32);
    ck_assert_double_eq_tol(atw_polygon_area(&a, centre), ATW_PI * 1.7 * 1.7, 1e-12);
    ck_assert(atw_polygon_is_convex(&a));
    a.x[3] = 0.4;
    a.y[3] = 0.5;
    ck_assert(!atw_polygon_is_convex(&a));
}
END_TEST

/* ---- mesh ----------------------------------------------------------------- */

static void check_mesh(enum atw_membrane_shape shape, double area_m2, double tolerance)
{
    struct atw_error err;
    struct atw_mesh *mesh = NULL;
    const struct atw_mesh_spot spot = {33e-6, -21e-6, 6e-6, 1e-6};
    double sum = 0.0, weight[4], x = 0.0, y = 0.0;
    int on_spot = 0;
    size_t cell;

    CHECK_OK(atw_mesh_create(&mesh, shape, 300e-6, 100e-6, 7e-6, &spot, 1, &err));
    for (size_t c = 0; c < mesh->n_cells; c++) {
        struct atw_polygon polygon;
        struct atw_box box;

        atw_mesh_cell_polygon(&polygon, mesh, c);
        ck_assert(atw_polygon_is_convex(&polygon));
        sum += atw_polygon_area(&polygon, NULL);
        box = atw_polygon_box(&polygon);
        if (c < mesh->n_columns * mesh->n_rows && box.x_min > 27.1e-6 &&
            box.x_max < 38.9e-6)
            ck_assert_double_le(box.x_max - box.x_min, 1.0001e-6);
    }
    ck_assert_double_eq_tol(sum, area_m2, tolerance * area_m2);
    for (size_t i = 0; i < mesh->n_nodes; i++)
        on_spot |= hypot(mesh->x_m[i] - 33e-6, mesh->y_m[i] + 21e-6) < 1e-12;
    ck_assert(on_spot);
    for (int i = 0; i < 200; i++) {
        double at_x = 200e-6 * (2.0 * atw_test_uniform(5, 2u * (unsigned)i) - 1.0);
        double at_y = 200e-6 * (2.0 * atw_test_uniform(5, 2u * (unsigned)i + 1u) - 1.0);

        ck_assert(atw_mesh_locate(mesh, at_x, at_y, &cell, weight));
        x = y = 0.0;
        for (size_t k = 0; k < 4; k++) {
            x += weight[k] * mesh->x_m[mesh->corner[cell][k]];
            y += weight[k] * mesh->y_m[mesh->corner[cell][k]];
        }
        ck_assert_double_eq_tol(x, at_x, 1e-14);
        ck_assert_double_eq_tol(y, at_y, 1e-14);
    }
    ck_assert(!atw_mesh_locate(mesh, 301e-6, 0.0, &cell, weight));
    for (size_t i = mesh->n_free; i < mesh->n_nodes; i++)
        ck_assert_double_eq_tol(shape == ATW_MEMBRANE_ROUND
                                    ? hypot(mesh->x_m[i], mesh->y_m[i])
                                    : fmax(fabs(mesh->x_m[i]), fabs(mesh->y_m[i])),
                                300e-6, 1e-12);
    atw_mesh_destroy(mesh);
}

START_TEST(meshes_cover_the_membrane_and_find_points)
{
    check_mesh(ATW_MEMBRANE_ROUND, ATW_PI * 9e-8, 1e-3);
    check_mesh(ATW_MEMBRANE_SQUARE, 36e-8, 1e-12);
}
END_TEST

START_TEST(impossible_meshes_are_refused)
{
    struct atw_error err;
    struct atw_mesh *mesh = NULL;

    CHECK_FAILS(
        atw_mesh_create(&mesh, ATW_MEMBRANE_ROUND, 3e-4, 1e-4, 0.0, NULL, 0, &err),
        ATW_EINVAL, "must be positive and finite");
    CHECK_FAILS(
        atw_mesh_create(&mesh, ATW_MEMBRANE_ROUND, 3e-4, 1e-4, 1e-7, NULL, 0, &err),
        ATW_EINVAL, "make them larger");
    ck_assert_ptr_null(mesh);
}
END_TEST

/* ---- trace ---------------------------------------------------------------- */

static struct atw_trace *trace_of(const struct atw_chip_design *design)
{
    struct atw_error err;
    struct atw_trace *trace = NULL;

    CHECK_OK(atw_trace_create(&trace, design, NULL, &err));
    return trace;
}

static double length_of(const struct atw_trace *trace)
{
    double length_m = 0.0;

    for (size_t i = trace->first_sensed; i < trace->last_sensed; i++)
        length_m +=
            hypot(trace->x_m[i + 1] - trace->x_m[i], trace->y_m[i + 1] - trace->y_m[i]);
    return length_m;
}

START_TEST(arms_of_a_double_spiral_have_their_closed_length_and_place)
{
    struct atw_chip_design design = spiral_design();
    struct atw_trace *trace = trace_of(&design);
    const struct atw_heater_geometry *geometry = &design.geometry;
    double slope_m = geometry->pitch_m / ATW_PI, arm_m = 0.0, end;
    size_t middle = (trace->first_sensed + trace->last_sensed) / 2;

    /* Archimedes: r = b phi has the arc length b/2 (phi s + asinh phi), s =
     * (1+phi^2)^1/2; one arm starts at inner_radius, the other half a turn later. */
    for (int side = 0; side < 2; side++) {
        double from = geometry->inner_radius_m / slope_m + side * ATW_PI;
        double to = geometry->inner_radius_m / slope_m + 2.0 * ATW_PI * geometry->turns;

        arm_m +=
            0.5 * slope_m *
            (to * hypot(1.0, to) + asinh(to) - from * hypot(1.0, from) - asinh(from));
    }
    /* Between them a hairpin, nearly half a circle one pitch across. */
    ck_assert_double_gt(length_of(trace), arm_m + 1.3 * geometry->pitch_m);
    ck_assert_double_lt(length_of(trace), arm_m + 1.8 * geometry->pitch_m);
    end = geometry->inner_radius_m + 2.0 * geometry->pitch_m * geometry->turns;
    ck_assert_double_eq_tol(
        hypot(trace->x_m[trace->first_sensed], trace->y_m[trace->first_sensed]), end,
        1e-12);
    ck_assert_double_lt(hypot(trace->x_m[middle], trace->y_m[middle]), 45e-6);
    /* Leads reach the frame. */
    ck_assert_double_eq_tol(hypot(trace->x_m[0], trace->y_m[0]), 400e-6, 1e-12);
    atw_trace_destroy(trace);
}
END_TEST

START_TEST(width_of_a_circular_spiral_grows_towards_the_centre_by_its_law)
{
    struct atw_chip_design design = spiral_design();
    struct atw_trace *trace;
    int narrow = 0, wide = 0;

    design.geometry.shape = ATW_HEATER_CIRCULAR_SPIRAL;
    design.geometry.pitch_m = 24e-6;
    design.geometry.inner_radius_m = 23e-6;
    design.geometry.width_m = 6e-6;
    design.geometry.turns = 2.25;
    trace = trace_of(&design);
    for (size_t i = trace->first_sensed; i <= trace->last_sensed; i++) {
        double r_m = hypot(trace->x_m[i], trace->y_m[i]);
        double law_m = 6e-6 * pow(100e-6 / r_m, 2.0);

        narrow += law_m < 5e-6;
        wide += law_m > 13e-6;
        ck_assert_double_eq_tol(trace->width_m[i], fmin(fmax(law_m, 5e-6), 13e-6), 1e-15);
    }
    ck_assert_int_gt(narrow, 0);
    ck_assert_int_gt(wide, 0);
    atw_trace_destroy(trace);
}
END_TEST

/* Sums over all cells of a design: squares between the taps, squares, area of metal. */
static void sums(const struct atw_chip_design *design, double cell_m, double sum[3])
{
    struct atw_error err;
    struct atw_trace *trace = trace_of(design);
    struct atw_mesh *mesh = NULL;
    struct atw_sheet_cell *cell;

    CHECK_OK(atw_mesh_create(&mesh, ATW_MEMBRANE_ROUND, design->membrane_half_width_m,
                             140e-6, cell_m, NULL, 0, &err));
    cell = calloc(mesh->n_cells, sizeof *cell);
    CHECK_OK(atw_cover(cell, mesh, design, trace, NULL, &err));
    sum[0] = sum[1] = sum[2] = 0.0;
    for (size_t c = 0; c < mesh->n_cells; c++) {
        sum[0] += cell[c].sensed_squares;
        sum[1] += cell[c].squares;
        sum[2] += cell[c].emitting_m2;
    }
    free(cell);
    atw_mesh_destroy(mesh);
    atw_trace_destroy(trace);
}

START_TEST(the_drawn_line_decides_and_not_the_grid)
{
    struct atw_chip_design design = spiral_design();
    struct atw_trace *trace = trace_of(&design);
    double coarse[3], fine[3], with_leads[3];

    design.membrane_emissivity = 0.0;
    design.heater_emissivity = 0.5;
    design.n_windows = 0;
    sums(&design, 5.1e-6, with_leads);
    design.geometry.lead_width_m = 0.0;
    sums(&design, 23.7e-6, coarse);
    sums(&design, 5.1e-6, fine);
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq_tol(coarse[i], fine[i], 1e-6 * fine[i]);
    /* One width: squares are length over width, emitted from both sides. */
    ck_assert_double_eq_tol(fine[0], length_of(trace) / 10e-6, 1e-3 * fine[0]);
    ck_assert_double_eq_tol(fine[2], length_of(trace) * 10e-6, 1e-3 * fine[2]);
    ck_assert_double_eq_tol(with_leads[0], fine[0], 1e-6 * fine[0]);
    ck_assert_double_gt(with_leads[1], 1.02 * fine[1]);
    atw_trace_destroy(trace);
}
END_TEST

START_TEST(a_meander_of_right_angles_counts_every_square)
{
    struct atw_chip_design design = spiral_design();
    double sum[3];

    design.geometry = (struct atw_heater_geometry){.shape = ATW_HEATER_MEANDER,
                                                   .width_m = 7e-6,
                                                   .pitch_m = 19e-6,
                                                   .n_lines = 6,
                                                   .line_length_m = 143e-6};
    design.n_windows = 0;
    sums(&design, 6.3e-6, sum);
    ck_assert_double_eq_tol(sum[0], (6 * 143e-6 + 5 * 19e-6) / 7e-6, 1e-9 * sum[0]);
    ck_assert_double_eq_tol(sum[1], sum[0], 1e-9);
}
END_TEST

START_TEST(layers_conduct_along_the_trace_and_insulate_across)
{
    struct atw_error err;
    struct atw_chip_design design = spiral_design();
    const double x_m[2] = {-300e-6, 300e-6}, y_m[2] = {0.0, 0.0}, w_m[2] = {6e-6, 6e-6};
    struct atw_trace *trace;
    struct atw_mesh *mesh = NULL;
    struct atw_sheet_cell *cell;
    double bare = 3.0 * 1e-6, metal = bare + 46.0 * 100e-9, along = 0.0, across = 0.0;
    double weight[4];
    size_t at;

    design.geometry = (struct atw_heater_geometry){.shape = ATW_HEATER_POLYLINE,
                                                   .n_points = 2,
                                                   .x_m = x_m,
                                                   .y_m = y_m,
                                                   .point_width_m = w_m};
    design.n_windows = 0;
    trace = trace_of(&design);
    /* Cells of 10 um from y = 0 to 10: 3 um of them metal. */
    CHECK_OK(
        atw_mesh_create(&mesh, ATW_MEMBRANE_ROUND, 400e-6, 100e-6, 10e-6, NULL, 0, &err));
    cell = calloc(mesh->n_cells, sizeof *cell);
    CHECK_OK(atw_cover(cell, mesh, &design, trace, NULL, &err));
    ck_assert(atw_mesh_locate(mesh, 5e-6, 5e-6, &at, weight));
    along = 0.3 * metal + 0.7 * bare;
    across = 1.0 / (0.3 / metal + 0.7 / bare);
    ck_assert_double_eq_tol(cell[at].K_W_per_K[0], along, 1e-9 * along);
    ck_assert_double_eq_tol(cell[at].K_W_per_K[2], across, 1e-9 * across);
    ck_assert_double_eq_tol(cell[at].K_W_per_K[1], 0.0, 1e-12 * across);
    ck_assert_double_eq_tol(cell[at].emitting_m2, 2e-10 * (0.3 * 0.3 + 0.7 * 0.05),
                            1e-9 * 1e-10);
    ck_assert_double_eq_tol(cell[at].capacity_J_per_K, 1e-10 * (2.5 + 0.3 * 0.26),
                            1e-9 * 1e-10);
    free(cell);
    atw_mesh_destroy(mesh);
    atw_trace_destroy(trace);
}
END_TEST

/* ---- what is refused ------------------------------------------------------ */

static void
refused(const struct atw_chip_design *design, const char *key, const char *text)
{
    struct atw_error err;
    struct atw_chip_key where;
    struct atw_chip *chip = NULL;

    CHECK_FAILS(atw_chip_create_sheet(&chip, design, &where, &err), ATW_EINVAL, text);
    ck_assert_ptr_null(chip);
    ck_assert_str_eq(where.name, key);
}

START_TEST(lines_that_cannot_be_are_refused_with_their_key)
{
    struct atw_chip_design design = spiral_design();
    const double x_m[4] = {-50e-6, 50e-6, 50e-6, -10e-6};
    const double y_m[4] = {0.0, 0.0, 40e-6, -40e-6}, w_m[4] = {5e-6, 5e-6, 5e-6, 5e-6};

    design.geometry.width_m = 21e-6;
    refused(&design, "heater.pitch", "crosses or overlaps itself");
    design = spiral_design();
    design.geometry.turns = 12.0;
    refused(&design, "heater", "leaves the membrane");
    design.geometry = (struct atw_heater_geometry){.shape = ATW_HEATER_POLYLINE,
                                                   .n_points = 4,
                                                   .x_m = x_m,
                                                   .y_m = y_m,
                                                   .point_width_m = w_m};
    refused(&design, "heater.path", "crosses or overlaps itself near (");
    design.geometry.n_points = 1;
    refused(&design, "heater.path", "needs at least 2");
}
END_TEST

START_TEST(windows_that_cannot_be_are_refused_with_their_key)
{
    struct atw_chip_design design = spiral_design();
    struct atw_chip_window windows[2] = {{.name = "centre"},
                                         {.name = "b", .x_m = 398e-6}};

    design.windows = windows;
    refused(&design, "windows[1]", "is not inside the membrane");
    windows[1].x_m = 5e-6;
    refused(&design, "windows[1]", "overlap");
    windows[1].x_m = 80e-6;
    refused(&design, "windows[1]", "lies under the trace");
}
END_TEST

START_TEST(materials_that_cannot_be_are_refused_with_their_key)
{
    struct atw_chip_design design = spiral_design();

    design.heater.conductivity_W_per_m_K = -1.0;
    refused(&design, "heater.conductivity", "is not physical; allowed: 0.001 to 5000");
    design = spiral_design();
    design.membrane.thickness_m = NAN;
    refused(&design, "membrane.thickness", "is not physical");
    design = spiral_design();
    design.heater_emissivity = 1.2;
    refused(&design, "heater.emissivity", "allowed: 0 to 1");
    design = spiral_design();
    design.tcr_per_K = 0.0;
    design.calibration = ATW_CALIBRATED_ON_RESISTANCE;
    refused(&design, "heater.temperature_coefficient", "cannot be regulated");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("drawing");
    TCase *tests = tcase_create("drawing");

    tcase_add_test(tests, overlaps_have_their_exact_area_and_centre);
    tcase_add_test(tests, meshes_cover_the_membrane_and_find_points);
    tcase_add_test(tests, impossible_meshes_are_refused);
    tcase_add_test(tests, arms_of_a_double_spiral_have_their_closed_length_and_place);
    tcase_add_test(tests, width_of_a_circular_spiral_grows_towards_the_centre_by_its_law);
    tcase_add_test(tests, the_drawn_line_decides_and_not_the_grid);
    tcase_add_test(tests, a_meander_of_right_angles_counts_every_square);
    tcase_add_test(tests, layers_conduct_along_the_trace_and_insulate_across);
    tcase_add_test(tests, lines_that_cannot_be_are_refused_with_their_key);
    tcase_add_test(tests, windows_that_cannot_be_are_refused_with_their_key);
    tcase_add_test(tests, materials_that_cannot_be_are_refused_with_their_key);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
