/* A plane of fast diffusion through a particle: twin or grain boundary. */
#include "pipeline/twin.h"

#include <stdio.h>

struct atw_diffusion_sheet atw_sheet_read(const struct atw_config *config,
                                          const char *path)
{
    return (struct atw_diffusion_sheet){
        .thickness_m = atw_config_number(config, "%s.thickness", path),
        .ratio = atw_config_number(config, "%s.ratio", path),
        .excess_Q_J_per_mol = atw_config_number(config, "%s.Q_difference", path),
        .reference_K = atw_config_number(config, "%s.ratio_temperature", path)};
}

struct atw_twin atw_twin_read(const struct atw_config *config, size_t index)
{
    struct atw_twin twin;
    char path[64];

    snprintf(path, sizeof path, "particles[%zu].twin", index);
    twin.sheet = atw_sheet_read(config, path);
    twin.sheet.kind = ATW_DIFFUSION_PLANE;
    twin.offset_m = atw_config_number(config, "%s.offset", path);
    twin.angle_rad = atw_config_number(config, "%s.angle", path);
    twin.inclination_rad = atw_config_number(config, "%s.inclination", path);
    return twin;
}

struct atw_diffusion_sheet atw_twin_place(const struct atw_twin *twin,
                                          const struct atw_shape *shape)
{
    struct atw_diffusion_sheet sheet = twin->sheet;

    atw_shape_direction(shape, twin->angle_rad, twin->inclination_rad, sheet.normal);
    for (int k = 0; k < 3; k++)
        sheet.point_m[k] = twin->offset_m * sheet.normal[k];
    return sheet;
}
