/* Data files that come with the program or that users add. */
#include "io/data_file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DIRECTORY_COUNT = 5, DIRECTORY_SIZE = 4096 };

static int program_directory(char text[DIRECTORY_SIZE])
{
    ssize_t length = readlink("/proc/self/exe", text, DIRECTORY_SIZE - 1);
    char *slash;

    text[length > 0 ? length : 0] = '\0';
    slash = strrchr(text, '/');
    if (slash)
        *slash = '\0';
    return slash ? (int)(slash - text) : 0;
}

/* Directory number i of the search path; 0 if there is none. */
static int search_directory(char text[DIRECTORY_SIZE], size_t i, const char *base)
{
    const char *data = getenv("ALLOYTWIN_DATA");
    int used = 0;

    if (i == 0 && base)
        used = snprintf(text, DIRECTORY_SIZE, "%s", base);
    else if (i == 1 && data && *data)
        used = snprintf(text, DIRECTORY_SIZE, "%s", data);
    else if (i == 2)
        used = program_directory(text);
    else if (i == 3 && program_directory(text) && strlen(text) + 4 < DIRECTORY_SIZE)
        used = (int)strlen(strcat(text, "/.."));
    else if (i == 4)
        used = snprintf(text, DIRECTORY_SIZE, "%s", ATW_DATA_DIRECTORY);
    return used > 0 && used < DIRECTORY_SIZE;
}

enum atw_status atw_data_find(char **path,
                              const char *folder,
                              const char *name,
                              const char *base,
                              struct atw_error *err)
{
    char directory[DIRECTORY_SIZE];

    *path = NULL;
    for (size_t i = 0; i < DIRECTORY_COUNT; i++) {
        if (!search_directory(directory, i, base))
            continue;
        if (asprintf(path, "%s/%s/%s", directory, folder, name) < 0) {
            *path = NULL;
            return atw_error_set(err, ATW_ENOMEM, "%s/%s: out of memory", folder, name);
        }
        if (access(*path, F_OK) == 0)
            return ATW_OK;
        free(*path);
        *path = NULL;
    }
    return atw_error_set(
        err, ATW_EINPUT,
        "%s/%s: no such data file; point ALLOYTWIN_DATA at the directory "
        "that holds %s/",
        folder, name, folder);
}

/* Length of NAME in "NAME.yaml", 0 if the file is something else. */
static size_t name_length(const char *file_name)
{
    size_t length = strlen(file_name);

    if (file_name[0] == '.' || length < 6 || strcmp(file_name + length - 5, ".yaml") != 0)
        return 0;
    return length - 5;
}

static int is_wanted(const struct dirent *item)
{
    return name_length(item->d_name) > 0;
}

static enum atw_status add_file(struct atw_table *table,
                                const char *directory,
                                const char *file_name,
                                struct atw_error *err)
{
    char name[256], path[DIRECTORY_SIZE + 512];

    snprintf(name, sizeof name, "%.*s", (int)name_length(file_name), file_name);
    for (size_t i = 0; i < atw_table_row_count(table); i++)
        if (strcmp(atw_table_cell(table, i, 0).text, name) == 0)
            return ATW_OK; /* hidden by a directory searched earlier */
    snprintf(path, sizeof path, "%s/%s", directory, file_name);
    return atw_table_append(
        table, (struct atw_cell[]){atw_cell_text(name), atw_cell_text(path)}, err);
}

static enum atw_status
add_directory(struct atw_table *table, const char *directory, struct atw_error *err)
{
    struct dirent **items = NULL;
    int n_items = scandir(directory, &items, is_wanted, alphasort);
    enum atw_status status = ATW_OK;

    for (int i = 0; i < n_items; i++) {
        if (status == ATW_OK)
            status = add_file(table, directory, items[i]->d_name, err);
        free(items[i]);
    }
    free(items);
    return status;
}

enum atw_status atw_data_list(struct atw_table **out,
                              const char *folder,
                              const char *base,
                              struct atw_error *err)
{
    static const char *const columns[] = {"name", "file"};
    char directory[DIRECTORY_SIZE], text[DIRECTORY_SIZE + 128];
    struct atw_table *table = NULL;
    enum atw_status status;

    *out = NULL;
    status = atw_table_create(&table, columns, 2, err);
    for (size_t i = 0; i < DIRECTORY_COUNT && status == ATW_OK; i++) {
        if (!search_directory(directory, i, base))
            continue;
        snprintf(text, sizeof text, "%s/%.120s", directory, folder);
        status = add_directory(table, text, err);
    }
    if (status == ATW_OK)
        *out = table;
    else
        atw_table_destroy(table);
    return status;
}
