/* The ledger of a study: an SQLite file with one row per finished item and its answers.
 *
 * A replicate exists when its row is committed. The journal is the rollback kind, which
 * network file systems can keep; one process writes (a lock keeps others out), any number
 * reads meanwhile. The tables are described in docs/studies.md; any SQLite program reads
 * them.
 *
 * Errors: ATW_EINPUT for a file that is no ledger, is corrupt, or belongs to another
 * study; ATW_EOUTPUT for one that is locked, read-only, or has no space left. */
#ifndef ATW_STUDY_LEDGER_H
#define ATW_STUDY_LEDGER_H

#include "study/item.h"
#include "study/study.h"

struct atw_ledger; /* opaque */

enum atw_ledger_mode {
    ATW_LEDGER_READ, /* may be read while another process writes */
    ATW_LEDGER_WRITE /* ATW_EOUTPUT if another process writes */
};

/* Make a new ledger for a study, with the design in it. An existing file is an error
 * unless force is nonzero and the file is a ledger or empty. */
enum atw_status atw_ledger_create(struct atw_ledger **out,
                                  const char *path,
                                  const struct atw_study *study,
                                  int force,
                                  struct atw_error *err) ATW_MUST_CHECK;

enum atw_status atw_ledger_open(struct atw_ledger **out,
                                const char *path,
                                enum atw_ledger_mode mode,
                                struct atw_error *err) ATW_MUST_CHECK;

/* Closes without committing what is pending. NULL is a no-op. */
void atw_ledger_close(struct atw_ledger *ledger);

const char *atw_ledger_path(const struct atw_ledger *ledger);

/* A text stored with the ledger: "name", "study" (resolved text), "identity", "version",
 * "outcome", "design". Borrowed; "" if it is not there. */
const char *atw_ledger_text(const struct atw_ledger *ledger, const char *key);

/* Numbers stored with it. */
size_t atw_ledger_point_count(const struct atw_ledger *ledger);
size_t atw_ledger_replicate_count(const struct atw_ledger *ledger);
size_t atw_ledger_factor_count(const struct atw_ledger *ledger);

/* ATW_EINPUT, with the keys that differ and both values, unless the ledger belongs to a
 * study that computes the same. Numbers of replicates may differ. */
enum atw_status atw_ledger_check_study(const struct atw_ledger *ledger,
                                       const struct atw_study *study,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Ask for more replicates of every point. ATW_EINPUT for fewer than there are. */
enum atw_status atw_ledger_extend(struct atw_ledger *ledger,
                                  size_t n_replicates,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Add a result, or replace that of the same item; pending until committed. */
enum atw_status atw_ledger_record(struct atw_ledger *ledger,
                                  const struct atw_item_result *result,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Bring all that is recorded to the disk. */
enum atw_status atw_ledger_commit(struct atw_ledger *ledger,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Whether something recorded is not committed yet. */
int atw_ledger_has_pending(const struct atw_ledger *ledger);

/* Status of every item as one byte (enum atw_item_status), by point * replicates +
 * replicate; free() it. */
enum atw_status atw_ledger_items(unsigned char **status,
                                 const struct atw_ledger *ledger,
                                 struct atw_error *err) ATW_MUST_CHECK;

struct atw_ledger_counts {
    size_t wanted, done, failed, missing;
    double cost_s; /* of all done and failed items */
};

enum atw_status atw_ledger_count(struct atw_ledger_counts *counts,
                                 const struct atw_ledger *ledger,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Reasons of failures, the most frequent first. */
struct atw_ledger_failure {
    size_t count;
    struct atw_item item; /* the first with this reason */
    uint64_t seed;        /* its seed, to reproduce it */
    char error[ATW_ITEM_ERROR_SIZE];
};

/* At most n_most of them; *n is how many there are in failures[]. */
enum atw_status atw_ledger_failures(struct atw_ledger_failure *failures,
                                    size_t n_most,
                                    size_t *n,
                                    const struct atw_ledger *ledger,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* SHA-256 in hexadecimal of everything but costs, attempts and the texts about the
 * program: equal for equal content, however it came about. */
enum atw_status atw_ledger_digest(const struct atw_ledger *ledger,
                                  char hex[ATW_SHA256_HEX_SIZE],
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Calls `visit` for every answer of every done item and once, with row NULL, for every
 * failed one, in the order of points, replicates, estimators, quantities. Stops at the
 * first status that is not ATW_OK and returns it. */
typedef enum atw_status (*atw_ledger_visit_fn)(void *context,
                                               const struct atw_item *item,
                                               const struct atw_item_row *row,
                                               struct atw_error *err);
enum atw_status atw_ledger_visit(const struct atw_ledger *ledger,
                                 atw_ledger_visit_fn visit,
                                 void *context,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Coordinates of the points in the unit cube, [n_points][n_factors]; free() them. */
enum atw_status atw_ledger_coordinates(double **u,
                                       const struct atw_ledger *ledger,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Key of a factor, and its value at a point as text; free() them. ATW_EINPUT if it is not
 * there. */
enum atw_status atw_ledger_factor(char **key,
                                  char **value,
                                  const struct atw_ledger *ledger,
                                  size_t point,
                                  size_t factor,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Add the items of the ledger at `path` to *ledger, in one transaction; what is there
 * already is left alone, so merging again changes nothing. A done item takes the place of
 * a failed one. ATW_EINPUT: another study, or an item done in both with different
 * answers. */
enum atw_status atw_ledger_merge(struct atw_ledger *ledger,
                                 const char *path,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Make an empty ledger with the study and design of another one. */
enum atw_status atw_ledger_create_like(struct atw_ledger **out,
                                       const char *path,
                                       const char *model_path,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
