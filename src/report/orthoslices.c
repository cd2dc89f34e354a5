/* Three slices through a volume, along its axes, as one grey picture. */
#include "report/orthoslices.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BAR 2 /* pixels between slices, before magnification */
#define WHITE 255
#define LARGEST_MAGNIFICATION 16
#define BLACK_SHARE 0.01
#define WHITE_SHARE 0.997
/* Enough to know shares of the values; larger volumes are sampled. */
#define MOST_SAMPLES ((size_t)1000000)

static int compare(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

enum atw_status atw_orthoslices_defaults(struct atw_orthoslices_options *options,
                                         const struct atw_field *volume,
                                         struct atw_error *err)
{
    const struct atw_grid *grid = &volume->grid;
    size_t total = atw_grid_voxel_count(grid), stride = total / MOST_SAMPLES + 1;
    size_t count = (total + stride - 1) / stride;
    float *sample = malloc(count * sizeof *sample);

    if (!sample)
        return atw_error_set(err, ATW_ENOMEM, "slices: out of memory");
    for (size_t i = 0; i < count; i++)
        sample[i] = volume->value[i * stride];
    qsort(sample, count, sizeof *sample, compare);
    *options = (struct atw_orthoslices_options){
        .at = {grid->n_x / 2, grid->n_y / 2, grid->n_z / 2},
        .least = sample[(size_t)(BLACK_SHARE * (double)(count - 1))],
        .greatest = sample[(size_t)(WHITE_SHARE * (double)(count - 1))],
        .magnification = 1};
    if (!(options->greatest > options->least)) {
        options->least = sample[0];
        options->greatest = sample[count - 1];
    }
    if (!(options->greatest > options->least))
        options->greatest = options->least + 1.0F; /* all values are equal */
    free(sample);
    return ATW_OK;
}

static enum atw_status check(const struct atw_grid *grid,
                             const struct atw_orthoslices_options *options,
                             struct atw_error *err)
{
    const size_t count[3] = {grid->n_x, grid->n_y, grid->n_z};

    for (int i = 0; i < 3; i++)
        if (options->at[i] >= count[i])
            return atw_error_set(
                err, ATW_EINVAL,
                "slices: %c = %zu is outside the volume; 0 to %zu are in "
                "it",
                "xyz"[i], options -> at[i], count[i] - 1);
    if (!(options->greatest > options->least) ||
        !isfinite(options->greatest - options->least))
        return atw_error_set(err, ATW_EINVAL,
                             "slices: white (%g) must be above black (%g)",
                             (double)options->greatest, (double)options->least);
    if (options->magnification < 1 || options->magnification > LARGEST_MAGNIFICATION)
        return atw_error_set(err, ATW_EINVAL,
                             "slices: %zu pixels per voxel; 1 to %d are possible",
                             options->magnification, LARGEST_MAGNIFICATION);
    return ATW_OK;
}

static unsigned char grey_of(float value, const struct atw_orthoslices_options *options)
{
    float share = (value - options->least) / (options->greatest - options->least);

    return (unsigned char)lrintf(255.0F * fminf(fmaxf(share, 0.0F), 1.0F));
}

/* Grey of the picture at column i and row j of voxels, from the top left. */
static unsigned char voxel_at(const struct atw_field *volume,
                              const struct atw_orthoslices_options *options,
                              size_t i,
                              size_t j)
{
    const struct atw_grid *grid = &volume->grid;
    size_t x = options->at[0], y = options->at[1], z = options->at[2];

    if (i < grid->n_x)
        x = i;
    else if (i < grid->n_x + BAR || j >= grid->n_y)
        return WHITE;
    else
        z = i - grid->n_x - BAR;
    if (j < grid->n_y)
        y = grid->n_y - 1 - j;
    else if (j < grid->n_y + BAR)
        return WHITE;
    else
        z = j - grid->n_y - BAR;
    return grey_of(volume->value[atw_grid_index(grid, x, y, z)], options);
}

enum atw_status atw_orthoslices(struct atw_picture *picture,
                                const struct atw_field *volume,
                                const struct atw_orthoslices_options *options,
                                struct atw_error *err)
{
    const struct atw_grid *grid = &volume->grid;
    enum atw_status status = check(grid, options, err);
    size_t scale = options->magnification;

    *picture = (struct atw_picture){0};
    if (status != ATW_OK)
        return status;
    picture->width = scale * (grid->n_x + BAR + grid->n_z);
    picture->height = scale * (grid->n_y + BAR + grid->n_z);
    picture->grey = malloc(picture->width * picture->height);
    if (!picture->grey)
        return atw_error_set(err, ATW_ENOMEM, "slices: out of memory");
    for (size_t j = 0; j < picture->height; j++)
        for (size_t i = 0; i < picture->width; i++)
            picture->grey[j * picture->width + i] =
                voxel_at(volume, options, i / scale, j / scale);
    return ATW_OK;
}
