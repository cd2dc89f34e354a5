/* Composition and metal fraction of a particle in files. */
#include "cli/particle_file.h"

#include <stdio.h>
#include <string.h>

#include "io/emd.h"
#include "io/volume_file.h"

enum { PATH_SIZE = 4096 };

static const struct atw_emd_text composition_text = {
    "fraction of the metal that is shell metal", "1"};
static const struct atw_emd_text metal_text = {"fraction of the voxel that is metal",
                                               "1"};

int atw_particle_file_is_emd(const char *path)
{
    const char *suffix = strrchr(path, '.');

    return suffix && (strcmp(suffix, ".emd") == 0 || strcmp(suffix, ".h5") == 0 ||
                      strcmp(suffix, ".hdf5") == 0);
}

static enum atw_status write_emd(const struct atw_field *composition,
                                 const struct atw_field *metal,
                                 const char *path,
                                 int force,
                                 const struct atw_metadata *metadata,
                                 struct atw_error *err)
{
    struct atw_emd *emd = NULL;
    enum atw_status status = atw_emd_begin(&emd, path, force, metadata, err);

    if (status == ATW_OK)
        status =
            atw_emd_add_field(emd, "composition", composition, &composition_text, err);
    if (status == ATW_OK)
        status = atw_emd_add_field(emd, "metal", metal, &metal_text, err);
    if (status == ATW_OK)
        return atw_emd_commit(&emd, err);
    atw_emd_abort(emd);
    return status;
}

/* "a/b.mrc" and "metal" give "a/b-metal.mrc". */
static void pair_name(char name[PATH_SIZE], const char *path, const char *part)
{
    const char *suffix = strrchr(path, '.');
    int stem = suffix ? (int)(suffix - path) : (int)strlen(path);

    snprintf(name, PATH_SIZE, "%.*s-%s%s", stem, path, part, suffix ? suffix : "");
}

enum atw_status atw_particle_file_write(const struct atw_field *composition,
                                        const struct atw_field *metal,
                                        const char *path,
                                        int force,
                                        const struct atw_metadata *metadata,
                                        struct atw_error *err)
{
    char composition_name[PATH_SIZE], metal_name[PATH_SIZE];
    enum atw_status status;

    if (atw_particle_file_is_emd(path))
        return write_emd(composition, metal, path, force, metadata, err);
    pair_name(composition_name, path, "composition");
    pair_name(metal_name, path, "metal");
    status = atw_volume_write(composition, composition_name, force, metadata, err);
    if (status != ATW_OK)
        return status;
    status = atw_volume_write(metal, metal_name, force, metadata, err);
    if (status != ATW_OK) /* half a pair is worse than none */
        (void)remove(composition_name);
    return status;
}

static enum atw_status check_fraction(const struct atw_field *field,
                                      const char *path,
                                      const char *what,
                                      struct atw_error *err)
{
    float least, greatest;

    atw_field_range(field, &least, &greatest);
    if (least >= -1e-4F && greatest <= 1.0F + 1e-4F)
        return ATW_OK;
    return atw_error_set(err, ATW_EINPUT,
                         "%s: %s runs from %g to %g; a fraction must lie in [0, 1]", path,
                         what, (double)least, (double)greatest);
}

enum atw_status atw_particle_file_read(struct atw_field **composition,
                                       struct atw_field **metal,
                                       const char *composition_path,
                                       const char *metal_path,
                                       struct atw_error *err)
{
    int both = !metal_path && atw_particle_file_is_emd(composition_path);
    enum atw_status status;

    *composition = *metal = NULL;
    if (!metal_path && !both)
        return atw_error_set(err, ATW_EUSAGE,
                             "%s: name the metal fraction too: --metal FILE",
                             composition_path);
    if (both) {
        status =
            atw_emd_read_field(composition, composition_path, "composition", 0.0, err);
        if (status == ATW_OK)
            status = atw_emd_read_field(metal, composition_path, "metal", 0.0, err);
    } else {
        status = atw_volume_read(composition, composition_path, 0.0, err);
        if (status == ATW_OK)
            status = atw_volume_read(metal, metal_path, 0.0, err);
    }
    if (status == ATW_OK)
        status = check_fraction(*composition, composition_path, "composition", err);
    if (status == ATW_OK)
        status =
            check_fraction(*metal, both ? composition_path : metal_path, "metal", err);
    if (status == ATW_OK && !atw_grid_equal(&(*composition)->grid, &(*metal)->grid))
        status = atw_error_set(err, ATW_EINPUT, "%s and %s are on different grids",
                               composition_path, metal_path);
    return status;
}

enum atw_status atw_particle_file_write_like(const char *composition_path,
                                             const char *metal_path,
                                             const struct atw_field *composition,
                                             const struct atw_field *metal,
                                             const char *path,
                                             int force,
                                             const struct atw_metadata *metadata,
                                             struct atw_error *err)
{
    int came_together = !metal_path && atw_particle_file_is_emd(composition_path);

    if (came_together && atw_particle_file_is_emd(path))
        return write_emd(composition, metal, path, force, metadata, err);
    return atw_volume_write(composition, path, force, metadata, err);
}
