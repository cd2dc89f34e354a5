/* HAADF contrast of the materials in a configuration. */
#ifndef ATW_PIPELINE_CONTRAST_H
#define ATW_PIPELINE_CONTRAST_H

#include "io/config.h"
#include "microscope/contrast.h"

/* From the section `material`; ATW_EINPUT with file and line, also if the core is not the
 * brighter of the two metals. */
enum atw_status atw_contrast_read(struct atw_haadf_contrast *contrast,
                                  const struct atw_config *config,
                                  double z_exponent,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
