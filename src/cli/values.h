/* Values of command-line options. */
#ifndef ATW_CLI_VALUES_H
#define ATW_CLI_VALUES_H

#include <stddef.h>

#include "core/status.h"

/* "120 s" in SI; the error names the option. ATW_EUSAGE. */
enum atw_status atw_option_quantity(double *value,
                                    const char *option,
                                    const char *text,
                                    const char *si_unit,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* "0.6 nm" in metres; positive and finite. ATW_EUSAGE. */
enum atw_status atw_option_length(double *length_m,
                                  const char *option,
                                  const char *text,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* "2.6"; finite, without a unit. ATW_EUSAGE. */
enum atw_status atw_option_number(double *value,
                                  const char *option,
                                  const char *text,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* "20", a whole number from least to most; SIZE_MAX: any from least. ATW_EUSAGE. */
enum atw_status atw_option_count(size_t *count,
                                 const char *option,
                                 const char *text,
                                 size_t least,
                                 size_t most,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* "400 degC" or "673.15 K" in kelvin. ATW_EUSAGE. */
enum atw_status atw_option_temperature(double *T_K,
                                       const char *option,
                                       const char *text,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* "FIRST:LAST:STEP" in degrees; *tilt_rad belongs to the caller. ATW_EUSAGE. */
enum atw_status atw_option_tilts(double **tilt_rad,
                                 size_t *n_tilt,
                                 const char *text,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* "A:B", rows A up to and without B. ATW_EUSAGE unless A < B <= limit. */
enum atw_status atw_option_rows(size_t *first,
                                size_t *end,
                                const char *text,
                                size_t limit,
                                struct atw_error *err) ATW_MUST_CHECK;

#endif
