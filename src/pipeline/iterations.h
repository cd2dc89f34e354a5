/* Number of iterations by a stopping rule, once per particle. */
#ifndef ATW_PIPELINE_ITERATIONS_H
#define ATW_PIPELINE_ITERATIONS_H

#include "pipeline/specimen.h"

/* Give all instruments of a particle the number of iterations at which the rule of the
 * experiment stops on its first series, normally the unheated one, and the weight of the
 * penalty that it chooses (stopping.h). One number for all,
 * because degrees of alloying compare series with each other and with imitations, and
 * all must have been reconstructed alike. Nothing changes without a rule. ATW_EINPUT for
 * a rule that leaves no views, and as the method. */
enum atw_status atw_choose_iterations(struct atw_specimen *specimen,
                                      struct atw_error *err) ATW_MUST_CHECK;

#endif
