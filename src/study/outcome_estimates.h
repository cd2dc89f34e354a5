/* Estimates and what they were about as rows of an item, for outcomes that run
 * estimators. */
#ifndef ATW_STUDY_OUTCOME_ESTIMATES_H
#define ATW_STUDY_OUTCOME_ESTIMATES_H

#include "inference/estimator.h"
#include "study/item.h"

/* Two rows of an estimate: dT and Q with their truths, and, if a posterior was sampled,
 * the ranks of the truths among its draws. The name of an estimator is
 * "joint/variance/constant/A": estimator, weighting, model of dT, particle taken to be at
 * the set point; with more than two particles the quantity names the particle. Errors as
 * atw_item_add_row(). */
enum atw_status atw_outcome_add_estimate(struct atw_item_result *result,
                                         const struct atw_observations *observations,
                                         const struct atw_estimates *estimates,
                                         size_t index,
                                         double delta_T_K,
                                         double Q_J_per_mol,
                                         struct atw_error *err) ATW_MUST_CHECK;

#endif
