/* The particle of two pure phases that the unheated tomogram shows.
 *
 * An image w of it starts as the tomogram. Metal is where the smoothed w exceeds half the
 * intensity of the shell, core where it exceeds the middle of the two metals. What the
 * tomogram has more than the reconstruction of that particle is added to w, and so on:
 * where the wedge has drawn the particle out, it draws the imitation out as well, and the
 * difference takes it back. */
#include "pipeline/two_phases.h"

#include <math.h>
#include <stdlib.h>

#include "pipeline/slices.h"
#include "pipeline/subvoxel.h"

/* Two corrections leave 0.02 in ln S where none leaves 0.1; more of them only follow the
 * noise (docs/estimators.md). */
#define CORRECTIONS 2
/* Passes of 1/4, 1/2, 1/4 along each axis, a deviation of 1.2 voxels: noise alone makes
 * no specks of one phase in the other. */
#define SMOOTHING_PASSES 3
/* Voxels beyond the mask that the particle depends on: one that may be metal, one that it
 * is interpolated with, and what is smoothed into that. */
#define REACH (2 + SMOOTHING_PASSES)

static void smooth_line(float *value, size_t count, size_t stride)
{
    float before = value[0];

    for (size_t i = 0; i < count; i++) {
        float here = value[i * stride];
        float after = i + 1 < count ? value[(i + 1) * stride] : here;

        value[i * stride] = 0.25F * (before + after) + 0.5F * here;
        before = here;
    }
}

static void smooth(struct atw_field *field)
{
    const struct atw_grid *grid = &field->grid;
    size_t row = atw_grid_index(grid, 0, 1, 0), slice = atw_grid_index(grid, 0, 0, 1);

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t y = 0; y < grid->n_y; y++)
            smooth_line(field->value + z * slice + y * row, grid->n_x, 1);
    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t x = 0; x < grid->n_x; x++)
            smooth_line(field->value + z * slice + x, grid->n_y, row);
    for (size_t y = 0; y < grid->n_y; y++)
        for (size_t x = 0; x < grid->n_x; x++)
            smooth_line(field->value + y * row + x, grid->n_z, slice);
}

/* True next to or inside the mask: noise elsewhere is no metal. */
static int is_near(const struct atw_mask *mask, size_t x, size_t y, size_t z)
{
    const struct atw_grid *grid = &mask->grid;

    for (int axis = 0; axis < 3; axis++)
        for (int step = -1; step <= 1; step++) {
            size_t at[3] = {x, y, z}, extent[3] = {grid->n_x, grid->n_y, grid->n_z};

            if ((step < 0 && at[axis] == 0) || (step > 0 && at[axis] + 1 == extent[axis]))
                continue;
            at[axis] += (size_t)step;
            if (mask->inside[atw_grid_index(grid, at[0], at[1], at[2])])
                return 1;
        }
    return 0;
}

/* The voxels that may be metal. */
static enum atw_status find_neighbourhood(struct atw_mask **out,
                                          const struct atw_mask *mask,
                                          struct atw_error *err)
{
    const struct atw_grid *grid = &mask->grid;
    enum atw_status status = atw_mask_create(out, grid, err);

    if (status != ATW_OK)
        return status;
    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t y = 0; y < grid->n_y; y++)
            for (size_t x = 0; x < grid->n_x; x++)
                (*out)->inside[atw_grid_index(grid, x, y, z)] =
                    (unsigned char)is_near(mask, x, y, z);
    return ATW_OK;
}

static void find_composition(struct atw_field *composition,
                             const struct atw_field *image,
                             double threshold,
                             const struct atw_field *metal,
                             const struct atw_mask *near)
{
    size_t count = atw_grid_voxel_count(&composition->grid);
    float *value = composition->value;

    atw_subvoxel_fraction(value, image, threshold, near->inside);
    for (size_t i = 0; i < count; i++) {
        float all = metal->value[i], core = fminf(value[i], all);

        value[i] = all > 0.0F ? 1.0F - core / all : 0.0F;
    }
}

/* What stays the same from correction to correction. */
struct search {
    const struct atw_specimen *specimen;
    const struct atw_two_phases_imaging *imaging;
    struct atw_mask *near;     /* where metal may be */
    struct atw_slices *slices; /* all that the particle depends on */
};

static void search_release(struct search *search)
{
    atw_mask_destroy(search->near);
    atw_slices_destroy(search->slices);
}

static enum atw_status search_init(struct search *search,
                                   const struct atw_specimen *specimen,
                                   const struct atw_two_phases_imaging *imaging,
                                   struct atw_error *err)
{
    const struct atw_measurement *unheated = &specimen->measurement[0];
    enum atw_status status;

    *search = (struct search){.specimen = specimen, .imaging = imaging};
    status = find_neighbourhood(&search->near, unheated->mask, err);
    if (status == ATW_OK)
        status = atw_slices_create(&search->slices, unheated->mask, REACH,
                                   unheated->instrument->projector, err);
    return status;
}

/* The phases of an image, which is left as it is. */
static enum atw_status sharpen(struct atw_field *metal,
                               struct atw_field *composition,
                               const struct atw_field *image,
                               const struct search *search,
                               struct atw_error *err)
{
    double gain = search->imaging->gain;
    double core = gain * search->specimen->scale.core;
    double shell = gain * search->specimen->scale.shell;
    struct atw_field *even = NULL;
    enum atw_status status = atw_field_copy(&even, image, err);

    if (status != ATW_OK)
        return status;
    for (int pass = 0; pass < SMOOTHING_PASSES; pass++)
        smooth(even);
    atw_subvoxel_fraction(metal->value, even, 0.5 * shell, search->near->inside);
    find_composition(composition, even, 0.5 * (shell + core), metal, search->near);
    atw_field_destroy(even);
    return ATW_OK;
}

struct atw_instrument
atw_two_phases_instrument(const struct atw_instrument *stated,
                          const struct atw_two_phases_imaging *imaging)
{
    struct atw_instrument own = *stated;

    own.model.counts_per_nm *= imaging->gain;
    if (imaging->damping_per_nm > 0.0)
        own.model.damping_length_nm = 1.0 / imaging->damping_per_nm;
    return own;
}

/* The reconstruction of the particle without noise, where it matters. */
static enum atw_status imitate(struct atw_field **volume,
                               const struct atw_field *metal,
                               const struct atw_field *composition,
                               const struct search *search,
                               struct atw_error *err)
{
    const struct atw_measurement *unheated = &search->specimen->measurement[0];
    const struct atw_instrument own =
        atw_two_phases_instrument(unheated->instrument, search->imaging);
    const struct atw_instrument noiseless = atw_instrument_without_noise(&own);
    const struct atw_instrument part =
        atw_instrument_of_slices(&noiseless, search->slices);

    return atw_instrument_imitate(&part, metal, composition, unheated->background, volume,
                                  err);
}

/* Add to the image what the tomogram has more than the reconstruction of the particle. */
static void correct(struct atw_field *image,
                    const struct atw_field *volume,
                    const struct atw_field *measured)
{
    size_t count = atw_grid_voxel_count(&image->grid);

    for (size_t i = 0; i < count; i++)
        image->value[i] += measured->value[i] - volume->value[i];
}

enum atw_status atw_two_phases_find(struct atw_field *metal,
                                    struct atw_field *composition,
                                    struct atw_field **volume,
                                    const struct atw_specimen *specimen,
                                    const struct atw_two_phases_imaging *imaging,
                                    struct atw_error *err)
{
    const struct atw_field *measured = specimen->measurement[0].volume;
    struct atw_field *image = NULL;
    struct search search;
    enum atw_status status = search_init(&search, specimen, imaging, err);

    *volume = NULL;
    if (status == ATW_OK)
        status = atw_field_copy(&image, measured, err);
    if (status == ATW_OK)
        status = sharpen(metal, composition, image, &search, err);
    for (int i = 0; i < CORRECTIONS && status == ATW_OK; i++) {
        atw_field_destroy(*volume);
        status = imitate(volume, metal, composition, &search, err);
        if (status != ATW_OK)
            break;
        correct(image, *volume, measured);
        status = sharpen(metal, composition, image, &search, err);
    }
    search_release(&search);
    atw_field_destroy(image);
    if (status != ATW_OK) {
        atw_field_destroy(*volume);
        *volume = NULL;
    }
    return status;
}
