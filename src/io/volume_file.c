/* One door to volumes and tilt series in files: the suffix chooses the format. */
#include "io/volume_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/angles.h"
#include "io/emd.h"
#include "io/mdoc.h"
#include "io/mrc.h"
#include "io/nxtomo.h"
#include "io/output.h"
#include "io/tiff_write.h"

#define PIXEL_LEAST_M 1e-13
#define PIXEL_GREATEST_M 1e-3

/* A file to be read: "FILE::NAME" is one group of an EMD file. */
struct source {
    char *path;       /* owned */
    const char *name; /* in path's memory, or NULL */
    enum atw_volume_format format;
};

static enum atw_status
find_source(struct source *source, const char *path, struct atw_error *err)
{
    char *mark = NULL;
    enum atw_status status;

    *source = (struct source){.path = strdup(path)};
    if (!source->path)
        return atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", path);
    if (access(path, F_OK) != 0)
        mark = strstr(source->path, "::");
    if (mark) {
        *mark = '\0';
        source->name = mark + 2;
    }
    status = atw_volume_format(&source->format, source->path, err);
    if (status == ATW_OK && source->format != ATW_VOLUME_EMD &&
        source->format != ATW_VOLUME_MRC)
        status = atw_error_set(err, ATW_EINVAL,
                               "'%s': TIFF and NXtomo are written, not read; convert it "
                               "to MRC",
                               source->path);
    if (status == ATW_OK && source->name && source->format != ATW_VOLUME_EMD)
        status = atw_error_set(err, ATW_EINVAL,
                               "'%s': only EMD files hold several volumes; leave '::%s' "
                               "out",
                               source->path, source->name);
    return status;
}

/* No microscope has such pixels, and lengths and their squares must stay finite. */
static enum atw_status
check_pixel(double pixel_m, const char *path, struct atw_error *err)
{
    if (pixel_m >= PIXEL_LEAST_M && pixel_m <= PIXEL_GREATEST_M)
        return ATW_OK;
    return atw_error_set(err, ATW_EINPUT,
                         "'%s': a pixel size of %g nm; it must lie between %g nm and %g "
                         "nm: give the right one",
                         path, pixel_m * 1e9, PIXEL_LEAST_M * 1e9,
                         PIXEL_GREATEST_M * 1e9);
}

enum atw_status atw_volume_read(struct atw_field **out,
                                const char *path,
                                double pixel_size_m,
                                struct atw_error *err)
{
    struct source source;
    enum atw_status status = find_source(&source, path, err);

    *out = NULL;
    if (status == ATW_OK && source.format == ATW_VOLUME_EMD)
        status = atw_emd_read_field(out, source.path, source.name, pixel_size_m, err);
    else if (status == ATW_OK)
        status = atw_mrc_read_field(out, source.path, pixel_size_m, err);
    free(source.path);
    if (status == ATW_OK)
        status = check_pixel((*out)->grid.spacing_m, path, err);
    if (status != ATW_OK) {
        atw_field_destroy(*out);
        *out = NULL;
    }
    return status;
}

/* What the caller says about the data, or a general word. */
static const char *
text_or(const struct atw_metadata *metadata, const char *key, const char *otherwise)
{
    const char *text = atw_metadata_find(metadata, key);

    return text ? text : otherwise;
}

static enum atw_status write_tiff(const struct atw_field *field,
                                  const char *path,
                                  int force,
                                  struct atw_error *err)
{
    const struct atw_grid *grid = &field->grid;
    const struct atw_tiff_stack stack = {.value = field->value,
                                         .n_section = grid->n_z,
                                         .n_y = grid->n_y,
                                         .n_x = grid->n_x,
                                         .pixel_m = grid->spacing_m,
                                         .spacing_m = grid->spacing_m};
    struct atw_output *output = NULL;
    enum atw_status status = atw_field_check_finite(field, path, err);

    if (status == ATW_OK)
        status = atw_output_begin(&output, path, force, err);
    if (status == ATW_OK)
        status = atw_tiff_put(output, &stack, err);
    if (status == ATW_OK)
        return atw_output_commit(&output, err);
    atw_output_abort(output);
    return status;
}

enum atw_status atw_volume_write(const struct atw_field *field,
                                 const char *path,
                                 int force,
                                 const struct atw_metadata *metadata,
                                 struct atw_error *err)
{
    const struct atw_emd_text text = {.description =
                                          text_or(metadata, "description", "volume"),
                                      .unit = text_or(metadata, "unit", "1")};
    enum atw_volume_format format = ATW_VOLUME_EMD;
    enum atw_status status = atw_volume_format(&format, path, err);

    if (status != ATW_OK)
        return status;
    if (format == ATW_VOLUME_EMD)
        return atw_emd_write_field(field, path, force, &text, metadata, err);
    if (format == ATW_VOLUME_TIFF)
        return write_tiff(field, path, force, err);
    if (format == ATW_VOLUME_NXTOMO)
        return atw_error_set(err, ATW_EINVAL,
                             "'%s': NXtomo holds tilt series, not volumes; write EMD or "
                             "MRC",
                             path);
    return atw_mrc_write_field(field, path, force, text.description, err);
}

/* The path with another suffix, to be freed; NULL without memory. */
static char *with_suffix(const char *path, const char *suffix)
{
    char *name = NULL;
    int stem = (int)(atw_path_suffix(path) - path);

    if (asprintf(&name, "%.*s%s", stem, path, suffix) < 0)
        return NULL;
    return name;
}

static int is_there(const char *path)
{
    return path && access(path, F_OK) == 0;
}

/* The one file of angles beside an MRC file, to be freed; NULL if there is none. */
static enum atw_status
find_angles(char **angles_path, const char *path, struct atw_error *err)
{
    char *raw = with_suffix(path, ".rawtlt"), *refined = with_suffix(path, ".tlt");
    char *mdoc = with_suffix(path, ".mdoc"), *long_mdoc = NULL;
    char **found = NULL;
    enum atw_status status = ATW_OK;

    if (asprintf(&long_mdoc, "%s.mdoc", path) < 0)
        long_mdoc = NULL;
    if (!raw || !refined || !mdoc || !long_mdoc)
        status = atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", path);
    else if (is_there(raw) && is_there(refined))
        status = atw_error_set(
            err, ATW_EINPUT, "'%s': both '%s' and '%s' hold angles; name the one to use",
            path, raw, refined);
    else
        found = is_there(raw)         ? &raw
                : is_there(refined)   ? &refined
                : is_there(long_mdoc) ? &long_mdoc
                : is_there(mdoc)      ? &mdoc
                                      : NULL;
    if (found) {
        *angles_path = *found;
        *found = NULL;
    }
    free(raw);
    free(refined);
    free(mdoc);
    free(long_mdoc);
    return status;
}

static enum atw_status no_angles(const char *path, struct atw_error *err)
{
    int stem = (int)(atw_path_suffix(path) - path);

    return atw_error_set(
        err, ATW_EINPUT,
        "'%s': this MRC file holds no tilt angles, and there is neither "
        "'%.*s.rawtlt' nor .tlt nor .mdoc; name a file with one angle in "
        "degrees per line",
        path, stem, path);
}

/* Angles of any kind of text file; an .mdoc also has a pixel size, else it stays. */
static enum atw_status read_angles(struct atw_angles **angles,
                                   double *mdoc_pixel_m,
                                   const char *path,
                                   struct atw_error *err)
{
    if (strcasecmp(atw_path_suffix(path), ".mdoc") == 0)
        return atw_mdoc_read(angles, mdoc_pixel_m, path, err);
    return atw_angles_read(angles, path, err);
}

static enum atw_status read_mrc_tilts(struct atw_tilt_series **out,
                                      const char *path,
                                      const char *angles_path,
                                      double pixel_size_m,
                                      struct atw_error *err)
{
    struct atw_angles *angles = NULL, *own = NULL;
    double mdoc_pixel_m = 0.0, own_pixel_m = 0.0;
    char *found = NULL;
    enum atw_status status = ATW_OK;

    if (!angles_path) {
        status = find_angles(&found, path, err);
        angles_path = found;
    }
    if (status == ATW_OK && angles_path)
        status = read_angles(&angles, &mdoc_pixel_m, angles_path, err);
    if (status == ATW_OK && (!angles || mdoc_pixel_m > 0.0))
        status = atw_mrc_inspect(&own, &own_pixel_m, path, err);
    if (status == ATW_OK && !angles && !own)
        status = no_angles(path, err);
    if (status == ATW_OK && pixel_size_m == 0.0 && own_pixel_m == 0.0)
        pixel_size_m = mdoc_pixel_m;
    if (status == ATW_OK)
        status = atw_mrc_read_stack(out, path, angles ? angles : own, pixel_size_m, err);
    atw_angles_destroy(angles);
    atw_angles_destroy(own);
    free(found);
    return status;
}

static enum atw_status read_emd_tilts(struct atw_tilt_series **out,
                                      const struct source *source,
                                      const char *angles_path,
                                      double pixel_size_m,
                                      struct atw_error *err)
{
    struct atw_angles *angles = NULL;
    double unused_m = 0.0;
    enum atw_status status = ATW_OK;

    if (angles_path)
        status = read_angles(&angles, &unused_m, angles_path, err);
    if (status == ATW_OK)
        status = atw_emd_read_series(out, source->path, source->name, angles,
                                     pixel_size_m, err);
    atw_angles_destroy(angles);
    return status;
}

enum atw_status atw_tilts_read(struct atw_tilt_series **out,
                               const char *path,
                               const char *angles_path,
                               double pixel_size_m,
                               struct atw_error *err)
{
    struct source source;
    enum atw_status status = find_source(&source, path, err);

    *out = NULL;
    if (status == ATW_OK && source.format == ATW_VOLUME_MRC)
        status = read_mrc_tilts(out, source.path, angles_path, pixel_size_m, err);
    else if (status == ATW_OK)
        status = read_emd_tilts(out, &source, angles_path, pixel_size_m, err);
    free(source.path);
    if (status == ATW_OK)
        status = check_pixel((*out)->pixel_m, path, err);
    if (status != ATW_OK) {
        atw_tilt_series_destroy(*out);
        *out = NULL;
    }
    return status;
}

static enum atw_status put_tiff_series(struct atw_output *output,
                                       const struct atw_tilt_series *series,
                                       struct atw_error *err)
{
    const struct atw_tiff_stack stack = {.value = series->value,
                                         .n_section = series->n_tilt,
                                         .n_y = series->n_v,
                                         .n_x = series->n_u,
                                         .pixel_m = series->pixel_m};
    enum atw_status status =
        atw_tilt_series_check_finite(series, atw_output_path(output), err);

    return status == ATW_OK ? atw_tiff_put(output, &stack, err) : status;
}

/* Both files or neither: each is complete before the first takes its name. */
static enum atw_status write_with_angles(const struct atw_tilt_series *series,
                                         const char *path,
                                         int force,
                                         enum atw_volume_format format,
                                         const char *note,
                                         struct atw_error *err)
{
    char *angles_path = with_suffix(path, ".rawtlt");
    struct atw_output *stack = NULL;
    struct atw_output *angles = NULL;
    enum atw_status status;

    if (!angles_path)
        return atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", path);
    status = atw_output_begin(&stack, path, force, err);
    if (status == ATW_OK)
        status = atw_output_begin(&angles, angles_path, force, err);
    if (status == ATW_OK)
        status = atw_angles_put(angles, series->tilt_rad, series->n_tilt, err);
    if (status == ATW_OK)
        status = format == ATW_VOLUME_TIFF ? put_tiff_series(stack, series, err)
                                           : atw_mrc_put_series(stack, series, note, err);
    if (status == ATW_OK)
        status = atw_output_flush(stack, err);
    if (status == ATW_OK)
        status = atw_output_commit(&angles, err);
    if (status == ATW_OK) {
        status = atw_output_commit(&stack, err);
        if (status != ATW_OK && !force)
            (void)unlink(angles_path); /* it was not there before */
    }
    atw_output_abort(angles);
    atw_output_abort(stack);
    free(angles_path);
    return status;
}

enum atw_status atw_tilts_write(const struct atw_tilt_series *series,
                                const char *path,
                                int force,
                                const struct atw_metadata *metadata,
                                struct atw_error *err)
{
    const struct atw_emd_text text = {.description =
                                          text_or(metadata, "description", "tilt series"),
                                      .unit = text_or(metadata, "unit", "1")};
    enum atw_volume_format format = ATW_VOLUME_EMD;
    enum atw_status status = atw_volume_format(&format, path, err);

    if (status != ATW_OK)
        return status;
    if (format == ATW_VOLUME_EMD)
        return atw_emd_write_series(series, path, force, &text, metadata, err);
    if (format == ATW_VOLUME_NXTOMO)
        return atw_nxtomo_write(series, path, force, metadata, err);
    return write_with_angles(series, path, force, format, text.description, err);
}
