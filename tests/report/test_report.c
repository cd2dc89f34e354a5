/* Report of a finished run: the page, its figures, and every way the input can be wrong.
 *
 * Figures need gnuplot; where it is missing the tests of figures check the page without.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/report.h"
#include "report/run_fixture.h"
#include "support/support.h"

static const char *const figures[] = {
    "orthoslices.png", "histograms.svg", "alloying.svg", "diffusion_curves.svg",
    "arrhenius.svg",   "delta_T.svg",    "posterior.svg"};
enum { ALWAYS_DRAWN = 6 }; /* the posterior only where there is one */
static const struct run_fixture plain = {"double-spiral", {"A", "B"}, 1, 2.0, 1};
static const struct run_fixture real = {"my own rods", {"A", "B"}, 0, 2.0, 0};

static char directory[256];

static void clean(void)
{
    run_fixture_remove(directory);
}

static int have_gnuplot(void)
{
    static int known = -1;

    if (known < 0)
        known = system("command -v gnuplot >/dev/null 2>&1") == 0;
    return known;
}

/* Contents of a file in the run directory, to be freed. */
static char *contents(const char *name)
{
    char path[1024], *text = NULL;
    size_t capacity = 0;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s is missing", path);
    ck_assert(getdelim(&text, &capacity, '\0', file) > 0);
    fclose(file);
    return text;
}

static void overwrite(const char *name, const char *text)
{
    char path[2048];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static int is_there(const char *name)
{
    char path[1024];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    return access(path, F_OK) == 0;
}

static char *report_of(const struct run_fixture *fixture)
{
    struct atw_error err;

    run_fixture_write(directory, fixture);
    CHECK_OK(atw_report_write(directory, NULL, 1, &err));
    return contents("report.html");
}

/* The same without figures, which take most of the time. */
static char *bare_report_of(const struct run_fixture *fixture)
{
    char *saved = strdup(getenv("PATH")), *page;

    setenv("PATH", "/nonexistent", 1);
    page = report_of(fixture);
    setenv("PATH", saved, 1);
    free(saved);
    return page;
}

static void check_holds(const char *page, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(strstr(page, texts[i]) != NULL, "the page lacks '%s'", texts[i]);
}

/* One report with figures that several tests only look at. */
static char *shared_page;

static void write_shared(void)
{
    shared_page = report_of(&plain);
}

static void clean_shared(void)
{
    free(shared_page);
    clean();
}

#define CHECK_HOLDS(page, texts)                                                         \
    check_holds((page), (texts), sizeof(texts) / sizeof *(texts))

START_TEST(page_holds_every_estimate_with_its_intervals)
{
    static const char *const expected[] = {
        "<h1>Local temperature from alloying: double-spiral</h1>",
        "<td>paper</td><td>log</td><td>constant</td><td>A</td><td "
        "class=\"n\">\342\210\22231.4</td>"
        "<td class=\"n\">2.1</td><td class=\"n\">\342\210\22233.6 \342\200\246 "
        "\342\210\22229.2</td><td class=\"n\">\342\210\22236.6 \342\200\246 "
        "\342\210\22226.2</td><td class=\"n\">2.6</td><td>in 95 %</td>"
        "<td class=\"n\">201.2</td><td class=\"n\">2.10 \303\227 "
        "10<sup>\342\210\2224</sup></td><td>ok</td>",
        "<td>linear</td><td>constant</td><td>A</td><td class=\"n\">\342\210\22229.8</td>",
        "<td>log</td><td>constant</td><td>B</td><td class=\"n\">\342\210\22232.9</td>",
        "<td>joint</td><td>log</td><td>constant</td><td>A</td><td "
        "class=\"n\">\342\210\22233.80</td>"
        "<td class=\"n\">0.52</td>",
        "<td>not identifiable</td>",
        /* what is too long for a column */
        "<td>note 1</td></tr>",
        "Note 1: 3 diffusivities for 3 parameters: nothing is left for the scatter.</p>",
        /* truth beside the estimates */
        "<td>truth</td><td></td><td></td><td></td><td class=\"n\">\342\210\22234.00</td>",
        "<td class=\"n\">208.3</td>",
        "<td class=\"n\">7.30 \303\227 10<sup>\342\210\2224</sup></td>",
        /* at a glance */
        "<span class=\"value\">\342\210\22233.80 \302\261 0.52 K</span>",
        "<span class=\"value\">0.11 K</span>",
        "\316\224T, paper, constant</span>",
        "\316\224T, joint, constant</span>",
    };
    char *page = bare_report_of(&plain);

    CHECK_HOLDS(page, expected);
    free(page);
}
END_TEST

START_TEST(page_holds_every_step_of_every_particle)
{
    static const char *const expected[] = {
        /* B after 430 degC: 34 K colder, D from the Arrhenius law by hand:
         * 7.3e-4 exp(-208300 / (8.314462618 * 669.15)) = 4.01e-20 */
        "<td class=\"n\">4</td><td class=\"n\">430.0</td><td class=\"n\">396.00</td>",
        "<td class=\"n\">4.01 \303\227 10<sup>\342\210\22220</sup></td>",
        "<td class=\"n\">1</td><td class=\"n\">400.0</td><td class=\"n\">400.00</td>",
        " \302\261 0.012</td>",
        "<th class=\"side\" rowspan=\"4\">B<br /><small>edge</small></th>",
        /* the saturated interval of A has no D */
        "<td class=\"n\">\342\200\223</td><td class=\"n\">2.45 \303\227 ",
        "B: before heating the tomogram asks for another instrument than was stated, a "
        "mean free path of 75 nm in the core, +10.0 % of brightness; joint and bayes use "
        "that.",
    };
    char *page = bare_report_of(&plain);

    CHECK_HOLDS(page, expected);
    ck_assert_ptr_null(strstr(page, "A: before heating"));
    free(page);
}
END_TEST

START_TEST(page_says_where_the_numbers_come_from)
{
    static const char *const expected[] = {
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "<pre>alloytwin run scenarios/double-spiral.yaml -o out</pre>",
        "<th class=\"side\">seed</th><td><code>20230510</code>",
        "<th class=\"side\">gsl</th><td><code>2.7.1</code>",
        "simulate 7.2 s, analyse 14.5 s",
    };
    static const char *const absent[] = {"no provenance.json"};
    struct atw_error err;
    char *page = bare_report_of(&plain), path[1024];

    CHECK_HOLDS(page, expected);
    free(page);
    snprintf(path, sizeof path, "%s/provenance.json", directory);
    ck_assert_int_eq(unlink(path), 0);
    CHECK_OK(atw_report_write(directory, NULL, 1, &err));
    page = contents("report.html");
    CHECK_HOLDS(page, absent);
    free(page);
}
END_TEST

START_TEST(tags_are_balanced_and_attributes_closed)
{
    char stack[64][32];
    int depth = 0;

    for (const char *at = strchr(shared_page, '<'); at; at = strchr(at, '<')) {
        const char *end = strchr(at, '>'), *name = at + 1 + (at[1] == '/');
        int n = 0, quotes = 0;

        ck_assert_msg(end != NULL, "a tag is not closed: %.40s", at);
        while (isalnum((unsigned char)name[n]))
            n++;
        for (const char *c = at; c < end; c++) {
            quotes += *c == '"';
            ck_assert_msg(c == at || *c != '<', "'<' inside a tag: %.60s", at);
        }
        ck_assert_msg(quotes % 2 == 0, "an attribute is not closed: %.60s", at);
        if (at[1] == '/') {
            ck_assert_msg(depth > 0 && strncmp(stack[depth - 1], name, (size_t)n) == 0 &&
                              stack[depth - 1][n] == '\0',
                          "unexpected %.30s inside <%s>", at,
                          depth ? stack[depth - 1] : "");
            depth--;
        } else if (at[1] != '!' && end[-1] != '/') {
            ck_assert_int_lt(depth, 64);
            snprintf(stack[depth++], sizeof stack[0], "%.*s", n, name);
        }
        at = end;
    }
    ck_assert_msg(depth == 0, "<%s> is never closed", depth ? stack[depth - 1] : "");
}
END_TEST

/* Every id occurs once and every reference to one has its target. */
START_TEST(ids_are_unique_across_pictures)
{
    char pattern[80];
    int n_ids = 0;

    for (char *at = strstr(shared_page, " id="); at; at = strstr(at + 1, " id=")) {
        size_t n = strcspn(at + 5, "\"'");
        char *again;

        ck_assert_uint_lt(n, 60);
        snprintf(pattern, sizeof pattern, "%.*s", (int)n + 6, at);
        again = strstr(at + 1, pattern);
        ck_assert_msg(again == NULL, "twice: %s", pattern);
        n_ids++;
    }
    ck_assert_int_ge(n_ids, have_gnuplot() ? 100 : 8);
    for (char *at = strstr(shared_page, "href='#"); at; at = strstr(at + 1, "href='#")) {
        snprintf(pattern, sizeof pattern, " id='%.*s'", (int)strcspn(at + 7, "'"),
                 at + 7);
        ck_assert_msg(strstr(shared_page, pattern) != NULL, "no target%s", pattern);
    }
}
END_TEST

START_TEST(page_needs_nothing_outside_itself)
{
    static const char *const forbidden[] = {"http:",   "https:", "<script", "<link",
                                            "@import", "//www",  "<iframe", " src=\"f"};

    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        ck_assert_msg(strstr(shared_page, forbidden[i]) == NULL, "the page has '%s'",
                      forbidden[i]);
}
END_TEST

START_TEST(markup_in_names_stays_text)
{
    static const struct run_fixture hostile = {
        "<script>alert('1')</script> & co", {"A <b>_{x}^@`ls`", "B' </svg>"}, 1, 2.0, 1};
    static const char *const expected[] = {
        "<h1>Local temperature from alloying: "
        "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"
        " &amp; co</h1>",
        "A &lt;b&gt;_{x}^@`ls`",
    };
    char *page = report_of(&hostile);

    CHECK_HOLDS(page, expected);
    ck_assert_ptr_null(strstr(page, "<script"));
    ck_assert_ptr_null(strstr(page, "<b>_"));
    ck_assert_ptr_null(strstr(page, "B' </svg>"));
    free(page);
}
END_TEST

START_TEST(figures_are_drawn_and_embedded)
{
    char path[1024], pattern[64];
    struct stat file;

    for (size_t i = 0; have_gnuplot() && i < sizeof figures / sizeof *figures; i++) {
        snprintf(path, sizeof path, "%s/figures/%s", directory, figures[i]);
        ck_assert_msg(stat(path, &file) == 0, "%s is missing", path);
        ck_assert_int_gt(file.st_size, 5000);
        snprintf(pattern, sizeof pattern, "<figure id=\"%.*s\">\n<%s",
                 (int)strcspn(figures[i], "."), figures[i], i == 0 ? "img" : "svg");
        ck_assert_msg(strstr(shared_page, pattern) != NULL, "%s is not in the page",
                      figures[i]);
    }
}
END_TEST

START_TEST(figures_show_truth_and_fit)
{
    char *svg;

    if (!have_gnuplot())
        return;
    svg = contents("figures/arrhenius.svg");
    ck_assert_ptr_nonnull(strstr(svg, "A, true D"));
    ck_assert_ptr_nonnull(strstr(svg, "\316\224T = \342\210\22231.4 \302\261 2.1 K"));
    free(svg);
    svg = contents("figures/alloying.svg");
    ck_assert_ptr_nonnull(strstr(svg, "B, truth"));
    free(svg);
    svg = contents("figures/delta_T.svg");
    ck_assert_ptr_nonnull(strstr(svg, ">paper log proportional A<"));
    ck_assert_ptr_nonnull(strstr(svg, ">not identifiable<"));
    ck_assert_ptr_nonnull(strstr(svg, ">truth<"));
    free(svg);
    svg = contents("figures/posterior.svg");
    ck_assert_ptr_nonnull(strstr(svg, ">bayes, proportional<"));
    ck_assert_ptr_nonnull(strstr(svg, ">joint, constant<"));
    free(svg);
}
END_TEST

START_TEST(without_truth_nothing_about_truth_is_shown)
{
    static const char *const forbidden[] = {"rue ", ">truth<", ", truth", "Error"};
    char *page = report_of(&real);

    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        ck_assert_msg(strstr(page, forbidden[i]) == NULL, "the page has '%s'",
                      forbidden[i]);
    ck_assert_ptr_nonnull(strstr(page, "<title>alloytwin: my own rods</title>"));
    ck_assert_ptr_nonnull(
        strstr(page, "<h1>Local temperature from alloying: my own rods</h1>"));
    ck_assert_ptr_nonnull(strstr(page, "<td class=\"n\">\342\210\22231.4</td>"));
    ck_assert_ptr_null(strstr(page, "Posterior")); /* without one nothing is said */
    ck_assert(!is_there("figures/posterior.svg"));
    free(page);
}
END_TEST

START_TEST(same_run_gives_the_same_bytes)
{
    struct atw_error err;
    char path[1024], *again;

    snprintf(path, sizeof path, "%s/again.html", directory);
    CHECK_OK(atw_report_write(directory, path, 1, &err));
    again = contents("again.html");
    ck_assert_int_eq(strcmp(shared_page, again), 0);
    free(again);
}
END_TEST

START_TEST(page_goes_where_it_is_asked_to)
{
    struct atw_error err;
    char path[1024];

    run_fixture_write(directory, &plain);
    ck_assert_int_eq(setenv("PATH", "/nonexistent", 1), 0);
    snprintf(path, sizeof path, "%s/elsewhere.html", directory);
    CHECK_OK(atw_report_write(directory, path, 1, &err));
    ck_assert(is_there("elsewhere.html"));
    ck_assert(!is_there("report.html"));
    CHECK_FAILS(atw_report_write(directory, path, 0, &err), ATW_EOUTPUT, "--force");
    snprintf(path, sizeof path, "%s/no such folder/x.html", directory);
    CHECK_FAILS(atw_report_write(directory, path, 1, &err), ATW_EOUTPUT,
                "no such folder");
}
END_TEST

START_TEST(missing_files_are_named)
{
    static const char *const names[] = {"result.json",           "tables/alloying.csv",
                                        "tables/diffusion.csv",  "tables/arrhenius.csv",
                                        "tables/histograms.csv", "tables/curves.csv",
                                        "tables/orthoslices.csv"};
    struct atw_error err;
    char path[1024];

    run_fixture_write(directory, &plain);
    snprintf(path, sizeof path, "%s/%s", directory, names[_i]);
    ck_assert_int_eq(unlink(path), 0);
    CHECK_FAILS(atw_report_write(directory, NULL, 1, &err), ATW_EINPUT, names[_i]);
    ck_assert_ptr_nonnull(strstr(err.text, "No such file"));
    ck_assert(!is_there("report.html"));
    ck_assert(!is_there("figures"));
}
END_TEST

START_TEST(wrong_files_are_refused_with_the_place)
{
    static const struct {
        const char *file, *text, *message;
    } cases[] = {
        {"result.json", "", "result.json:1:0: not valid JSON"},
        {"result.json", "{\n\"schema\": oops", "result.json:2:14: not valid JSON"},
        {"result.json", "[1, 2]", "one JSON object"},
        {"result.json", "{}", "schema is ''"},
        {"result.json", "{\"schema\": \"alloytwin-result/9\"}", "'alloytwin-result/9'"},
        {"result.json", "{\"schema\": \"alloytwin-result/1\"}",
         "'particles' must be a list"},
        {"result.json", "{\"schema\": \"alloytwin-result/1\", \"particles\": []}",
         "'estimates' must be a list"},
        {"result.json", "{\"schema\": \"alloytwin-result/1\", \"particles\": [{}, 7]}",
         "entry 2 of 'particles'"},
        {"provenance.json", "{", "provenance.json:1"},
        {"tables/curves.csv", "particle,D,step\n", "curves.csv:1: the header"},
        {"tables/histograms.csv", "", "histograms.csv:1: the header"},
        {"tables/histograms.csv", "particle,step,nominal_K,intensity,denzity\n",
         "must begin with 'particle,step,nominal_K,intensity,density'"},
        {"tables/histograms.csv", "particle,step,nominal_K,intensity,density_1\n",
         "histograms.csv:1: the header"},
    };
    struct atw_error err;

    run_fixture_write(directory, &plain);
    overwrite(cases[_i].file, cases[_i].text);
    CHECK_FAILS(atw_report_write(directory, NULL, 1, &err), ATW_EINPUT,
                cases[_i].message);
    ck_assert(!is_there("report.html"));
}
END_TEST

START_TEST(empty_table_leaves_its_figure_out)
{
    static const char *const expected[] = {"Not drawn: the run has no data for it."};
    struct atw_error err;
    char *page;

    run_fixture_write(directory, &plain);
    overwrite("tables/orthoslices.csv",
              "particle,step,plane,i,j,horizontal_nm,vertical_nm,value\n");
    CHECK_OK(atw_report_write(directory, NULL, 1, &err));
    page = contents("report.html");
    CHECK_HOLDS(page, expected);
    ck_assert(!is_there("figures/orthoslices.png"));
    free(page);
}
END_TEST

/* One particle, one step, nothing determined: what a failed experiment leaves behind. */
START_TEST(undetermined_values_do_not_stop_the_figures)
{
    static const char *const tables[][2] = {
        {"tables/alloying.csv",
         "particle,window,step,nominal_K,dwell_s,true_K,alloying_degree,"
         "alloying_degree_linear,alloying_degree_quadrature,alloying_degree_true,spread\n"
         "A,centre,0,298.15,0,,,,,,\nA,centre,1,673.15,120,,,,,,\n"},
        {"tables/diffusion.csv",
         "particle,step,nominal_K,true_K,dwell_s,D_m2_per_s,D_std_m2_per_s,"
         "D_true_m2_per_s,status\nA,1,673.15,,120,,,,saturated\n"},
        {"tables/arrhenius.csv",
         "estimator,weighting,delta_T_model,reference,particle,delta_T_K,std_K,interval_"
         "68_low_K,"
         "interval_68_high_K,interval_95_low_K,interval_95_high_K,Q_J_per_mol,D0_m2_per_"
         "s,status,delta_T_true_K,delta_T_bound_std_K\n"
         "paper,log,constant,A,B,,,,,,,,,no data,,\n"},
        {"tables/histograms.csv",
         "particle,step,nominal_K,intensity,density\nA,0,298.15,0.5,\n"},
        {"tables/curves.csv",
         "particle,D_m2_per_s,step,nominal_K,alloying_degree\nB,1e-19,0,298.15,0\n"},
        {"tables/orthoslices.csv",
         "particle,step,plane,i,j,horizontal_nm,vertical_nm,value\n"
         "A,0,xy,0,0,0,0,\nA,0,xy,1,0,1,0,\nA,0,xy,0,1,0,1,\nA,0,xy,1,1,1,1,\n"},
    };
    struct atw_error err;

    run_fixture_write(directory, &real);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        overwrite(tables[i][0], tables[i][1]);
    CHECK_OK(atw_report_write(directory, NULL, 1, &err));
    for (size_t i = 0; have_gnuplot() && i < ALWAYS_DRAWN; i++) {
        char path[64];

        snprintf(path, sizeof path, "figures/%s", figures[i]);
        ck_assert_msg(is_there(path), "%s is missing", path);
    }
}
END_TEST

START_TEST(without_gnuplot_the_page_says_so)
{
    static const char *const expected[] = {
        "Not drawn: gnuplot was not found",
        "<td class=\"n\">\342\210\22231.4</td>",
    };
    char *page = bare_report_of(&plain);

    CHECK_HOLDS(page, expected);
    ck_assert_ptr_null(strstr(page, "<svg"));
    free(page);
}
END_TEST

START_TEST(failing_gnuplot_is_reported_with_its_message)
{
    struct atw_error err;
    char path[1024];

    if (!have_gnuplot())
        return;
    run_fixture_write(directory, &plain);
    snprintf(path, sizeof path, "%s/plots", directory);
    ck_assert_int_eq(mkdir(path, 0777), 0);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        char script[64];

        snprintf(script, sizeof script, "plots/%.*s.gp", (int)strcspn(figures[i], "."),
                 figures[i]);
        overwrite(script, i == 3 ? "plto sin(x)\n" : "x = 1\n");
    }
    ck_assert_int_eq(setenv("ALLOYTWIN_DATA", directory, 1), 0);
    CHECK_FAILS(atw_report_write(directory, NULL, 1, &err), ATW_EINTERNAL, "line 1: ");
    ck_assert_ptr_nonnull(strstr(err.text, "diffusion_curves.gp"));
    overwrite("plots/diffusion_curves.gp", "x = 1\n"); /* succeeds, draws nothing */
    CHECK_FAILS(atw_report_write(directory, NULL, 1, &err), ATW_EINTERNAL,
                "drew no figure");
    ck_assert(!is_there("report.html"));
}
END_TEST

/* Nothing of a run directory's name reaches a shell or a gnuplot command. */
START_TEST(strange_directory_names_are_harmless)
{
    struct atw_error err;
    char strange[512], page[1024];

    run_fixture_write(directory, &plain);
    snprintf(strange, sizeof strange, "%s/'; system('touch pwned') #\"$`", directory);
    ck_assert_int_eq(mkdir(strange, 0777), 0);
    for (size_t i = 0; i < 3; i++) {
        static const char *const moved[] = {"result.json", "provenance.json", "tables"};
        char from[1024], to[1024];

        snprintf(from, sizeof from, "%s/%s", directory, moved[i]);
        snprintf(to, sizeof to, "%s/%s", strange, moved[i]);
        ck_assert_int_eq(rename(from, to), 0);
    }
    CHECK_OK(atw_report_write(strange, NULL, 1, &err));
    snprintf(page, sizeof page, "%s/report.html", strange);
    ck_assert_int_eq(access(page, F_OK), 0);
    snprintf(page, sizeof page, "%s/pwned", strange);
    ck_assert_int_ne(access(page, F_OK), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report");
    TCase *pages = tcase_create("page"), *inputs = tcase_create("input");
    TCase *tests = tcase_create("run");

    tcase_add_unchecked_fixture(pages, write_shared, clean_shared);
    tcase_add_test(pages, tags_are_balanced_and_attributes_closed);
    tcase_add_test(pages, ids_are_unique_across_pictures);
    tcase_add_test(pages, page_needs_nothing_outside_itself);
    tcase_add_test(pages, figures_are_drawn_and_embedded);
    tcase_add_test(pages, figures_show_truth_and_fit);
    tcase_add_test(pages, same_run_gives_the_same_bytes);
    suite_add_tcase(suite, pages);

    tcase_add_checked_fixture(tests, NULL, clean);
    tcase_add_test(tests, page_holds_every_estimate_with_its_intervals);
    tcase_add_test(tests, page_holds_every_step_of_every_particle);
    tcase_add_test(tests, page_says_where_the_numbers_come_from);
    tcase_add_test(tests, markup_in_names_stays_text);
    tcase_add_test(tests, without_truth_nothing_about_truth_is_shown);
    tcase_add_test(tests, page_goes_where_it_is_asked_to);
    tcase_add_test(tests, empty_table_leaves_its_figure_out);
    tcase_add_test(tests, undetermined_values_do_not_stop_the_figures);
    tcase_add_test(tests, without_gnuplot_the_page_says_so);
    tcase_add_test(tests, failing_gnuplot_is_reported_with_its_message);
    tcase_add_test(tests, strange_directory_names_are_harmless);
    suite_add_tcase(suite, tests);

    tcase_add_checked_fixture(inputs, NULL, clean);
    tcase_add_loop_test(inputs, missing_files_are_named, 0, 7);
    tcase_add_loop_test(inputs, wrong_files_are_refused_with_the_place, 0, 13);
    suite_add_tcase(suite, inputs);
    return atw_test_run(suite);
}
