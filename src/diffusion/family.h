/* The one-parameter family of states that one initial state diffuses through.
 *
 * With a diffusivity that does not depend on composition the state depends on
 * S = integral of D dt alone, so one integration serves every D and every time. States
 * are kept at nodes S_j = S_0 r^j, as far as they have been asked for, and found by one
 * recurrence that goes on where it stopped (exponential_ladder.h). Between nodes a
 * cubic Hermite polynomial in ln S, with the exact slope dc/d ln S = S L c, interpolates:
 * every eigenmode is the same function exp(-exp(x)) of x = ln(lambda S), so that the
 * error is the same for slow and fast modes, below 1.4e-5 of the mode's amplitude. Below
 * S_0 the polynomial is in S. Once a node is completely mixed to a tenth of the tolerance
 * all beyond it is: by the maximum principle the greatest deviation cannot grow. */
#ifndef ATW_DIFFUSION_FAMILY_H
#define ATW_DIFFUSION_FAMILY_H

#include "diffusion/diffusion.h"

struct atw_diffusion_family; /* opaque; for one thread at a time */

/* Both fields are only read now. Errors as atw_diffusion_create(), and ATW_EINVAL if the
 * grids differ. Memory: about 40 doubles per cell, and one per cell and node (some 50
 * from S_0 to complete alloying). */
enum atw_status atw_diffusion_family_create(struct atw_diffusion_family **out,
                                            const struct atw_field *composition,
                                            const struct atw_field *metal,
                                            const struct atw_diffusion_options *options,
                                            struct atw_error *err) ATW_MUST_CHECK;
void atw_diffusion_family_destroy(struct atw_diffusion_family *family);

/* Composition after S_m2, written into the cells of a field on the family's grid; voxels
 * that are no cells keep their value. S = 0 gives the input,
 * INFINITY complete mixing. The result does not depend on what was asked before. Cost:
 * the pass up to S the first time, two operator applications afterwards. ATW_EINVAL for S
 * that is negative or no number; ATW_ENOMEM. */
enum atw_status atw_diffusion_family_at(struct atw_diffusion_family *family,
                                        double S_m2,
                                        struct atw_field *composition,
                                        struct atw_error *err) ATW_MUST_CHECK;

#endif
