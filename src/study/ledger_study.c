/* The ledger and its study: what it was made for, and whether that is still the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/version.h"
#include "study/ledger_internal.h"
#include "study/outcome.h"

static const char *const text_keys[] = {"name",    "study",   "identity",
                                        "version", "outcome", "design"};
enum { N_TEXTS = sizeof text_keys / sizeof *text_keys };

enum atw_status atw_ledger_put_text(struct atw_ledger *ledger,
                                    const char *key,
                                    const char *value,
                                    struct atw_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum atw_status status = atw_ledger_prepare(
        &statement, ledger, "INSERT OR REPLACE INTO meta VALUES (?, ?)", err);

    if (status == ATW_OK) {
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
        status = atw_ledger_step(ledger, statement, "describe the study", err);
    }
    sqlite3_finalize(statement);
    return status;
}

const char *atw_ledger_text(const struct atw_ledger *ledger, const char *key)
{
    char **cached = ((struct atw_ledger *)ledger)->text;
    sqlite3_stmt *statement = NULL;
    size_t i = 0;

    while (i < N_TEXTS && strcmp(text_keys[i], key) != 0)
        i++;
    if (i == N_TEXTS)
        return "";
    if (!cached[i] &&
        atw_ledger_prepare(&statement, ledger, "SELECT value FROM meta WHERE key = ?",
                           NULL) == ATW_OK) {
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
        if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
            cached[i] = strdup((const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    return cached[i] ? cached[i] : "";
}

static enum atw_status
put_count(struct atw_ledger *ledger, const char *key, size_t count, struct atw_error *err)
{
    char text[24];

    snprintf(text, sizeof text, "%zu", count);
    return atw_ledger_put_text(ledger, key, text, err);
}

static enum atw_status put_design(struct atw_ledger *ledger,
                                  const struct atw_study *study,
                                  struct atw_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum atw_status status = atw_ledger_prepare(
        &statement, ledger, "INSERT INTO factor VALUES (?, ?, ?, ?, ?)", err);

    for (size_t i = 0; status == ATW_OK && i < study->points.n_points * study->n_factors;
         i++) {
        size_t point = i / study->n_factors, factor = i % study->n_factors;
        char value[ATW_FACTOR_TEXT_SIZE];

        atw_study_value_text(study, point, factor, value);
        sqlite3_bind_int64(statement, 1, (sqlite3_int64)point);
        sqlite3_bind_int64(statement, 2, (sqlite3_int64)factor);
        sqlite3_bind_text(statement, 3, study->factor[factor].key, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 4, value, -1, SQLITE_STATIC);
        sqlite3_bind_double(statement, 5, study->points.u[i]);
        status = atw_ledger_step(ledger, statement, "write the design", err);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum atw_status
describe(struct atw_ledger *ledger, const struct atw_study *study, struct atw_error *err)
{
    char *resolved = atw_config_resolved_text(study->config);
    char version[128];
    enum atw_status status;

    if (!resolved)
        return atw_error_set(err, ATW_ENOMEM, "ledger: out of memory");
    snprintf(version, sizeof version, "%s (%s)", atw_version(), atw_version_git());
    status = atw_ledger_put_text(ledger, "name", study->name, err);
    if (status == ATW_OK)
        status = atw_ledger_put_text(ledger, "study", resolved, err);
    if (status == ATW_OK)
        status = atw_ledger_put_text(ledger, "identity", study->identity, err);
    if (status == ATW_OK)
        status = atw_ledger_put_text(ledger, "version", version, err);
    if (status == ATW_OK)
        status = atw_ledger_put_text(ledger, "outcome", study->outcome->name, err);
    if (status == ATW_OK)
        status = atw_ledger_put_text(ledger, "design", study->design->name, err);
    if (status == ATW_OK)
        status = put_count(ledger, "n_points", study->points.n_points, err);
    if (status == ATW_OK)
        status = put_count(ledger, "n_replicates", study->n_replicates, err);
    if (status == ATW_OK)
        status = put_count(ledger, "n_factors", study->n_factors, err);
    free(resolved);
    return status;
}

/* --force removes a ledger, or what a killed start left of one, and nothing else. */
static enum atw_status make_way(const char *path, struct atw_error *err)
{
    struct atw_ledger *old = NULL;
    struct stat about;
    enum atw_status status;

    if (stat(path, &about) != 0)
        return ATW_OK;
    if (S_ISREG(about.st_mode) && about.st_size > 0) {
        status = atw_ledger_open(&old, path, ATW_LEDGER_WRITE, err);
        atw_ledger_close(old);
        if (status != ATW_OK) {
            atw_error_prepend(err, "--force replaces a ledger only");
            return status == ATW_EINPUT ? ATW_EOUTPUT : status;
        }
    }
    if (unlink(path) != 0)
        return atw_error_set(err, ATW_EOUTPUT, "%s: cannot replace it: %s", path,
                             strerror(errno));
    return ATW_OK;
}

enum atw_status atw_ledger_create(struct atw_ledger **out,
                                  const char *path,
                                  const struct atw_study *study,
                                  int force,
                                  struct atw_error *err)
{
    struct atw_ledger *ledger = NULL;
    enum atw_status status = force ? make_way(path, err) : ATW_OK;

    *out = NULL;
    if (status == ATW_OK)
        status = atw_ledger_create_empty(&ledger, path, err);
    if (status != ATW_OK)
        return status;
    status = describe(ledger, study, err);
    if (status == ATW_OK)
        status = put_design(ledger, study, err);
    if (status == ATW_OK)
        status = atw_ledger_commit(ledger, err);
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

/* ---- comparison of identities ---- */

/* The line of a list that begins with "key: "; NULL if there is none. */
static const char *line_of(const char *lines, const char *key, size_t length)
{
    while (*lines) {
        if (strncmp(lines, key, length) == 0)
            return lines;
        lines += strcspn(lines, "\n");
        lines += *lines == '\n';
    }
    return NULL;
}

static void add_difference(
    char *text, size_t size, const char *line, size_t key_length, const char *other)
{
    size_t used = strlen(text);
    const char *value = line + key_length, *other_value = other ? other + key_length : "";

    if (used + 200 > size)
        return;
    snprintf(text + used, size - used, "%s%.*s (%.*s there, %.*s here)", used ? "; " : "",
             (int)key_length - 2, line, other ? (int)strcspn(other_value, "\n") : 7,
             other ? other_value : "nothing", (int)strcspn(value, "\n"), value);
}

enum atw_status atw_ledger_compare(const char *path,
                                   const char *ours,
                                   const char *theirs,
                                   struct atw_error *err)
{
    char differences[600] = "";
    size_t n = 0;

    for (const char *line = ours; *line;) {
        size_t length = strcspn(line, "\n");
        const char *colon = strstr(line, ": ");
        size_t key = colon && colon < line + length ? (size_t)(colon - line) + 2 : length;
        const char *other = line_of(theirs, line, key);

        if (!other || strcspn(other, "\n") != length ||
            strncmp(other, line, length) != 0) {
            n++;
            add_difference(differences, sizeof differences, line, key, other);
        }
        line += length + (line[length] == '\n');
    }
    if (n == 0 && strlen(ours) == strlen(theirs))
        return ATW_OK;
    return atw_error_set(err, ATW_EINPUT,
                         "%s: belongs to another study; keys that differ: %s%s", path,
                         n ? differences : "it has more of them",
                         "; use the study it was made with, or another ledger");
}

enum atw_status atw_ledger_check_study(const struct atw_ledger *ledger,
                                       const struct atw_study *study,
                                       struct atw_error *err)
{
    return atw_ledger_compare(ledger->path, study->identity,
                              atw_ledger_text(ledger, "identity"), err);
}

enum atw_status
atw_ledger_extend(struct atw_ledger *ledger, size_t n_replicates, struct atw_error *err)
{
    enum atw_status status;

    if (n_replicates < ledger->n_replicates)
        return atw_error_set(err, ATW_EINPUT,
                             "%s: has %zu replicates; --extend can only add to them, and "
                             "the study asks for %zu",
                             ledger->path, ledger->n_replicates, n_replicates);
    if (n_replicates == ledger->n_replicates)
        return ATW_OK;
    status = atw_ledger_begin(ledger, err);
    if (status == ATW_OK)
        status = put_count(ledger, "n_replicates", n_replicates, err);
    if (status == ATW_OK)
        status = atw_ledger_commit(ledger, err);
    if (status == ATW_OK)
        ledger->n_replicates = n_replicates;
    else
        atw_ledger_roll_back(ledger);
    return status;
}
