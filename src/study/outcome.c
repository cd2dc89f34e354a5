/* The table of outcomes, and the ones whose answers are known. */
#include "study/outcome.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "core/random.h"
#include "study/analytic.h"

const struct atw_outcome *const atw_outcomes[] = {&atw_outcome_pipeline,
                                                  &atw_outcome_posterior,
                                                  &atw_outcome_ishigami,
                                                  &atw_outcome_g_function,
                                                  &atw_outcome_normal_sample,
                                                  &atw_outcome_null,
                                                  NULL};

const struct atw_outcome *atw_outcome_find(const char *name)
{
    for (size_t i = 0; atw_outcomes[i]; i++)
        if (strcmp(atw_outcomes[i]->name, name) == 0)
            return atw_outcomes[i];
    return NULL;
}

double atw_outcome_value(const struct atw_study *study,
                         const struct atw_item *item,
                         const char *key,
                         double otherwise)
{
    for (size_t i = 0; i < study->n_factors; i++)
        if (strcmp(study->factor[i].key, key) == 0)
            return atw_study_value(study, item->point, i);
    return otherwise;
}

static enum atw_status run_ishigami(struct atw_item_result *result,
                                    const struct atw_study *study,
                                    void **state,
                                    struct atw_error *err)
{
    struct atw_item_row *row;
    enum atw_status status = atw_item_add_row(&row, result, "exact", "value", err);

    (void)state;
    if (status != ATW_OK)
        return status;
    row->truth = atw_ishigami_mean();
    row->estimate =
        atw_ishigami((double[]){atw_outcome_value(study, &result->item, "x1", 0.0),
                                atw_outcome_value(study, &result->item, "x2", 0.0),
                                atw_outcome_value(study, &result->item, "x3", 0.0)});
    return ATW_OK;
}

const struct atw_outcome atw_outcome_ishigami = {
    .name = "ishigami",
    .description = "function of three factors with known Sobol' indices",
    .keys = "x1|x2|x3",
    .run = run_ishigami};

static enum atw_status run_g_function(struct atw_item_result *result,
                                      const struct atw_study *study,
                                      void **state,
                                      struct atw_error *err)
{
    static const char *const keys[ATW_G_FUNCTION_FACTORS] = {"x1", "x2", "x3", "x4",
                                                             "x5", "x6", "x7", "x8"};
    double x[ATW_G_FUNCTION_FACTORS];
    struct atw_item_row *row;
    enum atw_status status = atw_item_add_row(&row, result, "exact", "value", err);
    size_t n = 0;

    (void)state;
    if (status != ATW_OK)
        return status;
    for (; n < ATW_G_FUNCTION_FACTORS; n++) {
        x[n] = atw_outcome_value(study, &result->item, keys[n], NAN);
        if (isnan(x[n]))
            break;
    }
    row->truth = 1.0;
    row->estimate = atw_g_function(x, n);
    return ATW_OK;
}

const struct atw_outcome atw_outcome_g_function = {
    .name = "g-function",
    .description = "Sobol's g of up to eight factors with known Sobol' indices",
    .keys = "x1|x2|x3|x4|x5|x6|x7|x8",
    .run = run_g_function};

/* The mean of `size` normal numbers with its interval by Student's t: unbiased, with
 * coverage 95 %, up to the added bias. */
static enum atw_status run_normal_sample(struct atw_item_result *result,
                                         const struct atw_study *study,
                                         void **state,
                                         struct atw_error *err)
{
    const struct atw_item *item = &result->item;
    struct atw_random_key key = {.seed = result->seed, .stage = ATW_RANDOM_ITEM};
    double mean = atw_outcome_value(study, item, "mean", 0.0);
    double std = atw_outcome_value(study, item, "std", 1.0), sum = 0.0, square = 0.0,
           t_68, t_95;
    size_t n = (size_t)fmax(2.0, atw_outcome_value(study, item, "size", 10.0));
    struct atw_item_row *row;
    gsl_rng *rng = NULL;
    enum atw_status status = atw_item_add_row(&row, result, "mean", "value", err);

    (void)state;
    if (status == ATW_OK)
        status = atw_random_create(&rng, &key, err);
    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < n; i++) {
        double value = gsl_ran_gaussian(rng, std);

        sum += value;
        square += value * value;
    }
    gsl_rng_free(rng);
    row->truth = mean;
    row->std = sqrt((square - sum * sum / (double)n) / (double)(n - 1) / (double)n);
    row->estimate = mean + sum / (double)n + atw_outcome_value(study, item, "bias", 0.0);
    t_68 = gsl_cdf_tdist_Pinv(0.84134474606854293, (double)(n - 1));
    t_95 = gsl_cdf_tdist_Pinv(0.975, (double)(n - 1));
    for (int i = 0; i < 2; i++) {
        row->interval_68[i] = row->estimate + (2 * i - 1) * t_68 * row->std;
        row->interval_95[i] = row->estimate + (2 * i - 1) * t_95 * row->std;
    }
    return ATW_OK;
}

const struct atw_outcome atw_outcome_normal_sample = {
    .name = "normal-sample",
    .description = "mean of normal numbers with Student's interval",
    .keys = "mean|std|size|bias",
    .run = run_normal_sample};

static void sleep_for(double duration_s)
{
    struct timespec rest = {.tv_sec = (time_t)duration_s};

    rest.tv_nsec = (long)((duration_s - (double)rest.tv_sec) * 1e9);
    while (nanosleep(&rest, &rest) != 0)
        continue;
}

static enum atw_status run_null(struct atw_item_result *result,
                                const struct atw_study *study,
                                void **state,
                                struct atw_error *err)
{
    double duration_s = atw_outcome_value(study, &result->item, "duration_s", 0.0);
    int failure = (int)atw_outcome_value(study, &result->item, "failure", 0.0);
    struct atw_item_row *row;
    enum atw_status status = atw_item_add_row(&row, result, "null", "value", err);

    (void)state;
    if (status != ATW_OK)
        return status;
    if (duration_s > 0.0)
        sleep_for(duration_s);
    if (failure == 1)
        return atw_error_set(err, ATW_EDIVERGED, "failure on demand");
    if (failure == 2)
        abort();
    row->truth = row->estimate = row->std = 0.0;
    return ATW_OK;
}

const struct atw_outcome atw_outcome_null = {
    .name = "null",
    .description = "nothing, after duration_s; failure 1 fails, failure 2 crashes",
    .keys = "duration_s|failure|x1|x2",
    .run = run_null};
