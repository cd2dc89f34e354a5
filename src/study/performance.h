/* How good an estimator is, from its answers in many replicates, each measure with its
 * Monte Carlo standard error (MCSE). Pure.
 *
 * Source of measures and errors: Morris, White, Crowther, "Using simulation studies to
 * evaluate statistical methods", Stat. Med. 38 (2019) 2074, table 6; Wilson, J. Am. Stat.
 * Assoc. 22 (1927) 209. docs/studies.md has the formulas. */
#ifndef ATW_STUDY_PERFORMANCE_H
#define ATW_STUDY_PERFORMANCE_H

#include <stddef.h>

/* NaN: not known, or too few replicates for it. */
struct atw_measure {
    double value, mcse;
};

struct atw_proportion {
    double value, mcse;
    double wilson_95[2];
};

/* One replicate. NaN: unknown; without an estimate the replicate did not converge. */
struct atw_answer {
    double truth, estimate, std;
    double interval_95[2];
};

struct atw_performance {
    size_t n;          /* replicates with an estimate */
    size_t n_failures; /* replicates without */
    struct atw_proportion convergence;
    double truth; /* mean over the replicates with an estimate */
    struct atw_measure mean;
    struct atw_measure bias;            /* mean error */
    struct atw_measure empirical_se;    /* spread of the errors */
    struct atw_measure model_se;        /* root mean square of the reported std */
    struct atw_measure model_se_excess; /* model_se / empirical_se - 1 */
    struct atw_measure rmse;
    struct atw_proportion coverage;                 /* of the 95 % intervals */
    struct atw_proportion bias_eliminated_coverage; /* of truth + bias */
    struct atw_measure width;                       /* of the 95 % intervals */
    struct atw_proportion power; /* 95 % intervals that leave out zero */
    /* Smallest magnitude told from zero in 95 % of the replicates by a two-sided test at
     * 5 %, if the errors are normal with this empirical_se: 3.605 of them. */
    struct atw_measure detection_limit;
};

/* Measures of the answers of one estimator at one point. */
void atw_performance_of(struct atw_performance *performance,
                        const struct atw_answer *answers,
                        size_t count);

/* `successes` of `count`; all NaN for a count of 0. */
struct atw_proportion atw_proportion_of(size_t successes, size_t count);

/* Mean difference of paired answers, first minus second; pairs with a gap are left out
 * and not counted in *n_pairs. */
struct atw_measure atw_paired_difference(const double *first,
                                         const double *second,
                                         size_t count,
                                         size_t *n_pairs);

/* A measure by its name, for criteria: "bias", "empirical_se", "model_se", "rmse",
 * "coverage", "bias_eliminated_coverage", "width", "power", "detection_limit",
 * "convergence", "mean". Returns 0 and leaves *measure alone for an unknown name. */
int atw_performance_measure(const struct atw_performance *performance,
                            const char *name,
                            struct atw_measure *measure);

/* "bias|empirical_se|..." for messages and schemas. */
#define ATW_PERFORMANCE_NAMES                                                            \
    "mean|bias|empirical_se|model_se|rmse|coverage|bias_eliminated_coverage|width|"      \
    "power|detection_limit|convergence"

#endif
