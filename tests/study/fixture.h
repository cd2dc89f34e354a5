/* Studies for tests: written to a scratch folder, loaded, run. */
#ifndef ATW_TESTS_STUDY_FIXTURE_H
#define ATW_TESTS_STUDY_FIXTURE_H

#include "study/ensemble.h"
#include "study/ledger.h"

/* Make and remove the scratch folder; also the checked fixture of a test case. */
void scratch_make(void);
void scratch_remove(void);

/* Path of a file in the scratch folder; static, overwritten after four calls. */
const char *scratch_path(const char *name);

/* Load a study of outcome normal-sample with 2 x 2 points. `extra` are more lines. */
struct atw_study *study_of(size_t n_replicates, const char *extra);

/* An empty ledger of a study under this name. */
struct atw_ledger *ledger_of(const struct atw_study *study, const char *name);

/* Run with so many processes; the status, which must be one of OK, ESTOPPED,
 * EREPLICATES. */
enum atw_status run_study(struct atw_ledger *ledger,
                          const struct atw_study *study,
                          size_t n_workers,
                          const struct atw_ensemble_options *options);

/* Digest of a ledger file. */
void digest_of(const char *name, char hex[ATW_SHA256_HEX_SIZE]);

#endif
