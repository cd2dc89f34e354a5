/* What the files of the sheet chip share. */
#ifndef ATW_CHIP_SHEET_CHIP_INTERNAL_H
#define ATW_CHIP_SHEET_CHIP_INTERNAL_H

#include <pthread.h>

#include "chip/sheet_body.h"

struct atw_sheet_answer {
    double set_point_K;
    struct atw_sheet_state state;
    double *window_K;       /* [n_windows] */
    double time_constant_s; /* negative: not asked for yet */
};

struct atw_sheet_chip {
    struct atw_chip_design design;   /* without the points of a polyline */
    struct atw_chip_window *windows; /* positions alone */
    struct atw_trace *trace;
    struct atw_sheet_body *body;
    struct atw_sheet_answer *answer;
    size_t n_answers;
    pthread_mutex_t lock; /* of body and answers */
    int has_lock;
};

/* Behind a chip; NULL if it is a table. */
struct atw_sheet_chip *atw_sheet_chip_of(const struct atw_chip *chip);

/* The answer for a set point, solved for if nobody asked before; call it locked. */
enum atw_status atw_sheet_chip_answer(struct atw_sheet_answer **out,
                                      struct atw_sheet_chip *chip,
                                      double set_point_K,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Steady state on a body of the chip, within the reach of the controller. */
enum atw_status atw_sheet_chip_state(const struct atw_sheet_chip *chip,
                                     struct atw_sheet_body *body,
                                     double set_point_K,
                                     struct atw_sheet_state *state,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Time after which the rise of the centre has fallen to 1/e without current. */
enum atw_status atw_sheet_chip_decay(const struct atw_sheet_chip *chip,
                                     double set_point_K,
                                     double *time_constant_s,
                                     struct atw_error *err) ATW_MUST_CHECK;

#endif
