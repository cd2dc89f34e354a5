/* Ranks of truths among posterior draws, their histogram, and how uniform it is. */
#include "study/calibration.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#define EXPECTED_IN_BIN 10
#define RANKS_LEAST 20

struct atw_rank atw_rank_of(double truth, const double *draws, size_t count)
{
    struct atw_rank rank = {0};

    for (size_t i = 0; i < count && !isnan(truth); i++)
        if (!isnan(draws[i])) {
            rank.n_draws++;
            rank.rank += draws[i] < truth;
        }
    return rank;
}

/* Of 20, 10, 5, 2, 1, so that the 100 ranks of 99 draws fall into equal bins. */
static size_t choose_bins(size_t n)
{
    static const size_t choices[] = {ATW_CALIBRATION_BINS_MAX, 10, 5, 2};

    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        if (n >= EXPECTED_IN_BIN * choices[i])
            return choices[i];
    return 1;
}

void atw_calibration_of(struct atw_calibration *calibration,
                        const struct atw_rank *ranks,
                        size_t count)
{
    double expected, sum = 0.0;

    *calibration = (struct atw_calibration){.chi_square = NAN, .p_value = NAN};
    for (size_t i = 0; i < count; i++)
        calibration->n += ranks[i].n_draws > 0;
    calibration->n_bins = choose_bins(calibration->n);
    for (size_t i = 0; i < count; i++)
        if (ranks[i].n_draws > 0)
            calibration->count[(size_t)ranks[i].rank * calibration->n_bins /
                               ((size_t)ranks[i].n_draws + 1)]++;
    if (calibration->n < RANKS_LEAST)
        return;
    expected = (double)calibration->n / (double)calibration->n_bins;
    for (size_t i = 0; i < calibration->n_bins; i++)
        sum += pow((double)calibration->count[i] - expected, 2.0) / expected;
    calibration->chi_square = sum;
    calibration->p_value = gsl_cdf_chisq_Q(sum, (double)(calibration->n_bins - 1));
}
