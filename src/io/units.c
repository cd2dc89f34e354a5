/* Strict numbers and quantities with units: reading, and writing that reads back. */
#include "io/units.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "io/unit_scale.h"

enum { NUMBER_LENGTH_MAX = 64, UNIT_LENGTH_MAX = 48 };

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t\n");
}

/* A decimal number taken apart: [-+]digits[.digits] and an exponent. */
struct decimal {
    const char *mantissa;
    size_t mantissa_length;
    long exponent;
    const char *end;
};

static void scan_exponent(struct decimal *decimal)
{
    const char *text = decimal->end;
    size_t sign;

    if (*text != 'e' && *text != 'E')
        return;
    sign = strspn(text + 1, "+-");
    if (sign > 1 || digits(text + 1 + sign) == 0)
        return; /* the e of "2 eV" */
    decimal->exponent = strtol(text + 1, NULL, 10);
    decimal->end = text + 1 + sign + digits(text + 1 + sign);
}

static enum atw_status
scan_decimal(struct decimal *decimal, const char *text, struct atw_error *err)
{
    const char *start = skip_blanks(text);
    size_t sign = *start == '-' || *start == '+';
    size_t whole = digits(start + sign);
    size_t length = sign + whole;
    size_t fraction = 0;

    if (start[length] == '.') {
        fraction = digits(start + length + 1);
        length += 1 + fraction;
    }
    if (whole + fraction == 0)
        return atw_error_set(err, ATW_EINVAL, "\"%.60s\" is not a number", text);
    if (whole > 1 && start[sign] == '0')
        return atw_error_set(err, ATW_EINVAL,
                             "\"%.60s\" begins with a zero, which some programs read as "
                             "octal; write it without",
                             text);
    *decimal = (struct decimal){start, length, 0, start + length};
    scan_exponent(decimal);
    if (length > NUMBER_LENGTH_MAX)
        return atw_error_set(err, ATW_EINVAL, "\"%.60s...\" has too many digits", text);
    return ATW_OK;
}

/* Value of decimal * 10^power, rounded once. */
static enum atw_status decimal_value(double *value,
                                     const struct decimal *decimal,
                                     int power,
                                     const char *text,
                                     struct atw_error *err)
{
    char buffer[NUMBER_LENGTH_MAX + 32];
    double result;

    if (labs(decimal->exponent) > 10000)
        return atw_error_set(err, ATW_EINVAL, "\"%.60s\" is too large or too small",
                             text);
    snprintf(buffer, sizeof buffer, "%.*se%ld", (int)decimal->mantissa_length,
             decimal->mantissa, decimal->exponent + power);
    errno = 0;
    result = strtod(buffer, NULL);
    if (errno == ERANGE)
        return atw_error_set(err, ATW_EINVAL, "\"%.60s\" is too large or too small",
                             text);
    *value = result;
    return ATW_OK;
}

enum atw_status atw_number_parse(double *value, const char *text, struct atw_error *err)
{
    struct decimal decimal;
    enum atw_status status = scan_decimal(&decimal, text, err);

    if (status != ATW_OK)
        return status;
    if (*skip_blanks(decimal.end))
        return atw_error_set(err, ATW_EINVAL,
                             "\"%.60s\" is not a plain number; it takes no unit", text);
    return decimal_value(value, &decimal, 0, text, err);
}

enum atw_status
atw_integer_parse(long long *value, const char *text, struct atw_error *err)
{
    struct decimal decimal;
    enum atw_status status = scan_decimal(&decimal, text, err);
    char *end;
    long long result;

    if (status != ATW_OK)
        return status;
    errno = 0;
    result = strtoll(decimal.mantissa, &end, 10);
    if (*skip_blanks(end))
        return atw_error_set(err, ATW_EINVAL,
                             "\"%.60s\" is not a whole number written in digits", text);
    if (errno == ERANGE)
        return atw_error_set(err, ATW_EINVAL, "\"%.60s\" is too large", text);
    *value = result;
    return ATW_OK;
}

static const char *display_unit(const struct atw_dimension *dimension)
{
    return dimension->display_unit ? dimension->display_unit : dimension->si_unit;
}

static enum atw_status refuse_unit(const char *text,
                                   enum atw_unit_answer answer,
                                   const struct atw_dimension *dimension,
                                   struct atw_error *err)
{
    const char *unit = display_unit(dimension);

    switch (answer) {
    case ATW_UNIT_INCOMPATIBLE:
        return atw_error_set(
            err, ATW_EINVAL,
            "\"%.60s\" has the wrong dimension; its unit must convert to "
            "%s, for example \"1 %s\"",
            text, dimension->si_unit, unit);
    case ATW_UNIT_NOT_A_FACTOR:
        return atw_error_set(err, ATW_EINVAL,
                             "\"%.60s\": this unit has another zero point than %s; write "
                             "it in %s",
                             text, dimension->si_unit,
                             dimension->kind == ATW_QUANTITY_TEMPERATURE ? "degC or K"
                                                                         : unit);
    case ATW_UNIT_NO_DATABASE:
        return atw_error_set(err, ATW_EINTERNAL,
                             "the units database of UDUNITS cannot be read; install "
                             "libudunits2-data or set UDUNITS2_XML_PATH");
    case ATW_UNIT_OK:
    case ATW_UNIT_UNKNOWN:
        break;
    }
    return atw_error_set(err, ATW_EINVAL,
                         "\"%.60s\": what follows the number is not a unit; write for "
                         "example \"1 %s\"",
                         text, unit);
}

/* The unit after the number, trimmed. */
static enum atw_status copy_unit(char unit[UNIT_LENGTH_MAX + 1],
                                 const char *rest,
                                 const char *text,
                                 const struct atw_dimension *dimension,
                                 struct atw_error *err)
{
    size_t length;

    rest = skip_blanks(rest);
    length = strlen(rest);
    while (length > 0 && strchr(" \t\n", rest[length - 1]))
        length--;
    if (length == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "\"%.60s\" has no unit; write for example \"%.60s %s\"",
                             text, text, display_unit(dimension));
    if (length > UNIT_LENGTH_MAX)
        return refuse_unit(text, ATW_UNIT_UNKNOWN, dimension, err);
    memcpy(unit, rest, length);
    unit[length] = '\0';
    return ATW_OK;
}

static enum atw_status apply_scale(double *si,
                                   const struct decimal *decimal,
                                   const struct atw_unit_scale *scale,
                                   const char *text,
                                   struct atw_error *err)
{
    int power = scale->is_power_of_ten ? scale->power_of_ten : 0;
    double value = 0.0;
    enum atw_status status = decimal_value(&value, decimal, power, text, err);

    if (status != ATW_OK)
        return status;
    if (scale->is_celsius)
        value += ATW_ZERO_CELSIUS_K;
    else if (!scale->is_power_of_ten)
        value *= scale->factor;
    if (!isfinite(value))
        return atw_error_set(err, ATW_EINVAL, "\"%.60s\" is too large", text);
    *si = value;
    return ATW_OK;
}

enum atw_status atw_quantity_parse(double *si,
                                   const char *text,
                                   const struct atw_dimension *dimension,
                                   struct atw_error *err)
{
    struct decimal decimal;
    struct atw_unit_scale scale;
    char unit[UNIT_LENGTH_MAX + 1];
    enum atw_unit_answer answer;
    enum atw_status status;
    double value = 0.0;

    status = scan_decimal(&decimal, text, err);
    if (status == ATW_OK)
        status = copy_unit(unit, decimal.end, text, dimension, err);
    if (status != ATW_OK)
        return status;
    answer = atw_unit_find(&scale, unit, dimension->si_unit);
    if (answer != ATW_UNIT_OK)
        return refuse_unit(text, answer, dimension, err);
    if (scale.is_celsius && dimension->kind != ATW_QUANTITY_TEMPERATURE)
        return atw_error_set(
            err, ATW_EINVAL,
            "\"%.60s\" is a point on the Celsius scale, but a difference "
            "of temperatures is wanted; write it in K, for example "
            "\"%.*s K\"",
            text, (int)decimal.mantissa_length, decimal.mantissa);
    status = apply_scale(&value, &decimal, &scale, text, err);
    if (status != ATW_OK)
        return status;
    if (dimension->kind == ATW_QUANTITY_TEMPERATURE && !(value > 0.0))
        return atw_error_set(err, ATW_EINVAL,
                             "\"%.60s\" is not above absolute zero (0 K, -273.15 degC)",
                             text);
    *si = value;
    return ATW_OK;
}

void atw_number_format(char text[ATW_QUANTITY_TEXT_SIZE], double value)
{
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(text, ATW_QUANTITY_TEXT_SIZE, "%.*g", precision, value);
        if (strtod(text, NULL) == value)
            return;
    }
}

/* A value times 10^shift with so many digits, shifted in the text: no digit changes. */
static void
print_shifted(char text[ATW_QUANTITY_TEXT_SIZE], double value, int precision, int shift)
{
    char digits_text[40];
    const char *sign = signbit(value) ? "-" : "";
    int n = precision, exponent;

    snprintf(digits_text, sizeof digits_text, "%.*e", precision - 1, fabs(value));
    exponent = value == 0.0 ? 0 : atoi(digits_text + precision + 2) + shift;
    memmove(digits_text + 1, digits_text + 2, (size_t)precision - 1); /* the point */
    while (n > 1 && digits_text[n - 1] == '0')
        n--;
    digits_text[n] = '\0';
    if (exponent < -5 || exponent > 15)
        snprintf(text, ATW_QUANTITY_TEXT_SIZE, "%s%c%s%se%d", sign, digits_text[0],
                 n > 1 ? "." : "", digits_text + 1, exponent);
    else if (exponent < 0)
        snprintf(text, ATW_QUANTITY_TEXT_SIZE, "%s0.%.*s%s", sign, -exponent - 1, "00000",
                 digits_text);
    else if (n <= exponent + 1)
        snprintf(text, ATW_QUANTITY_TEXT_SIZE, "%s%s%.*s", sign, digits_text,
                 exponent + 1 - n, "0000000000000000");
    else
        snprintf(text, ATW_QUANTITY_TEXT_SIZE, "%s%.*s.%s", sign, exponent + 1,
                 digits_text, digits_text + exponent + 1);
}

static void print_scaled(char text[ATW_QUANTITY_TEXT_SIZE],
                         double si,
                         int precision,
                         const struct atw_unit_scale *scale)
{
    if (scale->is_power_of_ten)
        print_shifted(text, si, precision, -scale->power_of_ten);
    else if (scale->is_celsius)
        snprintf(text, ATW_QUANTITY_TEXT_SIZE, "%.*g", precision,
                 si - ATW_ZERO_CELSIUS_K);
    else
        snprintf(text, ATW_QUANTITY_TEXT_SIZE, "%.*g", precision, si / scale->factor);
}

static void append_unit(char text[ATW_QUANTITY_TEXT_SIZE], const char *unit)
{
    size_t used = strlen(text);

    snprintf(text + used, ATW_QUANTITY_TEXT_SIZE - used, " %s", unit);
}

void atw_quantity_format(char text[ATW_QUANTITY_TEXT_SIZE],
                         double si,
                         const struct atw_dimension *dimension)
{
    const char *unit = display_unit(dimension);
    struct atw_unit_scale scale;
    double again;

    if (atw_unit_find(&scale, unit, dimension->si_unit) == ATW_UNIT_OK) {
        for (int precision = 15; precision <= 17; precision++) {
            print_scaled(text, si, precision, &scale);
            append_unit(text, unit);
            if (atw_quantity_parse(&again, text, dimension, NULL) == ATW_OK &&
                again == si)
                return;
        }
    }
    atw_number_format(text, si);
    append_unit(text, dimension->si_unit);
}
