/* What `diffuse` says about the states of a particle, however it was heated. */
#ifndef ATW_CLI_HEATED_OUTPUT_H
#define ATW_CLI_HEATED_OUTPUT_H

#include <stddef.h>

#include <jansson.h>

struct atw_heated_numbers {
    double t_s;          /* since the heating began */
    double amount_m3;    /* of shell metal */
    double mean, std;    /* of the composition, over the metal */
    double alloying;     /* 1 - std / std before; NaN if there was nothing to mix */
    double lost_m3;      /* shell metal evaporated */
    double aspect_ratio; /* NaN if nothing says it */
};

/* "a/b.emd" and state 2 of several give "a/b-002.emd" (states count from 1); the only
 * state keeps its name. */
void atw_heated_path(char path[4096], const char *output, size_t state, size_t n_states);

/* New reference. */
json_t *atw_heated_json(const struct atw_heated_numbers *n);

/* One line to the log; the last one says so. */
void atw_heated_log(const struct atw_heated_numbers *n, int is_last);

#endif
