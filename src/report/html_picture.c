/* Pictures inside an HTML page. */
#include "report/html.h"

#include <string.h>

/* How a piece of SVG markup is treated when it is copied into a page. */
struct rewrite {
    const char *found, *written;
    int prefix; /* the name of the picture follows what is written */
};

/* Text content cannot match: in it gnuplot escapes "<", and the patterns that begin with
 * a blank would have to be followed by a quoted value inside a tag to do any harm. */
static const struct rewrite rewrites[] = {
    {" id='", " id='", 1},
    {" id=\"", " id=\"", 1},
    {" xlink:href='#", " href='#", 1},
    {" xlink:href=\"#", " href=\"#", 1},
    {"url(#", "url(#", 1},
};

/* Elements that are dropped with their content; as tooltips they would only confuse. */
static const char *const dropped[][2] = {{"<title>", "</title>"}, {"<desc>", "</desc>"}};

static size_t begins(const char *text, const char *what)
{
    size_t n = strlen(what);

    return strncmp(text, what, n) == 0 ? n : 0;
}

/* Number of characters at `text` to leave out. */
static size_t skip(const char *text)
{
    for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++) {
        const char *end =
            begins(text, dropped[i][0]) ? strstr(text, dropped[i][1]) : NULL;

        if (end)
            return (size_t)(end - text) + strlen(dropped[i][1]);
    }
    if (begins(text, "xmlns")) { /* known to HTML; an address would look like a link */
        const char *quote = strchr(text, '"');
        const char *end = quote ? strchr(quote + 1, '"') : NULL;

        if (end && memchr(text, '>', (size_t)(end - text)) == NULL)
            return (size_t)(end - text) + 1;
    }
    return 0;
}

void atw_html_svg(FILE *page, const char *svg, const char *name, const char *label)
{
    const char *at = strstr(svg, "<svg");

    if (!at)
        return;
    fputs("<svg role=\"img\" aria-label=\"", page);
    atw_html_text(page, label);
    fputc('"', page);
    for (at += strlen("<svg"); *at;) {
        size_t n = skip(at);

        for (size_t i = 0; n == 0 && i < sizeof rewrites / sizeof rewrites[0]; i++) {
            n = begins(at, rewrites[i].found);
            if (n)
                fprintf(page, "%s%s-", rewrites[i].written, name);
        }
        if (n == 0) {
            fputc(*at, page);
            n = 1;
        }
        at += n;
    }
}

void atw_html_png(FILE *page, const unsigned char *bytes, size_t size, const char *label)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    fputs("<img alt=\"", page);
    atw_html_text(page, label);
    fputs("\" src=\"data:image/png;base64,", page);
    for (size_t i = 0; i < size; i += 3) {
        size_t n = size - i < 3 ? size - i : 3;
        unsigned long group = (unsigned long)bytes[i] << 16;

        group |= n > 1 ? (unsigned long)bytes[i + 1] << 8 : 0;
        group |= n > 2 ? bytes[i + 2] : 0;
        fputc(digits[group >> 18], page);
        fputc(digits[group >> 12 & 63], page);
        fputc(n > 1 ? digits[group >> 6 & 63] : '=', page);
        fputc(n > 2 ? digits[group & 63] : '=', page);
    }
    fputs("\" />", page);
}
