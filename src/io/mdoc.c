/* SerialEM's .mdoc files. */
#include "io/mdoc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "io/number_text.h"
#include "io/read_text.h"

#define SIZE_LIMIT_BYTES ((size_t)64 << 20)
#define LARGEST_ANGLE_DEG 180.0
#define METRE_PER_ANGSTROM 1e-10
#define BLANKS " \t\r\v\f"

/* What has been read so far. */
struct reading {
    const char *path;
    size_t line;
    double *tilt_rad; /* [capacity], NAN where no angle was seen yet */
    size_t capacity, count;
    int is_in_section;
    size_t section;
    double pixel_m;
};

static enum atw_status
complain(const struct reading *reading, const char *what, struct atw_error *err)
{
    return atw_error_set(err, ATW_EINPUT, "%s:%zu: %s", reading->path, reading->line,
                         what);
}

static char *trim(char *text)
{
    size_t length;

    text += strspn(text, BLANKS);
    length = strlen(text);
    while (length > 0 && strchr(BLANKS, text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

/* "KEY = VALUE" cut in two, in place; NULL if the line is something else. */
static char *split(char *line)
{
    char *equal = strchr(line, '=');

    if (!equal)
        return NULL;
    *equal = '\0';
    (void)trim(line);
    return trim(equal + 1);
}

static enum atw_status
begin_section(struct reading *reading, const char *number, struct atw_error *err)
{
    double value;

    if (!atw_decimal_parse(number, &value) || value < 0.0 || value != floor(value) ||
        value >= (double)reading->capacity)
        return complain(reading,
                        "the number of a section must be a whole number from 0, below "
                        "the number of sections",
                        err);
    reading->section = (size_t)value;
    reading->is_in_section = 1;
    if (reading->section >= reading->count)
        reading->count = reading->section + 1;
    return ATW_OK;
}

static enum atw_status
read_angle(struct reading *reading, const char *text, struct atw_error *err)
{
    double degrees;

    if (!reading->is_in_section)
        return ATW_OK;
    if (!atw_decimal_parse(text, &degrees) || !(fabs(degrees) <= LARGEST_ANGLE_DEG))
        return complain(reading, "TiltAngle must be a number of degrees from -180 to 180",
                        err);
    if (!isnan(reading->tilt_rad[reading->section]))
        return complain(reading, "the section has a TiltAngle already", err);
    reading->tilt_rad[reading->section] = degrees * ATW_DEGREE_RAD;
    return ATW_OK;
}

static enum atw_status
read_pixel(struct reading *reading, const char *text, struct atw_error *err)
{
    double angstrom;

    if (reading->pixel_m > 0.0)
        return ATW_OK; /* the first counts */
    if (!atw_decimal_parse(text, &angstrom) || !(angstrom > 0.0))
        return complain(reading, "PixelSpacing must be a positive number of angstrom",
                        err);
    reading->pixel_m = angstrom * METRE_PER_ANGSTROM;
    return ATW_OK;
}

static enum atw_status
read_line(struct reading *reading, char *line, struct atw_error *err)
{
    char *value;
    int is_heading = *line == '[';

    if (is_heading)
        line[strcspn(line, "]")] = '\0';
    value = split(line);
    if (!value)
        return ATW_OK;
    if (is_heading) {
        reading->is_in_section = 0; /* unless it is a view */
        return strcmp(trim(line + 1), "ZValue") == 0 ? begin_section(reading, value, err)
                                                     : ATW_OK;
    }
    if (strcmp(line, "TiltAngle") == 0)
        return read_angle(reading, value, err);
    return strcmp(line, "PixelSpacing") == 0 ? read_pixel(reading, value, err) : ATW_OK;
}

static enum atw_status
read_lines(struct reading *reading, char *text, struct atw_error *err)
{
    char *rest = text, *line;
    enum atw_status status = ATW_OK;

    while (status == ATW_OK && (line = strsep(&rest, "\n"))) {
        reading->line++;
        status = read_line(reading, trim(line), err);
    }
    return status;
}

static enum atw_status check_complete(const struct reading *reading,
                                      struct atw_error *err)
{
    if (reading->count == 0)
        return atw_error_set(
            err, ATW_EINPUT,
            "'%s' has no section [ZValue = N], so it is no .mdoc file of "
            "a tilt series",
            reading->path);
    for (size_t i = 0; i < reading->count; i++)
        if (isnan(reading->tilt_rad[i]))
            return atw_error_set(
                err, ATW_EINPUT,
                "'%s' has no TiltAngle for section [ZValue = %zu] of %zu", reading->path,
                i, reading->count);
    return atw_angles_check_unit(reading->tilt_rad, reading->count, reading->path, err);
}

static size_t count_headings(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += *text == '[';
    return count;
}

enum atw_status atw_mdoc_read(struct atw_angles **out,
                              double *pixel_m,
                              const char *path,
                              struct atw_error *err)
{
    struct reading reading = {.path = path};
    char *text = NULL;
    size_t size = 0;
    enum atw_status status = atw_read_text(&text, &size, path, SIZE_LIMIT_BYTES, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    reading.capacity = count_headings(text);
    reading.tilt_rad = calloc(reading.capacity + 1, sizeof *reading.tilt_rad);
    if (!reading.tilt_rad)
        status = atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", path);
    for (size_t i = 0; status == ATW_OK && i < reading.capacity; i++)
        reading.tilt_rad[i] = NAN;
    if (status == ATW_OK)
        status = read_lines(&reading, text, err);
    if (status == ATW_OK)
        status = check_complete(&reading, err);
    if (status == ATW_OK)
        status = atw_angles_create(out, reading.tilt_rad, reading.count, path, err);
    if (status == ATW_OK)
        *pixel_m = reading.pixel_m;
    free(reading.tilt_rad);
    free(text);
    return status;
}
