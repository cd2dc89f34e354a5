/* Body of a sheet chip: a design drawn on a mesh, ready to be solved. */
#ifndef ATW_CHIP_SHEET_BODY_H
#define ATW_CHIP_SHEET_BODY_H

#include "chip/design.h"
#include "chip/sheet.h"
#include "chip/trace.h"

/* Solves overwrite matrix and factor of the sheet: for one thread at a time. */
struct atw_sheet_body {
    struct atw_mesh *mesh;
    struct atw_sheet *sheet;
    double *control; /* [n_free] weights of the temperature that the controller keeps */
    double *centre;  /* [n_free] weights of that of the heater's centre */
    size_t max_iterations;
};

/* coarser  factor on all cells of the mesh */
enum atw_status atw_sheet_body_create(struct atw_sheet_body **out,
                                      const struct atw_chip_design *design,
                                      const struct atw_trace *trace,
                                      double coarser,
                                      struct atw_chip_key *key,
                                      struct atw_error *err) ATW_MUST_CHECK;
void atw_sheet_body_destroy(struct atw_sheet_body *body);

/* Steady state from a cold start, so that it depends on the set point alone;
 * state->rise_K [n_nodes] is overwritten. */
enum atw_status atw_sheet_body_solve(struct atw_sheet_body *body,
                                     double set_point_K,
                                     struct atw_sheet_state *state,
                                     struct atw_error *err) ATW_MUST_CHECK;

#endif
