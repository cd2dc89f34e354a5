/* Which voxels 'quantify' takes for the particle. */
#ifndef ATW_CLI_QUANTIFY_MASK_H
#define ATW_CLI_QUANTIFY_MASK_H

#include "quantification/segmentation.h"

/* The options as given; NULL for none. */
struct atw_mask_request {
    const char *rule;      /* shell, otsu, fraction, surface or value */
    const char *threshold; /* of rules shell, fraction and value */
    const char *model;     /* file with the metal fraction; excludes the other two */
};

/* The mask of the unalloyed volume and the threshold used, NaN with a model. `shell`:
 * intensity of the shell metal. ATW_EUSAGE for options that are wrong or do nothing;
 * otherwise as atw_segment(), atw_mask_from_model() and atw_volume_read(). */
enum atw_status atw_mask_of_request(struct atw_mask **out,
                                    double *threshold,
                                    const struct atw_mask_request *request,
                                    const struct atw_field *volume,
                                    double shell,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Take the intensity of what surrounds the particle off a volume: a number, or with
 * "auto" the median of all voxels below Otsu's threshold, which is logged with the name
 * of the file. ATW_EUSAGE for another text. */
enum atw_status atw_take_background(struct atw_field *volume,
                                    const char *text,
                                    const char *path,
                                    struct atw_error *err) ATW_MUST_CHECK;

#endif
