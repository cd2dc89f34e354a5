/* Pieces of HTML: escaped text and numbers as a reader expects them. */
#include "report/html.h"

#include <math.h>
#include <string.h>

static const char *const dash = "\342\200\223", *const minus = "\342\210\222";

void atw_html_text(FILE *page, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", page);
            break;
        case '<':
            fputs("&lt;", page);
            break;
        case '>':
            fputs("&gt;", page);
            break;
        case '"':
            fputs("&quot;", page);
            break;
        case '\'':
            fputs("&#39;", page);
            break;
        default:
            if ((unsigned char)*text >= 0x20 || *text == '\n' || *text == '\t')
                fputc(*text, page);
            else
                fputs("\357\277\275", page); /* replacement character */
        }
    }
}

void atw_html_fixed(FILE *page, double value, int decimals)
{
    char text[400];

    if (!isfinite(value)) {
        fputs(dash, page);
        return;
    }
    snprintf(text, sizeof text, "%.*f", decimals, fabs(value));
    /* No sign on a value that is zero as written. */
    if (value < 0.0 && strspn(text, "0.") != strlen(text))
        fputs(minus, page);
    fputs(text, page);
}

int atw_html_decimals(double std, int unknown)
{
    double decimals;

    if (!isfinite(std) || std <= 0.0)
        return unknown;
    decimals = 1.0 - floor(log10(std));
    return (int)fmin(fmax(decimals, 0.0), 4.0);
}

void atw_html_uncertain(FILE *page, double value, double std, int decimals)
{
    atw_html_fixed(page, value, decimals);
    if (isfinite(value) && isfinite(std)) {
        fputs(" \302\261 ", page);
        atw_html_fixed(page, std, decimals);
    }
}

void atw_html_scientific(FILE *page, double value, double std)
{
    char text[32];
    double scale;
    int exponent = 0, uncertain = isfinite(std);

    if (!isfinite(value)) {
        fputs(dash, page);
        return;
    }
    /* Let printf round, so that 9.999e-20 becomes 1.00e-19 and not 10.00e-20. */
    snprintf(text, sizeof text, "%.2e", value);
    sscanf(strchr(text, 'e') + 1, "%d", &exponent);
    scale = pow(10.0, exponent);
    fputs(uncertain ? "(" : "", page);
    atw_html_uncertain(page, value / scale, std / scale, 2);
    fputs(uncertain ? ")" : "", page);
    if (exponent != 0)
        fprintf(page, " \303\227 10<sup>%s%d</sup>", exponent < 0 ? minus : "",
                exponent < 0 ? -exponent : exponent);
}
