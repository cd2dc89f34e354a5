/* Pieces of HTML: escaped text, numbers as a reader expects them, embedded pictures.
 *
 * Everything is written to a stream whose error state the caller looks at once, at the
 * end; nothing here can fail otherwise. */
#ifndef ATW_REPORT_HTML_H
#define ATW_REPORT_HTML_H

#include <stddef.h>
#include <stdio.h>

/* Text content or attribute value: & < > " ' escaped, control characters replaced. */
void atw_html_text(FILE *page, const char *text);

/* Fixed-point number with a true minus sign; NaN and infinities are a dash. */
void atw_html_fixed(FILE *page, double value, int decimals);

/* "1.23 x 10^-19", or "(1.23 +- 0.45) x 10^-19" when std is known; NaN is a dash. */
void atw_html_scientific(FILE *page, double value, double std);

/* "value +- std", or the value alone when std is not known. */
void atw_html_uncertain(FILE *page, double value, double std, int decimals);

/* Decimals that show two figures of a standard deviation, 0 to 4; `unknown` if it is not
 * positive and finite. */
int atw_html_decimals(double std, int unknown);

/* An SVG file inside the page: prolog, titles and name-space declarations dropped, every
 * id and reference to one prefixed with "NAME-" so that several pictures can share a
 * page, and labelled for readers that do not see it. */
void atw_html_svg(FILE *page, const char *svg, const char *name, const char *label);

/* A PNG image as a data URI. */
void atw_html_png(FILE *page, const unsigned char *bytes, size_t size, const char *label);

#endif
