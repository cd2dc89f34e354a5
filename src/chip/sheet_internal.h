/* What the files of the sheet share. */
#ifndef ATW_CHIP_SHEET_INTERNAL_H
#define ATW_CHIP_SHEET_INTERNAL_H

#include "chip/sheet.h"

/* Conductances s between the corners of a cell: heat out of corner i is sum_j s_ij T_j.
 */
void atw_sheet_cell_conductance(const struct atw_sheet *sheet,
                                size_t cell,
                                double s[4][4]);

/* Add the symmetric matrix s of a cell to the values of the lower triangle. */
void atw_sheet_add_cell(const struct atw_sheet *sheet,
                        size_t cell,
                        double s[4][4],
                        double *value);

#endif
