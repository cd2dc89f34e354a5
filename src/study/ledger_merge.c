/* Ledgers brought together, and what only the statistics ask of one. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "study/ledger_internal.h"

/* Answers of items done in both that are not the same, seen from one side. */
#define DIFFERENT_ANSWER(a, b)                                                           \
    "SELECT x.point, x.replicate FROM " a ".answer x"                                    \
    " JOIN " a ".item i USING (point, replicate) JOIN " b ".item j"                      \
    " USING (point, replicate) LEFT JOIN " b ".answer y"                                 \
    " USING (point, replicate, estimator, quantity)"                                     \
    " WHERE i.status = 'done' AND j.status = 'done' AND (y.status IS NULL"               \
    " OR i.seed IS NOT j.seed OR x.status IS NOT y.status OR x.truth IS NOT y.truth"     \
    " OR x.estimate IS NOT y.estimate OR x.std IS NOT y.std"                             \
    " OR x.low_68 IS NOT y.low_68 OR x.high_68 IS NOT y.high_68"                         \
    " OR x.low_95 IS NOT y.low_95 OR x.high_95 IS NOT y.high_95"                         \
    " OR x.rank IS NOT y.rank OR x.draws IS NOT y.draws)"

/* Attach a ledger as "part", read-only by the URI. */
static enum atw_status
attach(struct atw_ledger *ledger, const char *path, struct atw_error *err)
{
    sqlite3_stmt *s = NULL;
    enum atw_status status = atw_ledger_prepare(&s, ledger, "ATTACH ? AS part", err);

    if (status == ATW_OK) {
        sqlite3_bind_text(s, 1, path, -1, SQLITE_STATIC);
        status = atw_ledger_step(ledger, s, "attach another ledger", err);
    }
    sqlite3_finalize(s);
    return status;
}

static enum atw_status
refuse_conflict(const struct atw_ledger *ledger, const char *path, struct atw_error *err)
{
    sqlite3_stmt *s = NULL;
    enum atw_status status = atw_ledger_prepare(
        &s, ledger,
        DIFFERENT_ANSWER("part", "main") " UNION ALL " DIFFERENT_ANSWER("main", "part"),
        err);
    int code;

    if (status != ATW_OK)
        return status;
    code = sqlite3_step(s);
    if (code == SQLITE_ROW)
        status = atw_error_set(
            err, ATW_EINPUT,
            "%s: point %lld, replicate %lld has other answers than in %s; both were "
            "computed from the same study, so one was made by another release or is "
            "damaged",
            path, (long long)sqlite3_column_int64(s, 0),
            (long long)sqlite3_column_int64(s, 1), ledger->path);
    else if (code != SQLITE_DONE)
        status = atw_ledger_error(err, path, ledger->db, code, "compare it");
    sqlite3_finalize(s);
    return status;
}

static enum atw_status copy_items(struct atw_ledger *ledger, struct atw_error *err)
{
    static const char sql[] =
        "DELETE FROM main.item WHERE status = 'failed' AND (point, replicate) IN"
        " (SELECT point, replicate FROM part.item WHERE status = 'done');"
        "INSERT INTO main.answer SELECT a.* FROM part.answer a WHERE NOT EXISTS"
        " (SELECT 1 FROM main.item i WHERE i.point = a.point"
        " AND i.replicate = a.replicate);"
        "INSERT OR IGNORE INTO main.item SELECT * FROM part.item;"
        "UPDATE main.meta SET value = CAST(max(CAST(value AS INTEGER),"
        " (SELECT CAST(value AS INTEGER) FROM part.meta WHERE key = 'n_replicates'))"
        " AS TEXT) WHERE key = 'n_replicates';";

    return atw_ledger_execute(ledger, sql, "merge into it", err);
}

/* Opening a ledger a second time would drop our lock on it when closed. */
static int is_same_file(const char *a, const char *b)
{
    struct stat first, second;

    return stat(a, &first) == 0 && stat(b, &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static enum atw_status
check_same_study(struct atw_ledger *ledger, const char *path, struct atw_error *err)
{
    struct atw_ledger *part = NULL;
    enum atw_status status = atw_ledger_open(&part, path, ATW_LEDGER_READ, err);

    if (status == ATW_OK)
        status = atw_ledger_compare(path, atw_ledger_text(ledger, "identity"),
                                    atw_ledger_text(part, "identity"), err);
    atw_ledger_close(part);
    return status;
}

enum atw_status
atw_ledger_merge(struct atw_ledger *ledger, const char *path, struct atw_error *err)
{
    enum atw_status status = atw_ledger_commit(ledger, err);

    if (status == ATW_OK && is_same_file(ledger->path, path))
        return atw_error_set(err, ATW_EINPUT, "%s: cannot be merged into itself", path);
    if (status == ATW_OK)
        status = check_same_study(ledger, path, err);
    if (status == ATW_OK)
        status = attach(ledger, path, err);
    if (status != ATW_OK)
        return status;
    status = atw_ledger_begin(ledger, err);
    if (status == ATW_OK)
        status = refuse_conflict(ledger, path, err);
    if (status == ATW_OK)
        status = copy_items(ledger, err);
    if (status == ATW_OK)
        status = atw_ledger_commit(ledger, err);
    if (status != ATW_OK)
        atw_ledger_roll_back(ledger);
    sqlite3_exec(ledger->db, "DETACH part", NULL, NULL, NULL);
    if (status == ATW_OK)
        status = atw_ledger_read_sizes(ledger, err);
    return status;
}

enum atw_status atw_ledger_create_like(struct atw_ledger **out,
                                       const char *path,
                                       const char *model_path,
                                       struct atw_error *err)
{
    struct atw_ledger *ledger = NULL, *model = NULL;
    enum atw_status status;

    *out = NULL;
    status = atw_ledger_open(&model, model_path, ATW_LEDGER_READ, err);
    atw_ledger_close(model);
    if (status == ATW_OK)
        status = atw_ledger_create_empty(&ledger, path, err);
    if (status != ATW_OK)
        return status;
    status = atw_ledger_commit(ledger, err);
    if (status == ATW_OK)
        status = attach(ledger, model_path, err);
    if (status == ATW_OK)
        status = atw_ledger_execute(ledger,
                                    "INSERT INTO main.meta SELECT * FROM part.meta;"
                                    "INSERT INTO main.factor SELECT * FROM part.factor;"
                                    "DETACH part;",
                                    "copy the study", err);
    if (status == ATW_OK)
        status = atw_ledger_read_sizes(ledger, err);
    if (status == ATW_OK) {
        *out = ledger;
        return ATW_OK;
    }
    atw_ledger_close(ledger);
    unlink(path);
    return status;
}

enum atw_status atw_ledger_factor(char **key,
                                  char **value,
                                  const struct atw_ledger *ledger,
                                  size_t point,
                                  size_t factor,
                                  struct atw_error *err)
{
    sqlite3_stmt *s = NULL;
    enum atw_status status = atw_ledger_prepare(
        &s, ledger, "SELECT key, value FROM factor WHERE point = ? AND factor = ?", err);

    *key = *value = NULL;
    if (status != ATW_OK)
        return status;
    sqlite3_bind_int64(s, 1, (sqlite3_int64)point);
    sqlite3_bind_int64(s, 2, (sqlite3_int64)factor);
    if (sqlite3_step(s) == SQLITE_ROW) {
        *key = strdup((const char *)sqlite3_column_text(s, 0));
        *value = strdup((const char *)sqlite3_column_text(s, 1));
        status = *key && *value ? ATW_OK
                                : atw_error_set(err, ATW_ENOMEM, "ledger: out of memory");
    } else {
        status = atw_error_set(err, ATW_EINPUT,
                               "%s: the ledger is corrupt: point %zu lacks factor %zu",
                               ledger->path, point, factor);
    }
    sqlite3_finalize(s);
    if (status != ATW_OK) {
        free(*key);
        free(*value);
        *key = *value = NULL;
    }
    return status;
}
