/* What the beam passes through: whether it can be recorded. */
#include "microscope/scene.h"

#include <assert.h>
#include <math.h>

enum atw_status atw_scene_check(const struct atw_scene *scene, struct atw_error *err)
{
    int is_finite =
        isfinite(scene->volume_signal) && isfinite(scene->volume_attenuation_per_nm) &&
        isfinite(scene->filling.signal) && isfinite(scene->filling.attenuation_per_nm);

    if (scene->n_bodies > ATW_SCENE_BODIES_MAX)
        return atw_error_set(err, ATW_EINVAL, "microscope: %zu bodies; at most %d",
                             scene->n_bodies, ATW_SCENE_BODIES_MAX);
    for (size_t i = 0; i < scene->n_bodies; i++)
        is_finite = is_finite && isfinite(scene->body[i].signal) &&
                    isfinite(scene->body[i].attenuation_per_nm);
    if (!is_finite)
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: signals and attenuations must be finite");
    if (scene->n_bodies == 0 && !scene->volume)
        return atw_error_set(err, ATW_EINVAL, "microscope: nothing in the beam");
    assert(!(scene->is_even && scene->volume));
    return ATW_OK;
}
