/* Data files that come with the program or that users add: models, scenarios, plots.
 *
 * They are looked for below, in this order: a directory of the caller's choice,
 * $ALLOYTWIN_DATA, the directory of the running program, the one above it (a program in
 * the build folder of its source), and the installed data. */
#ifndef ATW_IO_DATA_FILE_H
#define ATW_IO_DATA_FILE_H

#include "core/status.h"
#include "core/table.h"

/* Path of FOLDER/NAME in the first directory that has it; free() it. base may be NULL.
 * ATW_EINPUT if none has; ATW_ENOMEM. */
enum atw_status atw_data_find(char **path,
                              const char *folder,
                              const char *name,
                              const char *base,
                              struct atw_error *err) ATW_MUST_CHECK;

/* Files FOLDER/NAME.yaml in all directories, the first of each name: columns name, file.
 * base may be NULL. ATW_ENOMEM. */
enum atw_status atw_data_list(struct atw_table **out,
                              const char *folder,
                              const char *base,
                              struct atw_error *err) ATW_MUST_CHECK;

#endif
