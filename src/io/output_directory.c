/* Safe output directories: a run directory appears under its name only when complete. */
#include "io/output_directory.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/output_path.h"

/* A file in a folder of ours names the program within this many bytes. */
#define MARKER_SEARCH_BYTES ((size_t)1 << 20)
/* Descriptors nftw() may hold open; deeper trees are walked more slowly. */
#define WALK_DESCRIPTORS 16

struct atw_output_directory {
    char *path;    /* as the user named it, for messages */
    char *target;  /* what will be replaced */
    char *partial; /* where the files are until commit */
    int force;
};

static void destroy(struct atw_output_directory *directory)
{
    if (!directory)
        return;
    free(directory->path);
    free(directory->target);
    free(directory->partial);
    free(directory);
}

static int
remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void remove_tree(const char *path)
{
    (void)nftw(path, remove_entry, WALK_DESCRIPTORS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static int mentions_program(const char *folder, const char *name)
{
    char *path = NULL;
    char *text = NULL;
    FILE *stream = NULL;
    int found = 0;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return 0;
    stream = fopen(path, "rbe");
    text = malloc(MARKER_SEARCH_BYTES);
    if (stream && text) {
        size_t size = fread(text, 1, MARKER_SEARCH_BYTES, stream);

        found = memmem(text, size, "alloytwin", strlen("alloytwin")) != NULL;
    }
    if (stream)
        (void)fclose(stream);
    free(text);
    free(path);
    return found;
}

static int is_ours(const char *folder)
{
    static const char *const markers[] = {"provenance.json", "result.json",
                                          "experiment/experiment.yaml"};

    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++)
        if (mentions_program(folder, markers[i]))
            return 1;
    return 0;
}

static int is_empty(const char *folder)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;
    int empty = 1;

    if (!entries)
        return 0;
    while (empty && (entry = readdir(entries)))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    (void)closedir(entries);
    return empty;
}

static enum atw_status check_target(const struct atw_output_directory *directory,
                                    struct atw_error *err)
{
    struct stat information;

    if (stat(directory->target, &information) != 0)
        return errno == ENOENT ? ATW_OK
                               : atw_output_path_error(directory->path, errno, err);
    if (!S_ISDIR(information.st_mode))
        return atw_error_set(err, ATW_EOUTPUT,
                             "cannot write directory '%s': a file of that name exists",
                             directory->path);
    if (!directory->force)
        return atw_error_set(err, ATW_EOUTPUT,
                             "directory '%s' exists already; choose another name or give "
                             "--force to replace it",
                             directory->path);
    if (!is_empty(directory->target) && !is_ours(directory->target))
        return atw_error_set(
            err, ATW_EOUTPUT,
            "directory '%s' is not empty and was not written by alloytwin "
            "(no provenance.json, result.json or "
            "experiment/experiment.yaml of ours in it); --force does not "
            "replace it, remove it yourself or choose another name",
            directory->path);
    return ATW_OK;
}

static enum atw_status create_partial(struct atw_output_directory *directory,
                                      struct atw_error *err)
{
    for (unsigned attempt = 0;; attempt++) {
        free(directory->partial);
        directory->partial =
            atw_output_path_beside(directory->target, "partial", attempt);
        if (!directory->partial)
            return atw_error_set(err, ATW_ENOMEM, "directory '%s': out of memory",
                                 directory->path);
        if (mkdir(directory->partial, 0777) == 0)
            return ATW_OK;
        if (errno != EEXIST)
            return atw_output_path_error(directory->path, errno, err);
    }
}

/* "runs/a//" becomes "runs/a"; "/" stays. NULL without memory. */
static char *without_trailing_slashes(const char *path)
{
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/')
        length--;
    return strndup(path, length);
}

/* The last component must be a name that can be renamed. */
static int names_a_place(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;

    return strcmp(name, "") != 0 && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

enum atw_status atw_output_directory_begin(struct atw_output_directory **out,
                                           const char *path,
                                           int force,
                                           struct atw_error *err)
{
    struct atw_output_directory *directory = calloc(1, sizeof *directory);
    enum atw_status status = ATW_OK;

    *out = NULL;
    if (directory) {
        directory->force = force;
        directory->path = without_trailing_slashes(path);
        if (directory->path)
            directory->target = atw_output_path_resolve(directory->path);
    }
    if (!directory || !directory->target) {
        status = atw_error_set(err, ATW_ENOMEM, "directory '%s': out of memory", path);
        goto cleanup;
    }
    if (!names_a_place(directory->path)) {
        status =
            atw_error_set(err, ATW_EOUTPUT,
                          "cannot write directory '%s': give it a name of its own", path);
        goto cleanup;
    }
    status = check_target(directory, err);
    if (status == ATW_OK)
        status = create_partial(directory, err);
    if (status != ATW_OK)
        goto cleanup;
    *out = directory;
    directory = NULL; /* now owned by the caller */
cleanup:
    destroy(directory);
    return status;
}

const char *atw_output_directory_path(const struct atw_output_directory *directory)
{
    return directory->partial;
}

/* Move an existing folder out of the way. *aside is its new name, NULL if there is none.
 */
static enum atw_status move_aside(const struct atw_output_directory *directory,
                                  char **aside,
                                  struct atw_error *err)
{
    if (access(directory->target, F_OK) != 0)
        return ATW_OK;
    for (unsigned attempt = 0;; attempt++) {
        int error_number;

        *aside = atw_output_path_beside(directory->target, "replaced", attempt);
        if (!*aside)
            return atw_error_set(err, ATW_ENOMEM, "directory '%s': out of memory",
                                 directory->path);
        if (atw_output_path_rename(directory->target, *aside, 0) == 0)
            return ATW_OK;
        error_number = errno;
        free(*aside);
        *aside = NULL;
        if (error_number != EEXIST)
            return atw_output_path_error(directory->path, error_number, err);
    }
}

enum atw_status atw_output_directory_commit(struct atw_output_directory **directory,
                                            struct atw_error *err)
{
    struct atw_output_directory *folder = *directory;
    enum atw_status status = check_target(folder, err); /* once more: time has passed */
    char *aside = NULL;

    *directory = NULL;
    if (status == ATW_OK)
        status = move_aside(folder, &aside, err);
    if (status == ATW_OK &&
        atw_output_path_rename(folder->partial, folder->target, 0) != 0) {
        status = atw_output_path_error(folder->path, errno, err);
        if (aside)
            (void)rename(aside, folder->target);
    } else if (status == ATW_OK && aside) {
        remove_tree(aside);
    }
    if (status == ATW_OK)
        atw_output_path_sync_folder(folder->target);
    else
        remove_tree(folder->partial);
    free(aside);
    destroy(folder);
    return status;
}

void atw_output_directory_abort(struct atw_output_directory *directory)
{
    if (!directory)
        return;
    remove_tree(directory->partial);
    destroy(directory);
}
