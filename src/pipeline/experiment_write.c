/* Write an experiment: experiment.yaml beside its tilt series. */
#include "pipeline/experiment.h"

#include <stdio.h>

#include "core/constants.h"
#include "io/output.h"
#include "io/units.h"
#include "io/volume_file.h"

enum { NAME_SIZE = 128, PATH_SIZE = 4096 };

/* "A_000_RT" or "A_001_400C"; index 0 is the room-temperature reference. */
static void tomogram_name(char name[NAME_SIZE],
                          const struct atw_experiment_particle *particle,
                          size_t index)
{
    if (index == 0)
        snprintf(name, NAME_SIZE, "%s_000_RT", particle->name);
    else
        snprintf(name, NAME_SIZE, "%s_%03zu_%.0fC", particle->name, index,
                 particle->step[index - 1].set_point_K - ATW_ZERO_CELSIUS_K);
}

static enum atw_status write_field(const struct atw_field *field,
                                   const char *directory,
                                   const char *name,
                                   const char *suffix,
                                   const struct atw_metadata *metadata,
                                   struct atw_error *err)
{
    char path[PATH_SIZE];

    if (!field)
        return ATW_OK;
    snprintf(path, sizeof path, "%s/%s%s.mrc", directory, name, suffix);
    return atw_volume_write(field, path, 0, metadata, err);
}

/* The series of a tomogram and, before it, the known state its step started from. */
static enum atw_status write_tomogram(const struct atw_experiment_particle *particle,
                                      size_t index,
                                      const char *directory,
                                      const struct atw_metadata *metadata,
                                      struct atw_error *err)
{
    const struct atw_tomogram *tomogram =
        index == 0 ? &particle->reference : &particle->step[index - 1].tomogram;
    char name[NAME_SIZE], path[PATH_SIZE];
    enum atw_status status;

    tomogram_name(name, particle, index);
    snprintf(path, sizeof path, "%s/%s.mrc", directory, name);
    status = atw_tilts_write(tomogram->series, path, 0, metadata, err);
    if (status != ATW_OK || index == 0)
        return status;
    status = write_field(particle->step[index - 1].initial_composition, directory, name,
                         "-initial-composition", metadata, err);
    if (status == ATW_OK)
        status = write_field(particle->step[index - 1].initial_metal, directory, name,
                             "-initial-metal", metadata, err);
    return status;
}

static void put_quoted(FILE *stream, const char *key, const char *text)
{
    fprintf(stream, "%s: \"", key);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', stream);
        fputc(*text == '\n' ? ' ' : *text, stream);
    }
    fputs("\"\n", stream);
}

static void put_quantity(FILE *stream,
                         const char *key,
                         double value,
                         const struct atw_dimension *dimension)
{
    char text[ATW_QUANTITY_TEXT_SIZE];

    atw_quantity_format(text, value, dimension);
    fprintf(stream, "%s: \"%s\"\n", key, text);
}

static void put_number(FILE *stream, const char *key, double value, const char *comment)
{
    char text[ATW_QUANTITY_TEXT_SIZE];

    atw_number_format(text, value);
    fprintf(stream, "  %s: %s   # %s\n", key, text, comment);
}

static void
put_step(FILE *stream, const struct atw_experiment_particle *particle, size_t index)
{
    static const struct atw_dimension temperature = {
        .kind = ATW_QUANTITY_TEMPERATURE, .si_unit = "K", .display_unit = "degC"};
    static const struct atw_dimension time = {.kind = ATW_QUANTITY_SCALED,
                                              .si_unit = "s"};
    const struct atw_experiment_step *step = &particle->step[index - 1];
    char name[NAME_SIZE];

    tomogram_name(name, particle, index);
    put_quantity(stream, "      - set_point", step->set_point_K, &temperature);
    put_quantity(stream, "        dwell", step->dwell_s, &time);
    fprintf(stream, "        tilts: %s.mrc\n        angles: %s.rawtlt\n", name, name);
    if (step->initial_composition)
        fprintf(stream,
                "        initial_state:\n"
                "          composition: %s-initial-composition.mrc\n"
                "          metal: %s-initial-metal.mrc\n",
                name, name);
}

static void put_particle(FILE *stream, const struct atw_experiment_particle *particle)
{
    put_quoted(stream, "  - name", particle->name);
    if (particle->window)
        put_quoted(stream, "    window", particle->window);
    fprintf(stream,
            "    reference_series:\n      tilts: %s_000_RT.mrc\n"
            "      angles: %s_000_RT.rawtlt\n",
            particle->name, particle->name);
    fputs(particle->n_steps ? "    steps:\n" : "    steps: []\n", stream);
    for (size_t k = 1; k <= particle->n_steps; k++)
        put_step(stream, particle, k);
}

static enum atw_status write_yaml(const struct atw_experiment *experiment,
                                  const struct atw_config *settings,
                                  const char *directory,
                                  struct atw_error *err)
{
    struct atw_output *output = NULL;
    char path[PATH_SIZE];
    enum atw_status status;
    FILE *stream;

    snprintf(path, sizeof path, "%s/experiment.yaml", directory);
    status = atw_output_begin(&output, path, 0, err);
    if (status != ATW_OK)
        return status;
    stream = atw_output_stream(output);
    fputs("format: alloytwin-experiment/1\n", stream);
    put_quoted(stream, "title", experiment->title);
    fputs("# The particle assumed to be at the nominal temperature:\n", stream);
    put_quoted(stream, "reference", experiment->particle[experiment->reference].name);
    fputs("particles:\n", stream);
    for (size_t i = 0; i < experiment->n_particles; i++)
        put_particle(stream, &experiment->particle[i]);
    fputs("microscope:\n", stream);
    put_number(stream, "intensity_ratio", experiment->intensity_ratio,
               "signal of core metal over shell metal, per volume");
    put_number(stream, "counts_per_unit", experiment->counts_per_nm,
               "detector counts per nm of core metal");
    put_number(stream, "background", experiment->background_counts, "counts per pixel");
    fputs("  detector:\n", stream);
    put_number(stream, "  gain", experiment->gain, "recorded units per electron");
    put_number(stream, "  offset", experiment->offset, "recorded units without any");
    fprintf(stream, "  shot_noise: %s\n", experiment->shot_noise ? "true" : "false");
    atw_config_write_section(settings, "analysis", stream);
    return atw_output_commit(&output, err);
}

enum atw_status atw_experiment_write(const struct atw_experiment *experiment,
                                     const struct atw_config *settings,
                                     const char *directory,
                                     const struct atw_metadata *metadata,
                                     struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < experiment->n_particles; i++)
        for (size_t k = 0; k <= experiment->particle[i].n_steps && status == ATW_OK; k++)
            status =
                write_tomogram(&experiment->particle[i], k, directory, metadata, err);
    if (status == ATW_OK)
        status = write_yaml(experiment, settings, directory, err);
    return status;
}
