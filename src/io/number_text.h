/* Decimal numbers in text files: strict reading, shortest exact writing. */
#ifndef ATW_IO_NUMBER_TEXT_H
#define ATW_IO_NUMBER_TEXT_H

/* Enough for any double in 17 digits. */
#define ATW_NUMBER_TEXT_SIZE 32

/* Read a whole text as one finite decimal number: optional sign, digits with at most one
 * point, optional exponent; nothing else, so neither spaces nor "12abc", "0x1p3", "nan"
 * or a number beyond the range of a double (1e999). Returns 1 and sets *number, or
 * returns 0. Needs the "C" numeric locale, which the program never leaves. */
int atw_decimal_parse(const char *text, double *number);

/* True when the text has the form described above, whatever its magnitude. */
int atw_number_is_decimal(const char *text);

/* Write with 15 significant digits, or 17 if 15 do not read back as the same number.
 * Infinite: "inf" or "-inf"; not a number: empty. */
void atw_decimal_format(char text[ATW_NUMBER_TEXT_SIZE], double number);

#endif
