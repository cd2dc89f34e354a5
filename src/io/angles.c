/* Tilt angles as text: .rawtlt and .tlt files, one angle in degrees per line.
 *
 * Conversion goes through long double: multiplying by pi/180 in double cannot reach every
 * angle in radians, so that some would not survive writing and reading. For angles with
 * few digits ("-72", "1.5") the result equals degrees * ATW_DEGREE_RAD in double. */
#include "io/angles.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "io/number_text.h"
#include "io/output.h"
#include "io/read_text.h"

#define SIZE_LIMIT_BYTES ((size_t)16 << 20)
#define LARGEST_ANGLE_DEG 180.0
/* A quarter turn in radians and a little: a stage hardly tilts further. */
#define LARGEST_SUSPECT 1.602
#define LARGEST_SUSPECT_RANGE 3.2
#define FEWEST_SUSPECT 4
#define MOST_DIGITS 21
#define BLANKS " \t\r\v\f"

void atw_angles_destroy(struct atw_angles *angles)
{
    if (!angles)
        return;
    free(angles->tilt_rad);
    free(angles->source);
    free(angles);
}

static enum atw_status no_memory(const char *source, struct atw_error *err)
{
    return atw_error_set(err, ATW_ENOMEM, "angles '%s': out of memory", source);
}

enum atw_status atw_angles_create(struct atw_angles **out,
                                  const double *tilt_rad,
                                  size_t count,
                                  const char *source,
                                  struct atw_error *err)
{
    struct atw_angles *angles = calloc(1, sizeof *angles);

    *out = NULL;
    if (angles) {
        angles->source = strdup(source);
        angles->tilt_rad = calloc(count ? count : 1, sizeof *angles->tilt_rad);
        angles->count = count;
    }
    if (!angles || !angles->source || !angles->tilt_rad) {
        atw_angles_destroy(angles);
        return no_memory(source, err);
    }
    if (count > 0)
        memcpy(angles->tilt_rad, tilt_rad, count * sizeof *tilt_rad);
    *out = angles;
    return ATW_OK;
}

static double radians_of(const char *degrees)
{
    return (double)(strtold(degrees, NULL) * (long double)ATW_DEGREE_RAD);
}

/* Cut comment and blanks off both ends, in place. */
static char *trim(char *line)
{
    size_t length;

    line[strcspn(line, "#")] = '\0';
    line += strspn(line, BLANKS);
    length = strlen(line);
    while (length > 0 && strchr(BLANKS, line[length - 1]))
        length--;
    line[length] = '\0';
    return line;
}

static enum atw_status parse_angle(
    const char *text, const char *path, size_t line, double *rad, struct atw_error *err)
{
    double degrees;

    if (!atw_decimal_parse(text, &degrees))
        return atw_error_set(
            err, ATW_EINPUT,
            "%s:%zu: '%.60s' is not a number; expected one tilt angle in "
            "degrees per line",
            path, line, text);
    if (fabs(degrees) > LARGEST_ANGLE_DEG)
        return atw_error_set(err, ATW_EINPUT,
                             "%s:%zu: tilt angle %g degrees is outside -180 ... 180",
                             path, line, degrees);
    *rad = radians_of(text);
    return ATW_OK;
}

enum atw_status atw_angles_check_unit(const double *tilt_rad,
                                      size_t count,
                                      const char *path,
                                      struct atw_error *err)
{
    double least = INFINITY;
    double greatest = -INFINITY;
    int all_integers = 1;

    for (size_t i = 0; i < count; i++) {
        double degrees = tilt_rad[i] / ATW_DEGREE_RAD;

        least = fmin(least, degrees);
        greatest = fmax(greatest, degrees);
        all_integers = all_integers && fabs(degrees - round(degrees)) < 1e-9;
    }
    if (count < FEWEST_SUSPECT || all_integers || least < -LARGEST_SUSPECT ||
        greatest > LARGEST_SUSPECT || greatest - least > LARGEST_SUSPECT_RANGE)
        return ATW_OK;
    return atw_error_set(err, ATW_EINPUT,
                         "'%s': all %zu angles are between %g and %g, which looks like "
                         "radians; the file must hold degrees",
                         path, count, least, greatest);
}

static size_t count_lines(const char *text)
{
    size_t count = 1;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

/* tilt_rad has room for one angle per line. */
static enum atw_status parse_lines(
    char *text, const char *path, double *tilt_rad, size_t *count, struct atw_error *err)
{
    char *rest = text;
    char *line;
    enum atw_status status = ATW_OK;

    *count = 0;
    for (size_t number = 1; status == ATW_OK && (line = strsep(&rest, "\n")); number++) {
        line = trim(line);
        if (*line == '\0')
            continue;
        status = parse_angle(line, path, number, &tilt_rad[*count], err);
        (*count)++;
    }
    if (status == ATW_OK && *count == 0)
        status = atw_error_set(err, ATW_EINPUT, "'%s' holds no tilt angle", path);
    return status;
}

enum atw_status
atw_angles_read(struct atw_angles **out, const char *path, struct atw_error *err)
{
    char *text = NULL;
    double *tilt_rad = NULL;
    size_t size = 0;
    size_t count = 0;
    enum atw_status status;

    *out = NULL;
    status = atw_read_text(&text, &size, path, SIZE_LIMIT_BYTES, err);
    if (status != ATW_OK)
        return status;
    tilt_rad = calloc(count_lines(text), sizeof *tilt_rad);
    if (!tilt_rad) {
        status = no_memory(path, err);
        goto cleanup;
    }
    status = parse_lines(text, path, tilt_rad, &count, err);
    if (status == ATW_OK)
        status = atw_angles_check_unit(tilt_rad, count, path, err);
    if (status == ATW_OK)
        status = atw_angles_create(out, tilt_rad, count, path, err);
cleanup:
    free(tilt_rad);
    free(text);
    return status;
}

/* Fewest digits that read back as the same angle. */
static void format_angle(char text[ATW_NUMBER_TEXT_SIZE], double rad)
{
    long double degrees = (long double)rad / (long double)ATW_DEGREE_RAD;

    for (int digits = 1; digits <= MOST_DIGITS; digits++) {
        (void)snprintf(text, ATW_NUMBER_TEXT_SIZE, "%.*Lg", digits, degrees);
        if (radians_of(text) == rad)
            return;
    }
}

enum atw_status atw_angles_put(struct atw_output *output,
                               const double *tilt_rad,
                               size_t count,
                               struct atw_error *err)
{
    char text[ATW_NUMBER_TEXT_SIZE];

    for (size_t i = 0; i < count; i++) {
        if (!isfinite(tilt_rad[i]))
            return atw_error_set(err, ATW_EINVAL, "'%s': angle %zu is not finite",
                                 atw_output_path(output), i + 1);
        format_angle(text, tilt_rad[i]);
        (void)fprintf(atw_output_stream(output), "%s\n", text);
    }
    return ATW_OK; /* a failed write shows when the output is committed */
}

enum atw_status atw_angles_write(const double *tilt_rad,
                                 size_t count,
                                 const char *path,
                                 int force,
                                 struct atw_error *err)
{
    struct atw_output *output = NULL;
    enum atw_status status = atw_output_begin(&output, path, force, err);

    if (status != ATW_OK)
        return status;
    status = atw_angles_put(output, tilt_rad, count, err);
    if (status == ATW_OK)
        return atw_output_commit(&output, err);
    atw_output_abort(output);
    return status;
}
