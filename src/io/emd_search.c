/* Where the volumes and tilt series of an HDF5 file are. */
#include "io/emd_search.h"

#include <stdio.h>
#include <string.h>

#include "io/hdf5_access.h"

/* Groups are searched this far below the root; links may form circles. */
#define DEEPEST_GROUP 6

static int rank_of(hid_t dataset)
{
    hid_t space = H5Dget_space(dataset);
    int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);

    if (space >= 0)
        H5Sclose(space);
    return rank;
}

/* Keep the first dataset whose name starts with "data" and that has three dimensions. */
static herr_t
keep_data(hid_t group, const char *name, const H5L_info_t *information, void *context)
{
    hid_t *dataset = context;

    (void)information;
    if (strncmp(name, "data", 4) != 0)
        return 0;
    *dataset = H5Dopen2(group, name, H5P_DEFAULT);
    if (*dataset >= 0 && rank_of(*dataset) == 3)
        return 1;
    if (*dataset >= 0)
        H5Dclose(*dataset);
    *dataset = -1;
    return 0;
}

hid_t atw_emd_open_data(hid_t group)
{
    hid_t dataset = -1;
    hsize_t start = 0;

    (void)H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &start, keep_data, &dataset);
    return dataset;
}

/* An EMD group says so, but some programs leave the mark out. */
static int is_emd_group(hid_t group)
{
    unsigned type = 0;

    return (atw_hdf5_read_unsigned(group, "emd_group_type", &type) && type == 1) ||
           H5Lexists(group, "dim1", H5P_DEFAULT) > 0;
}

/* Where the search for the first group stands. */
struct search {
    hid_t group, dataset; /* what was found, or negative */
    int depth;
    int is_damaged; /* something on the way could not be opened */
};

static herr_t
search_link(hid_t parent, const char *name, const H5L_info_t *information, void *context);

/* Take this group if it is the one, else look into the groups below it, by name.
 * H5Ovisit() would do it, but leaves HDF5 1.10 in disorder when it meets damage. */
static void search_group(struct search *search, hid_t group)
{
    hsize_t start = 0;

    if (is_emd_group(group))
        search->dataset = atw_emd_open_data(group);
    if (search->dataset >= 0) {
        search->group = group;
        (void)H5Iinc_ref(group);
        return;
    }
    if (search->depth == DEEPEST_GROUP)
        return;
    search->depth++;
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &start, search_link, search) < 0)
        search->is_damaged = 1;
    search->depth--;
}

static herr_t
search_link(hid_t parent, const char *name, const H5L_info_t *information, void *context)
{
    struct search *search = context;
    hid_t object;

    if (information->type != H5L_TYPE_HARD)
        return 0;
    object = H5Oopen(parent, name, H5P_DEFAULT);
    if (object < 0) {
        search->is_damaged = 1;
        return 0;
    }
    if (H5Iget_type(object) == H5I_GROUP)
        search_group(search, object);
    (void)H5Oclose(object);
    return search->group >= 0;
}

int atw_emd_find_first(hid_t *group, hid_t *dataset, hid_t file)
{
    struct search search = {.group = -1, .dataset = -1};
    hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);

    if (root < 0)
        return -1;
    search_group(&search, root);
    (void)H5Gclose(root);
    if (search.group < 0)
        return search.is_damaged ? -1 : 0;
    *group = search.group;
    *dataset = search.dataset;
    return 1;
}

struct list {
    char *names;
    size_t size, count;
};

static void append(struct list *list, const char *name)
{
    size_t used = strlen(list->names);

    if (used + strlen(name) + sizeof ", ..." <= list->size)
        (void)snprintf(list->names + used, list->size - used, "%s%s", used ? ", " : "",
                       name);
    else if (used >= 3 && strcmp(list->names + used - 3, "...") != 0)
        (void)snprintf(list->names + used, list->size - used, ", ...");
    list->count++;
}

static herr_t
list_link(hid_t parent, const char *name, const H5L_info_t *information, void *context)
{
    hid_t object = information->type == H5L_TYPE_HARD ? H5Oopen(parent, name, H5P_DEFAULT)
                                                      : (hid_t)-1;
    hid_t dataset = -1;

    if (object < 0)
        return 0;
    if (H5Iget_type(object) == H5I_GROUP && is_emd_group(object))
        dataset = atw_emd_open_data(object);
    if (dataset >= 0) {
        append(context, name);
        (void)H5Dclose(dataset);
    }
    (void)H5Oclose(object);
    return 0;
}

size_t atw_emd_list(hid_t file, const char *parent, char *names, size_t size)
{
    struct list list = {.names = names, .size = size};
    hid_t group = H5Gopen2(file, parent, H5P_DEFAULT);
    hsize_t start = 0;

    *names = '\0';
    if (group < 0)
        return 0;
    (void)H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &start, list_link, &list);
    (void)H5Gclose(group);
    return list.count;
}
