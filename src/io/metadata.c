/* Provenance: an ordered list of key and text that every output carries. */
#include "io/metadata.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <yaml.h>

#include "core/version.h"

struct entry {
    char *key;
    char *text;
};

struct atw_metadata {
    struct entry *entries;
    size_t count;
};

enum atw_status atw_metadata_create(struct atw_metadata **out, struct atw_error *err)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return atw_error_set(err, ATW_ENOMEM, "metadata: out of memory");
    return ATW_OK;
}

void atw_metadata_destroy(struct atw_metadata *metadata)
{
    if (!metadata)
        return;
    for (size_t i = 0; i < metadata->count; i++) {
        free(metadata->entries[i].key);
        free(metadata->entries[i].text);
    }
    free(metadata->entries);
    free(metadata);
}

static int is_key(const char *key)
{
    const char *c = key;

    while (isalnum((unsigned char)*c) || *c == '_' || *c == '-')
        c++;
    return c != key && *c == '\0';
}

static struct entry *find_entry(const struct atw_metadata *metadata, const char *key)
{
    for (size_t i = 0; metadata && i < metadata->count; i++)
        if (strcmp(metadata->entries[i].key, key) == 0)
            return &metadata->entries[i];
    return NULL;
}

/* A new entry without text; NULL without memory. */
static struct entry *append_entry(struct atw_metadata *metadata, const char *key)
{
    struct entry *entries =
        reallocarray(metadata->entries, metadata->count + 1, sizeof *entries);

    if (!entries)
        return NULL;
    metadata->entries = entries;
    entries[metadata->count] = (struct entry){.key = strdup(key), .text = NULL};
    if (!entries[metadata->count].key)
        return NULL;
    return &entries[metadata->count++];
}

/* A copy that is certainly UTF-8: in any other text (a file name in an old encoding) the
 * bytes beyond ASCII become '?'. */
static char *copy_text(const char *text)
{
    json_t *probe = json_string(text);
    char *copy = strdup(text);

    if (!probe)
        for (char *c = copy; c && *c; c++)
            if ((unsigned char)*c >= 0x80)
                *c = '?';
    json_decref(probe);
    return copy;
}

enum atw_status atw_metadata_set(struct atw_metadata *metadata,
                                 const char *key,
                                 const char *text,
                                 struct atw_error *err)
{
    struct entry *entry = find_entry(metadata, key);
    char *copy = NULL;

    if (!is_key(key))
        return atw_error_set(
            err, ATW_EINVAL,
            "metadata: key '%s' may hold only letters, digits, '_' and '-'", key);
    copy = copy_text(text);
    if (copy && !entry)
        entry = append_entry(metadata, key);
    if (!copy || !entry) {
        free(copy);
        return atw_error_set(err, ATW_ENOMEM, "metadata: out of memory");
    }
    free(entry->text);
    entry->text = copy;
    return ATW_OK;
}

static void put_library(FILE *stream,
                        const char *separator,
                        const char *name,
                        const char *compiled,
                        const char *loaded)
{
    (void)fprintf(stream, "%s%s %s", separator, name, loaded);
    if (strcmp(compiled, loaded) != 0)
        (void)fprintf(stream, " (compiled with %s)", compiled);
}

static void put_libraries(FILE *stream)
{
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    char hdf5[48];
    char hdf5_compiled[48];

    (void)H5get_libversion(&major, &minor, &release);
    (void)snprintf(hdf5, sizeof hdf5, "%u.%u.%u", major, minor, release);
    (void)snprintf(hdf5_compiled, sizeof hdf5_compiled, "%d.%d.%d", H5_VERS_MAJOR,
                   H5_VERS_MINOR, H5_VERS_RELEASE);
    put_library(stream, "", "hdf5", hdf5_compiled, hdf5);
    put_library(stream, ", ", "gsl", GSL_VERSION, gsl_version);
    put_library(stream, ", ", "jansson", JANSSON_VERSION, jansson_version_str());
    put_library(stream, ", ", "libyaml", yaml_get_version_string(),
                yaml_get_version_string());
}

/* Plain words stay as they are; others go between single quotes. */
static void put_argument(FILE *stream, const char *argument)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-./:=,+%@[]";

    if (*argument && argument[strspn(argument, plain)] == '\0') {
        (void)fputs(argument, stream);
        return;
    }
    (void)fputc('\'', stream);
    for (const char *c = argument; *c; c++)
        (void)fputs(*c == '\'' ? "'\\''" : (char[]){*c, '\0'}, stream);
    (void)fputc('\'', stream);
}

static void put_command_line(FILE *stream, int count, const char *const *arguments)
{
    for (int i = 0; i < count; i++) {
        if (i > 0)
            (void)fputc(' ', stream);
        put_argument(stream, arguments[i]);
    }
}

enum atw_status atw_metadata_add_program(struct atw_metadata *metadata,
                                         int argument_count,
                                         const char *const *arguments,
                                         struct atw_error *err)
{
    char *text[2] = {NULL, NULL};
    size_t size[2] = {0, 0};
    FILE *libraries = open_memstream(&text[0], &size[0]);
    FILE *command = open_memstream(&text[1], &size[1]);
    enum atw_status status = ATW_OK;

    if (libraries)
        put_libraries(libraries);
    if (command)
        put_command_line(command, argument_count, arguments);
    if (!libraries || !command)
        status = ATW_ENOMEM;
    if (libraries && fclose(libraries) != 0)
        status = ATW_ENOMEM;
    if (command && fclose(command) != 0)
        status = ATW_ENOMEM;
    if (status != ATW_OK)
        (void)atw_error_set(err, status, "metadata: out of memory");
    if (status == ATW_OK)
        status = atw_metadata_set(metadata, "program", "alloytwin", err);
    if (status == ATW_OK)
        status = atw_metadata_set(metadata, "version", atw_version(), err);
    if (status == ATW_OK)
        status = atw_metadata_set(metadata, "git_id", atw_version_git(), err);
    if (status == ATW_OK)
        status = atw_metadata_set(metadata, "libraries", text[0], err);
    if (status == ATW_OK && argument_count > 0)
        status = atw_metadata_set(metadata, "command_line", text[1], err);
    free(text[0]);
    free(text[1]);
    return status;
}

size_t atw_metadata_count(const struct atw_metadata *metadata)
{
    return metadata ? metadata->count : 0;
}

const char *atw_metadata_key(const struct atw_metadata *metadata, size_t index)
{
    return metadata->entries[index].key;
}

const char *atw_metadata_text(const struct atw_metadata *metadata, size_t index)
{
    return metadata->entries[index].text;
}

const char *atw_metadata_find(const struct atw_metadata *metadata, const char *key)
{
    const struct entry *entry = find_entry(metadata, key);

    return entry ? entry->text : NULL;
}

json_t *atw_metadata_to_json(const struct atw_metadata *metadata)
{
    json_t *object = json_object();

    for (size_t i = 0; object && i < atw_metadata_count(metadata); i++)
        if (json_object_set_new(object, metadata->entries[i].key,
                                json_string(metadata->entries[i].text)) != 0) {
            json_decref(object);
            object = NULL;
        }
    return object;
}
