/* project: noise-free line integrals of a volume. */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/values.h"
#include "io/angles.h"
#include "io/volume_file.h"
#include "projection/projector.h"

enum { KEY_TILTS = 0x2001, KEY_ANGLES };

struct arguments {
    struct atw_common common;
    const char *volume, *tilts, *angles;
};

static const struct argp_option options[] = {
    {"tilts", KEY_TILTS, "FIRST:LAST:STEP", 0,
     "tilt angles in degrees (default -72:72:2)", 0},
    {"angles", KEY_ANGLES, "FILE", 0, "tilt angles from a file, one in degrees per line",
     0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_TILTS:
        arguments->tilts = argument;
        return 0;
    case KEY_ANGLES:
        arguments->angles = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->volume)
            argp_error(state, "one volume at a time");
        arguments->volume = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->volume)
            argp_error(state, "name a volume");
        if (arguments->tilts && arguments->angles)
            argp_error(state, "give --tilts or --angles, not both");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The detector has the volume's voxel as pixel and sees its whole slices at any tilt. */
static enum atw_status project(struct atw_tilt_series **out,
                               const struct atw_field *volume,
                               const double *tilt_rad,
                               size_t n_tilt,
                               struct atw_error *err)
{
    const struct atw_grid *grid = &volume->grid;
    struct atw_projection_geometry geometry = {.grid = *grid,
                                               .n_u = grid->n_x > grid->n_z ? grid->n_x
                                                                            : grid->n_z,
                                               .pixel_m = grid->spacing_m,
                                               .n_tilt = n_tilt,
                                               .tilt_rad = tilt_rad};
    struct atw_projector *projector = NULL;
    enum atw_status status = atw_projector_create(&projector, &geometry, err);

    if (status == ATW_OK)
        status = atw_tilt_series_create(out, n_tilt, grid->n_y, geometry.n_u,
                                        geometry.pixel_m, tilt_rad, err);
    if (status == ATW_OK)
        status = atw_projector_forward(projector, volume->value, (*out)->value, err);
    atw_projector_destroy(projector);
    return status;
}

static enum atw_status find_angles(struct atw_angles **angles,
                                   const struct arguments *arguments,
                                   struct atw_error *err)
{
    const char *text = arguments->tilts ? arguments->tilts : "-72:72:2";
    double *tilt_rad = NULL;
    size_t n_tilt;
    enum atw_status status;

    if (arguments->angles)
        return atw_angles_read(angles, arguments->angles, err);
    status = atw_option_tilts(&tilt_rad, &n_tilt, text, err);
    if (status == ATW_OK)
        status = atw_angles_create(angles, tilt_rad, n_tilt, "--tilts", err);
    free(tilt_rad);
    return status;
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_angles *angles = NULL;
    struct atw_field *volume = NULL;
    struct atw_tilt_series *series = NULL;
    struct atw_metadata *metadata = NULL;
    enum atw_status status = atw_common_need_output(common, err);

    if (status == ATW_OK)
        status = find_angles(&angles, arguments, err);
    if (status == ATW_OK)
        status = atw_volume_read(&volume, arguments->volume, 0.0, err);
    if (status == ATW_OK)
        status = project(&series, volume, angles->tilt_rad, angles->count, err);
    if (status == ATW_OK)
        status = atw_common_metadata(&metadata, common, err);
    if (status == ATW_OK)
        status = atw_tilts_write(series, common->output, common->force, metadata, err);
    atw_angles_destroy(angles);
    atw_field_destroy(volume);
    atw_tilt_series_destroy(series);
    atw_metadata_destroy(metadata);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(
        &arguments.common, options, parse, "VOLUME [--tilts FIRST:LAST:STEP] -o TILTS",
        "Line integrals of a volume about the tilt axis y, in (volume unit) * nm. "
        "Writing MRC also writes the angles beside it (.rawtlt).",
        argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_project = {
    "project", "noise-free line integrals of a volume", run};
