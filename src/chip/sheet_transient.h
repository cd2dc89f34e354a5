/* Sheet in time: heating under the controller and the quench, by CVODE. */
#ifndef ATW_CHIP_SHEET_TRANSIENT_H
#define ATW_CHIP_SHEET_TRANSIENT_H

#include "chip/sheet.h"

/* Controller in time: proportional, within the limit of the current,
 *
 *   I^2 = clip(steady + (greatest - steady) (rise - g.T) / band, 0, greatest)
 *
 * so that it rests at the steady state. */
struct atw_sheet_drive {
    struct atw_sheet_target target;
    double steady_A2, greatest_A2; /* squares of currents */
    double band_K;
};

struct atw_sheet_transient; /* opaque */

/* sheet is borrowed, and its factor used; drive NULL: no current. From the state
 * rise_K [n_nodes] at time 0. Local errors stay below tolerance_K. ATW_EINVAL: a cell
 * without heat capacity, a band or tolerance that is not positive; ATW_ENOMEM. */
enum atw_status atw_sheet_transient_create(struct atw_sheet_transient **out,
                                           struct atw_sheet *sheet,
                                           const struct atw_sheet_drive *drive,
                                           const double *rise_K,
                                           double tolerance_K,
                                           struct atw_error *err) ATW_MUST_CHECK;
void atw_sheet_transient_destroy(struct atw_sheet_transient *transient);

/* State at a later time; rise_K [n_nodes]. ATW_EDIVERGED. */
enum atw_status atw_sheet_transient_advance(struct atw_sheet_transient *transient,
                                            double t_s,
                                            double *rise_K,
                                            struct atw_error *err) ATW_MUST_CHECK;

#endif
