/* One door to volumes and tilt series in files: the suffix chooses the format. */
#include "io/volume_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/angles.h"
#include "io/emd.h"
#include "io/mrc.h"
#include "io/output.h"

struct suffix {
    const char *text;
    enum atw_volume_format format;
};

static const struct suffix suffixes[] = {
    {".emd", ATW_VOLUME_EMD},  {".h5", ATW_VOLUME_EMD},  {".hdf5", ATW_VOLUME_EMD},
    {".mrc", ATW_VOLUME_MRC},  {".rec", ATW_VOLUME_MRC}, {".st", ATW_VOLUME_MRC},
    {".mrcs", ATW_VOLUME_MRC}, {".map", ATW_VOLUME_MRC},
};

/* ".mrc" of "runs.1/a.mrc"; the end of the text if the file name has none. */
static const char *suffix_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');

    return dot ? dot : path + strlen(path);
}

enum atw_status
atw_volume_format(enum atw_volume_format *format, const char *path, struct atw_error *err)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (strcasecmp(suffix_of(path), suffixes[i].text) == 0) {
            *format = suffixes[i].format;
            return ATW_OK;
        }
    return atw_error_set(err, ATW_EINVAL,
                         "'%s': the suffix must be .emd, .h5 or .hdf5 (EMD), or .mrc, "
                         ".rec, .st, .mrcs or .map (MRC)",
                         path);
}

enum atw_status atw_volume_read(struct atw_field **out,
                                const char *path,
                                double pixel_size_m,
                                struct atw_error *err)
{
    enum atw_volume_format format = ATW_VOLUME_EMD;
    enum atw_status status = atw_volume_format(&format, path, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    if (format == ATW_VOLUME_EMD)
        return atw_emd_read_field(out, path, NULL, pixel_size_m, err);
    return atw_mrc_read_field(out, path, pixel_size_m, err);
}

/* What the caller says about the data, or a general word. */
static const char *
text_or(const struct atw_metadata *metadata, const char *key, const char *otherwise)
{
    const char *text = atw_metadata_find(metadata, key);

    return text ? text : otherwise;
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
    return atw_mrc_write_field(field, path, force, text.description, err);
}

/* The path with another suffix, to be freed; NULL without memory. */
static char *with_suffix(const char *path, const char *suffix)
{
    char *name = NULL;
    int stem = (int)(suffix_of(path) - path);

    if (asprintf(&name, "%.*s%s", stem, path, suffix) < 0)
        return NULL;
    return name;
}

/* The one file of angles beside an MRC file; to be freed. */
static enum atw_status
find_angles(char **angles_path, const char *path, struct atw_error *err)
{
    char *raw = with_suffix(path, ".rawtlt");
    char *refined = with_suffix(path, ".tlt");
    int has_raw = raw && access(raw, F_OK) == 0;
    int has_refined = refined && access(refined, F_OK) == 0;
    enum atw_status status = ATW_OK;

    if (!raw || !refined)
        status = atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", path);
    else if (has_raw && has_refined)
        status = atw_error_set(
            err, ATW_EINPUT, "'%s': both '%s' and '%s' hold angles; name the one to use",
            path, raw, refined);
    else if (!has_raw && !has_refined)
        status = atw_error_set(err, ATW_EINPUT,
                               "'%s': an MRC file holds no tilt angles, and there is "
                               "neither '%s' nor '%s'; name a file with one angle in "
                               "degrees per line",
                               path, raw, refined);
    if (status == ATW_OK && has_raw) {
        *angles_path = raw;
        raw = NULL;
    } else if (status == ATW_OK) {
        *angles_path = refined;
        refined = NULL;
    }
    free(raw);
    free(refined);
    return status;
}

enum atw_status atw_tilts_read(struct atw_tilt_series **out,
                               const char *path,
                               const char *angles_path,
                               double pixel_size_m,
                               struct atw_error *err)
{
    enum atw_volume_format format = ATW_VOLUME_EMD;
    struct atw_angles *angles = NULL;
    char *found = NULL;
    enum atw_status status = atw_volume_format(&format, path, err);

    *out = NULL;
    if (status == ATW_OK && format == ATW_VOLUME_MRC && !angles_path) {
        status = find_angles(&found, path, err);
        angles_path = found;
    }
    if (status == ATW_OK && angles_path)
        status = atw_angles_read(&angles, angles_path, err);
    if (status == ATW_OK && format == ATW_VOLUME_EMD)
        status = atw_emd_read_series(out, path, NULL, angles, pixel_size_m, err);
    else if (status == ATW_OK)
        status = atw_mrc_read_stack(out, path, angles, pixel_size_m, err);
    atw_angles_destroy(angles);
    free(found);
    return status;
}

/* Both files or neither: each is complete before the first takes its name. */
static enum atw_status write_mrc_tilts(const struct atw_tilt_series *series,
                                       const char *path,
                                       int force,
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
        status = atw_mrc_put_series(stack, series, note, err);
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
    return write_mrc_tilts(series, path, force, text.description, err);
}
