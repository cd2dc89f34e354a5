/* Which format a file of a volume or a tilt series has: its suffix says so. */
#include <string.h>
#include <strings.h>

#include "io/volume_file.h"

struct suffix {
    const char *text;
    enum atw_volume_format format;
};

static const struct suffix suffixes[] = {
    {".emd", ATW_VOLUME_EMD},   {".h5", ATW_VOLUME_EMD},     {".hdf5", ATW_VOLUME_EMD},
    {".mrc", ATW_VOLUME_MRC},   {".rec", ATW_VOLUME_MRC},    {".st", ATW_VOLUME_MRC},
    {".mrcs", ATW_VOLUME_MRC},  {".map", ATW_VOLUME_MRC},    {".tif", ATW_VOLUME_TIFF},
    {".tiff", ATW_VOLUME_TIFF}, {".nxs", ATW_VOLUME_NXTOMO},
};

const char *atw_path_suffix(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');

    return dot ? dot : path + strlen(path);
}

enum atw_status
atw_volume_format(enum atw_volume_format *format, const char *path, struct atw_error *err)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (strcasecmp(atw_path_suffix(path), suffixes[i].text) == 0) {
            *format = suffixes[i].format;
            return ATW_OK;
        }
    return atw_error_set(err, ATW_EINVAL,
                         "'%s': the suffix must be .emd, .h5 or .hdf5 (EMD), or .mrc, "
                         ".rec, .st, .mrcs or .map (MRC); .tif and .nxs can be "
                         "written only",
                         path);
}
