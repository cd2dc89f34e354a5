/* Unit texts as scale and offset to an SI unit: the only file that sees UDUNITS.
 *
 * UDUNITS 2.2.28 is not thread-safe, knows eV at its 1986 value, takes cal for the
 * International Table calorie and has no "deg"; hence the lock and the redefinitions.
 * Exact eV and N_A: SI brochure, 9th edition (2019). */
#include "io/unit_scale.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include <udunits2.h>

#include "io/units.h"

#define ELECTRON_VOLT_J 1.602176634e-19
#define AVOGADRO_PER_MOL 6.02214076e23
#define CALORIE_J 4.184
#define ZERO_CELSIUS_K 273.15
/* Prefixes are multiplied up in binary; no two units are this close to each other. */
#define FACTOR_TOLERANCE 4e-15

static pthread_mutex_t database_lock = PTHREAD_MUTEX_INITIALIZER;
static ut_system *database; /* one per process, as UDUNITS intends */

static void define(ut_system *system, const char *symbol, double factor, const char *of)
{
    ut_unit *base = ut_parse(system, of, UT_UTF8);
    ut_unit *unit = base ? ut_scale(factor, base) : NULL;

    ut_unmap_symbol_to_unit(system, symbol, UT_UTF8);
    if (unit)
        ut_map_symbol_to_unit(symbol, UT_UTF8, unit);
    ut_free(unit);
    ut_free(base);
}

static ut_system *database_load(void)
{
    if (database)
        return database;
    ut_set_error_message_handler(ut_ignore);
    database = ut_read_xml(NULL);
    if (!database)
        return NULL;
    define(database, "eV", ELECTRON_VOLT_J, "J");
    define(database, "cal", CALORIE_J, "J");
    define(database, "deg", 1.0, "arc_degree");
    return database;
}

void atw_units_free(void)
{
    pthread_mutex_lock(&database_lock);
    ut_free_system(database);
    database = NULL;
    pthread_mutex_unlock(&database_lock);
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A digit may only be (part of) an exponent: m2, m-2, m^2, m^-2. UDUNITS would take any
 * other number for a factor, an origin or a date. */
static int digit_is_exponent(const char *unit, size_t i)
{
    while (i > 0 && is_digit(unit[i - 1]))
        i--;
    if (i > 0 && (unit[i - 1] == '-' || unit[i - 1] == '+'))
        i--;
    return i > 0 && (is_letter(unit[i - 1]) || unit[i - 1] == '^');
}

/* Letters, exponents, products and quotients only; no call such as lg(re 1 mW). */
static int is_plain_unit(const char *unit)
{
    if (!is_letter(unit[0]))
        return 0;
    for (size_t i = 0; unit[i]; i++) {
        if (is_digit(unit[i]) && !digit_is_exponent(unit, i))
            return 0;
        if (unit[i] == '(' && is_letter(unit[i - 1]))
            return 0;
        if (!is_letter(unit[i]) && !is_digit(unit[i]) && !strchr(" ./*^+-()_", unit[i]))
            return 0;
    }
    return 1;
}

/* Names that UDUNITS knows by values other than those `define` sets. */
static int is_outdated(const char *unit)
{
    return strstr(unit, "electronvolt") || strstr(unit, "electron_volt") ||
           strstr(unit, "calorie");
}

static void recognise_power_of_ten(struct atw_unit_scale *scale)
{
    double power = round(log10(scale->factor));

    if (fabs(power) > 60.0 ||
        fabs(scale->factor / pow(10.0, power) - 1.0) > FACTOR_TOLERANCE)
        return;
    scale->is_power_of_ten = 1;
    scale->power_of_ten = (int)power;
}

static enum atw_unit_answer scale_of(struct atw_unit_scale *scale,
                                     const cv_converter *converter)
{
    double zero = cv_convert_double(converter, 0.0);
    double one = cv_convert_double(converter, 1.0);
    double two = cv_convert_double(converter, 2.0);

    *scale = (struct atw_unit_scale){.factor = one - zero};
    if (fabs(zero - ZERO_CELSIUS_K) < 1e-9 && fabs(one - zero - 1.0) < 1e-9) {
        scale->factor = 1.0;
        scale->is_celsius = 1;
        return ATW_UNIT_OK;
    }
    if (zero != 0.0 || !(one > 0.0) || !isfinite(one) ||
        fabs(two - 2.0 * one) > FACTOR_TOLERANCE * two)
        return ATW_UNIT_NOT_A_FACTOR;
    recognise_power_of_ten(scale);
    return ATW_UNIT_OK;
}

static enum atw_unit_answer convert(struct atw_unit_scale *scale,
                                    ut_system *system,
                                    const char *unit,
                                    const char *si_unit)
{
    enum atw_unit_answer answer = ATW_UNIT_UNKNOWN;
    ut_unit *from = ut_parse(system, unit, UT_UTF8);
    ut_unit *to = ut_parse(system, si_unit, UT_UTF8);
    cv_converter *converter = NULL;

    if (!from || !to)
        goto cleanup;
    answer = ATW_UNIT_INCOMPATIBLE;
    if (!ut_are_convertible(from, to))
        goto cleanup;
    converter = ut_get_converter(from, to);
    if (converter)
        answer = scale_of(scale, converter);
cleanup:
    cv_free(converter);
    ut_free(to);
    ut_free(from);
    return answer;
}

/* "eV", "meV", "eV/atom": an energy per atom where a molar one is wanted. */
static int energy_per_atom(char energy[16], const char *unit, const char *si_unit)
{
    size_t length = strlen(unit);

    if (strcmp(si_unit, "J mol-1") != 0)
        return 0;
    if (length > 5 && strcmp(unit + length - 5, "/atom") == 0)
        length -= 5;
    if (length < 2 || length > 4 || strncmp(unit + length - 2, "eV", 2) != 0)
        return 0;
    memcpy(energy, unit, length);
    energy[length] = '\0';
    return 1;
}

enum atw_unit_answer
atw_unit_find(struct atw_unit_scale *scale, const char *unit, const char *si_unit)
{
    enum atw_unit_answer answer = ATW_UNIT_NO_DATABASE;
    char energy[16];
    ut_system *system;

    if (!is_plain_unit(unit) || is_outdated(unit))
        return ATW_UNIT_UNKNOWN;
    pthread_mutex_lock(&database_lock);
    system = database_load();
    if (system && energy_per_atom(energy, unit, si_unit)) {
        answer = convert(scale, system, energy, "J");
        scale->factor *= AVOGADRO_PER_MOL;
        scale->is_power_of_ten = 0;
    } else if (system) {
        answer = convert(scale, system, unit, si_unit);
    }
    pthread_mutex_unlock(&database_lock);
    return answer;
}
