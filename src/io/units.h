/* Quantities with units: "120 s", "3 nm", "7.3e-4 m2/s", "208.3 kJ/mol", "400 degC".
 *
 * UDUNITS knows the units; what it gets wrong or leaves open is settled here: numbers are
 * parsed strictly, eV has its exact SI value and cal is the thermochemical 4.184 J, a
 * temperature and a temperature difference are different things, and a unit is a unit,
 * never an expression with a number, a date or a logarithm in it. A unit that is a power
 * of ten of the SI unit is applied to the decimal text, so that "3 nm" is exactly 3e-9.
 *
 * All functions may be called from any thread. Numbers are read and written in the "C"
 * locale, which the program must not change. */
#ifndef ATW_IO_UNITS_H
#define ATW_IO_UNITS_H

#include "core/status.h"

enum { ATW_QUANTITY_TEXT_SIZE = 96 };

enum atw_quantity_kind {
    ATW_QUANTITY_SCALED,                /* the unit is a factor */
    ATW_QUANTITY_TEMPERATURE,           /* absolute, above 0 K; K or degC */
    ATW_QUANTITY_TEMPERATURE_DIFFERENCE /* K and its multiples; degC is refused */
};

struct atw_dimension {
    enum atw_quantity_kind kind;
    const char *si_unit;      /* "m", "s", "K", "m2 s-1", "J mol-1", "rad", "kg m-3" */
    const char *display_unit; /* for messages and output; NULL: si_unit */
};

/* A decimal number and nothing else: no unit, no nan or inf, no hexadecimal, no leading
 * zeros (octal to some), nothing that overflows or underflows a double. ATW_EINVAL. */
enum atw_status
atw_number_parse(double *value, const char *text, struct atw_error *err) ATW_MUST_CHECK;

/* A whole number in decimal digits, no point or exponent. ATW_EINVAL. */
enum atw_status atw_integer_parse(long long *value,
                                  const char *text,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* A number with its unit, as SI value.
 *
 * Molar energies ("J mol-1") also take eV, meant per atom: "2.16 eV" is 2.16 eV * N_A.
 * ATW_EINVAL says what is wrong and shows the right form; ATW_EINTERNAL if the units
 * database of UDUNITS cannot be read. */
enum atw_status atw_quantity_parse(double *si,
                                   const char *text,
                                   const struct atw_dimension *dimension,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Text of a finite SI value in its display unit with the fewest digits that read back to
 * the same bits; in the SI unit if no such text exists. */
void atw_quantity_format(char text[ATW_QUANTITY_TEXT_SIZE],
                         double si,
                         const struct atw_dimension *dimension);

/* Shortest text of a finite number that reads back to the same bits. */
void atw_number_format(char text[ATW_QUANTITY_TEXT_SIZE], double value);

/* Free the units database, which is loaded at first use; it is loaded again if needed. */
void atw_units_free(void);

#endif
