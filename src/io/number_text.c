/* Decimal numbers in text files: strict reading, shortest exact writing. */
#include "io/number_text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *skip_digits(const char *text, int *count)
{
    while (isdigit((unsigned char)*text)) {
        text++;
        (*count)++;
    }
    return text;
}

int atw_number_is_decimal(const char *text)
{
    int mantissa = 0;
    int exponent = 0;

    if (*text == '+' || *text == '-')
        text++;
    text = skip_digits(text, &mantissa);
    if (*text == '.')
        text = skip_digits(text + 1, &mantissa);
    if (mantissa == 0)
        return 0;
    if (*text == 'e' || *text == 'E') {
        text++;
        if (*text == '+' || *text == '-')
            text++;
        text = skip_digits(text, &exponent);
        if (exponent == 0)
            return 0;
    }
    return *text == '\0';
}

int atw_decimal_parse(const char *text, double *number)
{
    double value;

    if (!atw_number_is_decimal(text))
        return 0;
    value = strtod(text, NULL);
    if (!isfinite(value))
        return 0;
    *number = value;
    return 1;
}

void atw_decimal_format(char text[ATW_NUMBER_TEXT_SIZE], double number)
{
    text[0] = '\0';
    if (isnan(number))
        return;
    (void)snprintf(text, ATW_NUMBER_TEXT_SIZE, "%.15g", number);
    if (isfinite(number) && strtod(text, NULL) != number)
        (void)snprintf(text, ATW_NUMBER_TEXT_SIZE, "%.17g", number);
}
