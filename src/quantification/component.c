/* Connected components of a mask, by runs along x.
 *
 * Each row is cut into runs of equal value; runs that touch in a neighbouring row are
 * united in a forest of sets (path halving). Rows are few and runs long, so this costs
 * little more than reading the mask. Source: He, Chao and Suzuki, "A run-based two-scan
 * labeling algorithm", IEEE Trans. Image Process. 17 (2008). */
#include "quantification/component_internal.h"

#include <stdlib.h>
#include <string.h>

struct run {
    size_t begin, end; /* voxel indices, end exclusive */
    size_t parent;     /* run number; roots are their own */
    size_t size;       /* of roots: voxels in the set */
    int on_border;     /* of roots: the set touches the border of the grid */
};

struct runs {
    struct run *run;
    size_t count;
    size_t *row_first; /* [n_y n_z + 1], first run of each row */
};

static size_t find_root(struct run *run, size_t i)
{
    while (run[i].parent != i) {
        run[i].parent = run[run[i].parent].parent;
        i = run[i].parent;
    }
    return i;
}

/* The earlier run becomes the root, so sets are known by their first voxel. */
static void unite(struct run *run, size_t a, size_t b)
{
    size_t first, second;

    a = find_root(run, a);
    b = find_root(run, b);
    if (a == b)
        return;
    first = a < b ? a : b;
    second = a < b ? b : a;
    run[second].parent = first;
    run[first].size += run[second].size;
    run[first].on_border |= run[second].on_border;
}

static void append_runs(struct runs *runs,
                        const struct atw_mask *mask,
                        size_t row,
                        unsigned char value)
{
    const struct atw_grid *grid = &mask->grid;
    size_t begin = row * grid->n_x, end = begin + grid->n_x;
    size_t y = row % grid->n_y, z = row / grid->n_y;
    int edge_row = y == 0 || y + 1 == grid->n_y || z == 0 || z + 1 == grid->n_z;

    for (size_t i = begin; i < end;) {
        size_t start;

        while (i < end && mask->inside[i] != value)
            i++;
        start = i;
        while (i < end && mask->inside[i] == value)
            i++;
        if (i == start)
            break;
        runs->run[runs->count] =
            (struct run){.begin = start,
                         .end = i,
                         .parent = runs->count,
                         .size = i - start,
                         .on_border = edge_row || start == begin || i == end};
        runs->count++;
    }
}

/* Unite the runs of a row with those of an earlier one, `offset` voxels before. */
static void join_rows(struct runs *runs, size_t row, size_t earlier, size_t offset)
{
    size_t a = runs->row_first[earlier], b = runs->row_first[row];
    size_t a_end = runs->row_first[earlier + 1], b_end = runs->row_first[row + 1];

    while (a < a_end && b < b_end) {
        size_t a_stop = runs->run[a].end + offset, b_stop = runs->run[b].end;

        if (runs->run[a].begin + offset < b_stop && runs->run[b].begin < a_stop)
            unite(runs->run, a, b);
        if (a_stop <= b_stop)
            a++;
        if (b_stop <= a_stop)
            b++;
    }
}

static void runs_destroy(struct runs *runs)
{
    free(runs->run);
    free(runs->row_first);
}

/* All runs of a value, united into components. */
static enum atw_status runs_create(struct runs *runs,
                                   const struct atw_mask *mask,
                                   unsigned char value,
                                   struct atw_error *err)
{
    const struct atw_grid *grid = &mask->grid;
    size_t n_rows = grid->n_y * grid->n_z;

    /* A row has at most every second voxel as a run. */
    runs->run = malloc(n_rows * ((grid->n_x + 1) / 2) * sizeof *runs->run);
    runs->row_first = calloc(n_rows + 1, sizeof *runs->row_first);
    runs->count = 0;
    if (!runs->run || !runs->row_first) {
        runs_destroy(runs);
        return atw_error_set(err, ATW_ENOMEM, "segmentation: out of memory");
    }
    for (size_t row = 0; row < n_rows; row++) {
        append_runs(runs, mask, row, value);
        runs->row_first[row + 1] = runs->count;
        if (row % grid->n_y > 0)
            join_rows(runs, row, row - 1, grid->n_x);
        if (row >= grid->n_y)
            join_rows(runs, row, row - grid->n_y, grid->n_x * grid->n_y);
    }
    return ATW_OK;
}

static void paint(struct atw_mask *mask, const struct run *run, unsigned char value)
{
    memset(mask->inside + run->begin, value, run->end - run->begin);
}

enum atw_status atw_mask_keep_largest(struct atw_mask *mask, struct atw_error *err)
{
    struct runs runs;
    size_t largest = 0;
    enum atw_status status = runs_create(&runs, mask, 1, err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < runs.count; i++)
        if (runs.run[i].parent == i && runs.run[i].size > runs.run[largest].size)
            largest = i;
    for (size_t i = 0; i < runs.count; i++)
        if (find_root(runs.run, i) != largest)
            paint(mask, &runs.run[i], 0);
    runs_destroy(&runs);
    return ATW_OK;
}

enum atw_status atw_mask_fill_holes(struct atw_mask *mask, struct atw_error *err)
{
    struct runs runs;
    enum atw_status status = runs_create(&runs, mask, 0, err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < runs.count; i++)
        if (!runs.run[find_root(runs.run, i)].on_border)
            paint(mask, &runs.run[i], 1);
    runs_destroy(&runs);
    return ATW_OK;
}
