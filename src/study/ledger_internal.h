/* What the files of the ledger share, inside this room. */
#ifndef ATW_STUDY_LEDGER_INTERNAL_H
#define ATW_STUDY_LEDGER_INTERNAL_H

#include <sqlite3.h>

#include "study/ledger.h"

struct atw_ledger {
    char *path;
    sqlite3 *db;
    int lock; /* descriptor that holds the record lock; -1: reading */
    int in_transaction;
    size_t n_points, n_replicates, n_factors;
    char *text[8]; /* cached by atw_ledger_text() */
    sqlite3_stmt *put_item, *drop_answers, *put_answer;
};

/* Turn a result code of SQLite into a status with a message that says what to do. */
enum atw_status atw_ledger_error(
    struct atw_error *err, const char *path, sqlite3 *db, int code, const char *doing);

/* Run statements without results. */
enum atw_status atw_ledger_execute(struct atw_ledger *ledger,
                                   const char *sql,
                                   const char *doing,
                                   struct atw_error *err) ATW_MUST_CHECK;

enum atw_status atw_ledger_prepare(sqlite3_stmt **out,
                                   const struct atw_ledger *ledger,
                                   const char *sql,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Step a statement that gives no rows, and reset it. */
enum atw_status atw_ledger_step(const struct atw_ledger *ledger,
                                sqlite3_stmt *statement,
                                const char *doing,
                                struct atw_error *err) ATW_MUST_CHECK;

/* First column of the first row as a number; 0 without rows. */
enum atw_status atw_ledger_number(sqlite3_int64 *number,
                                  const struct atw_ledger *ledger,
                                  const char *sql,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Begin to write unless begun already. */
enum atw_status atw_ledger_begin(struct atw_ledger *ledger,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_ledger_roll_back(struct atw_ledger *ledger);

enum atw_status atw_ledger_put_text(struct atw_ledger *ledger,
                                    const char *key,
                                    const char *value,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* A file with empty tables, open for writing. */
enum atw_status atw_ledger_create_empty(struct atw_ledger **out,
                                        const char *path,
                                        struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_ledger_read_sizes(struct atw_ledger *ledger,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* ATW_EINPUT with the keys that differ in two lists of "key: value" lines. */
enum atw_status atw_ledger_compare(const char *path,
                                   const char *ours,
                                   const char *theirs,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
