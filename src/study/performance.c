/* Performance measures with Monte Carlo standard errors: Morris, White, Crowther (2019),
 * table 6. Errors are estimate - truth, so a truth that varies between replicates is
 * allowed; for a constant one the formulas are those of the source. */
#include "study/performance.h"

#include <math.h>
#include <string.h>

#define Z_975 1.959963984540054  /* standard normal quantile */
#define Z_950 1.6448536269514722 /* one-sided, for a power of 95 % */

struct moments {
    size_t n;
    double mean, variance; /* variance with n - 1; NaN below two values */
};

typedef double (*value_fn)(const struct atw_answer *answer);

static double error_of(const struct atw_answer *answer)
{
    return answer->estimate - answer->truth;
}

static double squared_error_of(const struct atw_answer *answer)
{
    return error_of(answer) * error_of(answer);
}

static double estimate_of(const struct atw_answer *answer)
{
    return answer->estimate;
}

static double truth_of(const struct atw_answer *answer)
{
    return answer->truth;
}

static double variance_of(const struct atw_answer *answer)
{
    return answer->std * answer->std;
}

static double width_of(const struct atw_answer *answer)
{
    return answer->interval_95[1] - answer->interval_95[0];
}

/* Mean and variance of what is known among converged answers, in two passes. */
static struct moments
moments_of(const struct atw_answer *answers, size_t count, value_fn value)
{
    struct moments m = {0, 0.0, 0.0};

    for (size_t i = 0; i < count; i++)
        if (isfinite(answers[i].estimate) && isfinite(value(&answers[i]))) {
            m.n++;
            m.mean += value(&answers[i]);
        }
    m.mean = m.n > 0 ? m.mean / (double)m.n : NAN;
    for (size_t i = 0; i < count; i++)
        if (isfinite(answers[i].estimate) && isfinite(value(&answers[i]))) {
            double deviation = value(&answers[i]) - m.mean;

            m.variance += deviation * deviation;
        }
    m.variance = m.n > 1 ? m.variance / (double)(m.n - 1) : NAN;
    return m;
}

static struct atw_measure mean_of(const struct moments *m)
{
    return (struct atw_measure){m->mean, sqrt(m->variance / (double)m->n)};
}

/* sqrt of a mean; the error by the delta method. Exactly zero has error zero. */
static struct atw_measure root_mean_of(const struct moments *m)
{
    double root = sqrt(m->mean);

    if (!(root > 0.0))
        return (struct atw_measure){root, m->n > 1 ? 0.0 : NAN};
    return (struct atw_measure){root, sqrt(m->variance / (double)m->n) / (2.0 * root)};
}

struct atw_proportion atw_proportion_of(size_t successes, size_t count)
{
    double n = (double)count, p = (double)successes / n;
    double z2 = Z_975 * Z_975, centre, half;

    if (count == 0)
        return (struct atw_proportion){NAN, NAN, {NAN, NAN}};
    centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    half = Z_975 / (1.0 + z2 / n) * sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n));
    return (struct atw_proportion){
        p,
        sqrt(p * (1.0 - p) / n),
        {successes == 0 ? 0.0 : centre - half, successes == count ? 1.0 : centre + half}};
}

static int has_interval(const struct atw_answer *answer)
{
    return isfinite(answer->estimate) && !isnan(answer->interval_95[0]) &&
           !isnan(answer->interval_95[1]);
}

/* Intervals that hold truth + shift. */
static struct atw_proportion
coverage_of(const struct atw_answer *answers, size_t count, double shift)
{
    size_t n = 0, covered = 0;

    for (size_t i = 0; i < count; i++) {
        double target = answers[i].truth + shift;

        if (!has_interval(&answers[i]) || isnan(target))
            continue;
        n++;
        covered +=
            answers[i].interval_95[0] <= target && target <= answers[i].interval_95[1];
    }
    return atw_proportion_of(covered, n);
}

static struct atw_proportion power_of(const struct atw_answer *answers, size_t count)
{
    size_t n = 0, excluding = 0;

    for (size_t i = 0; i < count; i++)
        if (has_interval(&answers[i])) {
            n++;
            excluding +=
                answers[i].interval_95[0] > 0.0 || answers[i].interval_95[1] < 0.0;
        }
    return atw_proportion_of(excluding, n);
}

/* Spread of the errors; of the estimates where the truth is unknown. */
static struct atw_measure spread_of(const struct atw_answer *answers, size_t count)
{
    struct moments m = moments_of(answers, count, error_of);

    if (m.n == 0)
        m = moments_of(answers, count, estimate_of);
    return (struct atw_measure){sqrt(m.variance),
                                sqrt(m.variance / (2.0 * (double)(m.n - 1)))};
}

static struct atw_measure excess_of(const struct atw_answer *answers,
                                    size_t count,
                                    const struct atw_performance *performance)
{
    struct moments m = moments_of(answers, count, variance_of);
    double ratio = performance->model_se.value / performance->empirical_se.value;

    return (struct atw_measure){
        ratio - 1.0, ratio * sqrt(m.variance / (4.0 * (double)m.n * m.mean * m.mean) +
                                  1.0 / (2.0 * (double)(performance->n - 1)))};
}

void atw_performance_of(struct atw_performance *performance,
                        const struct atw_answer *answers,
                        size_t count)
{
    const double detectable = Z_975 + Z_950;
    struct moments m = moments_of(answers, count, estimate_of);

    memset(performance, 0, sizeof *performance);
    performance->n = m.n;
    performance->n_failures = count - m.n;
    performance->convergence = atw_proportion_of(m.n, count);
    performance->mean = mean_of(&m);
    performance->truth = moments_of(answers, count, truth_of).mean;
    m = moments_of(answers, count, error_of);
    performance->bias = mean_of(&m);
    performance->empirical_se = spread_of(answers, count);
    m = moments_of(answers, count, variance_of);
    performance->model_se = root_mean_of(&m);
    performance->model_se_excess = excess_of(answers, count, performance);
    m = moments_of(answers, count, squared_error_of);
    performance->rmse = root_mean_of(&m);
    performance->coverage = coverage_of(answers, count, 0.0);
    performance->bias_eliminated_coverage =
        coverage_of(answers, count, performance->bias.value);
    m = moments_of(answers, count, width_of);
    performance->width = mean_of(&m);
    performance->power = power_of(answers, count);
    performance->detection_limit =
        (struct atw_measure){detectable * performance->empirical_se.value,
                             detectable * performance->empirical_se.mcse};
}

struct atw_measure atw_paired_difference(const double *first,
                                         const double *second,
                                         size_t count,
                                         size_t *n_pairs)
{
    double mean = 0.0, sum = 0.0;
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        if (isfinite(first[i] - second[i])) {
            mean += first[i] - second[i];
            n++;
        }
    *n_pairs = n;
    if (n == 0)
        return (struct atw_measure){NAN, NAN};
    mean /= (double)n;
    for (size_t i = 0; i < count; i++)
        if (isfinite(first[i] - second[i]))
            sum += (first[i] - second[i] - mean) * (first[i] - second[i] - mean);
    return (struct atw_measure){mean,
                                n > 1 ? sqrt(sum / (double)(n - 1) / (double)n) : NAN};
}

static struct atw_measure plain(const struct atw_proportion *proportion)
{
    return (struct atw_measure){proportion->value, proportion->mcse};
}

int atw_performance_measure(const struct atw_performance *performance,
                            const char *name,
                            struct atw_measure *measure)
{
    const struct {
        const char *name;
        struct atw_measure measure;
    } measures[] = {
        {"mean", performance->mean},
        {"bias", performance->bias},
        {"empirical_se", performance->empirical_se},
        {"model_se", performance->model_se},
        {"rmse", performance->rmse},
        {"coverage", plain(&performance->coverage)},
        {"bias_eliminated_coverage", plain(&performance->bias_eliminated_coverage)},
        {"width", performance->width},
        {"power", plain(&performance->power)},
        {"detection_limit", performance->detection_limit},
        {"convergence", plain(&performance->convergence)},
    };

    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        if (strcmp(measures[i].name, name) == 0) {
            *measure = measures[i].measure;
            return 1;
        }
    return 0;
}
