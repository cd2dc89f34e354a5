/* Heating step: temperature over time and the integral of the diffusivity.
 *
 * Time runs in units of the time constant, x = t / tau, over which the integrand is an
 * Arrhenius law of an exponential. Panels are laid so that ln D changes by no more than a
 * few units over each, whatever Q is; on such a panel Gauss-Legendre quadrature is exact
 * to rounding. Equations: docs/heating.md. */
#include "heating/heating.h"

#include <math.h>

#include "core/constants.h"

/* After this many time constants a temperature differs from its limit by 4e-18. */
#define SETTLED 40.0

/* Wide of everything physical; they bound the number of panels, which grows as Q / R T.
 */
#define COLDEST_K 1.0
#define HOTTEST_K 1e5
#define GREATEST_Q_J_PER_MOL 1e7

/* 12-point Gauss-Legendre rule on [-1, 1], positive half. Source: Abramowitz and Stegun,
 * "Handbook of Mathematical Functions" (1964), table 25.4. On exp(a x) with |a| <= 2 its
 * relative error is below 1e-20, so rounding is what remains. */
enum { HALF_POINTS = 6 };
static const double node[HALF_POINTS] = {0.125233408511469, 0.367831498998180,
                                         0.587317954286617, 0.769902674194305,
                                         0.904117256370475, 0.981560634246719};
static const double weight[HALF_POINTS] = {0.249147045813403, 0.233492536538355,
                                           0.203167426723066, 0.160078328543346,
                                           0.106939325995318, 0.047175336386512};

/* One exponential stretch: T = from + change (1 - exp(-x)) while it heats, or
 * T = rest + change exp(-x) while it cools. */
struct stretch {
    const struct atw_arrhenius_law *law;
    double rest_K;
    double change_K;
    int cools;
};

static double slope_of_log(const struct atw_arrhenius_law *law, double T_K)
{
    return law->Q_J_per_mol / (ATW_GAS_CONSTANT_J_PER_MOL_K * T_K * T_K);
}

static double ramp_temperature_K(const struct atw_heating_step *step, double t_s)
{
    if (step->time_constant_s == 0.0)
        return step->plateau_K;
    return step->rest_K -
           (step->plateau_K - step->rest_K) * expm1(-t_s / step->time_constant_s);
}

double atw_heating_temperature_K(const struct atw_heating_step *step, double t_s)
{
    double hottest_K;

    if (t_s <= step->dwell_s)
        return ramp_temperature_K(step, t_s);
    if (step->time_constant_s == 0.0)
        return step->rest_K;
    hottest_K = ramp_temperature_K(step, step->dwell_s);
    return step->rest_K + (hottest_K - step->rest_K) *
                              exp(-(t_s - step->dwell_s) / step->time_constant_s);
}

/* ---- integral ---- */

static double rise_K(const struct stretch *stretch, double x)
{
    return stretch->cools ? stretch->change_K * exp(-x) : -stretch->change_K * expm1(-x);
}

/* D(T) while heating. While cooling D(T) - D(rest), from the difference of the exponents
 * lest the two cancel. */
static double integrand(const struct stretch *stretch, double x)
{
    double rest_K = stretch->rest_K, above_K = rise_K(stretch, x), exponent;

    if (!stretch->cools)
        return atw_arrhenius_diffusivity(stretch->law, rest_K + above_K);
    exponent = stretch->law->Q_J_per_mol / ATW_GAS_CONSTANT_J_PER_MOL_K * above_K /
               (rest_K * (rest_K + above_K));
    if (exponent > 1.0)
        return atw_arrhenius_diffusivity(stretch->law, rest_K + above_K) -
               atw_arrhenius_diffusivity(stretch->law, rest_K);
    return atw_arrhenius_diffusivity(stretch->law, rest_K) * expm1(exponent);
}

/* Width of the panel that begins at x: at most a half, and ln D changes by at most 2. The
 * rate of change is bounded by its greatest factors over the panel. */
static double panel_width(const struct stretch *stretch, double x)
{
    const double widest = 0.5, most_change = 2.0;
    double distance_K = stretch->change_K * exp(-x); /* |dT/dx|, falling */
    double coldest_K = stretch->rest_K + (stretch->cools ? rise_K(stretch, x + widest)
                                                         : rise_K(stretch, x));
    double rate = slope_of_log(stretch->law, coldest_K) * distance_K;

    return rate * widest > most_change ? most_change / rate : widest;
}

static double panel_integral(const struct stretch *stretch, double a, double b)
{
    double centre = 0.5 * (a + b), half = 0.5 * (b - a), sum = 0.0;

    for (int i = 0; i < HALF_POINTS; i++)
        sum += weight[i] * (integrand(stretch, centre - half * node[i]) +
                            integrand(stretch, centre + half * node[i]));
    return half * sum;
}

static double stretch_integral(const struct stretch *stretch, double end)
{
    double sum = 0.0, x = 0.0;

    while (x < end) {
        double next = fmin(x + panel_width(stretch, x), end);

        sum += panel_integral(stretch, x, next);
        x = next;
    }
    return sum;
}

static enum atw_status
check_temperature(const char *name, double T_K, struct atw_error *err)
{
    if (T_K >= COLDEST_K && T_K <= HOTTEST_K)
        return ATW_OK;
    return atw_error_set(err, ATW_EINVAL,
                         "heating: %s temperature %g K must lie between %g and %g K",
                         name, T_K, COLDEST_K, HOTTEST_K);
}

static enum atw_status check_step(const struct atw_heating_step *step,
                                  struct atw_error *err)
{
    enum atw_status status = check_temperature("rest", step->rest_K, err);

    if (status == ATW_OK)
        status = check_temperature("plateau", step->plateau_K, err);
    if (status != ATW_OK)
        return status;
    if (step->plateau_K < step->rest_K)
        return atw_error_set(err, ATW_EINVAL,
                             "heating: plateau temperature %g K is below the rest "
                             "temperature %g K; a step heats",
                             step->plateau_K, step->rest_K);
    if (!(step->dwell_s >= 0.0) || !isfinite(step->dwell_s))
        return atw_error_set(err, ATW_EINVAL,
                             "heating: dwell %g s must be finite and at least 0",
                             step->dwell_s);
    if (!(step->time_constant_s >= 0.0) || !isfinite(step->time_constant_s))
        return atw_error_set(err, ATW_EINVAL,
                             "heating: time constant %g s must be finite and at least 0",
                             step->time_constant_s);
    return ATW_OK;
}

static enum atw_status check_law(const struct atw_arrhenius_law *law,
                                 struct atw_error *err)
{
    if (!(law->D0_m2_per_s > 0.0) || !isfinite(law->D0_m2_per_s))
        return atw_error_set(err, ATW_EINVAL,
                             "heating: D0 %g m2/s must be positive and finite",
                             law->D0_m2_per_s);
    if (!(law->Q_J_per_mol >= 0.0 && law->Q_J_per_mol <= GREATEST_Q_J_PER_MOL))
        return atw_error_set(err, ATW_EINVAL,
                             "heating: activation energy %g J/mol must lie between 0 and "
                             "%g J/mol",
                             law->Q_J_per_mol, GREATEST_Q_J_PER_MOL);
    return ATW_OK;
}

/* Up to t_s, which may be infinite; step and law are checked. */
static double integral_until(const struct atw_heating_step *step,
                             const struct atw_arrhenius_law *law,
                             double t_s)
{
    double D = atw_arrhenius_diffusivity(law, step->plateau_K);
    double tau_s = step->time_constant_s, heated_s = fmin(t_s, step->dwell_s);
    struct stretch heating = {
        .law = law, .rest_K = step->rest_K, .change_K = step->plateau_K - step->rest_K};
    struct stretch cooling = {.law = law, .rest_K = step->rest_K, .cools = 1};
    double edges = 0.0;

    if (tau_s == 0.0)
        return D * heated_s;
    edges = stretch_integral(&heating, fmin(heated_s / tau_s, SETTLED));
    if (t_s > step->dwell_s) {
        cooling.change_K = rise_K(&heating, fmin(step->dwell_s / tau_s, SETTLED));
        edges += stretch_integral(&cooling, fmin((t_s - step->dwell_s) / tau_s, SETTLED));
    }
    return D * fmax(heated_s - SETTLED * tau_s, 0.0) + tau_s * edges;
}

enum atw_status atw_heating_integral_until(const struct atw_heating_step *step,
                                           const struct atw_arrhenius_law *law,
                                           double t_s,
                                           double *S_m2,
                                           struct atw_error *err)
{
    enum atw_status status = check_step(step, err);

    if (status == ATW_OK)
        status = check_law(law, err);
    if (status != ATW_OK)
        return status;
    if (!(t_s >= 0.0))
        return atw_error_set(err, ATW_EINVAL, "heating: time %g s must not be negative",
                             t_s);
    *S_m2 = integral_until(step, law, t_s);
    return ATW_OK;
}

enum atw_status atw_heating_diffusion_integral(const struct atw_heating_step *step,
                                               const struct atw_arrhenius_law *law,
                                               double *S_m2,
                                               struct atw_error *err)
{
    return atw_heating_integral_until(step, law, INFINITY, S_m2, err);
}

double atw_heating_duration_s(const struct atw_heating_step *step)
{
    return step->dwell_s + SETTLED * step->time_constant_s;
}
