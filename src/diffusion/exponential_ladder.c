/* exp(s M) c at ever larger s, found a few at a time. */
#include "diffusion/exponential_ladder.h"

#include <stdlib.h>
#include <string.h>

#include "diffusion/denormals.h"
#include "diffusion/exponential.h"

#define TERMS ATW_CHEBYSHEV_TERMS

/* The first group has all states of so few terms; later ones this many states. More are
 * cheaper together, but the last may not be needed. */
#define FIRST_TERMS (TERMS - 1)
#define GROUP 3

struct atw_exponential_ladder {
    struct atw_chebyshev *chebyshev;
    struct atw_exponential_plan plan;
    size_t n_found;                     /* states */
    size_t n_terms;                     /* found, and in the sums */
    struct atw_exponential_basis basis; /* of the group to come */
    double **sum; /* [n_states], NULL where not needed; a state is its sum and c */
};

/* One climb. */
struct climb {
    const struct atw_exponential_ladder *ladder;
    const struct atw_exponential_basis *next; /* for the climb after this one */
    size_t end;                               /* of the group */
    size_t n_terms;                           /* when it is done */
};

/* ---- groups and their terms ----------------------------------------------- */

static size_t end_of_group(const struct atw_exponential_plan *plan, size_t first)
{
    size_t end = first;

    while (first == 0 && end < plan->n_states && plan->length[end] <= FIRST_TERMS)
        end++;
    if (end == first)
        end += GROUP;
    return end < plan->n_states ? end : plan->n_states;
}

/* The last of a whole round. */
static size_t terms_of_group(const struct atw_exponential_plan *plan, size_t end)
{
    size_t most = plan->length[end - 1];

    return (most / TERMS + 1) * TERMS - 1;
}

size_t atw_exponential_ladder_group(const struct atw_exponential_ladder *ladder)
{
    return end_of_group(&ladder->plan, ladder->n_found) - ladder->n_found;
}

/* The basis for the group that begins with state `first`; empty at the top. */
static enum atw_status find_basis(struct atw_exponential_basis *basis,
                                  const struct atw_exponential_plan *plan,
                                  size_t first,
                                  struct atw_error *err)
{
    *basis = (struct atw_exponential_basis){0};
    if (first == plan->n_states)
        return ATW_OK;
    return atw_exponential_basis(
        basis, plan, first, terms_of_group(plan, end_of_group(plan, first)) + 1, err);
}

/* ---- life ----------------------------------------------------------------- */

static enum atw_status
need_sum(struct atw_exponential_ladder *ladder, size_t state, struct atw_error *err)
{
    size_t count = ladder->chebyshev->cells->count;

    if (!ladder->sum[state])
        ladder->sum[state] = malloc(count * sizeof(double));
    if (!ladder->sum[state])
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             count);
    return ATW_OK;
}

static enum atw_status need_sums_of(struct atw_exponential_ladder *ladder,
                                    const struct atw_exponential_basis *basis,
                                    struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t p = 0; p < basis->count && status == ATW_OK; p++)
        status = need_sum(ladder, basis->state[p], err);
    return status;
}

static enum atw_status begin(struct atw_exponential_ladder *ladder,
                             const struct atw_cells *cells,
                             double tolerance,
                             const double *s,
                             size_t n_states,
                             struct atw_error *err)
{
    enum atw_status status = atw_chebyshev_create(&ladder->chebyshev, cells, err);

    if (status == ATW_OK)
        status = atw_exponential_plan_of_cells(&ladder->plan, cells, tolerance, s, NULL,
                                               n_states, err);
    if (status != ATW_OK)
        return status;
    ladder->sum = calloc(n_states + 1, sizeof *ladder->sum);
    if (!ladder->sum)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                             n_states);
    status = find_basis(&ladder->basis, &ladder->plan, 0, err);
    return status == ATW_OK ? need_sums_of(ladder, &ladder->basis, err) : status;
}

enum atw_status atw_exponential_ladder_create(struct atw_exponential_ladder **out,
                                              const struct atw_cells *cells,
                                              double tolerance,
                                              const double *c,
                                              const double *s,
                                              size_t n_states,
                                              struct atw_error *err)
{
    struct atw_exponential_ladder *ladder = calloc(1, sizeof *ladder);
    enum atw_status status;

    *out = NULL;
    if (!ladder)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
    status = begin(ladder, cells, tolerance, s, n_states, err);
    if (status != ATW_OK) {
        atw_exponential_ladder_destroy(ladder);
        return status;
    }
    ladder->chebyshev->c = c;
    *out = ladder;
    return ATW_OK;
}

void atw_exponential_ladder_destroy(struct atw_exponential_ladder *ladder)
{
    if (!ladder)
        return;
    for (size_t j = 0; ladder->sum && j < ladder->plan.n_states; j++)
        free(ladder->sum[j]);
    free(ladder->sum);
    atw_exponential_basis_free(&ladder->basis);
    atw_exponential_plan_free(&ladder->plan);
    atw_chebyshev_destroy(ladder->chebyshev);
    free(ladder);
}

/* ---- a climb -------------------------------------------------------------- */

/* The sums of the next basis, then the states of the group. */
static void finish(const struct climb *climb, const struct atw_chebyshev_part *part)
{
    const struct atw_exponential_ladder *ladder = climb->ladder;
    const struct atw_exponential_basis *basis = &ladder->basis, *next = climb->next;

    for (size_t i = part->first; i < part->end; i += ATW_KERNEL_CHUNK) {
        size_t left = part->end - i;
        size_t count = left < ATW_KERNEL_CHUNK ? left : ATW_KERNEL_CHUNK;

        for (size_t p = 0; p < next->count; p++)
            if (!atw_exponential_basis_has(basis, next->state[p]))
                atw_chebyshev_mix(ladder->chebyshev, next->state[p], basis, ladder->sum,
                                  i, count);
        atw_chebyshev_complete(ladder->chebyshev, &ladder->plan, basis, ladder->n_found,
                               climb->end, ladder->sum, i, count);
    }
}

static void start(const struct atw_exponential_ladder *ladder,
                  const struct atw_chebyshev_part *part)
{
    const struct atw_exponential_basis *basis = &ladder->basis;
    size_t size = (part->end - part->first) * sizeof(double);

    atw_chebyshev_find_r(ladder->chebyshev, part);
    for (size_t p = 0; p < basis->count; p++)
        memset(ladder->sum[basis->state[p]] + part->first, 0, size);
}

static void go_on(void *context, struct atw_team *team, size_t member)
{
    const struct climb *climb = context;
    const struct atw_exponential_ladder *ladder = climb->ladder;
    const struct atw_chebyshev *chebyshev = ladder->chebyshev;
    struct atw_chebyshev_part part = atw_chebyshev_part(chebyshev, team, member);
    unsigned mode = atw_diffusion_flush_denormals();

    if (ladder->n_terms == 0)
        start(ladder, &part);
    for (size_t k = ladder->n_terms + 1; k <= climb->n_terms; k++) {
        atw_chebyshev_find_term(chebyshev, k, &part);
        if (k % TERMS == TERMS - 1)
            atw_chebyshev_add(chebyshev, k / TERMS * TERMS, &ladder->plan, &ladder->basis,
                              ladder->sum, &part);
        atw_team_meet(team);
    }
    finish(climb, &part);
    atw_diffusion_restore_denormals(mode);
}

/* Sums that neither the caller nor the next basis has a use for. */
static void drop_sums(struct atw_exponential_ladder *ladder,
                      const struct atw_exponential_basis *next)
{
    for (size_t p = 0; p < ladder->basis.count; p++) {
        size_t j = ladder->basis.state[p];

        if (!atw_exponential_basis_has(next, j)) {
            free(ladder->sum[j]);
            ladder->sum[j] = NULL;
        }
    }
}

static void hand_over(struct atw_exponential_ladder *ladder,
                      const struct climb *climb,
                      struct atw_exponential_basis *next,
                      double **state)
{
    for (size_t j = ladder->n_found; j < climb->end; j++) {
        state[j - ladder->n_found] = ladder->sum[j];
        ladder->sum[j] = NULL;
    }
    drop_sums(ladder, next);
    atw_exponential_basis_free(&ladder->basis);
    ladder->basis = *next;
    ladder->n_found = climb->end;
    ladder->n_terms = climb->n_terms;
}

enum atw_status atw_exponential_ladder_climb(struct atw_exponential_ladder *ladder,
                                             double **state,
                                             size_t *applications,
                                             struct atw_error *err)
{
    struct atw_exponential_basis next;
    struct climb climb = {.ladder = ladder,
                          .next = &next,
                          .end = end_of_group(&ladder->plan, ladder->n_found)};
    enum atw_status status;

    if (climb.end == ladder->n_found)
        return ATW_OK;
    climb.n_terms = terms_of_group(&ladder->plan, climb.end);
    status = find_basis(&next, &ladder->plan, climb.end, err);
    if (status != ATW_OK)
        return status;
    status = need_sums_of(ladder, &next, err);
    for (size_t j = ladder->n_found; j < climb.end && status == ATW_OK; j++)
        status = need_sum(ladder, j, err);
    if (status != ATW_OK) {
        atw_exponential_basis_free(&next);
        return status;
    }
    atw_team_run(atw_chebyshev_threads(ladder->chebyshev), go_on, &climb);
    *applications += climb.n_terms - ladder->n_terms + (ladder->n_terms == 0);
    hand_over(ladder, &climb, &next, state);
    return ATW_OK;
}
