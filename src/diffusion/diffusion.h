/* Fick diffusion inside a particle that fills its voxels partly.
 *
 *   d(m c)/dS = div(a grad c),   S = integral of D dt,   no flux through the surface
 *
 * m is the metal fraction of a voxel (capacity), a the open fraction of a voxel face
 * (aperture), c the fraction of shell metal. With a diffusivity that does not depend on
 * composition the state depends on S alone. */
#ifndef ATW_DIFFUSION_DIFFUSION_H
#define ATW_DIFFUSION_DIFFUSION_H

#include "core/grid.h"

struct atw_diffusion; /* opaque: cells, capacities, apertures, integrator */

struct atw_diffusion_options {
    double tolerance;      /* wanted error of the composition, 1e-8 .. 1e-2 */
    double least_fraction; /* voxels with less metal are left out; in (0, 0.5] */
    int keeps_dispersion;  /* of the grid, as runs with other laws do */
};

#define ATW_DIFFUSION_DEFAULTS                                                           \
    (struct atw_diffusion_options)                                                       \
    {                                                                                    \
        .tolerance = 1e-5, .least_fraction = 1e-3                                        \
    }

/* metal: volume fractions in [0, 1]; options NULL: defaults. The dispersion of the grid,
 * which delays short waves, is taken off states of constant D in the mean over directions
 * unless the options say otherwise (docs/diffusion.md). Loose slivers of less than
 * 1 % of the metal are kept and exchange nothing with the rest. Second order in the voxel
 * size. Memory: about 14 doubles per cell. The object may be used by one thread at a
 * time; threads may each own one. ATW_EINVAL for no metal, a fraction outside [0, 1],
 * options outside their ranges, or metal in several pieces (names a voxel of the second
 * greatest); ATW_ENOMEM. */
enum atw_status atw_diffusion_create(struct atw_diffusion **out,
                                     const struct atw_field *metal,
                                     const struct atw_diffusion_options *options,
                                     struct atw_error *err) ATW_MUST_CHECK;
void atw_diffusion_destroy(struct atw_diffusion *diffusion);

/* Cells (voxels with metal) and the double-precision state over them. The field must be
 * on the grid of the metal; unpack leaves voxels that are no cells as they are. */
size_t atw_diffusion_cell_count(const struct atw_diffusion *diffusion);
void atw_diffusion_pack(const struct atw_diffusion *diffusion,
                        const struct atw_field *composition,
                        double *state);
void atw_diffusion_unpack(const struct atw_diffusion *diffusion,
                          const double *state,
                          struct atw_field *composition);

/* Amount of shell metal, m3: the conserved quantity. */
double atw_diffusion_amount_m3(const struct atw_diffusion *diffusion,
                               const double *state);

/* States at rising S_m2 [n_states] from `state` at S = 0, one pass; out
 * [n_states][cell_count], may begin at `state`. S = 0 returns the input exactly; equal S
 * give equal states. The amount is kept to rounding, and compositions stay between the
 * least and the greatest of the input to the tolerance (they are not clipped); before S
 * reaches the square of a voxel, steps as sharp as one swing over by up to 0.2 %. Cost:
 * some sqrt(S stiffness ln(1/tolerance)) applications of the operator; particles of tens
 * of thousands of cells use the threads of core/parallel, with the same result.
 * ATW_EINVAL for S that is negative, not finite or falling, or a state that is not
 * finite: out is untouched then. ATW_ENOMEM: out may be partly written. */
enum atw_status atw_diffusion_states_at(struct atw_diffusion *diffusion,
                                        const double *state,
                                        const double *S_m2,
                                        size_t n_states,
                                        double *out,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* As atw_diffusion_states_at(), and with each state dc/d ln D = S dc/dS, to the tolerance
 * too; sensitivity [n_states][cell_count] must not overlap state, NULL: not wanted. The
 * two share one pass. */
enum atw_status atw_diffusion_sensitivities_at(struct atw_diffusion *diffusion,
                                               const double *state,
                                               const double *S_m2,
                                               size_t n_states,
                                               double *out,
                                               double *sensitivity,
                                               struct atw_error *err) ATW_MUST_CHECK;

struct atw_diffusion_statistics {
    size_t steps, rejected; /* of atw_diffusion_run() */
    size_t operator_applications;
};

/* Work done since creation. */
struct atw_diffusion_statistics
atw_diffusion_statistics(const struct atw_diffusion *diffusion);

/* One step on fields: composition after S on the metal given; voxels that are no cells
 * keep their value. ATW_EINVAL also if the grids differ. */
enum atw_status atw_diffusion_step(struct atw_field **out,
                                   const struct atw_field *composition,
                                   const struct atw_field *metal,
                                   double S_m2,
                                   const struct atw_diffusion_options *options,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
