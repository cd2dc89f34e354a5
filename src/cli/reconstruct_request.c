/* Options of reconstruct: numbers, and volumes that must have the size of the result. */
#include "cli/reconstruct_request.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/values.h"
#include "io/volume_file.h"

#define COUNT_MOST 100000
/* Voxels along the beam, at most, for each pixel across the tilt axis. */
#define THICKNESS_RATIO 10

/* Options of one method only: they would do nothing with another. */
static enum atw_status check_method(const struct atw_reconstruct_request *request,
                                    const struct atw_reconstruct_words *words,
                                    struct atw_error *err)
{
    const struct {
        const char *option, *text, *method;
    } own[] = {{"--subsets", words->subsets, "os-em"},
               {"--filter", words->filter, "wbp"},
               {"--regularisation", words->regularisation, "tv"}};
    const struct {
        const char *option, *text;
    } iterative[] = {{"--iterations", words->iterations},
                     {"--start", words->start},
                     {"--discrepancy", words->discrepancy},
                     {"--hold-out", words->hold_out}};
    const char *name = request->method->name;

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (own[i].text && strcmp(name, own[i].method) != 0)
            return atw_error_set(err, ATW_EUSAGE,
                                 "%s does nothing with method %s; it is for %s",
                                 own[i].option, name, own[i].method);
    for (size_t i = 0; i < sizeof iterative / sizeof *iterative; i++)
        if (iterative[i].text && request->method->is_direct)
            return atw_error_set(err, ATW_EUSAGE,
                                 "%s does nothing with method %s, which has one step",
                                 iterative[i].option, name);
    return ATW_OK;
}

/* The count stays as it is without a text. */
static enum atw_status read_count(size_t *count,
                                  const char *option,
                                  const char *text,
                                  size_t least,
                                  struct atw_error *err)
{
    return text ? atw_option_count(count, option, text, least, COUNT_MOST, err) : ATW_OK;
}

static enum atw_status read_counts(struct atw_reconstruct_request *request,
                                   const struct atw_reconstruct_words *words,
                                   struct atw_error *err)
{
    enum atw_status status;

    request->options.iterations = request->method->iterations;
    status = read_count(&request->options.iterations, "--iterations", words->iterations,
                        1, err);
    if (status == ATW_OK)
        status =
            read_count(&request->options.subsets, "--subsets", words->subsets, 1, err);
    if (status == ATW_OK)
        status = read_count(&request->stopping.hold_out, "--hold-out", words->hold_out, 2,
                            err);
    if (status == ATW_OK)
        status = read_count(&request->thickness, "--thickness", words->thickness, 1, err);
    return status;
}

static enum atw_status
read_positive(double *value, const char *option, const char *text, struct atw_error *err)
{
    enum atw_status status;

    if (!text)
        return ATW_OK;
    status = atw_option_number(value, option, text, err);
    if (status == ATW_OK && !(*value > 0.0))
        status = atw_error_set(err, ATW_EUSAGE, "%s '%s': give a positive number", option,
                               text);
    return status;
}

static enum atw_status read_bounds(struct atw_reconstruction_options *reconstruction,
                                   const char *text,
                                   struct atw_error *err)
{
    char *middle = NULL, *end = NULL;
    float lower, upper = 0.0f;

    if (!text)
        return ATW_OK;
    lower = strtof(text, &middle);
    if (middle != text && *middle == ':')
        upper = strtof(middle + 1, &end);
    if (!end || end == middle + 1 || *end != '\0' || !isfinite(lower) ||
        !isfinite(upper) || lower > upper)
        return atw_error_set(err, ATW_EUSAGE,
                             "--bounds '%s': give LOW:HIGH, e.g. 0:2.5, LOW not above "
                             "HIGH",
                             text);
    reconstruction->has_bounds = 1;
    reconstruction->lower = lower;
    reconstruction->upper = upper;
    return ATW_OK;
}

static enum atw_status
read_offset(double *offset_m, const char *text, struct atw_error *err)
{
    return text ? atw_option_quantity(offset_m, "--axis-offset", text, "m", err) : ATW_OK;
}

enum atw_status atw_reconstruct_request_parse(struct atw_reconstruct_request *request,
                                              const struct atw_reconstruct_words *words,
                                              struct atw_error *err)
{
    enum atw_status status = atw_reconstruction_find(
        &request->method, words->method ? words->method : "em", err);

    if (status == ATW_OK && words->filter)
        status =
            atw_reconstruction_filter_find(&request->options.filter, words->filter, err);
    if (status != ATW_OK)
        return ATW_EUSAGE;
    status = check_method(request, words, err);
    if (status == ATW_OK)
        status = read_counts(request, words, err);
    if (status == ATW_OK)
        status = read_positive(&request->options.regularisation, "--regularisation",
                               words->regularisation, err);
    if (status == ATW_OK)
        status = read_positive(&request->stopping.discrepancy, "--discrepancy",
                               words->discrepancy, err);
    if (status == ATW_OK)
        status = read_bounds(&request->options, words->bounds, err);
    if (status == ATW_OK)
        status = read_offset(&request->axis_offset_m, words->axis_offset, err);
    return status;
}

enum atw_status
atw_reconstruct_request_geometry(struct atw_projection_geometry *geometry,
                                 const struct atw_reconstruct_request *request,
                                 const struct atw_tilt_series *series,
                                 struct atw_error *err)
{
    *geometry =
        (struct atw_projection_geometry){.grid = atw_reconstruction_default_grid(series),
                                         .n_u = series->n_u,
                                         .pixel_m = series->pixel_m,
                                         .n_tilt = series->n_tilt,
                                         .tilt_rad = series->tilt_rad,
                                         .axis_offset_m = request->axis_offset_m};

    if (request->thickness > THICKNESS_RATIO * series->n_u)
        return atw_error_set(err, ATW_EUSAGE,
                             "--thickness '%zu': %zu times the %zu pixels across the "
                             "tilt axis; at most %d times as many make sense",
                             request->thickness, request->thickness / series->n_u,
                             series->n_u, THICKNESS_RATIO);
    if (request->thickness > 0)
        geometry->grid.n_z = request->thickness;
    return ATW_OK;
}

static enum atw_status read_volume(struct atw_field **volume,
                                   const char *option,
                                   const char *path,
                                   const struct atw_grid *grid,
                                   struct atw_error *err)
{
    enum atw_status status;
    const struct atw_grid *own;

    if (!path)
        return ATW_OK;
    status = atw_volume_read(volume, path, grid->spacing_m, err);
    if (status != ATW_OK)
        return status;
    own = &(*volume)->grid;
    if (own->n_x == grid->n_x && own->n_y == grid->n_y && own->n_z == grid->n_z)
        return ATW_OK;
    return atw_error_set(err, ATW_EINPUT,
                         "%s '%s': %zu x %zu x %zu voxels (x, y, z); the reconstruction "
                         "has %zu x %zu x %zu",
                         option, path, own->n_x, own->n_y, own->n_z, grid->n_x, grid->n_y,
                         grid->n_z);
}

enum atw_status
atw_reconstruct_request_read_volumes(struct atw_reconstruct_request *request,
                                     const struct atw_reconstruct_words *words,
                                     const struct atw_grid *grid,
                                     struct atw_error *err)
{
    enum atw_status status =
        read_volume(&request->mask, "--mask", words->mask, grid, err);

    if (status == ATW_OK)
        status = read_volume(&request->start, "--start", words->start, grid, err);
    if (request->mask)
        request->options.support = request->mask->value;
    if (request->start)
        request->options.start = request->start->value;
    return status;
}

void atw_reconstruct_request_release(struct atw_reconstruct_request *request)
{
    atw_field_destroy(request->mask);
    atw_field_destroy(request->start);
}
