/* The ledger as a file: opening, locking, the tables, transactions, errors. */
#include "study/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "study/ledger_internal.h"

/* "ATWL" and the version of the tables. */
enum { APPLICATION_ID = 0x4154574c, TABLES_VERSION = 2 };
enum { BUSY_WAIT_MS = 30000 };

/* Beyond every byte that SQLite itself locks. */
#define LOCK_OFFSET ((off_t)1 << 40)

static const char tables[] =
    "PRAGMA application_id = 1096046412;" /* APPLICATION_ID */
    "PRAGMA user_version = 2;"
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;"
    "CREATE TABLE factor (point INTEGER, factor INTEGER, key TEXT NOT NULL,"
    " value TEXT NOT NULL, u REAL NOT NULL, PRIMARY KEY (point, factor))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE item (point INTEGER, replicate INTEGER,"
    " status TEXT NOT NULL CHECK (status IN ('done', 'failed')),"
    " seed INTEGER NOT NULL, attempts INTEGER NOT NULL, cost_s REAL, error TEXT,"
    " PRIMARY KEY (point, replicate)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE answer (point INTEGER, replicate INTEGER, estimator TEXT,"
    " quantity TEXT, status TEXT NOT NULL, truth REAL, estimate REAL, std REAL,"
    " low_68 REAL, high_68 REAL, low_95 REAL, high_95 REAL,"
    " rank INTEGER, draws INTEGER,"
    " PRIMARY KEY (point, replicate, estimator, quantity)) STRICT, WITHOUT ROWID;";

enum atw_status atw_ledger_error(
    struct atw_error *err, const char *path, sqlite3 *db, int code, const char *doing)
{
    const char *reason = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);

    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return atw_error_set(err, ATW_EOUTPUT,
                             "%s: cannot %s: another process keeps the ledger locked; "
                             "close it, then --resume",
                             path, doing);
    case SQLITE_READONLY:
        return atw_error_set(err, ATW_EOUTPUT,
                             "%s: cannot %s: the ledger or its folder is read-only; make "
                             "both writable, or copy the ledger elsewhere",
                             path, doing);
    case SQLITE_FULL:
        return atw_error_set(err, ATW_EOUTPUT,
                             "%s: cannot %s: no space left on the disk; what was "
                             "committed is safe: make room, then --resume",
                             path, doing);
    case SQLITE_NOTADB:
        return atw_error_set(err, ATW_EINPUT, "%s: is not a ledger (not an SQLite file)",
                             path);
    case SQLITE_CORRUPT:
        return atw_error_set(err, ATW_EINPUT,
                             "%s: the ledger is corrupt (%s); try `sqlite3 %s .recover`, "
                             "or run the study anew",
                             path, reason, path);
    case SQLITE_IOERR:
        return atw_error_set(err, ATW_EOUTPUT,
                             "%s: cannot %s: %s (%s); what was committed is safe: mend "
                             "that, then --resume",
                             path, doing, reason,
                             db ? strerror(sqlite3_system_errno(db)) : "?");
    case SQLITE_NOMEM:
        return atw_error_set(err, ATW_ENOMEM, "%s: out of memory", path);
    default:
        return atw_error_set(err, ATW_EOUTPUT, "%s: cannot %s: %s", path, doing, reason);
    }
}

enum atw_status atw_ledger_execute(struct atw_ledger *ledger,
                                   const char *sql,
                                   const char *doing,
                                   struct atw_error *err)
{
    int code = sqlite3_exec(ledger->db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK
               ? ATW_OK
               : atw_ledger_error(err, ledger->path, ledger->db, code, doing);
}

enum atw_status atw_ledger_prepare(sqlite3_stmt **out,
                                   const struct atw_ledger *ledger,
                                   const char *sql,
                                   struct atw_error *err)
{
    int code = sqlite3_prepare_v2(ledger->db, sql, -1, out, NULL);

    return code == SQLITE_OK
               ? ATW_OK
               : atw_ledger_error(err, ledger->path, ledger->db, code, "read the tables");
}

enum atw_status atw_ledger_step(const struct atw_ledger *ledger,
                                sqlite3_stmt *statement,
                                const char *doing,
                                struct atw_error *err)
{
    int code = sqlite3_step(statement);
    enum atw_status status = ATW_OK;

    if (code != SQLITE_DONE && code != SQLITE_ROW)
        status = atw_ledger_error(err, ledger->path, ledger->db, code, doing);
    sqlite3_reset(statement);
    return status;
}

enum atw_status atw_ledger_number(sqlite3_int64 *number,
                                  const struct atw_ledger *ledger,
                                  const char *sql,
                                  struct atw_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum atw_status status = atw_ledger_prepare(&statement, ledger, sql, err);
    int code;

    *number = 0;
    if (status != ATW_OK)
        return status;
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *number = sqlite3_column_int64(statement, 0);
    else if (code != SQLITE_DONE)
        status = atw_ledger_error(err, ledger->path, ledger->db, code, "read it");
    sqlite3_finalize(statement);
    return status;
}

enum atw_status atw_ledger_begin(struct atw_ledger *ledger, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    if (!ledger->in_transaction)
        status = atw_ledger_execute(ledger, "BEGIN IMMEDIATE", "write to it", err);
    ledger->in_transaction = status == ATW_OK;
    return status;
}

enum atw_status atw_ledger_commit(struct atw_ledger *ledger, struct atw_error *err)
{
    enum atw_status status;

    if (!ledger->in_transaction)
        return ATW_OK;
    status = atw_ledger_execute(ledger, "COMMIT", "write to it", err);
    if (status == ATW_OK)
        ledger->in_transaction = 0;
    return status;
}

int atw_ledger_has_pending(const struct atw_ledger *ledger)
{
    return ledger->in_transaction;
}

void atw_ledger_roll_back(struct atw_ledger *ledger)
{
    if (ledger->in_transaction)
        sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
    ledger->in_transaction = 0;
}

/* The lock of the one writer belongs to its own descriptor: SQLite, which unlocks whole
 * files, does not drop it. Workers close what they inherit, so it goes with the process.
 */
static enum atw_status take_lock(struct atw_ledger *ledger, struct atw_error *err)
{
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_OFFSET, .l_len = 1};

    ledger->lock = open(ledger->path, O_RDWR | O_CLOEXEC);
    if (ledger->lock < 0)
        return atw_error_set(err, ATW_EOUTPUT,
                             "%s: cannot open the ledger for writing: %s", ledger->path,
                             strerror(errno));
    if (fcntl(ledger->lock, F_OFD_SETLK, &lock) == 0)
        return ATW_OK;
    if (errno == EACCES || errno == EAGAIN)
        return atw_error_set(err, ATW_EOUTPUT,
                             "%s: another process is writing to this ledger; wait for "
                             "it, or give each process its own with --shard, and merge",
                             ledger->path);
    return atw_error_set(err, ATW_EOUTPUT,
                         "%s: the file system cannot lock files (%s); keep the ledger on "
                         "another one",
                         ledger->path, strerror(errno));
}

static enum atw_status
connect_to(struct atw_ledger *ledger, enum atw_ledger_mode mode, struct atw_error *err)
{
    int flags = mode == ATW_LEDGER_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    int code = sqlite3_open_v2(ledger->path, &ledger->db, flags, NULL);

    if (code != SQLITE_OK)
        return atw_ledger_error(err, ledger->path, ledger->db, code, "open it");
    sqlite3_busy_timeout(ledger->db, BUSY_WAIT_MS);
    if (mode == ATW_LEDGER_READ)
        return ATW_OK;
    if (sqlite3_db_readonly(ledger->db, "main") == 1)
        return atw_ledger_error(err, ledger->path, ledger->db, SQLITE_READONLY,
                                "write to it");
    return atw_ledger_execute(ledger,
                              "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;",
                              "write to it", err);
}

static enum atw_status check_kind(const struct atw_ledger *ledger, struct atw_error *err)
{
    sqlite3_int64 id, version;
    enum atw_status status = atw_ledger_number(&id, ledger, "PRAGMA application_id", err);

    if (status == ATW_OK)
        status = atw_ledger_number(&version, ledger, "PRAGMA user_version", err);
    if (status != ATW_OK)
        return status;
    if (id != APPLICATION_ID)
        return atw_error_set(err, ATW_EINPUT,
                             "%s: is an SQLite file of another program, not a ledger",
                             ledger->path);
    if (version != TABLES_VERSION)
        return atw_error_set(err, ATW_EINPUT,
                             "%s: is a ledger of version %lld; this release reads "
                             "version %d",
                             ledger->path, (long long)version, TABLES_VERSION);
    return ATW_OK;
}

enum atw_status atw_ledger_read_sizes(struct atw_ledger *ledger, struct atw_error *err)
{
    static const char *const keys[] = {"n_points", "n_replicates", "n_factors"};
    size_t *const sizes[] = {&ledger->n_points, &ledger->n_replicates,
                             &ledger->n_factors};
    enum atw_status status = ATW_OK;

    for (int i = 0; i < 3 && status == ATW_OK; i++) {
        char sql[80];
        sqlite3_int64 number;

        snprintf(sql, sizeof sql, "SELECT value FROM meta WHERE key = '%s'", keys[i]);
        status = atw_ledger_number(&number, ledger, sql, err);
        if (status == ATW_OK && (number < (i < 2) || number > ATW_DESIGN_POINTS_MAX))
            status =
                atw_error_set(err, ATW_EINPUT, "%s: the ledger is corrupt: %s is %lld",
                              ledger->path, keys[i], (long long)number);
        *sizes[i] = (size_t)number;
    }
    return status;
}

static enum atw_status
allocate(struct atw_ledger **out, const char *path, struct atw_error *err)
{
    *out = calloc(1, sizeof **out);
    if (*out) {
        (*out)->lock = -1;
        (*out)->path = strdup(path);
    }
    return *out && (*out)->path ? ATW_OK
                                : atw_error_set(err, ATW_ENOMEM, "ledger: out of memory");
}

enum atw_status atw_ledger_open(struct atw_ledger **out,
                                const char *path,
                                enum atw_ledger_mode mode,
                                struct atw_error *err)
{
    struct atw_ledger *ledger = NULL;
    struct stat about;
    enum atw_status status;

    *out = NULL;
    if (stat(path, &about) != 0)
        return atw_error_set(err, ATW_EINPUT, "%s: %s", path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return atw_error_set(err, ATW_EINPUT, "%s: is not a file", path);
    status = allocate(&ledger, path, err);
    if (status == ATW_OK && mode == ATW_LEDGER_WRITE)
        status = take_lock(ledger, err);
    if (status == ATW_OK)
        status = connect_to(ledger, mode, err);
    if (status == ATW_OK)
        status = check_kind(ledger, err);
    if (status == ATW_OK)
        status = atw_ledger_read_sizes(ledger, err);
    if (status == ATW_OK)
        *out = ledger;
    else
        atw_ledger_close(ledger);
    return status;
}

/* An empty file is an empty database; it is claimed here, so that two processes that
 * start at once do not both believe they made it. */
enum atw_status
atw_ledger_create_empty(struct atw_ledger **out, const char *path, struct atw_error *err)
{
    struct atw_ledger *ledger = NULL;
    int descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
    enum atw_status status;

    *out = NULL;
    if (descriptor < 0)
        return atw_error_set(err, ATW_EOUTPUT, "%s: cannot create the ledger: %s%s", path,
                             strerror(errno),
                             errno == EEXIST ? "; --resume goes on with it, --force "
                                               "replaces it"
                                             : "");
    close(descriptor);
    status = allocate(&ledger, path, err);
    if (status == ATW_OK)
        status = take_lock(ledger, err);
    if (status == ATW_OK)
        status = connect_to(ledger, ATW_LEDGER_WRITE, err);
    if (status == ATW_OK)
        status = atw_ledger_begin(ledger, err);
    if (status == ATW_OK)
        status = atw_ledger_execute(ledger, tables, "create its tables", err);
    if (status == ATW_OK)
        *out = ledger;
    else
        atw_ledger_close(ledger);
    return status;
}

void atw_ledger_close(struct atw_ledger *ledger)
{
    if (!ledger)
        return;
    atw_ledger_roll_back(ledger);
    sqlite3_finalize(ledger->put_item);
    sqlite3_finalize(ledger->drop_answers);
    sqlite3_finalize(ledger->put_answer);
    sqlite3_close(ledger->db);
    if (ledger->lock >= 0)
        close(ledger->lock);
    for (size_t i = 0; i < sizeof ledger->text / sizeof *ledger->text; i++)
        free(ledger->text[i]);
    free(ledger->path);
    free(ledger);
}

const char *atw_ledger_path(const struct atw_ledger *ledger)
{
    return ledger->path;
}

size_t atw_ledger_point_count(const struct atw_ledger *ledger)
{
    return ledger->n_points;
}

size_t atw_ledger_replicate_count(const struct atw_ledger *ledger)
{
    return ledger->n_replicates;
}

size_t atw_ledger_factor_count(const struct atw_ledger *ledger)
{
    return ledger->n_factors;
}
