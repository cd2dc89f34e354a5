/* Exact Euclidean distance of the voxels of a mask to the outside.
 *
 * One sweep per axis: g(i) squared distances within the lines so far become
 * min_j (i - j)^2 + g(j), the lower envelope of parabolas, in integers. Sources:
 * Meijster, Roerdink and Hesselink, "A general algorithm for computing distance
 * transforms in linear time" (2000); Felzenszwalb and Huttenlocher, "Distance transforms
 * of sampled functions" (2012). A voxel outside (g = 0) hides all parabolas behind it, so
 * lines are cut there and empty stretches cost nothing. */
#include "quantification/distance.h"

#include <stdlib.h>

#include "core/parallel.h"

enum { EDGE_AT_MOST = 30000 }; /* keeps squares within 32 bits */

/* Scratch of one worker for lines of n voxels and a border voxel at each end. */
struct line {
    int32_t *g;      /* [n + 2], g[0] = g[n + 1] = 0 */
    int32_t *result; /* [n + 2] */
    int32_t *apex;   /* [n + 2], parabolas of the envelope, left to right */
    int32_t *from;   /* [n + 2], first i at which each is lowest */
};

/* First integer i > a at which the parabola of apex b is not above that of apex a < b. */
static int32_t crossing(const int32_t *g, int32_t a, int32_t b)
{
    /* (i-a)^2 + g(a) >= (i-b)^2 + g(b)  <=>  2 i (b-a) >= b^2 - a^2 + g(b) - g(a) */
    int64_t right = (int64_t)b * b - (int64_t)a * a + g[b] - g[a];
    int64_t left = 2 * (int64_t)(b - a);

    return right <= 0 ? 0 : (int32_t)((right + left - 1) / left);
}

/* Lower envelope between the zeros at begin and end, written to result inside. */
static void sweep_stretch(const struct line *line, int32_t begin, int32_t end)
{
    const int32_t *g = line->g;
    int32_t top = 0;

    line->apex[0] = begin;
    line->from[0] = begin;
    for (int32_t j = begin + 1; j <= end; j++) {
        int32_t from = crossing(g, line->apex[top], j);

        while (top > 0 && from <= line->from[top])
            from = crossing(g, line->apex[--top], j);
        if (from >= end)
            continue;
        line->apex[++top] = j;
        line->from[top] = from;
    }
    for (int32_t i = end - 1; i > begin; i--) {
        while (i < line->from[top])
            top--;
        line->result[i] =
            (i - line->apex[top]) * (i - line->apex[top]) + g[line->apex[top]];
    }
}

/* Replace n values, `stride` apart, by the envelope along their line. */
static void sweep_line(const struct line *line, int32_t *value, int32_t n, size_t stride)
{
    int32_t begin = 0;
    int any = 0;

    for (int32_t i = 0; i < n; i++) {
        line->g[i + 1] = value[(size_t)i * stride];
        any |= line->g[i + 1];
    }
    if (!any)
        return;
    line->g[0] = line->g[n + 1] = 0;
    for (int32_t end = 1; end <= n + 1; end++)
        if (line->g[end] == 0) {
            if (end > begin + 1)
                sweep_stretch(line, begin, end);
            begin = end;
        }
    for (int32_t i = 0; i < n; i++)
        if (line->g[i + 1] != 0)
            value[(size_t)i * stride] = line->result[i + 1];
}

/* Along x every apex is a zero: squared distance to the nearer end of a run. */
static void fill_row(const unsigned char *inside, int32_t *value, int32_t n)
{
    int32_t begin = -1;

    for (int32_t end = 0; end <= n; end++) {
        if (end < n && inside[end])
            continue;
        for (int32_t i = begin + 1; i < end; i++) {
            int32_t d = i - begin < end - i ? i - begin : end - i;

            value[i] = d * d;
        }
        begin = end;
    }
}

struct distance_job {
    const struct atw_mask *mask;
    int32_t *distance;
    struct line *line; /* [workers] */
};

/* Along x and y within slice z. */
static void sweep_slice(void *context, size_t z, size_t worker)
{
    struct distance_job *job = context;
    const struct atw_grid *grid = &job->mask->grid;
    size_t first = atw_grid_index(grid, 0, 0, z);

    for (size_t y = 0; y < grid->n_y; y++)
        fill_row(job->mask->inside + first + y * grid->n_x,
                 job->distance + first + y * grid->n_x, (int32_t)grid->n_x);
    for (size_t x = 0; x < grid->n_x; x++)
        sweep_line(&job->line[worker], job->distance + first + x, (int32_t)grid->n_y,
                   grid->n_x);
}

/* Along z for all x of row y. */
static void sweep_depth(void *context, size_t y, size_t worker)
{
    struct distance_job *job = context;
    const struct atw_grid *grid = &job->mask->grid;

    for (size_t x = 0; x < grid->n_x; x++)
        sweep_line(&job->line[worker], job->distance + atw_grid_index(grid, x, y, 0),
                   (int32_t)grid->n_z, grid->n_x * grid->n_y);
}

static void destroy_lines(struct line *line, size_t count)
{
    for (size_t i = 0; line && i < count; i++)
        free(line[i].g);
    free(line);
}

/* One allocation per worker, cut into the four lists. */
static struct line *create_lines(size_t count, size_t n)
{
    struct line *line = calloc(count, sizeof *line);

    for (size_t i = 0; line && i < count; i++) {
        int32_t *memory = calloc(4 * (n + 2), sizeof *memory);

        if (!memory) {
            destroy_lines(line, count);
            return NULL;
        }
        line[i] = (struct line){.g = memory,
                                .result = memory + (n + 2),
                                .apex = memory + 2 * (n + 2),
                                .from = memory + 3 * (n + 2)};
    }
    return line;
}

enum atw_status atw_mask_squared_distance(int32_t **out,
                                          const struct atw_mask *mask,
                                          struct atw_error *err)
{
    const struct atw_grid *grid = &mask->grid;
    size_t longest = grid->n_y > grid->n_z ? grid->n_y : grid->n_z;
    size_t n_workers = atw_parallel_thread_count();
    struct distance_job job = {.mask = mask};

    *out = NULL;
    if (longest > EDGE_AT_MOST || grid->n_x > EDGE_AT_MOST)
        return atw_error_set(err, ATW_EINVAL,
                             "distance: %zu x %zu x %zu voxels: an edge may have at most "
                             "%d",
                             grid->n_x, grid->n_y, grid->n_z, EDGE_AT_MOST);
    job.distance = calloc(atw_grid_voxel_count(grid), sizeof *job.distance);
    job.line = create_lines(n_workers, longest);
    if (!job.distance || !job.line) {
        free(job.distance);
        destroy_lines(job.line, n_workers);
        return atw_error_set(err, ATW_ENOMEM, "distance: out of memory");
    }
    atw_parallel_for(grid->n_z, sweep_slice, &job);
    atw_parallel_for(grid->n_y, sweep_depth, &job);
    destroy_lines(job.line, n_workers);
    *out = job.distance;
    return ATW_OK;
}
