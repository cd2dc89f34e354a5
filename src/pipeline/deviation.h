/* What the noise of the tilt series does to the spread of a particle under analysis. */
#ifndef ATW_PIPELINE_DEVIATION_H
#define ATW_PIPELINE_DEVIATION_H

#include "pipeline/specimen.h"

/* Standard deviation of the squared spread of a tomogram, in its measurement: from two
 * reconstructions of the series as it was taken with Gaussian noise of its own size
 * added, moved by the alignment like the series itself. NaN without a series (NULL), and
 * where the counts carry no noise or nobody knows its size. ATW_ENOMEM. Costs two
 * reconstructions. */
enum atw_status atw_deviation_of_spread(struct atw_specimen *specimen,
                                        const struct atw_tilt_series *series,
                                        size_t tomogram,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* Spread of an imitated particle and the standard deviation of its square: from another
 * imitation with fresh noise. 0 where imitations carry no noise. */
enum atw_status atw_deviation_of_imitation(const struct atw_measurement *measurement,
                                           const struct atw_field *metal,
                                           const struct atw_field *composition,
                                           double *spread,
                                           double *squared_std,
                                           struct atw_error *err) ATW_MUST_CHECK;

/* Smooth these variances over the tomograms that are alike and their alloyed reference,
 * once all are found: one alone is known to 20 or 40 %, and what weights by them would
 * take itself for too certain. The variance of s^2 is that of the noise's own square and
 * that of what it has in common with the image, which grows with the image and bends,
 *
 *   variance = a / d^2 + b s^2 / d + c t (1 - t) / d,     a, b, c >= 0,
 *
 * d the dose, t = 0 .. 1 from the least to the greatest s^2; fitted with equal relative
 * errors. Without the last term for fewer than five, or if one came out negative; fewer
 * than three stay as they are. */
void atw_deviations_smooth(struct atw_specimen *specimen);

#endif
