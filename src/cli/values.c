/* Values of command-line options. */
#include "cli/values.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "io/units.h"

enum { TILTS_MAX = 100000 };

enum atw_status atw_option_quantity(double *value,
                                    const char *option,
                                    const char *text,
                                    const char *si_unit,
                                    struct atw_error *err)
{
    const struct atw_dimension dimension = {.kind = ATW_QUANTITY_SCALED,
                                            .si_unit = si_unit};
    struct atw_error reason = {0};

    if (atw_quantity_parse(value, text, &dimension, &reason) == ATW_OK)
        return ATW_OK;
    return atw_error_set(err, ATW_EUSAGE, "%s '%s': %s", option, text, reason.text);
}

enum atw_status atw_option_length(double *length_m,
                                  const char *option,
                                  const char *text,
                                  struct atw_error *err)
{
    enum atw_status status = atw_option_quantity(length_m, option, text, "m", err);

    if (status == ATW_OK && !(*length_m > 0.0 && isfinite(*length_m)))
        status = atw_error_set(err, ATW_EUSAGE, "%s '%s': give a positive length", option,
                               text);
    return status;
}

enum atw_status atw_option_number(double *value,
                                  const char *option,
                                  const char *text,
                                  struct atw_error *err)
{
    char *end = NULL;

    *value = strtod(text, &end);
    if (end != text && *end == '\0' && isfinite(*value))
        return ATW_OK;
    return atw_error_set(err, ATW_EUSAGE, "%s '%s': give a number without a unit", option,
                         text);
}

enum atw_status atw_option_count(size_t *count,
                                 const char *option,
                                 const char *text,
                                 size_t least,
                                 size_t most,
                                 struct atw_error *err)
{
    char *end = NULL;
    unsigned long long value;

    errno = 0;
    value = strtoull(text, &end, 10);
    if (end != text && *end == '\0' && !strchr(text, '-') && errno == 0 &&
        value >= least && value <= most) {
        *count = (size_t)value;
        return ATW_OK;
    }
    if (most == SIZE_MAX)
        return atw_error_set(err, ATW_EUSAGE, "%s '%s': give a whole number >= %zu",
                             option, text, least);
    return atw_error_set(err, ATW_EUSAGE, "%s '%s': give a whole number from %zu to %zu",
                         option, text, least, most);
}

enum atw_status atw_option_temperature(double *T_K,
                                       const char *option,
                                       const char *text,
                                       struct atw_error *err)
{
    const struct atw_dimension dimension = {
        .kind = ATW_QUANTITY_TEMPERATURE, .si_unit = "K", .display_unit = "degC"};
    struct atw_error reason = {0};

    if (atw_quantity_parse(T_K, text, &dimension, &reason) == ATW_OK)
        return ATW_OK;
    return atw_error_set(err, ATW_EUSAGE, "%s '%s': %s", option, text, reason.text);
}

enum atw_status atw_option_tilts(double **tilt_rad,
                                 size_t *n_tilt,
                                 const char *text,
                                 struct atw_error *err)
{
    double first, last, step, count;
    char rest;

    *tilt_rad = NULL;
    if (sscanf(text, "%lf:%lf:%lf%c", &first, &last, &step, &rest) != 3 ||
        !isfinite(first) || !isfinite(last) || !(step > 0.0) || !(last >= first) ||
        fabs(first) > 180.0 || fabs(last) > 180.0)
        return atw_error_set(
            err, ATW_EUSAGE,
            "--tilts '%s': give FIRST:LAST:STEP in degrees, from -180 to 180, "
            "STEP positive, for example -72:72:2",
            text);
    count = floor((last - first) / step + 1e-9) + 1.0;
    if (count > TILTS_MAX)
        return atw_error_set(err, ATW_EUSAGE, "--tilts '%s': %g angles; at most %d", text,
                             count, TILTS_MAX);
    *n_tilt = (size_t)count;
    *tilt_rad = malloc(*n_tilt * sizeof **tilt_rad);
    if (!*tilt_rad)
        return atw_error_set(err, ATW_ENOMEM, "--tilts: out of memory");
    for (size_t i = 0; i < *n_tilt; i++)
        (*tilt_rad)[i] = (first + (double)i * step) * ATW_DEGREE_RAD;
    return ATW_OK;
}

enum atw_status atw_option_rows(
    size_t *first, size_t *end, const char *text, size_t limit, struct atw_error *err)
{
    char rest;

    if (strchr(text, '-') || sscanf(text, "%zu:%zu%c", first, end, &rest) != 2 ||
        *first >= *end || *end > limit)
        return atw_error_set(
            err, ATW_EUSAGE,
            "--rows '%s': give A:B with 0 <= A < B <= %zu; rows A to B-1 are "
            "reconstructed",
            text, limit);
    return ATW_OK;
}
