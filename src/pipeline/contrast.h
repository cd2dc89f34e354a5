/* HAADF contrast of the materials in a configuration. */
#ifndef ATW_PIPELINE_CONTRAST_H
#define ATW_PIPELINE_CONTRAST_H

#include "io/config.h"
#include "microscope/contrast.h"

/* From the section `material`; ATW_EINPUT with file and line, also if the core metal is
 * not the brighter one, or beyond all measure. */
enum atw_status atw_contrast_read(struct atw_haadf_contrast *contrast,
                                  const struct atw_config *config,
                                  double z_exponent,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
