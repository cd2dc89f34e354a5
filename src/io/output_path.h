/* Names and renames shared by safe output files and directories. */
#ifndef ATW_IO_OUTPUT_PATH_H
#define ATW_IO_OUTPUT_PATH_H

#include "core/status.h"

/* "PATH.SUFFIX-PID-ATTEMPT", to be freed; NULL without memory. */
char *atw_output_path_beside(const char *path, const char *suffix, unsigned attempt);

/* What will be replaced when `path` is written: its target if it is a link to something
 * that exists, `path` itself otherwise. To be freed; NULL without memory. */
char *atw_output_path_resolve(const char *path);

/* rename(); without replace it fails with EEXIST if `to` exists. 0, or -1 with errno. */
int atw_output_path_rename(const char *from, const char *to, int replace);

/* Make the names in the folder that holds `path` durable. Best effort: some file systems
 * cannot sync a folder, and the content itself has been synced before. */
void atw_output_path_sync_folder(const char *path);

/* ATW_EOUTPUT "cannot write 'PATH': REASON", with the remedy for a missing folder. */
enum atw_status
atw_output_path_error(const char *path, int error_number, struct atw_error *err);

#endif
