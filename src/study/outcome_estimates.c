/* Estimates as rows of an item. */
#include "study/outcome_estimates.h"

#include <stdio.h>
#include <string.h>

#include "study/calibration.h"

/* Draws are thinned to this number, far below the effective samples of a posterior, so
 * that they are about independent; 100 ranks fall into equal bins. */
enum { N_DRAWS = 99 };

static void name_estimate(char name[ATW_ITEM_NAME_SIZE],
                          const struct atw_observations *observations,
                          const struct atw_estimate *estimate)
{
    snprintf(name, ATW_ITEM_NAME_SIZE, "%s/%s/%s/%s", estimate->estimator,
             estimate->weighting, estimate->delta_T_model,
             observations->particles[estimate->nominal_particle].name);
}

static void name_quantity(char name[ATW_ITEM_NAME_SIZE],
                          const char *quantity,
                          const struct atw_observations *observations,
                          const struct atw_estimate *estimate)
{
    if (observations->n_particles > 2)
        snprintf(name, ATW_ITEM_NAME_SIZE, "%s/%s", quantity,
                 observations->particles[estimate->particle].name);
    else
        snprintf(name, ATW_ITEM_NAME_SIZE, "%s", quantity);
}

/* A row of one quantity of an estimate, its numbers still to be filled in. */
static enum atw_status add_row(struct atw_item_row **row,
                               struct atw_item_result *result,
                               const char *quantity,
                               const struct atw_observations *observations,
                               const struct atw_estimate *estimate,
                               struct atw_error *err)
{
    char name[ATW_ITEM_NAME_SIZE], full_quantity[ATW_ITEM_NAME_SIZE];
    enum atw_status status;

    name_estimate(name, observations, estimate);
    name_quantity(full_quantity, quantity, observations, estimate);
    status = atw_item_add_row(row, result, name, full_quantity, err);
    if (status == ATW_OK)
        snprintf((*row)->status, sizeof(*row)->status, "%.*s", ATW_ITEM_STATUS_SIZE - 1,
                 estimate->status);
    return status;
}

/* The draws of the posterior that an estimate was concluded from, thinned evenly; their
 * number. */
static size_t draws_of(const struct atw_posterior_draw *draw[N_DRAWS],
                       const struct atw_estimates *estimates,
                       const struct atw_estimate *estimate)
{
    size_t n_all = 0, n = 0, seen = 0;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < estimates->n_posterior && n < N_DRAWS; i++) {
            const struct atw_posterior_draw *one = &estimates->posterior[i];

            if (one->particle != estimate->particle ||
                strcmp(one->delta_T_model, estimate->delta_T_model) != 0)
                continue;
            if (pass == 0)
                n_all++;
            else if (++seen * N_DRAWS / n_all > n)
                draw[n++] = one;
        }
    return n;
}

static void rank(struct atw_item_row *delta_T,
                 struct atw_item_row *Q,
                 const struct atw_estimates *estimates,
                 const struct atw_estimate *estimate)
{
    const struct atw_posterior_draw *draw[N_DRAWS];
    double delta_T_K[N_DRAWS], Q_J_per_mol[N_DRAWS];
    struct atw_rank of_delta_T, of_Q;
    size_t n;

    if (!(estimate->effective_samples > 0.0))
        return; /* nothing was sampled */
    n = draws_of(draw, estimates, estimate);
    for (size_t i = 0; i < n; i++) {
        delta_T_K[i] = draw[i]->delta_T_K;
        Q_J_per_mol[i] = draw[i]->Q_J_per_mol;
    }
    of_delta_T = atw_rank_of(delta_T->truth, delta_T_K, n);
    of_Q = atw_rank_of(Q->truth, Q_J_per_mol, n);
    delta_T->rank = of_delta_T.rank;
    delta_T->n_draws = of_delta_T.n_draws;
    Q->rank = of_Q.rank;
    Q->n_draws = of_Q.n_draws;
}

enum atw_status atw_outcome_add_estimate(struct atw_item_result *result,
                                         const struct atw_observations *observations,
                                         const struct atw_estimates *estimates,
                                         size_t index,
                                         double delta_T_K,
                                         double Q_J_per_mol,
                                         struct atw_error *err)
{
    const struct atw_estimate *estimate = &estimates->estimate[index];
    struct atw_item_row *row, *Q;
    size_t first = result->n_rows;
    enum atw_status status =
        add_row(&row, result, "delta_T_K", observations, estimate, err);

    if (status != ATW_OK)
        return status;
    row->truth = delta_T_K;
    row->estimate = estimate->delta_T_K;
    row->std = estimate->std_K;
    memcpy(row->interval_68, estimate->interval_68_K, sizeof row->interval_68);
    memcpy(row->interval_95, estimate->interval_95_K, sizeof row->interval_95);
    status = add_row(&Q, result, "Q_J_per_mol", observations, estimate, err);
    if (status != ATW_OK)
        return status;
    Q->truth = Q_J_per_mol;
    Q->estimate = estimate->Q_J_per_mol;
    Q->std = estimate->Q_std_J_per_mol;
    rank(&result->row[first], Q, estimates, estimate);
    return ATW_OK;
}
