/* Strict numbers, quantities with units, and texts that read back to the same bits. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/units.h"
#include "support/support.h"

static const struct atw_dimension length = {ATW_QUANTITY_SCALED, "m", "nm"};
static const struct atw_dimension duration = {ATW_QUANTITY_SCALED, "s", NULL};
static const struct atw_dimension angle = {ATW_QUANTITY_SCALED, "rad", "deg"};
static const struct atw_dimension diffusivity = {ATW_QUANTITY_SCALED, "m2 s-1", "m2/s"};
static const struct atw_dimension molar_energy = {ATW_QUANTITY_SCALED, "J mol-1",
                                                  "kJ/mol"};
static const struct atw_dimension density = {ATW_QUANTITY_SCALED, "kg m-3", "g/cm3"};
static const struct atw_dimension temperature = {ATW_QUANTITY_TEMPERATURE, "K", "degC"};
static const struct atw_dimension difference = {ATW_QUANTITY_TEMPERATURE_DIFFERENCE, "K",
                                                NULL};

START_TEST(numbers_are_plain_decimals)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0.0},    {"-1.5", -1.5},
                {"+2", 2.0},   {".5", 0.5},
                {"5.", 5.0},   {"1e-3", 1e-3},
                {"2E+4", 2e4}, {" 7 ", 7.0},
                {"0.1", 0.1},  {"1.7976931348623157e308", 1.7976931348623157e308},
                {"0e5", 0.0}};
    static const char *const bad[] = {
        "",    "abc",   "12abc", "0x10", "nan",  "inf",          "-inf",   "1,5",
        "1e",  "1e400", "--1",   "1 2",  "010",  "00",           "1e-400", "1.2.3",
        "+-1", "1_000", ".",     "e5",   "20 K", "1e99999999999"};
    struct atw_error err;
    double value;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK_OK(atw_number_parse(&value, good[i].text, &err));
        ck_assert_double_eq(value, good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        value = 42.0;
        err = (struct atw_error){0};
        ck_assert_msg(atw_number_parse(&value, bad[i], &err) == ATW_EINVAL,
                      "\"%s\" was taken for %g", bad[i], value);
        ck_assert_double_eq(value, 42.0);
        ck_assert_str_ne(err.text, "");
    }
    CHECK_FAILS(atw_number_parse(&value, "010", &err), ATW_EINVAL, "octal");
    CHECK_FAILS(atw_number_parse(&value, "20 K", &err), ATW_EINVAL, "no unit");
}
END_TEST

START_TEST(integers_are_plain_digits)
{
    static const char *const bad[] = {
        "1.0", "1e3", "012", "0x1", "", "9223372036854775808", "1 2", "-", "1."};
    struct atw_error err;
    long long value;

    CHECK_OK(atw_integer_parse(&value, "9007199254740991", &err));
    ck_assert_int_eq(value, 9007199254740991);
    CHECK_OK(atw_integer_parse(&value, "-3", &err));
    ck_assert_int_eq(value, -3);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(atw_integer_parse(&value, bad[i], NULL) == ATW_EINVAL,
                      "\"%s\" was taken for %lld", bad[i], value);
}
END_TEST

START_TEST(quantities_become_the_nearest_SI_value)
{
    static const struct {
        const char *text;
        const struct atw_dimension *dimension;
        double si;
    } cases[] = {
        {"3 nm", &length, 3e-9},
        {"0.6nm", &length, 0.6e-9},
        {"1.385 \xC2\xB5m", &length, 1.385e-6},
        {"4 angstrom", &length, 4e-10},
        {"120 s", &duration, 120.0},
        {"2 min", &duration, 120.0},
        {"14 ms", &duration, 14e-3},
        {"7.3e-4 m2/s", &diffusivity, 7.3e-4},
        {"7.3e-4 m^2/s", &diffusivity, 7.3e-4},
        {"7.3e-4 m\xC2\xB2/s", &diffusivity, 7.3e-4},
        {"7.3 cm2 s-1", &diffusivity, 7.3e-4},
        {"50 nm2/s", &diffusivity, 5e-17},
        {"208.3 kJ/mol", &molar_energy, 208.3e3},
        {"50 kcal/mol", &molar_energy, 50 * 4184.0},
        {"19.3 g/cm3", &density, 19300.0},
        {"180 deg", &angle, 3.14159265358979323846},
        {"180\xC2\xB0", &angle, 3.14159265358979323846},
        {"10 mrad", &angle, 0.01},
        {"400 degC", &temperature, 673.15},
        {"400 \xC2\xB0"
         "C",
         &temperature, 673.15},
        {"673.15 K", &temperature, 673.15},
        {"-34 K", &difference, -34.0},
        {"500 mK", &difference, 0.5},
    };
    struct atw_error err;
    double si;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_OK(atw_quantity_parse(&si, cases[i].text, cases[i].dimension, &err));
        ck_assert_msg(fabs(si / cases[i].si - 1.0) <= 2.3e-16, "\"%s\" became %.17g",
                      cases[i].text, si);
    }
    /* Powers of ten are applied to the text: not one bit off. */
    for (int i = 1; i < 1000; i++) {
        char text[32], expected[32];

        snprintf(text, sizeof text, "%d.%d nm", i, i % 10);
        snprintf(expected, sizeof expected, "%d.%de-9", i, i % 10);
        CHECK_OK(atw_quantity_parse(&si, text, &length, &err));
        ck_assert_double_eq(si, strtod(expected, NULL));
    }
}
END_TEST

START_TEST(electron_volt_has_its_exact_value)
{
    static const struct atw_dimension energy = {ATW_QUANTITY_SCALED, "J", "eV"};
    struct atw_error err;
    double si;

    CHECK_OK(atw_quantity_parse(&si, "1 eV", &energy, &err));
    ck_assert_double_eq_tol(si, 1.602176634e-19, 1e-34);
    CHECK_OK(atw_quantity_parse(&si, "1 meV", &energy, &err));
    ck_assert_double_eq_tol(si, 1.602176634e-22, 1e-37);
    /* UDUNITS knows the name only at its 1986 value. */
    CHECK_FAILS(atw_quantity_parse(&si, "1 electronvolt", &energy, &err), ATW_EINVAL,
                "not a unit");
    /* Molar: e * N_A = 96485.33212 C/mol, the Faraday constant. */
    CHECK_OK(atw_quantity_parse(&si, "2.16 eV", &molar_energy, &err));
    ck_assert_double_eq_tol(si, 2.16 * 96485.33212331, 1e-6);
    CHECK_OK(atw_quantity_parse(&si, "2.16 eV/atom", &molar_energy, &err));
    ck_assert_double_eq_tol(si, 2.16 * 96485.33212331, 1e-6);
    /* A forgotten "/mol" is not an energy per atom. */
    CHECK_FAILS(atw_quantity_parse(&si, "208 kJ", &molar_energy, &err), ATW_EINVAL,
                "wrong dimension");
}
END_TEST

START_TEST(quantities_that_are_none_are_refused)
{
    static const struct {
        const char *text;
        const struct atw_dimension *dimension;
        const char *message;
    } cases[] = {
        {"120", &duration, "write for example \"120 s\""},
        {"", &duration, "not a number"},
        {"s", &duration, "not a number"},
        {"3 nm", &duration, "wrong dimension"},
        {"3 jiffoons", &duration, "not a unit"},
        {"1 2 nm", &length, "not a unit"},
        {"1 nm 2", &length, "not a unit"},
        {"1 nm*2", &length, "not a unit"},
        {"1 nm/2", &length, "not a unit"},
        {"1 m @ 3", &length, "not a unit"},
        {"1 s since 1992-10-08", &duration, "not a unit"},
        {"1 lg(re 1 m)", &length, "not a unit"},
        {"1.2.3 nm", &length, "not a unit"},
        {"1,5 nm", &length, "not a unit"},
        {"nan nm", &length, "not a number"},
        {"0x1p3 nm", &length, "not a unit"},
        {"1e400 nm", &length, "too large"},
        {"1e300 km/nm m", &length, "too large"},
        {"010 nm", &length, "octal"},
        {"400 degF", &temperature, "degC or K"},
        {"0 K", &temperature, "absolute zero"},
        {"-273.15 degC", &temperature, "absolute zero"},
        {"-300 degC", &temperature, "absolute zero"},
        {"400 s", &temperature, "wrong dimension"},
        {"34 degC", &difference, "\"34 K\""},
        {"34 \xC2\xB0"
         "C",
         &difference, "difference"},
        {"34 degF", &difference, "write it in K"},
    };
    struct atw_error err;
    double si = 42.0;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_FAILS(atw_quantity_parse(&si, cases[i].text, cases[i].dimension, &err),
                    ATW_EINVAL, cases[i].message);
        ck_assert_double_eq(si, 42.0);
    }
}
END_TEST

START_TEST(formatted_quantities_read_back_to_the_same_bits)
{
    static const struct atw_dimension *const all[] = {
        &length,       &duration, &angle,       &diffusivity,
        &molar_energy, &density,  &temperature, &difference};
    const struct atw_dimension *dimension = all[(size_t)_i % 8];
    char text[ATW_QUANTITY_TEXT_SIZE];
    struct atw_error err;
    double si, again;

    for (unsigned i = 0; i < 100; i++) {
        /* Sixteen random digits over twenty decades, temperatures over four. */
        double decades = dimension == &temperature ? 4.0 * atw_test_uniform(7, i)
                                                   : 20.0 * atw_test_uniform(7, i) - 15.0;

        si = (1.0 + atw_test_uniform((unsigned)_i + 100, i)) * pow(10.0, decades);
        atw_quantity_format(text, si, dimension);
        CHECK_OK(atw_quantity_parse(&again, text, dimension, &err));
        if (dimension == &length || dimension == &molar_energy || dimension == &density)
            ck_assert_msg(strstr(text, dimension->display_unit), "%s", text);
        ck_assert_msg(memcmp(&si, &again, sizeof si) == 0, "%.17g -> %s -> %.17g", si,
                      text, again);
    }
}
END_TEST

START_TEST(formatted_quantities_look_as_they_were_written)
{
    static const struct {
        const char *text;
        const struct atw_dimension *dimension;
    } cases[] = {{"0.6 nm", &length},
                 {"58 nm", &length},
                 {"400 degC", &temperature},
                 {"25 degC", &temperature},
                 {"208.3 kJ/mol", &molar_energy},
                 {"-72 deg", &angle},
                 {"10.49 g/cm3", &density},
                 {"120 s", &duration},
                 {"0.00073 m2/s", &diffusivity},
                 {"5e-20 m2/s", &diffusivity},
                 {"0 nm", &length},
                 {"1.2345678901234566 nm", &length},
                 {"208.33333333333334 kJ/mol", &molar_energy},
                 {"-34 K", &difference}};
    char text[ATW_QUANTITY_TEXT_SIZE];
    struct atw_error err;
    double si;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_OK(atw_quantity_parse(&si, cases[i].text, cases[i].dimension, &err));
        atw_quantity_format(text, si, cases[i].dimension);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

static void *parse_often(void *failures)
{
    double si;

    for (int i = 0; i < 300; i++) {
        if (atw_quantity_parse(&si, "7.3 cm2/s", &diffusivity, NULL) != ATW_OK ||
            si != 7.3e-4)
            ++*(int *)failures;
    }
    return NULL;
}

START_TEST(units_may_be_parsed_by_several_threads_and_freed_in_between)
{
    pthread_t threads[4];
    int failures[4] = {0};
    double si;

    atw_units_free();
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, parse_often, &failures[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_int_eq(failures[i], 0);
    }
    atw_units_free();
    atw_units_free();
    ck_assert_int_eq(atw_quantity_parse(&si, "1 nm", &length, NULL), ATW_OK);
    atw_units_free();
}
END_TEST

START_TEST(missing_units_database_is_an_internal_error_that_names_the_remedy)
{
    struct atw_error err;
    double si;

    atw_units_free();
    setenv("UDUNITS2_XML_PATH", "/nonexistent/udunits2.xml", 1);
    CHECK_FAILS(atw_quantity_parse(&si, "1 nm", &length, &err), ATW_EINTERNAL,
                "UDUNITS2_XML_PATH");
    unsetenv("UDUNITS2_XML_PATH");
    CHECK_OK(atw_quantity_parse(&si, "1 nm", &length, &err));
    atw_units_free();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("units");
    TCase *tests = tcase_create("units");

    tcase_add_checked_fixture(tests, NULL, atw_units_free);
    tcase_add_test(tests, numbers_are_plain_decimals);
    tcase_add_test(tests, integers_are_plain_digits);
    tcase_add_test(tests, quantities_become_the_nearest_SI_value);
    tcase_add_test(tests, electron_volt_has_its_exact_value);
    tcase_add_test(tests, quantities_that_are_none_are_refused);
    tcase_add_loop_test(tests, formatted_quantities_read_back_to_the_same_bits, 0, 16);
    tcase_add_test(tests, formatted_quantities_look_as_they_were_written);
    tcase_add_test(tests, units_may_be_parsed_by_several_threads_and_freed_in_between);
    tcase_add_test(tests,
                   missing_units_database_is_an_internal_error_that_names_the_remedy);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
