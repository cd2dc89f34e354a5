/* Safe output files: a file appears under its name only when it is complete.
 *
 * The bytes go to "PATH.partial-PID-N" in the same folder; commit flushes, syncs, closes
 * and renames it, abort removes it. A killed program therefore leaves no file that looks
 * complete, and an existing file survives every failure. */
#ifndef ATW_IO_OUTPUT_H
#define ATW_IO_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

#include "core/status.h"

struct atw_output; /* opaque */

/* Open a temporary file that commit will turn into `path`.
 *
 * *out   the caller commits or aborts it; NULL on failure
 * path   a symbolic link to a file is followed: its target is replaced. A device or pipe
 *        ("/dev/stdout") is written to directly, without a temporary file
 * force  nonzero allows an existing file to be replaced
 *
 * ATW_EOUTPUT: the file exists and force is zero, it is a directory, or the folder is
 * missing or not writable; ATW_ENOMEM. */
enum atw_status atw_output_begin(struct atw_output **out,
                                 const char *path,
                                 int force,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* The open stream, borrowed. Errors of fprintf() and friends may be left to commit, which
 * notices them. */
FILE *atw_output_stream(const struct atw_output *output);

/* Where the bytes go until commit, and the name in messages; both borrowed. Libraries
 * that insist on a file name write to the temporary one (the stream must stay unused
 * then). */
const char *atw_output_temporary_path(const struct atw_output *output);
const char *atw_output_path(const struct atw_output *output);

/* True for a device or pipe, which cannot be written by name or out of order. */
int atw_output_is_direct(const struct atw_output *output);

/* Append `size` bytes. ATW_EOUTPUT with the system's reason, so that a full disk stops a
 * long write at once. */
enum atw_status atw_output_write(struct atw_output *output,
                                 const void *bytes,
                                 size_t size,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Bring all bytes to the disk now, so that of several files none is committed before all
 * of them are safe. ATW_EOUTPUT if any write since begin failed. */
enum atw_status atw_output_flush(struct atw_output *output,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Complete the file. Consumes *output and sets it to NULL whatever happens; on failure
 * the temporary file is removed and a file already at `path` is untouched.
 *
 * ATW_EOUTPUT: any write since begin failed, or the file cannot be synced or renamed, or
 * it came into being meanwhile and force was zero. */
enum atw_status atw_output_commit(struct atw_output **output,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Drop what was written; NULL is accepted. */
void atw_output_abort(struct atw_output *output);

#endif
