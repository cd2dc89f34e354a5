/* States of constant D: at many S in one pass, and their sensitivities. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diffusion/diffusion_internal.h"

/* Half the stiffness times s that is gone at once; beyond, states of particles without
 * narrow necks hardly change any more. */
#define PIECE 1e5

/* A change of the composition that rounding makes. */
#define ROUNDING 1e-13

/* What is asked for; all in units of h. */
struct question {
    size_t n_states;
    double *s;            /* [n_states], rising */
    double *const *state; /* [n_states] */
    double *const *slope; /* [n_states], dc/d ln s; NULL: not wanted */
};

/* What one pass finds. */
struct group {
    size_t count;
    double *s;
    double **out;
    enum atw_exponential_kind *kind;
};

static enum atw_status
check_times(const double *S_m2, size_t n_states, struct atw_error *err)
{
    for (size_t k = 0; k < n_states; k++) {
        if (!(S_m2[k] >= 0.0) || !isfinite(S_m2[k]))
            return atw_error_set(
                err, ATW_EINVAL,
                "diffusion: S %zu is %g m2; it must be finite and not negative", k,
                S_m2[k]);
        if (k > 0 && S_m2[k] < S_m2[k - 1])
            return atw_error_set(
                err, ATW_EINVAL,
                "diffusion: S %zu (%g m2) is below the one before it (%g "
                "m2); they must be rising",
                k, S_m2[k], S_m2[k - 1]);
    }
    return ATW_OK;
}

enum atw_status atw_diffusion_check_state(const struct atw_diffusion *diffusion,
                                          const double *c,
                                          struct atw_error *err)
{
    for (size_t i = 0; i < diffusion->cells->count; i++)
        if (!isfinite(c[i]))
            return atw_error_set(err, ATW_EINVAL,
                                 "diffusion: the composition of cell %zu is %g; it must "
                                 "be finite",
                                 i, c[i]);
    return ATW_OK;
}

/* Advance diffusion->work by one piece, or further where it rests: changes over equal
 * stretches cannot grow, so that the rest changes it by at most `change` per piece. */
static enum atw_status
skip_piece(struct atw_diffusion *diffusion, double *s0, double s, struct atw_error *err)
{
    double piece = 2.0 * PIECE / diffusion->cells->stiffness, change = 0.0;
    size_t count = diffusion->cells->count;
    double *after = malloc(count * sizeof *after), *work = diffusion->work;
    enum atw_status status;

    if (!after)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             count);
    status =
        atw_exponential_states(diffusion->chebyshev, diffusion->options.tolerance, work,
                               &piece, NULL, 1, &after, &diffusion->applications, err);
    for (size_t i = 0; i < count && status == ATW_OK; i++) {
        change = fmax(change, fabs(after[i] - work[i]));
        work[i] = after[i];
    }
    *s0 += piece;
    if (change <= ROUNDING ||
        change * ((s - *s0) / piece) <= 0.1 * diffusion->options.tolerance)
        *s0 = fmax(*s0, s);
    free(after);
    return status;
}

static void
add_to_group(struct group *group, double s, double *out, enum atw_exponential_kind kind)
{
    group->s[group->count] = s;
    group->out[group->count] = out;
    group->kind[group->count++] = kind;
}

/* From s0, where diffusion->work lies, distinct s only. */
static void fill_group(
    struct group *group, const struct question *question, size_t k, size_t end, double s0)
{
    double last = s0;

    for (; k < end; k++) {
        if (!(question->s[k] > last))
            continue;
        last = question->s[k];
        add_to_group(group, last - s0, question->state[k], ATW_EXPONENTIAL_STATE);
        if (question->slope)
            add_to_group(group, last - s0, question->slope[k],
                         ATW_EXPONENTIAL_DERIVATIVE);
    }
}

/* What the pass left: equal s are copies; at s0 the particle is at rest or at the start.
 * d/d ln s is s/ds times d/d ln ds. */
static void complete(const struct atw_diffusion *diffusion,
                     const struct question *question,
                     size_t k,
                     size_t end,
                     double s0)
{
    size_t count = diffusion->cells->count, size = count * sizeof(double);

    for (size_t first = k; k < end; k++) {
        int is_copy = k > first && question->s[k] == question->s[k - 1];
        int is_start = !(question->s[k] > s0);
        double scale = is_start ? 0.0 : question->s[k] / (question->s[k] - s0);

        if (is_copy || is_start)
            memcpy(question->state[k], is_copy ? question->state[k - 1] : diffusion->work,
                   size);
        if (question->slope && is_copy)
            memcpy(question->slope[k], question->slope[k - 1], size);
        else if (question->slope && is_start)
            memset(question->slope[k], 0, size);
        else if (question->slope && s0 > 0.0)
            for (size_t i = 0; i < count; i++)
                question->slope[k][i] *= scale;
    }
}

static enum atw_status find_group(struct atw_diffusion *diffusion,
                                  const struct question *question,
                                  size_t k,
                                  size_t end,
                                  double s0,
                                  struct atw_error *err)
{
    size_t most = 2 * (end - k);
    struct group group = {.s = malloc(most * sizeof *group.s),
                          .out = malloc(most * sizeof *group.out),
                          .kind = malloc(most * sizeof *group.kind)};
    enum atw_status status = ATW_OK;

    if (!group.s || !group.out || !group.kind) {
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                               end - k);
        goto cleanup;
    }
    fill_group(&group, question, k, end, s0);
    status = atw_exponential_states(diffusion->chebyshev, diffusion->options.tolerance,
                                    diffusion->work, group.s, group.kind, group.count,
                                    group.out, &diffusion->applications, err);
    if (status == ATW_OK)
        complete(diffusion, question, k, end, s0);
cleanup:
    free(group.s);
    free(group.out);
    free(group.kind);
    return status;
}

/* From diffusion->work at s = 0. States within one piece are found together. */
static enum atw_status find_states(struct atw_diffusion *diffusion,
                                   const struct question *question,
                                   struct atw_error *err)
{
    double piece = 2.0 * PIECE / diffusion->cells->stiffness, s0 = 0.0;
    enum atw_status status = ATW_OK;
    size_t k = 0, end;

    while (k < question->n_states && status == ATW_OK) {
        while (question->s[k] - s0 > piece && status == ATW_OK)
            status = skip_piece(diffusion, &s0, question->s[k], err);
        for (end = k; end < question->n_states && question->s[end] - s0 <= piece; end++)
            ;
        if (status == ATW_OK)
            status = find_group(diffusion, question, k, end, s0, err);
        k = end;
    }
    return status;
}

static enum atw_status answer(struct atw_diffusion *diffusion,
                              const double *state,
                              const double *S_m2,
                              struct question *question,
                              struct atw_error *err)
{
    double h = diffusion->cells->grid.spacing_m;
    enum atw_status status = ATW_OK;

    if (!diffusion->chebyshev)
        status = atw_chebyshev_create(&diffusion->chebyshev, diffusion->cells, err);
    if (status != ATW_OK)
        return status;
    question->s = malloc((question->n_states + 1) * sizeof *question->s);
    if (!question->s)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                             question->n_states);
    for (size_t k = 0; k < question->n_states; k++)
        question->s[k] = S_m2[k] / (h * h);
    memcpy(diffusion->work, state, diffusion->cells->count * sizeof *state);
    status = find_states(diffusion, question, err);
    free(question->s);
    return status;
}

enum atw_status atw_diffusion_states_into(struct atw_diffusion *diffusion,
                                          const double *state,
                                          const double *S_m2,
                                          size_t n_states,
                                          double *const *out,
                                          struct atw_error *err)
{
    struct question question = {.n_states = n_states, .state = out};

    return answer(diffusion, state, S_m2, &question, err);
}

enum atw_status atw_diffusion_sensitivities_at(struct atw_diffusion *diffusion,
                                               const double *state,
                                               const double *S_m2,
                                               size_t n_states,
                                               double *out,
                                               double *sensitivity,
                                               struct atw_error *err)
{
    size_t count = diffusion->cells->count;
    struct question question = {.n_states = n_states};
    double **row;
    enum atw_status status = check_times(S_m2, n_states, err);

    if (status != ATW_OK || n_states == 0)
        return status;
    status = atw_diffusion_check_state(diffusion, state, err);
    if (status != ATW_OK)
        return status;
    row = malloc(2 * n_states * sizeof *row);
    if (!row)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                             n_states);
    for (size_t k = 0; k < n_states; k++) {
        row[k] = out + k * count;
        row[n_states + k] = sensitivity ? sensitivity + k * count : NULL;
    }
    question.state = row;
    question.slope = sensitivity ? row + n_states : NULL;
    status = answer(diffusion, state, S_m2, &question, err);
    free(row);
    return status;
}

enum atw_status atw_diffusion_states_at(struct atw_diffusion *diffusion,
                                        const double *state,
                                        const double *S_m2,
                                        size_t n_states,
                                        double *out,
                                        struct atw_error *err)
{
    return atw_diffusion_sensitivities_at(diffusion, state, S_m2, n_states, out, NULL,
                                          err);
}
