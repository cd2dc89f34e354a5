/* Tables as comma-separated text. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/csv.h"
#include "io/fixture.h"
#include "io/number_text.h"
#include "support/support.h"

static enum atw_status
read_text(struct atw_table **table, const char *text, struct atw_error *err)
{
    fixture_store_text("a.csv", text);
    return atw_csv_read(table, fixture_path("a.csv"), err);
}

static void
check_number(const struct atw_table *table, size_t row, size_t column, double x)
{
    struct atw_cell cell = atw_table_cell(table, row, column);

    ck_assert_ptr_null(cell.text);
    if (isnan(x))
        ck_assert_double_nan(cell.number);
    else
        ck_assert_double_eq(cell.number, x);
}

static void
check_text(const struct atw_table *table, size_t row, size_t column, const char *text)
{
    struct atw_cell cell = atw_table_cell(table, row, column);

    ck_assert_ptr_nonnull(cell.text);
    ck_assert_str_eq(cell.text, text);
}

START_TEST(hand_written_table_is_read)
{
    struct atw_error err;
    struct atw_table *table = NULL;

    CHECK_OK(read_text(&table,
                       "\xEF\xBB\xBFparticle, nominal_K ,\"D, m2/s\"\r\n"
                       "A, 673.15,1.5e-19\r\n\r\n"
                       "\"say \"\"B\"\"\nhere\" , -1 ,\n"
                       ", .5, inf\n",
                       &err));
    ck_assert_uint_eq(atw_table_row_count(table), 3);
    ck_assert_uint_eq(atw_table_column_count(table), 3);
    ck_assert_str_eq(atw_table_column_name(table, 1), "nominal_K");
    ck_assert_str_eq(atw_table_column_name(table, 2), "D, m2/s");
    check_text(table, 0, 0, "A");
    check_number(table, 0, 1, 673.15);
    check_number(table, 0, 2, 1.5e-19);
    check_text(table, 1, 0, "say \"B\"\nhere");
    check_number(table, 1, 1, -1.0);
    check_number(table, 1, 2, NAN);
    check_number(table, 2, 0, NAN);
    check_number(table, 2, 2, INFINITY);
    atw_table_destroy(table);
}
END_TEST

START_TEST(mistakes_are_named_by_line)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a,b\n1,2\n3\n", "a.csv:3: 1 cells, but the header names 2 columns"},
        {"a,b\n1,2,3\n", "a.csv:2: 3 cells, but the header names 2 columns"},
        {"a,b\n1,2\n12abc,3\n", "a.csv:3: '12abc' in column 'a' is not a number"},
        {"a,b\nx,2\n1,3\n", "a.csv:2: 'x' in column 'a' is not a number, but line 3"},
        {"a\n1\nnan\n", "a.csv:3: 'nan' in column 'a'"},
        {"a\n1e999\n", "a.csv:2: 1e999 in column 'a' is too large"},
        {"a,,c\n", "column 2 has no name"},
        {"", "column 1 has no name"},
        {"a,b,a\n", "columns 1 and 3 are both named 'a'"},
        {"a\n\"x\n\ny", "a.csv:2: the quotation mark is never closed"},
        {"a,b\n\"x\ny\"z,1\n", "a.csv:3: 'z' after a closing quotation mark"},
        {"a,b\n1,2\nx\"y\",1\n", "a.csv:3: quotation mark inside an unquoted cell"},
    };
    struct atw_error err;
    struct atw_table *table = (struct atw_table *)1;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_FAILS(read_text(&table, cases[i].text, &err), ATW_EINPUT, cases[i].message);
        ck_assert_ptr_null(table);
    }
    CHECK_FAILS(atw_csv_read(&table, fixture_path("absent"), &err), ATW_EINPUT,
                "No such file");
}
END_TEST

START_TEST(too_many_columns_are_refused)
{
    struct atw_error err;
    struct atw_table *table = NULL;
    char *text = malloc(60000);
    size_t used = 0;

    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < 5000; i++)
        used += (size_t)snprintf(text + used, 60000 - used, "c%d,", i);
    CHECK_FAILS(read_text(&table, text, &err), ATW_EINPUT, "more than 4096 columns");
    free(text);
}
END_TEST

/* A table whose cells are whatever could confuse a reader. */
static struct atw_table *awkward_table(unsigned seed)
{
    static const char *const names[] = {"text", "number \"x\", K", " mixed "};
    static const char *const texts[] = {"",     "12",  "a,b", "\"",   "line\nbreak", " x",
                                        "-inf", "1e5", "nan", "\r\n", "plain",       "#"};
    static const double numbers[] = {
        0.1,  -0.0,     1.0 / 3.0, 5e-324, 1.7976931348623157e308,
        1e15, INFINITY, -INFINITY, NAN,    6.02214076e23};
    struct atw_table *table = NULL;

    ck_assert_int_eq(atw_table_create(&table, names, 3, NULL), ATW_OK);
    for (unsigned row = 0; row < 30; row++) {
        size_t word = (size_t)(12.0 * atw_test_uniform(seed, 4 * row));
        size_t value = (size_t)(10.0 * atw_test_uniform(seed, 4 * row + 1));
        int is_text = atw_test_uniform(seed, 4 * row + 2) < 0.5;
        double random = tan(3.1 * (atw_test_uniform(seed, 4 * row + 3) - 0.5));
        struct atw_cell cells[] = {atw_cell_text(texts[word]),
                                   atw_cell_number(row % 2 ? numbers[value] : random),
                                   is_text ? atw_cell_text(texts[word])
                                           : atw_cell_number(numbers[value])};

        ck_assert_int_eq(atw_table_append(table, cells, NULL), ATW_OK);
    }
    return table;
}

START_TEST(any_table_survives_exactly)
{
    struct atw_error err;
    struct atw_table *table = awkward_table((unsigned)_i);
    struct atw_table *back = NULL;

    CHECK_OK(atw_csv_write(table, fixture_path("a.csv"), 0, &err));
    CHECK_OK(atw_csv_read(&back, fixture_path("a.csv"), &err));
    ck_assert_uint_eq(atw_table_row_count(back), 30);
    for (size_t column = 0; column < 3; column++) {
        ck_assert_str_eq(atw_table_column_name(back, column),
                         atw_table_column_name(table, column));
        for (size_t row = 0; row < 30; row++) {
            struct atw_cell cell = atw_table_cell(table, row, column);

            if (cell.text)
                check_text(back, row, column, cell.text);
            else
                check_number(back, row, column, cell.number);
        }
    }
    atw_table_destroy(table);
    atw_table_destroy(back);
}
END_TEST

START_TEST(text_is_what_other_programs_expect)
{
    static const char *const names[] = {"particle", "T_K"};
    const struct atw_cell first[] = {atw_cell_text("A"), atw_cell_number(673.15)};
    const struct atw_cell second[] = {atw_cell_text("B, edge"), atw_cell_number(NAN)};
    struct atw_error err;
    struct atw_table *table = NULL;
    size_t size;
    char *text;

    CHECK_OK(atw_table_create(&table, names, 2, &err));
    CHECK_OK(atw_table_append(table, first, &err));
    CHECK_OK(atw_table_append(table, second, &err));
    CHECK_OK(atw_csv_write(table, fixture_path("a.csv"), 0, &err));
    text = (char *)fixture_load("a.csv", &size);
    ck_assert_str_eq(text, "particle,T_K\nA,673.15\n\"B, edge\",\n");
    free(text);
    CHECK_FAILS(atw_csv_write(table, fixture_path("a.csv"), 0, &err), ATW_EOUTPUT,
                "--force");
    CHECK_FAILS_ON_FULL_DISK(10, atw_csv_write(table, fixture_path("a.csv"), 1, &err),
                             "File too large");
    atw_table_destroy(table);
    ck_assert_uint_eq(fixture_entry_count(""), 1);
}
END_TEST

START_TEST(one_column_may_hold_unknown_numbers)
{
    struct atw_error err;
    struct atw_table *table = NULL;

    CHECK_OK(read_text(&table, "x\n1\n\n2\n", &err));
    ck_assert_uint_eq(atw_table_row_count(table), 3);
    check_number(table, 1, 0, NAN);
    atw_table_destroy(table);
    CHECK_OK(read_text(&table, "x", &err));
    ck_assert_uint_eq(atw_table_row_count(table), 0);
    atw_table_destroy(table);
}
END_TEST

START_TEST(numbers_take_as_many_digits_as_they_need)
{
    char text[ATW_NUMBER_TEXT_SIZE];

    atw_decimal_format(text, 0.1);
    ck_assert_str_eq(text, "0.1");
    atw_decimal_format(text, 0.1 + 0.2);
    ck_assert_str_eq(text, "0.30000000000000004");
    atw_decimal_format(text, NAN);
    ck_assert_str_eq(text, "");
    atw_decimal_format(text, -1.7976931348623157e308);
    ck_assert_str_eq(text, "-1.7976931348623157e+308");
}
END_TEST

START_TEST(damaged_files_do_not_crash)
{
    struct atw_table *table = awkward_table(1);
    size_t size;
    unsigned char *good;
    unsigned char *bad;

    ck_assert_int_eq(atw_csv_write(table, fixture_path("a.csv"), 0, NULL), ATW_OK);
    atw_table_destroy(table);
    good = fixture_load("a.csv", &size);
    bad = malloc(size);
    ck_assert_ptr_nonnull(bad);
    for (unsigned seed = 0; seed < 500; seed++) {
        struct atw_error err = {0};
        enum atw_status status;

        memcpy(bad, good, size);
        fixture_store("b.csv", bad, fixture_damage(bad, size, seed));
        status = atw_csv_read(&table, fixture_path("b.csv"), &err);
        ck_assert_msg(status == ATW_OK || status == ATW_EINPUT, "seed %u: %s", seed,
                      err.text);
        ck_assert((status == ATW_OK) == (table != NULL));
        atw_table_destroy(table);
    }
    free(good);
    free(bad);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv");
    TCase *tests = tcase_create("csv");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, hand_written_table_is_read);
    tcase_add_test(tests, mistakes_are_named_by_line);
    tcase_add_test(tests, too_many_columns_are_refused);
    tcase_add_loop_test(tests, any_table_survives_exactly, 0, 20);
    tcase_add_test(tests, text_is_what_other_programs_expect);
    tcase_add_test(tests, one_column_may_hold_unknown_numbers);
    tcase_add_test(tests, numbers_take_as_many_digits_as_they_need);
    tcase_add_test(tests, damaged_files_do_not_crash);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
