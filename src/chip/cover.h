/* Cover: what each cell of the membrane is made of.
 *
 * The areas of trace, window and bare membrane in a cell are exact for the drawn line, so
 * that its width counts and not the grid. In a cell of several materials they are taken
 * as layers along the trace: conductances add along it, resistances across. */
#ifndef ATW_CHIP_COVER_H
#define ATW_CHIP_COVER_H

#include "chip/sheet.h"
#include "chip/trace.h"

/* cell [mesh->n_cells] is filled. ATW_EINVAL with the key: a window outside the membrane,
 * over another, or under the trace; ATW_ENOMEM. */
enum atw_status atw_cover(struct atw_sheet_cell *cell,
                          const struct atw_mesh *mesh,
                          const struct atw_chip_design *design,
                          const struct atw_trace *trace,
                          struct atw_chip_key *key,
                          struct atw_error *err) ATW_MUST_CHECK;

#endif
