/* Composition and metal fraction of a particle in files: one EMD file with two groups, or
 * a pair of MRC files NAME-composition.mrc and NAME-metal.mrc. */
#ifndef ATW_CLI_PARTICLE_FILE_H
#define ATW_CLI_PARTICLE_FILE_H

#include "core/grid.h"
#include "io/metadata.h"

enum atw_status atw_particle_file_write(const struct atw_field *composition,
                                        const struct atw_field *metal,
                                        const char *path,
                                        int force,
                                        const struct atw_metadata *metadata,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* Read a particle. composition_path may name an EMD file that holds both (metal_path
 * NULL). ATW_EINPUT also if the grids differ or a fraction is outside [0, 1]. */
enum atw_status atw_particle_file_read(struct atw_field **composition,
                                       struct atw_field **metal,
                                       const char *composition_path,
                                       const char *metal_path,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Write a changed composition the way the particle came: both groups if it was one EMD
 * file and the output is EMD too, otherwise the composition alone. */
enum atw_status atw_particle_file_write_like(const char *composition_path,
                                             const char *metal_path,
                                             const struct atw_field *composition,
                                             const struct atw_field *metal,
                                             const char *path,
                                             int force,
                                             const struct atw_metadata *metadata,
                                             struct atw_error *err) ATW_MUST_CHECK;

/* True for a file name that means EMD. */
int atw_particle_file_is_emd(const char *path);

#endif
