/* Is as much metal there as before heating? */
#ifndef ATW_PIPELINE_AMOUNT_H
#define ATW_PIPELINE_AMOUNT_H

#include "pipeline/specimen.h"

/* Mean composition and change of the total intensity of a tomogram, into its measurement;
 * tomogram 0 comes first. Warns of a change beyond 3 %. */
void atw_amount_check(struct atw_specimen *specimen, size_t index);

#endif
