/* Safe output files: a file appears under its name only when it is complete. */
#include "io/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/output_path.h"

struct atw_output {
    char *path;      /* as the user named it, for messages */
    char *target;    /* what will be replaced */
    char *temporary; /* equal to target for a device or pipe */
    FILE *stream;
    int force;
    int is_direct;
};

static void destroy(struct atw_output *output)
{
    if (!output)
        return;
    free(output->path);
    free(output->target);
    free(output->temporary);
    free(output);
}

/* Refuse a target that must not be replaced; recognise devices and pipes. */
static enum atw_status check_target(struct atw_output *output, struct atw_error *err)
{
    struct stat information;

    if (stat(output->target, &information) != 0)
        return errno == ENOENT ? ATW_OK : atw_output_path_error(output->path, errno, err);
    if (S_ISDIR(information.st_mode))
        return atw_error_set(err, ATW_EOUTPUT,
                             "cannot write '%s': it is a directory; name a file",
                             output->path);
    output->is_direct = !S_ISREG(information.st_mode);
    if (!output->is_direct && !output->force)
        return atw_error_set(
            err, ATW_EOUTPUT,
            "'%s' exists already; choose another name or give --force to "
            "replace it",
            output->path);
    return ATW_OK;
}

/* A new file beside the target. Unlike mkstemp() this honours the user's umask. */
static int open_temporary(struct atw_output *output)
{
    int descriptor = -1;

    for (unsigned attempt = 0; descriptor < 0; attempt++) {
        free(output->temporary);
        output->temporary = atw_output_path_beside(output->target, "partial", attempt);
        if (!output->temporary)
            return -1;
        descriptor = open(output->temporary,
                          O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666);
        if (descriptor < 0 && errno != EEXIST)
            break;
    }
    return descriptor;
}

static int open_direct(struct atw_output *output)
{
    output->temporary = strdup(output->target);
    if (!output->temporary)
        return -1;
    return open(output->target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

static enum atw_status open_stream(struct atw_output *output, struct atw_error *err)
{
    int descriptor = output->is_direct ? open_direct(output) : open_temporary(output);

    if (descriptor < 0)
        return atw_output_path_error(output->path, errno, err);
    output->stream = fdopen(descriptor, "wb");
    if (output->stream)
        return ATW_OK;
    close(descriptor);
    if (!output->is_direct)
        unlink(output->temporary);
    return atw_error_set(err, ATW_ENOMEM, "output '%s': out of memory", output->path);
}

enum atw_status atw_output_begin(struct atw_output **out,
                                 const char *path,
                                 int force,
                                 struct atw_error *err)
{
    struct atw_output *output = calloc(1, sizeof *output);
    enum atw_status status = ATW_OK;

    *out = NULL;
    if (output) {
        output->force = force;
        output->path = strdup(path);
        output->target = atw_output_path_resolve(path);
    }
    if (!output || !output->path || !output->target) {
        status = atw_error_set(err, ATW_ENOMEM, "output '%s': out of memory", path);
        goto cleanup;
    }
    status = check_target(output, err);
    if (status == ATW_OK)
        status = open_stream(output, err);
    if (status != ATW_OK)
        goto cleanup;
    *out = output;
    output = NULL; /* now owned by the caller */
cleanup:
    destroy(output);
    return status;
}

FILE *atw_output_stream(const struct atw_output *output)
{
    return output->stream;
}

const char *atw_output_temporary_path(const struct atw_output *output)
{
    return output->temporary;
}

const char *atw_output_path(const struct atw_output *output)
{
    return output->path;
}

int atw_output_is_direct(const struct atw_output *output)
{
    return output->is_direct;
}

enum atw_status atw_output_write(struct atw_output *output,
                                 const void *bytes,
                                 size_t size,
                                 struct atw_error *err)
{
    errno = 0;
    if (fwrite(bytes, 1, size, output->stream) == size)
        return ATW_OK;
    return atw_output_path_error(output->path, errno ? errno : EIO, err);
}

static int sync_stream(const struct atw_output *output)
{
    if (output->is_direct || fsync(fileno(output->stream)) == 0)
        return 0;
    return errno == EINVAL || errno == ENOTSUP ? 0 : -1; /* file systems without sync */
}

enum atw_status atw_output_flush(struct atw_output *output, struct atw_error *err)
{
    if (fflush(output->stream) != 0 || sync_stream(output) != 0)
        return atw_output_path_error(output->path, errno, err);
    if (ferror(output->stream)) /* the stream remembers a failure, but not the reason */
        return atw_error_set(err, ATW_EOUTPUT,
                             "cannot write '%s': a write failed; is the disk full?",
                             output->path);
    return ATW_OK;
}

/* Close the stream in any case. */
static enum atw_status close_stream(struct atw_output *output, struct atw_error *err)
{
    enum atw_status status = atw_output_flush(output, err);

    if (fclose(output->stream) != 0 && status == ATW_OK)
        status = atw_output_path_error(output->path, errno, err);
    return status;
}

enum atw_status atw_output_commit(struct atw_output **output, struct atw_error *err)
{
    struct atw_output *file = *output;
    enum atw_status status = close_stream(file, err);

    *output = NULL;
    if (file->is_direct) {
        destroy(file);
        return status;
    }
    if (status == ATW_OK &&
        atw_output_path_rename(file->temporary, file->target, file->force) != 0)
        status = atw_output_path_error(file->path, errno, err);
    if (status == ATW_OK)
        atw_output_path_sync_folder(file->target);
    else
        unlink(file->temporary);
    destroy(file);
    return status;
}

void atw_output_abort(struct atw_output *output)
{
    if (!output)
        return;
    (void)fclose(output->stream);
    if (!output->is_direct)
        unlink(output->temporary);
    destroy(output);
}
