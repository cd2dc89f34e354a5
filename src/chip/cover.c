/* Cover: areas of materials in each cell and the properties they add up to. */
#include "chip/cover.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DISC_CORNERS = 32 };

/* Areas in one cell, and the direction of the layers: sums of area times the cosine and
 * sine of twice the angle. */
struct content {
    double area, trace, window, squares, sensed, cosine, sine;
};

struct pieces {
    const struct atw_trace *trace;
    struct atw_box *box; /* [n_points - 1] */
};

static void
add_direction(struct content *content, double area, double along_x, double along_y)
{
    double length2 = along_x * along_x + along_y * along_y;

    content->cosine += area * (along_x * along_x - along_y * along_y) / length2;
    content->sine += area * 2.0 * along_x * along_y / length2;
}

static void add_trace(struct content *content,
                      const struct atw_polygon *cell,
                      const struct atw_box *box,
                      const struct pieces *pieces)
{
    const struct atw_trace *trace = pieces->trace;

    for (size_t i = 0; i + 1 < trace->n_points; i++) {
        struct atw_polygon common;
        double centre[2], area, width_m;

        if (!atw_box_overlap(box, &pieces->box[i]))
            continue;
        atw_polygon_intersect(&common, cell, &trace->piece[i]);
        area = atw_polygon_area(&common, centre);
        if (!(area > 0.0))
            continue;
        width_m = atw_trace_width_at(trace, i, centre);
        content->trace += area;
        content->squares += area / (width_m * width_m);
        if (i >= trace->first_sensed && i < trace->last_sensed)
            content->sensed += area / (width_m * width_m);
        add_direction(content, area, trace->x_m[i + 1] - trace->x_m[i],
                      trace->y_m[i + 1] - trace->y_m[i]);
    }
}

/* The rim of a window is a layer too; where there is a trace, its direction counts. */
static void add_windows(struct content *content,
                        const struct atw_polygon *cell,
                        const struct atw_box *box,
                        const struct atw_polygon *disc,
                        const struct atw_chip_design *design)
{
    int has_trace = content->trace > 0.0;

    for (size_t w = 0; w < design->n_windows; w++) {
        struct atw_box disc_box = atw_polygon_box(&disc[w]);
        struct atw_polygon common;
        double middle[2] = {0.0, 0.0}, area, dx, dy;

        if (!atw_box_overlap(box, &disc_box))
            continue;
        atw_polygon_intersect(&common, cell, &disc[w]);
        area = atw_polygon_area(&common, NULL);
        if (!(area > 0.0))
            continue;
        content->window += area;
        atw_polygon_area(cell, middle);
        dx = middle[0] - design->windows[w].x_m;
        dy = middle[1] - design->windows[w].y_m;
        if (!has_trace && hypot(dx, dy) > 1e-3 * design->window_radius_m)
            add_direction(content, area, -dy, dx);
    }
}

/* ---- properties ----------------------------------------------------------- */

struct sheet_values {
    double K_W_per_K, C_J_per_m2_K, emissivity;
};

static void
add_film(struct sheet_values *sum, const struct atw_chip_film *film, double thickness_m)
{
    sum->K_W_per_K += film->conductivity_W_per_m_K * thickness_m;
    sum->C_J_per_m2_K += film->heat_capacity_J_per_m3_K * thickness_m;
}

/* Films one upon the other, for bare membrane, trace and window. */
static void stack(struct sheet_values values[3], const struct atw_chip_design *design)
{
    values[0] = (struct sheet_values){.emissivity = design->membrane_emissivity};
    values[1] = (struct sheet_values){.emissivity = design->heater_emissivity};
    values[2] = (struct sheet_values){.emissivity = design->window_emissivity};
    add_film(&values[0], &design->membrane, design->membrane.thickness_m);
    add_film(&values[1], &design->membrane, design->membrane.thickness_m);
    add_film(&values[2], &design->membrane, design->window_thickness_m);
    if (design->encapsulated_everywhere)
        add_film(&values[0], &design->encapsulation, design->encapsulation.thickness_m);
    add_film(&values[1], &design->encapsulation, design->encapsulation.thickness_m);
    add_film(&values[1], &design->heater, design->heater.thickness_m);
}

/* Layers: along them conductances add, across them resistances. Where directions in the
 * cell disagree, as at a corner, the difference shrinks with their agreement. */
static void mix_conductance(double K[3],
                            const struct content *content,
                            const double share[3],
                            const struct sheet_values values[3])
{
    double along = 0.0, resistance = 0.0, mean, half, aligned, norm;

    for (int i = 0; i < 3; i++) {
        along += share[i] * values[i].K_W_per_K;
        resistance += share[i] / values[i].K_W_per_K;
    }
    mean = 0.5 * (along + 1.0 / resistance);
    half = 0.5 * (along - 1.0 / resistance);
    norm = hypot(content->cosine, content->sine);
    aligned = content->trace > 0.0 ? content->trace : content->window;
    aligned = aligned > 0.0 ? 1.0 / fmax(aligned, norm) : 0.0;
    K[0] = mean + half * content->cosine * aligned;
    K[1] = half * content->sine * aligned;
    K[2] = mean - half * content->cosine * aligned;
}

static void fill_cell(struct atw_sheet_cell *cell,
                      const struct content *content,
                      const struct sheet_values values[3],
                      double gas_loss_W_per_m2_K)
{
    double share[3];

    share[1] = fmin(content->trace / content->area, 1.0);
    share[2] = fmin(content->window / content->area, 1.0 - share[1]);
    share[0] = 1.0 - share[1] - share[2];
    *cell = (struct atw_sheet_cell){.squares = content->squares,
                                    .sensed_squares = content->sensed,
                                    .loss_W_per_K = gas_loss_W_per_m2_K * content->area};
    mix_conductance(cell->K_W_per_K, content, share, values);
    for (int i = 0; i < 3; i++) {
        cell->capacity_J_per_K += share[i] * values[i].C_J_per_m2_K * content->area;
        cell->emitting_m2 += 2.0 * share[i] * values[i].emissivity * content->area;
    }
}

/* ---- windows -------------------------------------------------------------- */

static enum atw_status check_window(const struct atw_chip_design *design,
                                    size_t index,
                                    const struct atw_polygon *disc,
                                    const struct pieces *pieces,
                                    struct atw_chip_key *key,
                                    struct atw_error *err)
{
    const struct atw_chip_window *window = &design->windows[index];
    struct atw_box box = atw_polygon_box(&disc[index]);
    struct atw_polygon common;
    char name[32];

    snprintf(name, sizeof name, "windows[%zu]", index);
    if (!atw_on_membrane(design, window->x_m, window->y_m, design->window_radius_m))
        return atw_chip_complain(key, name, err,
                                 "window '%s' of radius %g um at (%.4g, %.4g) um is not "
                                 "inside the membrane, %g um from middle to frame",
                                 window->name, design->window_radius_m * 1e6,
                                 window->x_m * 1e6, window->y_m * 1e6,
                                 design->membrane_half_width_m * 1e6);
    for (size_t i = 0; i < index; i++) {
        atw_polygon_intersect(&common, &disc[index], &disc[i]);
        if (atw_polygon_area(&common, NULL) > 0.0)
            return atw_chip_complain(key, name, err,
                                     "windows '%s' and '%s' overlap; move one or make "
                                     "window.radius smaller",
                                     window->name, design->windows[i].name);
    }
    for (size_t i = 0; i + 1 < pieces->trace->n_points; i++) {
        if (!atw_box_overlap(&box, &pieces->box[i]))
            continue;
        atw_polygon_intersect(&common, &disc[index], &pieces->trace->piece[i]);
        if (atw_polygon_area(&common, NULL) > 0.0)
            return atw_chip_complain(key, name, err,
                                     "window '%s' at (%.4g, %.4g) um, radius %g um, lies "
                                     "under the trace; move it between the lines",
                                     window->name, window->x_m * 1e6, window->y_m * 1e6,
                                     design->window_radius_m * 1e6);
    }
    return ATW_OK;
}

enum atw_status atw_cover(struct atw_sheet_cell *cell,
                          const struct atw_mesh *mesh,
                          const struct atw_chip_design *design,
                          const struct atw_trace *trace,
                          struct atw_chip_key *key,
                          struct atw_error *err)
{
    struct pieces pieces = {.trace = trace,
                            .box = calloc(trace->n_points, sizeof *pieces.box)};
    struct atw_polygon *disc = calloc(design->n_windows + 1, sizeof *disc);
    struct sheet_values values[3];
    enum atw_status status = ATW_OK;

    if (!pieces.box || !disc) {
        status = atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
        goto cleanup;
    }
    for (size_t i = 0; i + 1 < trace->n_points; i++)
        pieces.box[i] = atw_polygon_box(&trace->piece[i]);
    for (size_t w = 0; w < design->n_windows && status == ATW_OK; w++) {
        atw_polygon_disc(&disc[w], design->windows[w].x_m, design->windows[w].y_m,
                         design->window_radius_m, DISC_CORNERS);
        status = check_window(design, w, disc, &pieces, key, err);
    }
    stack(values, design);
    for (size_t c = 0; c < mesh->n_cells && status == ATW_OK; c++) {
        struct content content = {0};
        struct atw_polygon polygon;
        struct atw_box box;

        atw_mesh_cell_polygon(&polygon, mesh, c);
        box = atw_polygon_box(&polygon);
        content.area = atw_polygon_area(&polygon, NULL);
        add_trace(&content, &polygon, &box, &pieces);
        add_windows(&content, &polygon, &box, disc, design);
        fill_cell(&cell[c], &content, values, design->gas_loss_W_per_m2_K);
    }
cleanup:
    free(pieces.box);
    free(disc);
    return status;
}
