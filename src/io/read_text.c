/* Whole text files in memory, for the line-oriented readers. */
#include "io/read_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FIRST_READ_BYTES ((size_t)1 << 16)

static const char byte_order_mark[] = "\xEF\xBB\xBF";

/* Grow by doubling: the size of a pipe is not known beforehand. */
static enum atw_status read_stream(FILE *stream,
                                   char **text,
                                   size_t *size,
                                   const char *path,
                                   size_t limit_bytes,
                                   struct atw_error *err)
{
    size_t capacity = FIRST_READ_BYTES;

    for (;;) {
        char *larger = realloc(*text, capacity + 1);

        if (!larger)
            return atw_error_set(err, ATW_ENOMEM, "'%s': no memory for %zu bytes", path,
                                 capacity);
        *text = larger;
        *size += fread(*text + *size, 1, capacity - *size, stream);
        if (ferror(stream))
            return atw_error_set(err, ATW_EINPUT, "cannot read '%s': %s", path,
                                 strerror(errno));
        if (*size > limit_bytes)
            return atw_error_set(err, ATW_EINPUT,
                                 "'%s' is larger than the %zu bytes allowed here", path,
                                 limit_bytes);
        if (*size < capacity)
            break;
        capacity *= 2;
    }
    (*text)[*size] = '\0';
    if (strlen(*text) != *size)
        return atw_error_set(err, ATW_EINPUT, "'%s' is not a text file: byte %zu is zero",
                             path, strlen(*text) + 1);
    return ATW_OK;
}

enum atw_status atw_read_text(char **text,
                              size_t *size,
                              const char *path,
                              size_t limit_bytes,
                              struct atw_error *err)
{
    FILE *stream = fopen(path, "rbe");
    struct stat information;
    char *bytes = NULL;
    size_t count = 0;
    size_t mark = strlen(byte_order_mark);
    enum atw_status status;

    if (!stream)
        return atw_error_set(err, ATW_EINPUT, "cannot read '%s': %s", path,
                             strerror(errno));
    if (fstat(fileno(stream), &information) == 0 && S_ISDIR(information.st_mode))
        status =
            atw_error_set(err, ATW_EINPUT, "cannot read '%s': it is a directory", path);
    else
        status = read_stream(stream, &bytes, &count, path, limit_bytes, err);
    (void)fclose(stream);
    if (status != ATW_OK) {
        free(bytes);
        return status;
    }
    if (count >= mark && memcmp(bytes, byte_order_mark, mark) == 0) {
        count -= mark;
        memmove(bytes, bytes + mark, count + 1);
    }
    *text = bytes;
    *size = count;
    return ATW_OK;
}
