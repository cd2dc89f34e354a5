/* The unit of work of a study: one replicate of one point, and what came of it. */
#ifndef ATW_STUDY_ITEM_H
#define ATW_STUDY_ITEM_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

enum {
    ATW_ITEM_NAME_SIZE = 64,
    ATW_ITEM_STATUS_SIZE = 96,
    ATW_ITEM_ERROR_SIZE = 512,
    ATW_ITEM_ROWS_MAX = 1024
};

struct atw_item {
    uint32_t point, replicate;
};

/* One answer: what an estimator says about a quantity. NaN: unknown. */
struct atw_item_row {
    char estimator[ATW_ITEM_NAME_SIZE];
    char quantity[ATW_ITEM_NAME_SIZE];
    char status[ATW_ITEM_STATUS_SIZE]; /* "ok" or why there is no number */
    double truth, estimate, std;
    double interval_68[2], interval_95[2];
    /* Draws of a sampled posterior below the truth, of n_draws that are about
     * independent; 0 draws: none was sampled. */
    uint32_t rank, n_draws;
};

enum atw_item_status { ATW_ITEM_MISSING = 0, ATW_ITEM_DONE = 1, ATW_ITEM_FAILED = 2 };

/* Zero-initialise; free with atw_item_result_clear(). */
struct atw_item_result {
    struct atw_item item;
    enum atw_item_status status;
    uint32_t attempts;
    uint64_t seed; /* reproduces the item */
    double cost_s; /* of the processor; NaN: unknown, as its process died */
    char error[ATW_ITEM_ERROR_SIZE];
    size_t n_rows;
    struct atw_item_row *row; /* owned */
};

/* A row with every number unknown and status "ok"; the caller fills it in. *row
 * is borrowed until the next call. ATW_ENOMEM; ATW_EINTERNAL for a pair of estimator and
 * quantity that is there already, and beyond ATW_ITEM_ROWS_MAX. */
enum atw_status atw_item_add_row(struct atw_item_row **row,
                                 struct atw_item_result *result,
                                 const char *estimator,
                                 const char *quantity,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Free the rows and zero the rest. */
void atw_item_result_clear(struct atw_item_result *result);

/* A result as bytes for another process of the same program: its size, its bytes (of
 * that size), and back. Unpacking refuses bytes of another size with ATW_EINTERNAL;
 * ATW_ENOMEM. */
size_t atw_item_packed_size(const struct atw_item_result *result);
void atw_item_pack(const struct atw_item_result *result, void *bytes);
enum atw_status atw_item_unpack(struct atw_item_result *result,
                                const void *bytes,
                                size_t size,
                                struct atw_error *err) ATW_MUST_CHECK;

#endif
