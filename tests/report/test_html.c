/* Pieces of HTML: escaping, numbers, embedded pictures. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "support/support.h"

static char *text;
static size_t size;

static FILE *begin(void)
{
    return open_memstream(&text, &size);
}

/* Compare what was written and forget it. */
static void expect(FILE *page, const char *expected)
{
    fclose(page);
    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(markup_in_text_is_escaped)
{
    FILE *page = begin();

    atw_html_text(page, "<script>a && \"b\" 'c'</script>\001");
    expect(page, "&lt;script&gt;a &amp;&amp; &quot;b&quot; &#39;c&#39;&lt;/script&gt;"
                 "\357\277\275");
}
END_TEST

START_TEST(fixed_numbers_have_a_true_minus_and_no_negative_zero)
{
    static const struct {
        double value;
        int decimals;
        const char *expected;
    } cases[] = {{-31.4, 1, "\342\210\22231.4"},
                 {-0.04, 1, "0.0"},
                 {0.05, 2, "0.05"},
                 {1e4, 0, "10000"},
                 {NAN, 2, "\342\200\223"},
                 {INFINITY, 2, "\342\200\223"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        FILE *page = begin();

        atw_html_fixed(page, cases[i].value, cases[i].decimals);
        expect(page, cases[i].expected);
    }
}
END_TEST

START_TEST(scientific_numbers_share_the_exponent_of_the_value)
{
    static const struct {
        double value, std;
        const char *expected;
    } cases[] = {
        {7.3e-4, NAN, "7.30 \303\227 10<sup>\342\210\2224</sup>"},
        {9.999e-20, NAN, "1.00 \303\227 10<sup>\342\210\22219</sup>"},
        {5e-20, 4e-21, "(5.00 \302\261 0.40) \303\227 10<sup>\342\210\22220</sup>"},
        {2.5e3, NAN, "2.50 \303\227 10<sup>3</sup>"},
        {1.25, NAN, "1.25"},
        {0.0, NAN, "0.00"},
        {NAN, 1.0, "\342\200\223"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        FILE *page = begin();

        atw_html_scientific(page, cases[i].value, cases[i].std);
        expect(page, cases[i].expected);
    }
}
END_TEST

START_TEST(decimals_show_two_figures_of_the_deviation)
{
    ck_assert_int_eq(atw_html_decimals(2.1, 9), 1);
    ck_assert_int_eq(atw_html_decimals(0.52, 9), 2);
    ck_assert_int_eq(atw_html_decimals(13.0, 9), 0);
    ck_assert_int_eq(atw_html_decimals(5e6, 9), 0);
    ck_assert_int_eq(atw_html_decimals(1e-9, 9), 4);
    ck_assert_int_eq(atw_html_decimals(0.0, 9), 9);
    ck_assert_int_eq(atw_html_decimals(NAN, 9), 9);
}
END_TEST

START_TEST(embedded_svg_has_private_ids_and_no_addresses)
{
    FILE *page = begin();

    atw_html_svg(page,
                 "<?xml version=\"1.0\"?>\n<svg width=\"7\"\n xmlns=\"http://a.b/svg\"\n"
                 " xmlns:xlink=\"http://a.b/xlink\"\n>\n<title>t</title><desc>d</desc>"
                 "<path id='p' d='M0,0'/><g id=\"q\" clip-path=\"url(#p)\">"
                 "<use xlink:href='#p'/></g><text>xmlns id 7</text></svg>\n",
                 "fig", "A \"b\"");
    expect(page, "<svg role=\"img\" aria-label=\"A &quot;b&quot;\" width=\"7\"\n \n \n>\n"
                 "<path id='fig-p' d='M0,0'/><g id=\"fig-q\" clip-path=\"url(#fig-p)\">"
                 "<use href='#fig-p'/></g><text>xmlns id 7</text></svg>\n");
}
END_TEST

START_TEST(png_is_encoded_as_in_rfc_4648)
{
    static const char *const expected[] = {"Zg==",     "Zm8=",     "Zm9v",
                                           "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    char page_text[128];

    for (size_t n = 1; n <= 6; n++) {
        FILE *page = begin();

        atw_html_png(page, (const unsigned char *)"foobar", n, "x");
        snprintf(page_text, sizeof page_text,
                 "<img alt=\"x\" src=\"data:image/png;base64,%s\" />", expected[n - 1]);
        expect(page, page_text);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("html");
    TCase *tests = tcase_create("html");

    tcase_add_test(tests, markup_in_text_is_escaped);
    tcase_add_test(tests, fixed_numbers_have_a_true_minus_and_no_negative_zero);
    tcase_add_test(tests, scientific_numbers_share_the_exponent_of_the_value);
    tcase_add_test(tests, decimals_show_two_figures_of_the_deviation);
    tcase_add_test(tests, embedded_svg_has_private_ids_and_no_addresses);
    tcase_add_test(tests, png_is_encoded_as_in_rfc_4648);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
