/* Results of items: rows, and the bytes that carry them between processes. */
#include "study/item.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum atw_status atw_item_add_row(struct atw_item_row **row,
                                 struct atw_item_result *result,
                                 const char *estimator,
                                 const char *quantity,
                                 struct atw_error *err)
{
    struct atw_item_row *rows;

    for (size_t i = 0; i < result->n_rows; i++)
        if (strcmp(result->row[i].estimator, estimator) == 0 &&
            strcmp(result->row[i].quantity, quantity) == 0)
            return atw_error_set(err, ATW_EINTERNAL, "%s answers twice about %s",
                                 estimator, quantity);
    if (result->n_rows >= ATW_ITEM_ROWS_MAX)
        return atw_error_set(err, ATW_EINTERNAL, "more than %d answers of one item",
                             ATW_ITEM_ROWS_MAX);
    rows = reallocarray(result->row, result->n_rows + 1, sizeof *rows);
    if (!rows)
        return atw_error_set(err, ATW_ENOMEM, "item: out of memory");
    result->row = rows;
    *row = &rows[result->n_rows++];
    memset(*row, 0, sizeof **row);
    snprintf((*row)->estimator, sizeof(*row)->estimator, "%s", estimator);
    snprintf((*row)->quantity, sizeof(*row)->quantity, "%s", quantity);
    snprintf((*row)->status, sizeof(*row)->status, "ok");
    (*row)->truth = (*row)->estimate = (*row)->std = NAN;
    for (int i = 0; i < 2; i++)
        (*row)->interval_68[i] = (*row)->interval_95[i] = NAN;
    return ATW_OK;
}

void atw_item_result_clear(struct atw_item_result *result)
{
    free(result->row);
    memset(result, 0, sizeof *result);
}

size_t atw_item_packed_size(const struct atw_item_result *result)
{
    return sizeof *result + result->n_rows * sizeof *result->row;
}

void atw_item_pack(const struct atw_item_result *result, void *bytes)
{
    memcpy(bytes, result, sizeof *result);
    if (result->n_rows > 0)
        memcpy((char *)bytes + sizeof *result, result->row,
               result->n_rows * sizeof *result->row);
}

enum atw_status atw_item_unpack(struct atw_item_result *result,
                                const void *bytes,
                                size_t size,
                                struct atw_error *err)
{
    struct atw_item_result packed;

    if (size >= sizeof packed)
        memcpy(&packed, bytes, sizeof packed);
    if (size < sizeof packed || packed.n_rows > ATW_ITEM_ROWS_MAX ||
        size != atw_item_packed_size(&packed))
        return atw_error_set(err, ATW_EINTERNAL,
                             "a worker sent %zu bytes that are no "
                             "result",
                             size);
    packed.row = NULL;
    if (packed.n_rows > 0) {
        packed.row = malloc(packed.n_rows * sizeof *packed.row);
        if (!packed.row)
            return atw_error_set(err, ATW_ENOMEM, "item: out of memory");
        memcpy(packed.row, (const char *)bytes + sizeof packed,
               packed.n_rows * sizeof *packed.row);
    }
    *result = packed;
    return ATW_OK;
}
