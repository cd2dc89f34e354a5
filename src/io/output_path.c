/* Names and renames shared by safe output files and directories. */
#include "io/output_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *atw_output_path_beside(const char *path, const char *suffix, unsigned attempt)
{
    char *name = NULL;

    if (asprintf(&name, "%s.%s-%ld-%u", path, suffix, (long)getpid(), attempt) < 0)
        return NULL;
    return name;
}

char *atw_output_path_resolve(const char *path)
{
    char *target = realpath(path, NULL);

    return target || errno == ENOMEM ? target : strdup(path);
}

int atw_output_path_rename(const char *from, const char *to, int replace)
{
    if (replace)
        return rename(from, to);
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    /* Not every file system knows the flag. The caller looked before; what remains is a
     * race that only a network file system can lose. */
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (access(to, F_OK) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(from, to);
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

void atw_output_path_sync_folder(const char *path)
{
    char *folder = folder_of(path);
    int descriptor = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (descriptor >= 0) {
        (void)fsync(descriptor);
        (void)close(descriptor);
    }
    free(folder);
}

enum atw_status
atw_output_path_error(const char *path, int error_number, struct atw_error *err)
{
    char *folder = folder_of(path);
    int folder_is_missing =
        error_number == ENOENT && folder && access(folder, F_OK) != 0 && errno == ENOENT;

    if (folder_is_missing)
        atw_error_set(
            err, ATW_EOUTPUT,
            "cannot write '%s': the folder '%s' does not exist; create it first", path,
            folder);
    free(folder);
    return atw_error_set(err, ATW_EOUTPUT, "cannot write '%s': %s", path,
                         strerror(error_number));
}
