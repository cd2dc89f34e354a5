/* Body of a sheet chip: mesh, cover, sheet, and what the controller looks at. */
#include "chip/sheet_body.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chip/cover.h"

/* The core of the mesh reaches a little beyond the heater. */
#define CORE_MARGIN 1.05
/* A window and its surroundings, in radii, have cells of this share of the radius: where
 * it is thin, the temperature inside follows that along its rim, near and far side. */
#define WINDOW_REACH 1.5
#define WINDOW_CELL 0.25

static enum atw_status make_mesh(struct atw_sheet_body *body,
                                 const struct atw_chip_design *design,
                                 const struct atw_trace *trace,
                                 double coarser,
                                 struct atw_error *err)
{
    struct atw_mesh_spot *spot = calloc(design->n_windows + 1, sizeof *spot);
    size_t n_spots = design->window_radius_m > 0.0 ? design->n_windows : 0;
    enum atw_status status;

    if (!spot)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    for (size_t i = 0; i < n_spots; i++)
        spot[i] = (struct atw_mesh_spot){
            .x_m = design->windows[i].x_m,
            .y_m = design->windows[i].y_m,
            .reach_m = WINDOW_REACH * design->window_radius_m,
            .cell_m = coarser * fmin(WINDOW_CELL * design->window_radius_m,
                                     WINDOW_CELL * design->cell_m)};
    status = atw_mesh_create(&body->mesh, design->membrane_shape,
                             design->membrane_half_width_m,
                             CORE_MARGIN * atw_trace_reach_m(trace),
                             coarser * design->cell_m, spot, n_spots, err);
    free(spot);
    return status;
}

static enum atw_status make_sheet(struct atw_sheet_body *body,
                                  const struct atw_chip_design *design,
                                  const struct atw_trace *trace,
                                  struct atw_chip_key *key,
                                  struct atw_error *err)
{
    struct atw_sheet_metal metal = {.ohm_per_square = design->resistivity_ohm_m /
                                                      design->heater.thickness_m,
                                    .tcr_per_K = design->tcr_per_K,
                                    .T_ref_K = design->resistivity_T_K};
    struct atw_sheet_cell *cell = calloc(body->mesh->n_cells, sizeof *cell);
    enum atw_status status;

    if (!cell)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    status = atw_cover(cell, body->mesh, design, trace, key, err);
    if (status == ATW_OK)
        status = atw_sheet_create(&body->sheet, body->mesh, cell, &metal, design->frame_K,
                                  err);
    free(cell);
    return status;
}

static enum atw_status make_weights(struct atw_sheet_body *body,
                                    const struct atw_chip_design *design,
                                    struct atw_error *err)
{
    const struct atw_mesh *mesh = body->mesh;
    double weight[4];
    size_t cell;

    body->centre = calloc(mesh->n_free, sizeof *body->centre);
    body->control = calloc(mesh->n_free, sizeof *body->control);
    if (!body->centre || !body->control)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    if (!atw_mesh_locate(mesh, 0.0, 0.0, &cell, weight))
        return atw_error_set(err, ATW_EINTERNAL, "chip: the centre is not on the mesh");
    for (size_t i = 0; i < 4; i++)
        body->centre[mesh->corner[cell][i]] += weight[i];
    if (design->calibration == ATW_CALIBRATED_ON_RESISTANCE)
        atw_sheet_mean_weight(body->sheet, body->control);
    else
        memcpy(body->control, body->centre, mesh->n_free * sizeof *body->control);
    return ATW_OK;
}

enum atw_status atw_sheet_body_create(struct atw_sheet_body **out,
                                      const struct atw_chip_design *design,
                                      const struct atw_trace *trace,
                                      double coarser,
                                      struct atw_chip_key *key,
                                      struct atw_error *err)
{
    struct atw_sheet_body *body = calloc(1, sizeof *body);
    enum atw_status status;

    *out = NULL;
    if (!body)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    body->max_iterations = design->max_iterations;
    status = make_mesh(body, design, trace, coarser, err);
    if (status == ATW_OK)
        status = make_sheet(body, design, trace, key, err);
    if (status == ATW_OK)
        status = make_weights(body, design, err);
    if (status == ATW_OK)
        *out = body;
    else
        atw_sheet_body_destroy(body);
    return status;
}

void atw_sheet_body_destroy(struct atw_sheet_body *body)
{
    if (!body)
        return;
    atw_sheet_destroy(body->sheet);
    atw_mesh_destroy(body->mesh);
    free(body->centre);
    free(body->control);
    free(body);
}

enum atw_status atw_sheet_body_solve(struct atw_sheet_body *body,
                                     double set_point_K,
                                     struct atw_sheet_state *state,
                                     struct atw_error *err)
{
    struct atw_sheet_target target = {.weight = body->control,
                                      .rise_K = set_point_K - body->sheet->frame_K};

    memset(state->rise_K, 0, body->mesh->n_nodes * sizeof *state->rise_K);
    state->current2_A2 = 0.0;
    return atw_sheet_steady(body->sheet, &target, body->max_iterations, state, err);
}
