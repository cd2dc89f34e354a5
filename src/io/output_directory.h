/* Safe output directories: a run directory appears under its name only when complete.
 *
 * The files are written into "PATH.partial-PID-N"; commit renames that folder to PATH,
 * abort removes it with everything in it. */
#ifndef ATW_IO_OUTPUT_DIRECTORY_H
#define ATW_IO_OUTPUT_DIRECTORY_H

#include "core/status.h"

struct atw_output_directory; /* opaque */

/* Create the partial folder that commit will turn into `path`.
 *
 * *out   the caller commits or aborts it; NULL on failure
 * path   must not end in "." or ".."; a link to a folder is followed
 * force  nonzero allows an existing folder to be replaced, but only an empty one or one
 *        written by this program: it must hold provenance.json, result.json or
 *        experiment/experiment.yaml, and that file must mention "alloytwin". Everything
 *        in such a folder goes, also what was added by hand
 *
 * ATW_EOUTPUT: it exists and may not be replaced, it is not a folder, or the folder above
 * is missing or not writable; ATW_ENOMEM. */
enum atw_status atw_output_directory_begin(struct atw_output_directory **out,
                                           const char *path,
                                           int force,
                                           struct atw_error *err) ATW_MUST_CHECK;

/* Where to put the files until commit; borrowed. */
const char *atw_output_directory_path(const struct atw_output_directory *directory);

/* Put the folder in its place. Consumes *directory and sets it to NULL whatever happens.
 * A folder being replaced is moved aside first, moved back if the new one cannot take its
 * place, and removed only afterwards. On failure the partial folder is removed. The
 * files themselves must have been synced by whoever wrote them (atw_output_commit does).
 *
 * ATW_EOUTPUT: renaming failed, or the folder came into being meanwhile. */
enum atw_status atw_output_directory_commit(struct atw_output_directory **directory,
                                            struct atw_error *err) ATW_MUST_CHECK;

/* Remove the partial folder and all it holds; NULL is accepted. */
void atw_output_directory_abort(struct atw_output_directory *directory);

#endif
