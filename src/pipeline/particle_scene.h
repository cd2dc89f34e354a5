/* A simulated particle as the beam sees it: exact bodies, and its composition on a grid.
 */
#ifndef ATW_PIPELINE_PARTICLE_SCENE_H
#define ATW_PIPELINE_PARTICLE_SCENE_H

#include "diffusion/axial.h"
#include "microscope/scene.h"
#include "phantom/phantom.h"
#include "pipeline/imaging_settings.h"

struct atw_particle_scene {
    struct atw_scene scene; /* points into what follows */
    struct atw_body core, metal, outer;
    struct atw_field *volume;            /* owned; NULL: bodies alone */
    const struct atw_axial_state *state; /* borrowed; NULL: composition not axial */
};

/* The scene of a state of a particle; *out belongs to the caller.
 *
 * Before any diffusion (composition NULL) core, shell, silica and contamination are
 * bodies: exact. Afterwards the metal is one body of the mean composition c_s of its
 * surface voxels, and the volume carries metal (c - c_s): it goes to zero at the surface,
 * where voxels would show, and is smooth inside, where diffusion has been at work. For a
 * composition that has not diffused the two agree to 1e-3 of the brightest pixel
 * (docs/microscope.md). from_voxels: the intensity of the voxels and nothing else.
 * ATW_ENOMEM. */
enum atw_status atw_particle_scene_create(struct atw_particle_scene **out,
                                          const struct atw_shape *shape,
                                          const struct atw_phantom *phantom,
                                          const struct atw_field *composition,
                                          const struct atw_imaging_settings *settings,
                                          struct atw_error *err) ATW_MUST_CHECK;
/* The same of a rod whose composition is that of an axial state, which has to outlive the
 * scene: no voxels; as exact as the state. Quickest when the rod lies along u or v. */
enum atw_status
atw_particle_scene_create_axial(struct atw_particle_scene **out,
                                const struct atw_shape *shape,
                                const struct atw_axial_state *state,
                                const struct atw_imaging_settings *settings,
                                struct atw_error *err) ATW_MUST_CHECK;
void atw_particle_scene_destroy(struct atw_particle_scene *scene);

#endif
