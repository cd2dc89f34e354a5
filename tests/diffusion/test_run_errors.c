/* Every way in which a run refuses or gives up, and that it leaves its outputs alone. */
#include <math.h>
#include <string.h>

#include "diffusion/diffusion.h"
#include "diffusion/law.h"
#include "support/support.h"

enum { N = 12 };

struct fixture {
    struct atw_field *metal;
    struct atw_diffusion *diffusion;
    struct atw_diffusion_law law;
    struct atw_diffusion_history history;
    struct atw_diffusion_sheet sheet;
    double state[N], out[2 * N], lost_m3[2], t_s[2];
};

static double unit(const void *model, double T_K)
{
    (void)model;
    (void)T_K;
    return 1e-18;
}

static double warm(const void *context, double t_s)
{
    (void)context;
    (void)t_s;
    return 673.15;
}

static double number(const void *context, double t_s)
{
    (void)t_s;
    return *(const double *)context;
}

static void open_fixture(struct fixture *f)
{
    struct atw_grid grid = {N, 1, 1, 1e-9};
    struct atw_error err = {0};

    *f = (struct fixture){.law = {.constant_m2_per_s = unit},
                          .history = {.temperature_K = warm},
                          .t_s = {5.0, 9.0}};
    f->sheet = (struct atw_diffusion_sheet){.kind = ATW_DIFFUSION_PLANE,
                                            .thickness_m = 0.3e-9,
                                            .ratio = 10.0,
                                            .normal = {0.0, 0.0, 1.0}};
    CHECK_OK(atw_field_create(&f->metal, &grid, &err));
    for (size_t i = 0; i < N; i++)
        f->metal->value[i] = 1.0F;
    for (size_t i = 0; i < N; i++)
        f->state[i] = i < N / 2 ? 0.0 : 1.0;
    CHECK_OK(atw_diffusion_create(&f->diffusion, f->metal, NULL, &err));
    f->out[0] = f->out[N] = f->lost_m3[0] = -7.0;
}

static void close_fixture(struct fixture *f)
{
    atw_diffusion_destroy(f->diffusion);
    atw_field_destroy(f->metal);
}

static void expect(struct fixture *f, enum atw_status status, const char *text)
{
    struct atw_error err = {0};

    CHECK_FAILS(atw_diffusion_run(f->diffusion, f->state, &f->law, &f->history, f->t_s, 2,
                                  f->out, f->lost_m3, &err),
                status, text);
    ck_assert(f->out[0] == -7.0 && f->out[N] == -7.0 && f->lost_m3[0] == -7.0);
    ck_assert_int_eq(atw_diffusion_run(f->diffusion, f->state, &f->law, &f->history,
                                       f->t_s, 2, f->out, f->lost_m3, NULL),
                     status);
}

/* ---- what the callbacks give ---------------------------------------------- */

/* D of the model's number in the shell metal alone. */
static void
bad_shell(const void *model, double T_K, size_t count, const double *c, double *D)
{
    (void)T_K;
    for (size_t i = 0; i < count; i++)
        D[i] = c[i] > 0.995 ? *(const double *)model : 1e-18;
}

static double modelled(const void *model, double T_K)
{
    (void)T_K;
    return *(const double *)model;
}

START_TEST(diffusivity_must_be_positive_and_finite)
{
    static const double bad[] = {0.0, -1e-19, NAN, INFINITY};
    struct fixture f;

    open_fixture(&f);
    f.law.model = &bad[_i];
    f.law.constant_m2_per_s = modelled;
    expect(&f, ATW_EINVAL, "m2/s at 673.15 K");
    f.law.constant_m2_per_s = NULL;
    f.law.diffusivity = bad_shell;
    expect(&f, ATW_EINVAL, "a shell metal fraction of 1; it must be positive");
    close_fixture(&f);
}
END_TEST

START_TEST(temperature_must_be_positive_and_finite)
{
    static const double bad[] = {0.0, -20.0, NAN, INFINITY};
    struct fixture f;

    open_fixture(&f);
    f.history.temperature_K = number;
    f.history.context = &bad[_i];
    expect(&f, ATW_EINVAL, "the temperature at");
    close_fixture(&f);
}
END_TEST

static double stretch_of(const void *context, double t_s)
{
    (void)t_s;
    return ((const double *)context)[0];
}

START_TEST(stretch_must_be_sensible)
{
    static const double bad[] = {0.0, -1.0, NAN, 1000.0};
    struct fixture f;

    open_fixture(&f);
    f.history.stretch = stretch_of;
    f.history.context = &bad[_i];
    expect(&f, ATW_EINVAL, "the stretch at");
    close_fixture(&f);
}
END_TEST

START_TEST(sublimation_must_not_be_negative)
{
    static const double bad[] = {-1e-12, NAN, INFINITY, -INFINITY};
    struct fixture f;

    open_fixture(&f);
    f.law.sublimation_m_per_s = modelled;
    f.law.model = &bad[_i];
    expect(&f, ATW_EINVAL, "the sublimation speed is");
    close_fixture(&f);
}
END_TEST

/* ---- what the caller gives ------------------------------------------------ */

START_TEST(law_and_times_are_checked)
{
    struct fixture f;

    open_fixture(&f);
    f.law.diffusivity = bad_shell;
    expect(&f, ATW_EINVAL, "either");
    f.law.diffusivity = NULL;
    f.law.constant_m2_per_s = NULL;
    expect(&f, ATW_EINVAL, "either");
    f.law.constant_m2_per_s = unit;
    f.law.n_sheets = ATW_DIFFUSION_SHEETS_AT_MOST + 1;
    expect(&f, ATW_EINVAL, "9 sheets; at most 8");
    f.law.n_sheets = 0;
    f.t_s[1] = 4.0;
    expect(&f, ATW_EINVAL, "time 1 is 4 s");
    f.t_s[1] = INFINITY;
    expect(&f, ATW_EINVAL, "time 1 is inf s");
    f.t_s[0] = -1.0;
    expect(&f, ATW_EINVAL, "time 0 is -1 s");
    f.t_s[0] = f.t_s[1] = 3.0;
    f.state[4] = NAN;
    expect(&f, ATW_EINVAL, "the composition of cell 4 is nan");
    close_fixture(&f);
}
END_TEST

START_TEST(sheets_are_checked)
{
    struct fixture f;
    struct atw_diffusion_sheet good;

    open_fixture(&f);
    f.law.sheet = &f.sheet;
    f.law.n_sheets = 1;
    good = f.sheet;
    f.sheet.thickness_m = 0.0;
    expect(&f, ATW_EINVAL, "thickness is 0 m");
    f.sheet = good;
    f.sheet.ratio = -2.0;
    expect(&f, ATW_EINVAL, "ratio to the bulk is -2");
    f.sheet.ratio = NAN;
    expect(&f, ATW_EINVAL, "ratio to the bulk is nan");
    f.sheet = good;
    f.sheet.normal[2] = 0.0;
    expect(&f, ATW_EINVAL, "normal (0, 0, 0)");
    f.sheet.normal[2] = INFINITY;
    expect(&f, ATW_EINVAL, "normal (0, 0, inf)");
    f.sheet = good;
    f.sheet.excess_Q_J_per_mol = -9e4;
    expect(&f, ATW_EINVAL, "needs a positive reference temperature, not 0 K");
    close_fixture(&f);
}
END_TEST

/* ---- what cannot be done -------------------------------------------------- */

/* Different at every look: no step is short enough. */
static void noisy(const void *model, double T_K, size_t count, const double *c, double *D)
{
    static unsigned looks;
    double factor = exp(9.0 * atw_test_uniform(7, looks++));

    (void)model;
    (void)T_K;
    (void)c;
    for (size_t i = 0; i < count; i++)
        D[i] = (count > 5 ? factor : 1.0) * 1e-18;
}

static double creeping(const void *context, double t_s)
{
    (void)context;
    return 673.0 + 1e-6 * t_s;
}

START_TEST(run_that_misses_its_tolerance_names_the_time_and_fails)
{
    struct fixture f;

    open_fixture(&f);
    f.law.constant_m2_per_s = NULL;
    f.law.diffusivity = noisy;
    f.history.temperature_K = creeping;
    expect(&f, ATW_EDIVERGED, "diffusion: stopped at t = ");
    close_fixture(&f);
}
END_TEST

static double wild(const void *context, double t_s)
{
    static unsigned looks;

    (void)context;
    (void)t_s;
    return 600.0 + 100.0 * atw_test_uniform(3, looks++);
}

static double steep_in_T(const void *model, double T_K)
{
    (void)model;
    return 1e-18 * exp(0.05 * (T_K - 600.0));
}

START_TEST(temperature_without_rhyme_is_refused)
{
    struct fixture f;

    open_fixture(&f);
    f.law.constant_m2_per_s = steep_in_T;
    f.history.temperature_K = wild;
    expect(&f, ATW_EINVAL, "changes too often to follow");
    close_fixture(&f);
}
END_TEST

START_TEST(no_time_returns_the_input)
{
    struct atw_error err = {0};
    struct fixture f;

    open_fixture(&f);
    f.t_s[0] = f.t_s[1] = 0.0;
    f.state[3] = 0.1 + 0.2;
    CHECK_OK(atw_diffusion_run(f.diffusion, f.state, &f.law, &f.history, f.t_s, 2, f.out,
                               f.lost_m3, &err));
    ck_assert_mem_eq(f.out, f.state, sizeof f.state);
    ck_assert_mem_eq(f.out + N, f.state, sizeof f.state);
    ck_assert(f.lost_m3[0] == 0.0 && f.lost_m3[1] == 0.0);
    f.out[0] = -7.0;
    CHECK_OK(atw_diffusion_run(f.diffusion, f.state, &f.law, &f.history, f.t_s, 0, f.out,
                               NULL, &err));
    ck_assert_double_eq(f.out[0], -7.0);
    close_fixture(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("run errors");
    TCase *tests = tcase_create("run errors");

    tcase_add_loop_test(tests, diffusivity_must_be_positive_and_finite, 0, 4);
    tcase_add_loop_test(tests, temperature_must_be_positive_and_finite, 0, 4);
    tcase_add_loop_test(tests, stretch_must_be_sensible, 0, 4);
    tcase_add_loop_test(tests, sublimation_must_not_be_negative, 0, 4);
    tcase_add_test(tests, law_and_times_are_checked);
    tcase_add_test(tests, sheets_are_checked);
    tcase_add_test(tests, run_that_misses_its_tolerance_names_the_time_and_fails);
    tcase_add_test(tests, temperature_without_rhyme_is_refused);
    tcase_add_test(tests, no_time_returns_the_input);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
