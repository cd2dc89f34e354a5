/* Integration by CVODE: closed forms, failures, invariants, and the vectors beneath. */
#include <float.h>
#include <math.h>
#include <string.h>

#include <nvector/nvector_serial.h>

#include "core/ode.h"
#include "core/ode_vector.h"
#include "support/support.h"

/* ---- problems ------------------------------------------------------------- */

static int decay(double t, const double *y, double *dy_dt, void *context)
{
    (void)t;
    dy_dt[0] = -*(const double *)context * y[0];
    return 0;
}

/* dy/dt = A y, A = [-2 1; 1 -2]: modes exp(-t) on (1, 1) and exp(-3 t) on (1, -1). */
static int pair(double t, const double *y, double *dy_dt, void *context)
{
    (void)t;
    (void)context;
    dy_dt[0] = -2.0 * y[0] + y[1];
    dy_dt[1] = y[0] - 2.0 * y[1];
    return 0;
}

static int
pair_times(double t, const double *y, const double *v, double *jv, void *context)
{
    (void)y;
    return pair(t, v, jv, context);
}

static int pair_precondition(
    double t, const double *y, double gamma, const double *r, double *z, void *context)
{
    (void)t;
    (void)y;
    (void)context;
    for (size_t i = 0; i < 2; i++)
        z[i] = r[i] / (1.0 + 2.0 * gamma);
    return 0;
}

static int pair_solve(double t,
                      const double *y,
                      double gamma,
                      double reduction,
                      const double *r,
                      double *z,
                      void *context)
{
    double a = 1.0 + 2.0 * gamma, det = a * a - gamma * gamma;

    (void)t;
    (void)y;
    (void)reduction;
    ++*(size_t *)context;
    z[0] = (a * r[0] + gamma * r[1]) / det;
    z[1] = (gamma * r[0] + a * r[1]) / det;
    return 0;
}

static double pair_exact(double t, size_t i)
{
    return 1.25 * exp(-t) + (i == 0 ? 0.75 : -0.75) * exp(-3.0 * t); /* from (2, 0.5) */
}

/* Robertson's three species: stiff, and their sum is kept. */
static int robertson(double t, const double *y, double *dy_dt, void *context)
{
    (void)t;
    (void)context;
    dy_dt[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
    dy_dt[2] = 3e7 * y[1] * y[1];
    dy_dt[1] = -dy_dt[0] - dy_dt[2];
    return 0;
}

/* Fails once between t = 1 and 1.5 for good if `negative`, else while steps are long. */
struct hostile {
    double last_t;
    int negative;
    size_t refusals;
};

static int hostile(double t, const double *y, double *dy_dt, void *context)
{
    struct hostile *hostile = context;

    dy_dt[0] = -y[0];
    if (t > 1.0 && t < 1.5) {
        if (hostile->negative)
            return -1;
        if (hostile->refusals < 5) {
            hostile->refusals++;
            return 1;
        }
    }
    hostile->last_t = t;
    return 0;
}

static int blow_up(double t, const double *y, double *dy_dt, void *context)
{
    (void)t;
    (void)context;
    dy_dt[0] = y[0] * y[0];
    return 0;
}

static struct atw_ode *
begin(const struct atw_ode_problem *problem, double tolerance, const double *y)
{
    struct atw_error err;
    struct atw_ode *ode = NULL;
    struct atw_ode_options options = ATW_ODE_DEFAULTS;

    options.relative_tolerance = tolerance;
    options.absolute_tolerance = 0.01 * tolerance;
    CHECK_OK(atw_ode_create(&ode, problem, &options, &err));
    CHECK_OK(atw_ode_start(ode, 0.0, y, &err));
    return ode;
}

/* ---- integration ---------------------------------------------------------- */

START_TEST(tolerance_controls_the_error_of_exponential_decay)
{
    double rate = 2.385, y = 1.0, last = INFINITY;
    struct atw_ode_problem problem = {.count = 1, .rhs = decay, .context = &rate};
    struct atw_error err;

    for (double tolerance = 1e-3; tolerance > 1e-9; tolerance *= 0.1) {
        double start = 1.7, error;
        struct atw_ode *ode = begin(&problem, tolerance, &start);

        CHECK_OK(atw_ode_advance(ode, 1.3, &y, &err));
        error = fabs(y / 1.7 - exp(-rate * 1.3));
        ck_assert_msg(error < 10.0 * tolerance, "error %g at tolerance %g", error,
                      tolerance);
        ck_assert_msg(error < last, "error %g does not fall below %g", error, last);
        last = error;
        atw_ode_destroy(ode);
    }
    ck_assert_double_lt(last, 1e-7);
}
END_TEST

/* Every way to solve Newton's system must give the same solution. */
START_TEST(linear_pair_follows_its_closed_form_with_every_solver)
{
    static const double start[2] = {2.0, 0.5};
    size_t solves = 0;
    struct atw_ode_problem problem = {.count = 2, .rhs = pair, .context = &solves};
    struct atw_ode_statistics statistics;
    struct atw_error err;

    problem.jacobian_times = _i % 2 ? pair_times : NULL;
    problem.precondition = _i & 2 ? pair_precondition : NULL;
    problem.solve = _i == 4 ? pair_solve : NULL;
    struct atw_ode *ode = begin(&problem, 1e-8, start);

    for (int k = 1; k <= 7; k++) {
        double t = 0.31 * k, y[2];

        CHECK_OK(atw_ode_advance(ode, t, y, &err));
        ck_assert_double_eq_tol(y[0], pair_exact(t, 0), 1e-6);
        ck_assert_double_eq_tol(y[1], pair_exact(t, 1), 1e-6);
    }
    statistics = atw_ode_statistics(ode);
    ck_assert_uint_gt(statistics.steps, 20);
    ck_assert_uint_gt(statistics.rhs_calls, statistics.steps);
    ck_assert_uint_eq(statistics.solves, solves);
    ck_assert((solves > 0) == (_i == 4));
    ck_assert((statistics.krylov_iterations > 0) == (_i != 4));
    ck_assert((statistics.jacobian_times_calls > 0) == (_i != 4));
    atw_ode_destroy(ode);
}
END_TEST

/* Reference values to ten digits: Hairer & Wanner, "Solving ODEs II", test set ROBER. */
START_TEST(robertson_is_solved_to_tolerance_and_keeps_its_sum)
{
    static const double start[3] = {1.0, 0.0, 0.0}, weight[3] = {1.0, 1.0, 1.0};
    struct atw_ode_problem problem = {
        .count = 3, .rhs = robertson, .invariant_weight = weight};
    struct atw_ode_options options = {
        .relative_tolerance = 1e-7, .absolute_tolerance = 1e-11, .max_steps = 10000};
    struct atw_ode *ode = NULL;
    struct atw_error err;
    double y[3];

    CHECK_OK(atw_ode_create(&ode, &problem, &options, &err));
    CHECK_OK(atw_ode_start(ode, 0.0, start, &err));
    CHECK_OK(atw_ode_advance(ode, 40.0, y, &err));
    ck_assert_double_eq_tol(y[0], 0.7158270687, 1e-6);
    ck_assert_double_eq_tol(y[1], 0.9185534764e-5, 1e-10);
    ck_assert_double_eq_tol(y[0] + y[1] + y[2], 1.0, 1e-15);
    CHECK_OK(atw_ode_advance(ode, 4e7, y, &err));
    ck_assert_double_eq_tol(y[0] + y[1] + y[2], 1.0, 1e-15);
    ck_assert_uint_lt(atw_ode_statistics(ode).steps, 1500);
    atw_ode_destroy(ode);
}
END_TEST

/* A rate that loses 0.1 % of the sum per unit of time: without projection the sum would
 * be 1 % off at the end. */
static int leaky(double t, const double *y, double *dy_dt, void *context)
{
    pair(t, y, dy_dt, context);
    dy_dt[0] += y[1];
    dy_dt[1] += y[0] - 1e-3;
    return 0;
}

START_TEST(invariant_is_kept_by_projection)
{
    static const double start[2] = {2.0, 0.5}, weight[2] = {1.0, 1.0};
    struct atw_ode_problem problem = {.count = 2, .rhs = leaky};
    struct atw_error err;
    double y[2];
    struct atw_ode *ode = begin(&problem, 1e-6, start);

    CHECK_OK(atw_ode_advance(ode, 10.0, y, &err));
    ck_assert_double_eq_tol(y[0] + y[1], 2.5 - 0.01, 1e-5);
    atw_ode_destroy(ode);
    problem.invariant_weight = weight;
    ode = begin(&problem, 1e-6, start);
    for (int k = 1; k <= 10; k++) {
        CHECK_OK(atw_ode_advance(ode, (double)k, y, &err));
        ck_assert_double_le(fabs(y[0] + y[1] - 2.5), 1e-12);
    }
    atw_ode_destroy(ode);
}
END_TEST

START_TEST(greatest_error_is_controlled_where_asked)
{
    enum { COUNT = 4000 };
    static double start[COUNT], y[COUNT];
    struct atw_ode_options options = {.absolute_tolerance = 1e-4, .max_steps = 10000};
    struct atw_ode_problem problem = {.count = COUNT, .rhs = decay};
    double rate = 1.0, error[2];
    struct atw_error err;

    problem.context = &rate;
    start[0] = 1.0; /* decay() moves the first unknown only */
    for (int max = 0; max < 2; max++) {
        struct atw_ode *ode = NULL;

        options.norm = max ? ATW_ODE_NORM_MAX : ATW_ODE_NORM_RMS;
        CHECK_OK(atw_ode_create(&ode, &problem, &options, &err));
        CHECK_OK(atw_ode_start(ode, 0.0, start, &err));
        CHECK_OK(atw_ode_advance(ode, 1.0, y, &err));
        error[max] = fabs(y[0] - exp(-1.0));
        atw_ode_destroy(ode);
    }
    ck_assert_double_lt(error[1], 5e-4);
    ck_assert_double_gt(error[0], 2.0 * error[1]);
}
END_TEST

START_TEST(restart_repeats_the_run_and_statistics_add_up)
{
    static const double start[2] = {2.0, 0.5};
    struct atw_ode_problem problem = {.count = 2, .rhs = pair};
    struct atw_error err;
    double first[2], again[2];
    struct atw_ode *ode = begin(&problem, 1e-6, start);
    size_t steps;

    CHECK_OK(atw_ode_advance(ode, 0.9, first, &err));
    steps = atw_ode_statistics(ode).steps;
    CHECK_OK(atw_ode_start(ode, 0.0, start, &err));
    ck_assert_double_eq(atw_ode_time(ode), 0.0);
    CHECK_OK(atw_ode_advance(ode, 0.9, again, &err));
    ck_assert_mem_eq(first, again, sizeof first);
    ck_assert_uint_eq(atw_ode_statistics(ode).steps, 2 * steps);
    CHECK_OK(atw_ode_start(ode, 5.0, start, &err));
    CHECK_OK(atw_ode_advance(ode, 5.0, again, &err));
    ck_assert_mem_eq(start, again, sizeof start);
    CHECK_OK(atw_ode_advance(ode, 5.9, again, &err));
    ck_assert_double_eq_tol(again[0], first[0], 1e-5);
    atw_ode_destroy(ode);
}
END_TEST

START_TEST(outputs_in_between_cost_no_steps)
{
    static const double start[2] = {2.0, 0.5};
    struct atw_ode_problem problem = {.count = 2, .rhs = pair};
    struct atw_error err;
    double y[2], dense[2];
    struct atw_ode *once = begin(&problem, 1e-6, start);
    struct atw_ode *often = begin(&problem, 1e-6, start);

    CHECK_OK(atw_ode_advance(once, 3.0, y, &err));
    for (int k = 1; k <= 300; k++)
        CHECK_OK(atw_ode_advance(often, 0.01 * k, dense, &err));
    /* The first output bounds the first step, so the runs are not the same to the bit. */
    ck_assert_uint_le(atw_ode_statistics(often).steps,
                      atw_ode_statistics(once).steps + 5);
    ck_assert_double_eq_tol(y[0], dense[0], 1e-5);
    CHECK_OK(atw_ode_advance(often, 3.0, y, &err));
    ck_assert_mem_eq(y, dense, sizeof y);
    atw_ode_destroy(often);
    atw_ode_destroy(once);
}
END_TEST

/* ---- failures ------------------------------------------------------------- */

START_TEST(recoverable_failure_only_shortens_steps)
{
    struct hostile context = {0};
    struct atw_ode_problem problem = {.count = 1, .rhs = hostile, .context = &context};
    struct atw_error err;
    double y = 1.0;
    struct atw_ode *ode = begin(&problem, 1e-6, &y);

    CHECK_OK(atw_ode_advance(ode, 3.0, &y, &err));
    ck_assert_uint_eq(context.refusals, 5);
    ck_assert_double_eq_tol(y, exp(-3.0), 1e-5);
    ck_assert_uint_gt(atw_ode_statistics(ode).convergence_failures, 0);
    atw_ode_destroy(ode);
}
END_TEST

START_TEST(giving_up_names_the_time_and_leaves_the_output)
{
    struct hostile context = {.negative = 1};
    struct atw_ode_problem problem = {.count = 1, .rhs = hostile, .context = &context};
    struct atw_error err;
    double start = 1.0, y = -7.0;
    struct atw_ode *ode = begin(&problem, 1e-6, &start);

    CHECK_FAILS(atw_ode_advance(ode, 3.0, &y, &err), ATW_EDIVERGED, "gave up");
    ck_assert_double_eq(y, -7.0);
    ck_assert_double_gt(atw_ode_time(ode), 0.5);
    ck_assert_double_le(atw_ode_time(ode), 1.0);
    CHECK_FAILS(atw_ode_advance(ode, 3.0, &y, &err), ATW_EINVAL, "without a start");
    CHECK_OK(atw_ode_start(ode, 2.0, &start, &err));
    CHECK_OK(atw_ode_advance(ode, 3.0, &y, &err));
    ck_assert_double_eq_tol(y, exp(-1.0), 1e-5);
    atw_ode_destroy(ode);
}
END_TEST

START_TEST(blow_up_and_too_many_steps_are_reported)
{
    struct atw_ode_options options = {.relative_tolerance = 1e-8, .max_steps = 12};
    struct atw_ode_problem problem = {.count = 1, .rhs = blow_up};
    struct atw_ode *ode = NULL;
    struct atw_error err;
    double start = 1.0, y = -7.0;

    CHECK_OK(atw_ode_create(&ode, &problem, &options, &err));
    CHECK_OK(atw_ode_start(ode, 0.0, &start, &err));
    CHECK_FAILS(atw_ode_advance(ode, 0.9, &y, &err), ATW_EDIVERGED, "max_steps");
    atw_ode_destroy(ode);
    ode = begin(&problem, 1e-6, &start);
    CHECK_FAILS(atw_ode_advance(ode, 2.0, &y, &err), ATW_EDIVERGED, "t = 0.9999");
    ck_assert_double_eq(y, -7.0);
    atw_ode_destroy(ode);
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
    struct atw_ode_options options = ATW_ODE_DEFAULTS;
    struct atw_ode_problem problem = {.count = 1, .rhs = blow_up};
    struct atw_ode *ode = (struct atw_ode *)1;
    struct atw_error err;
    double weight = 0.0, y = NAN;

    problem.count = 0;
    CHECK_FAILS(atw_ode_create(&ode, &problem, NULL, &err), ATW_EINVAL, "count 0");
    ck_assert_ptr_null(ode);
    problem = (struct atw_ode_problem){.count = 1};
    CHECK_FAILS(atw_ode_create(&ode, &problem, NULL, &err), ATW_EINVAL, "right-hand");
    problem =
        (struct atw_ode_problem){.count = 1, .rhs = blow_up, .invariant_weight = &weight};
    CHECK_FAILS(atw_ode_create(&ode, &problem, NULL, &err), ATW_EINVAL, "all zero");
    problem.invariant_weight = NULL;
    options.relative_tolerance = -1e-3;
    CHECK_FAILS(atw_ode_create(&ode, &problem, &options, &err), ATW_EINVAL, "-0.001");
    options = ATW_ODE_DEFAULTS;
    options.absolute_tolerance = INFINITY;
    CHECK_FAILS(atw_ode_create(&ode, &problem, &options, &err), ATW_EINVAL, "inf");
    options = (struct atw_ode_options){.max_steps = 1};
    CHECK_FAILS(atw_ode_create(&ode, &problem, &options, &err), ATW_EINVAL, "both");
    options = ATW_ODE_DEFAULTS;
    options.max_steps = 0;
    CHECK_FAILS(atw_ode_create(&ode, &problem, &options, &err), ATW_EINVAL,
                "max_steps 0");
    CHECK_OK(atw_ode_create(&ode, &problem, NULL, &err));
    CHECK_FAILS(atw_ode_start(ode, 0.0, &y, &err), ATW_EINVAL, "unknown 0");
    CHECK_FAILS(atw_ode_start(ode, NAN, &weight, &err), ATW_EINVAL, "start time");
    CHECK_OK(atw_ode_start(ode, 0.0, &weight, &err));
    CHECK_FAILS(atw_ode_advance(ode, -1.0, &y, &err), ATW_EINVAL, "not before 0");
    CHECK_FAILS(atw_ode_advance(ode, NAN, &y, &err), ATW_EINVAL, "nan");
    atw_ode_destroy(ode);
    atw_ode_destroy(NULL);
}
END_TEST

/* ---- vectors -------------------------------------------------------------- */

enum { ROLES = 6 };

/* The same random numbers in our vectors and in SUNDIALS' serial ones. */
struct twins {
    SUNContext context;
    size_t count;
    N_Vector own[ROLES], stock[ROLES];
};

static void open_twins(struct twins *twins, unsigned seed)
{
    twins->count = 1 + (size_t)(3000.0 * atw_test_uniform(seed, 1000000));
    ck_assert_int_eq(SUNContext_Create(NULL, &twins->context), 0);
    for (unsigned k = 0; k < ROLES; k++) {
        twins->own[k] =
            atw_ode_vector_create(twins->count, ATW_ODE_NORM_RMS, twins->context);
        twins->stock[k] = N_VNew_Serial((sunindextype)twins->count, twins->context);
        for (unsigned i = 0; i < twins->count; i++) {
            double value = 2.0 * atw_test_uniform(seed * ROLES + k, i) - 1.0;

            value = i % 97 == 3 ? 0.0 : value;
            atw_ode_vector_data(twins->own[k])[i] = value;
            NV_DATA_S(twins->stock[k])[i] = value;
        }
    }
}

static void close_twins(struct twins *twins)
{
    for (size_t k = 0; k < ROLES; k++) {
        N_VDestroy(twins->own[k]);
        N_VDestroy(twins->stock[k]);
    }
    SUNContext_Free(&twins->context);
}

static void check_twins(const struct twins *twins, const char *operation)
{
    for (size_t k = 0; k < ROLES; k++)
        for (size_t i = 0; i < twins->count; i++) {
            double a = atw_ode_vector_data(twins->own[k])[i];
            double b = NV_DATA_S(twins->stock[k])[i];

            ck_assert_msg((a == b) || fabs(a - b) <= 1e-14 * fmax(1.0, fabs(b)),
                          "%s: element %zu of vector %zu is %.17g instead of %.17g",
                          operation, i, k, a, b);
        }
}

/* Run the same statement on both kinds; V names the vectors. */
#define ON_BOTH(twins, statement)                                                        \
    do {                                                                                 \
        N_Vector *V = (twins)->own;                                                      \
        statement;                                                                       \
        V = (twins)->stock;                                                              \
        statement;                                                                       \
        check_twins(twins, #statement);                                                  \
    } while (0)

START_TEST(element_operations_equal_the_stock_serial_vector)
{
    struct twins twins;

    open_twins(&twins, (unsigned)_i);
    ON_BOTH(&twins, N_VLinearSum(0.3, V[0], -1.7, V[1], V[2]));
    ON_BOTH(&twins, N_VLinearSum(1.0, V[0], 1.0, V[1], V[0]));
    ON_BOTH(&twins, N_VLinearSum(-2.0, V[0], 1.0, V[1], V[1]));
    ON_BOTH(&twins, N_VLinearSum(1.0, V[3], -1.0, V[1], V[3]));
    ON_BOTH(&twins, N_VScale(1.0, V[0], V[2]));
    ON_BOTH(&twins, N_VScale(-0.7, V[2], V[2]));
    ON_BOTH(&twins, N_VProd(V[0], V[1], V[4]));
    ON_BOTH(&twins, N_VAddConst(V[1], 3.0, V[1]));
    ON_BOTH(&twins, N_VAbs(V[0], V[5]));
    ON_BOTH(&twins, N_VAddConst(V[5], 0.5, V[5]));
    ON_BOTH(&twins, N_VDiv(V[0], V[5], V[2]));
    ON_BOTH(&twins, N_VInv(V[5], V[5]));
    ON_BOTH(&twins, N_VCompare(0.4, V[0], V[4]));
    ON_BOTH(&twins, N_VConst(-2.5, V[2]));
    close_twins(&twins);
}
END_TEST

START_TEST(fused_operations_equal_the_stock_serial_vector)
{
    struct twins twins;
    double a[4] = {1.0, -0.3, 0.7, 2.0}, own[3], stock[3];

    open_twins(&twins, (unsigned)_i);
    ON_BOTH(&twins, N_VLinearCombination(1, a, V, V[4]));
    ON_BOTH(&twins, N_VLinearCombination(4, a, V, V[4]));
    ON_BOTH(&twins, N_VLinearCombination(4, a, V, V[0]));
    ON_BOTH(&twins, N_VScaleAddMulti(3, a, V[5], V, V));
    ON_BOTH(&twins, N_VScaleAddMulti(2, a, V[5], V, V + 2));
    ck_assert_int_eq(N_VDotProdMulti(3, twins.own[5], twins.own, own), 0);
    ck_assert_int_eq(N_VDotProdMulti(3, twins.stock[5], twins.stock, stock), 0);
    for (size_t k = 0; k < 3; k++)
        ck_assert_double_eq_tol(own[k], stock[k], 1e-11);
    ck_assert_int_ne(N_VLinearCombination(0, a, twins.own, twins.own[4]), 0);
    close_twins(&twins);
}
END_TEST

#define SAME_VALUE(twins, expression, tolerance)                                         \
    do {                                                                                 \
        N_Vector *V = (twins)->own;                                                      \
        double own_value = (expression), stock_value;                                    \
        V = (twins)->stock;                                                              \
        stock_value = (expression);                                                      \
        ck_assert_msg(fabs(own_value - stock_value) <= (tolerance),                      \
                      "%s is %.17g instead of %.17g", #expression, own_value,            \
                      stock_value);                                                      \
    } while (0)

START_TEST(reductions_equal_the_stock_serial_vector)
{
    struct twins twins;

    open_twins(&twins, (unsigned)_i);
    SAME_VALUE(&twins, N_VDotProd(V[0], V[1]), 1e-11);
    SAME_VALUE(&twins, N_VMaxNorm(V[0]), 0.0);
    SAME_VALUE(&twins, N_VMin(V[0]), 0.0);
    SAME_VALUE(&twins, N_VWrmsNorm(V[0], V[1]), 1e-13);
    SAME_VALUE(&twins, N_VWrmsNormMask(V[0], V[1], V[2]), 1e-13);
    SAME_VALUE(&twins, N_VWL2Norm(V[0], V[1]), 1e-12);
    SAME_VALUE(&twins, N_VL1Norm(V[0]), 1e-11);
    SAME_VALUE(&twins, N_VMinQuotient(V[0], V[1]), 0.0);
    SAME_VALUE(&twins, (double)N_VGetLength(V[0]), 0.0);
    close_twins(&twins);
}
END_TEST

START_TEST(tests_of_signs_equal_the_stock_serial_vector)
{
    static const double kind[5] = {0.0, 1.0, -1.0, 2.0, -2.0};
    struct twins twins;

    open_twins(&twins, (unsigned)_i);
    for (size_t i = 0; i < twins.count; i++)
        atw_ode_vector_data(twins.own[1])[i] = NV_DATA_S(twins.stock[1])[i] =
            kind[(i * 7 + (size_t)_i) % 5];
    ON_BOTH(&twins, N_VConstrMask(V[1], V[0], V[2]));
    SAME_VALUE(&twins, (double)N_VConstrMask(V[1], V[0], V[2]), 0.0);
    SAME_VALUE(&twins, (double)N_VInvTest(V[0], V[3]), 0.0);
    ON_BOTH(&twins, N_VConst(2.0, V[0]));
    SAME_VALUE(&twins, (double)N_VInvTest(V[0], V[3]), 0.0);
    ON_BOTH(&twins, N_VConst(1.0, V[1]));
    SAME_VALUE(&twins, (double)N_VConstrMask(V[1], V[0], V[2]), 0.0);
    close_twins(&twins);
}
END_TEST

START_TEST(maximum_norm_replaces_the_mean_square_and_sees_nan)
{
    SUNContext context = NULL;
    N_Vector x, w;

    ck_assert_int_eq(SUNContext_Create(NULL, &context), 0);
    x = atw_ode_vector_create(21, ATW_ODE_NORM_MAX, context);
    w = N_VClone(x);
    N_VConst(2.0, w);
    for (size_t i = 0; i < 21; i++)
        atw_ode_vector_data(x)[i] = i == (size_t)_i ? -3.0 : 1.0;
    ck_assert_double_eq(N_VWrmsNorm(x, w), 6.0);
    atw_ode_vector_data(x)[_i] = NAN;
    ck_assert(isnan(N_VWrmsNorm(x, w)));
    N_VDestroy(w);
    N_VDestroy(x);
    SUNContext_Free(&context);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ode");
    TCase *tests = tcase_create("ode");

    tcase_add_test(tests, tolerance_controls_the_error_of_exponential_decay);
    tcase_add_loop_test(tests, linear_pair_follows_its_closed_form_with_every_solver, 0,
                        5);
    tcase_add_test(tests, robertson_is_solved_to_tolerance_and_keeps_its_sum);
    tcase_add_test(tests, invariant_is_kept_by_projection);
    tcase_add_test(tests, greatest_error_is_controlled_where_asked);
    tcase_add_test(tests, restart_repeats_the_run_and_statistics_add_up);
    tcase_add_test(tests, outputs_in_between_cost_no_steps);
    tcase_add_test(tests, recoverable_failure_only_shortens_steps);
    tcase_add_test(tests, giving_up_names_the_time_and_leaves_the_output);
    tcase_add_test(tests, blow_up_and_too_many_steps_are_reported);
    tcase_add_test(tests, bad_arguments_are_refused);
    tcase_add_loop_test(tests, element_operations_equal_the_stock_serial_vector, 0, 6);
    tcase_add_loop_test(tests, fused_operations_equal_the_stock_serial_vector, 0, 6);
    tcase_add_loop_test(tests, reductions_equal_the_stock_serial_vector, 0, 6);
    tcase_add_loop_test(tests, tests_of_signs_equal_the_stock_serial_vector, 0, 6);
    tcase_add_loop_test(tests, maximum_norm_replaces_the_mean_square_and_sees_nan, 0, 21);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
