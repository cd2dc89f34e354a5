/* Items in the ledger: recorded, counted, read back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "study/ledger_internal.h"

static enum atw_status prepare_all(struct atw_ledger *ledger, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    if (ledger->put_answer)
        return ATW_OK;
    if (!ledger->put_item)
        status = atw_ledger_prepare(
            &ledger->put_item, ledger,
            "INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", err);
    if (status == ATW_OK && !ledger->drop_answers)
        status = atw_ledger_prepare(&ledger->drop_answers, ledger,
                                    "DELETE FROM answer WHERE point = ? AND "
                                    "replicate = ?",
                                    err);
    if (status == ATW_OK)
        status = atw_ledger_prepare(
            &ledger->put_answer, ledger,
            "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err);
    return status;
}

static void bind_item(sqlite3_stmt *statement, const struct atw_item *item)
{
    sqlite3_bind_int64(statement, 1, item->point);
    sqlite3_bind_int64(statement, 2, item->replicate);
}

static enum atw_status put_item(struct atw_ledger *ledger,
                                const struct atw_item_result *result,
                                struct atw_error *err)
{
    sqlite3_stmt *s = ledger->put_item;
    int is_done = result->status == ATW_ITEM_DONE;

    bind_item(s, &result->item);
    sqlite3_bind_text(s, 3, is_done ? "done" : "failed", -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 4, (sqlite3_int64)result->seed);
    sqlite3_bind_int64(s, 5, result->attempts);
    sqlite3_bind_double(s, 6, result->cost_s);
    if (is_done)
        sqlite3_bind_null(s, 7);
    else
        sqlite3_bind_text(s, 7, result->error, -1, SQLITE_STATIC);
    return atw_ledger_step(ledger, s, "record an item", err);
}

/* SQLite makes a NaN NULL, which is what it means here. */
static enum atw_status put_answer(struct atw_ledger *ledger,
                                  const struct atw_item *item,
                                  const struct atw_item_row *row,
                                  struct atw_error *err)
{
    sqlite3_stmt *s = ledger->put_answer;

    bind_item(s, item);
    sqlite3_bind_text(s, 3, row->estimator, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 4, row->quantity, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 5, row->status, -1, SQLITE_STATIC);
    sqlite3_bind_double(s, 6, row->truth);
    sqlite3_bind_double(s, 7, row->estimate);
    sqlite3_bind_double(s, 8, row->std);
    sqlite3_bind_double(s, 9, row->interval_68[0]);
    sqlite3_bind_double(s, 10, row->interval_68[1]);
    sqlite3_bind_double(s, 11, row->interval_95[0]);
    sqlite3_bind_double(s, 12, row->interval_95[1]);
    if (row->n_draws > 0) {
        sqlite3_bind_int64(s, 13, row->rank);
        sqlite3_bind_int64(s, 14, row->n_draws);
    } else {
        sqlite3_bind_null(s, 13);
        sqlite3_bind_null(s, 14);
    }
    return atw_ledger_step(ledger, s, "record an answer", err);
}

enum atw_status atw_ledger_record(struct atw_ledger *ledger,
                                  const struct atw_item_result *result,
                                  struct atw_error *err)
{
    enum atw_status status = prepare_all(ledger, err);

    if (status == ATW_OK)
        status = atw_ledger_begin(ledger, err);
    if (status == ATW_OK)
        status = put_item(ledger, result, err);
    if (status == ATW_OK) {
        bind_item(ledger->drop_answers, &result->item);
        status = atw_ledger_step(ledger, ledger->drop_answers, "record an item", err);
    }
    for (size_t i = 0;
         status == ATW_OK && result->status == ATW_ITEM_DONE && i < result->n_rows; i++)
        status = put_answer(ledger, &result->item, &result->row[i], err);
    return status;
}

/* ---- reading ---- */

static enum atw_status
refuse_item(const struct atw_ledger *ledger, sqlite3_stmt *s, struct atw_error *err)
{
    return atw_error_set(err, ATW_EINPUT,
                         "%s: the ledger is corrupt: it has an item (%lld, %lld) of %zu "
                         "points and %zu replicates",
                         ledger->path, (long long)sqlite3_column_int64(s, 0),
                         (long long)sqlite3_column_int64(s, 1), ledger->n_points,
                         ledger->n_replicates);
}

/* The item of a row, if it is one of this study. */
static int
item_of(const struct atw_ledger *ledger, sqlite3_stmt *s, struct atw_item *item)
{
    sqlite3_int64 point = sqlite3_column_int64(s, 0);
    sqlite3_int64 replicate = sqlite3_column_int64(s, 1);

    if (point < 0 || replicate < 0 || (size_t)point >= ledger->n_points ||
        (size_t)replicate >= ledger->n_replicates)
        return 0;
    *item = (struct atw_item){(uint32_t)point, (uint32_t)replicate};
    return 1;
}

static enum atw_status finish(const struct atw_ledger *ledger,
                              sqlite3_stmt *statement,
                              int code,
                              struct atw_error *err)
{
    sqlite3_finalize(statement);
    return code == SQLITE_DONE || code == SQLITE_ROW
               ? ATW_OK
               : atw_ledger_error(err, ledger->path, ledger->db, code, "read it");
}

enum atw_status atw_ledger_items(unsigned char **status_of,
                                 const struct atw_ledger *ledger,
                                 struct atw_error *err)
{
    unsigned char *items = calloc(ledger->n_points * ledger->n_replicates, 1);
    sqlite3_stmt *s = NULL;
    struct atw_item item;
    enum atw_status status, finished;
    int code = SQLITE_DONE;

    *status_of = NULL;
    if (!items)
        return atw_error_set(err, ATW_ENOMEM, "ledger: out of memory");
    status = atw_ledger_prepare(
        &s, ledger, "SELECT point, replicate, status = 'done' FROM item", err);
    while (status == ATW_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
        if (!item_of(ledger, s, &item))
            status = refuse_item(ledger, s, err);
        else
            items[item.point * ledger->n_replicates + item.replicate] =
                sqlite3_column_int(s, 2) ? ATW_ITEM_DONE : ATW_ITEM_FAILED;
    }
    finished = finish(ledger, s, code, err);
    if (status == ATW_OK)
        status = finished;
    if (status == ATW_OK)
        *status_of = items;
    else
        free(items);
    return status;
}

enum atw_status atw_ledger_count(struct atw_ledger_counts *counts,
                                 const struct atw_ledger *ledger,
                                 struct atw_error *err)
{
    sqlite3_stmt *s = NULL;
    enum atw_status status = atw_ledger_prepare(
        &s, ledger, "SELECT count(*), total(status = 'done'), total(cost_s) FROM item",
        err);
    int code;

    if (status != ATW_OK)
        return status;
    code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        counts->wanted = ledger->n_points * ledger->n_replicates;
        counts->done = (size_t)sqlite3_column_double(s, 1);
        counts->failed = (size_t)sqlite3_column_int64(s, 0) - counts->done;
        counts->missing = counts->wanted - counts->done - counts->failed;
        counts->cost_s = sqlite3_column_double(s, 2);
    }
    return finish(ledger, s, code, err);
}

static double number_of(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) == SQLITE_NULL
               ? NAN
               : sqlite3_column_double(s, column);
}

static void copy_text(char *text, size_t size, sqlite3_stmt *s, int column)
{
    const unsigned char *stored = sqlite3_column_text(s, column);

    memset(text, 0, size);
    if (stored)
        strncpy(text, (const char *)stored, size - 1);
}

static void read_row(struct atw_item_row *row, sqlite3_stmt *s)
{
    copy_text(row->estimator, sizeof row->estimator, s, 3);
    copy_text(row->quantity, sizeof row->quantity, s, 4);
    copy_text(row->status, sizeof row->status, s, 5);
    row->truth = number_of(s, 6);
    row->estimate = number_of(s, 7);
    row->std = number_of(s, 8);
    for (int i = 0; i < 2; i++) {
        row->interval_68[i] = number_of(s, 9 + i);
        row->interval_95[i] = number_of(s, 11 + i);
    }
    row->rank = (uint32_t)sqlite3_column_int64(s, 13); /* NULL is 0 */
    row->n_draws = (uint32_t)sqlite3_column_int64(s, 14);
}

enum atw_status atw_ledger_visit(const struct atw_ledger *ledger,
                                 atw_ledger_visit_fn visit,
                                 void *context,
                                 struct atw_error *err)
{
    sqlite3_stmt *s = NULL;
    struct atw_item item;
    struct atw_item_row row;
    int code = SQLITE_DONE;
    enum atw_status finished,
        status =
            atw_ledger_prepare(&s, ledger,
                               "SELECT i.point, i.replicate, i.status = 'done', "
                               "estimator, quantity, a.status,"
                               " truth, estimate, std, low_68, high_68, low_95, high_95,"
                               " rank, draws"
                               " FROM item i LEFT JOIN answer a USING (point, replicate)"
                               " ORDER BY i.point, i.replicate, estimator, quantity",
                               err);

    while (status == ATW_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
        int is_done = sqlite3_column_int(s, 2);

        if (!item_of(ledger, s, &item)) {
            status = refuse_item(ledger, s, err);
            break;
        }
        if (is_done && sqlite3_column_type(s, 3) == SQLITE_NULL)
            continue; /* done without an answer */
        read_row(&row, s);
        status = visit(context, &item, is_done ? &row : NULL, err);
    }
    finished = finish(ledger, s, code, err);
    return status == ATW_OK ? finished : status;
}

enum atw_status atw_ledger_failures(struct atw_ledger_failure *failures,
                                    size_t n_most,
                                    size_t *n,
                                    const struct atw_ledger *ledger,
                                    struct atw_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = SQLITE_DONE;
    enum atw_status status = atw_ledger_prepare(
        &s, ledger,
        "SELECT point, replicate, seed, error, count(*), min(point * 10000000 +"
        " replicate) AS place FROM item WHERE status = 'failed' GROUP BY error"
        " ORDER BY 5 DESC, place",
        err);

    *n = 0;
    while (status == ATW_OK && *n < n_most && (code = sqlite3_step(s)) == SQLITE_ROW) {
        struct atw_ledger_failure *failure = &failures[*n];

        if (!item_of(ledger, s, &failure->item))
            status = refuse_item(ledger, s, err);
        failure->seed = (uint64_t)sqlite3_column_int64(s, 2);
        copy_text(failure->error, sizeof failure->error, s, 3);
        failure->count = (size_t)sqlite3_column_int64(s, 4);
        ++*n;
    }
    return status == ATW_OK ? finish(ledger, s, code, err)
                            : (sqlite3_finalize(s), status);
}

/* Feed one column to the digest: its type, then its bytes. */
static void add_column(struct sha256_ctx *hash, sqlite3_stmt *s, int column)
{
    uint8_t type = (uint8_t)sqlite3_column_type(s, column);
    double number;
    int64_t integer;

    sha256_update(hash, 1, &type);
    if (type == SQLITE_FLOAT) {
        number = sqlite3_column_double(s, column);
        sha256_update(hash, sizeof number, (const uint8_t *)&number);
    } else if (type == SQLITE_INTEGER) {
        integer = sqlite3_column_int64(s, column);
        sha256_update(hash, sizeof integer, (const uint8_t *)&integer);
    } else if (type == SQLITE_TEXT) {
        const unsigned char *text = sqlite3_column_text(s, column);

        sha256_update(hash, (size_t)sqlite3_column_bytes(s, column) + 1, text);
    }
}

enum atw_status atw_ledger_digest(const struct atw_ledger *ledger,
                                  char hex[ATW_SHA256_HEX_SIZE],
                                  struct atw_error *err)
{
    static const char *const queries[] = {
        "SELECT value FROM meta WHERE key IN ('identity', 'n_points', 'n_replicates')"
        " ORDER BY key",
        "SELECT * FROM factor ORDER BY point, factor",
        "SELECT point, replicate, status, seed, error FROM item"
        " ORDER BY point, replicate",
        "SELECT * FROM answer ORDER BY point, replicate, estimator, quantity"};
    struct sha256_ctx hash;
    uint8_t digest[SHA256_DIGEST_SIZE];
    enum atw_status status = ATW_OK;

    sha256_init(&hash);
    for (size_t q = 0; q < sizeof queries / sizeof *queries && status == ATW_OK; q++) {
        sqlite3_stmt *s = NULL;
        int code = SQLITE_DONE;

        status = atw_ledger_prepare(&s, ledger, queries[q], err);
        while (status == ATW_OK && (code = sqlite3_step(s)) == SQLITE_ROW)
            for (int i = 0; i < sqlite3_column_count(s); i++)
                add_column(&hash, s, i);
        if (status == ATW_OK)
            status = finish(ledger, s, code, err);
    }
    sha256_digest(&hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return status;
}

enum atw_status
atw_ledger_coordinates(double **u, const struct atw_ledger *ledger, struct atw_error *err)
{
    size_t n = ledger->n_points * ledger->n_factors, read = 0;
    double *values = calloc(n + 1, sizeof *values);
    sqlite3_stmt *s = NULL;
    int code = SQLITE_DONE;
    enum atw_status status;

    *u = NULL;
    if (!values)
        return atw_error_set(err, ATW_ENOMEM, "ledger: out of memory");
    status = atw_ledger_prepare(&s, ledger, "SELECT u FROM factor ORDER BY point, factor",
                                err);
    while (status == ATW_OK && read < n && (code = sqlite3_step(s)) == SQLITE_ROW)
        values[read++] = sqlite3_column_double(s, 0);
    if (status == ATW_OK)
        status = finish(ledger, s, code, err);
    if (status == ATW_OK && read < n)
        status = atw_error_set(err, ATW_EINPUT,
                               "%s: the ledger is corrupt: parts of the design are "
                               "missing",
                               ledger->path);
    if (status == ATW_OK)
        *u = values;
    else
        free(values);
    return status;
}
