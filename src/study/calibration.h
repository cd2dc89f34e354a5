/* Simulation-based calibration: where truths drawn from the prior lie among the draws of
 * the posteriors. Pure.
 *
 * If truth and data come from the model that the posterior assumes, every rank is equally
 * likely. Posteriors too narrow give a hollow histogram, too wide ones a hill, a bias a
 * slope. Source: Talts, Betancourt, Simpson, Vehtari, Gelman, arXiv 1804.06788 (2018). */
#ifndef ATW_STUDY_CALIBRATION_H
#define ATW_STUDY_CALIBRATION_H

#include <stddef.h>
#include <stdint.h>

enum { ATW_CALIBRATION_BINS_MAX = 20 };

/* Draws below the truth, of `n_draws`. */
struct atw_rank {
    uint32_t rank, n_draws; /* n_draws 0: none */
};

/* Rank of a truth among draws; NaN draws are left out, a NaN truth has no rank. */
struct atw_rank atw_rank_of(double truth, const double *draws, size_t count);

struct atw_calibration {
    size_t n; /* ranks */
    size_t n_bins;
    size_t count[ATW_CALIBRATION_BINS_MAX]; /* of the lowest ranks first */
    double chi_square;                      /* of equal bins, n_bins - 1 degrees */
    double p_value; /* of a greater one if all ranks are equally likely; NaN: too few */
};

/* Histogram of ranks, those without draws left out: 20 bins if ten or more ranks are
 * expected in each, fewer otherwise. With fewer than 20 ranks chi_square and p_value are
 * NaN. */
void atw_calibration_of(struct atw_calibration *calibration,
                        const struct atw_rank *ranks,
                        size_t count);

#endif
