/* The reduced time of a heating history. */
#include "diffusion/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ACCURACY 1e-8    /* of each piece */
#define FIRST_PIECES 100 /* between neighbouring stops and breaks */
#define DEEPEST 40       /* halvings */
#define MOST_PIECES 100000

struct knot {
    double t_s, s, rate; /* rate just after the knot */
    double rate_before;
};

struct atw_clock {
    size_t count, capacity;
    struct knot *knot; /* [count], rising in t and s */
};

struct source {
    atw_clock_rate_fn rate;
    const void *context;
};

/* A piece with the rates at its ends and its middle. */
struct piece {
    double a_s, b_s, at_a, at_middle, at_b;
};

static double simpson(const struct piece *p)
{
    return (p->b_s - p->a_s) * (p->at_a + 4.0 * p->at_middle + p->at_b) / 6.0;
}

static enum atw_status append(struct atw_clock *clock,
                              const struct piece *p,
                              double growth,
                              struct atw_error *err)
{
    size_t wanted = 2 * clock->capacity + 256;
    double s = clock->knot ? clock->knot[clock->count - 1].s : 0.0;
    struct knot *knot;

    if (clock->count == MOST_PIECES)
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: the temperature changes too often to follow: %d "
                             "pieces reach t = %g s only; smooth it or give its kinks as "
                             "breaks",
                             MOST_PIECES, p->a_s);
    if (clock->count + 2 > clock->capacity) {
        knot = reallocarray(clock->knot, wanted, sizeof *knot);
        if (!knot)
            return atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
        clock->knot = knot;
        clock->capacity = wanted;
    }
    if (clock->count == 0)
        clock->knot[clock->count++] = (struct knot){.t_s = p->a_s};
    clock->knot[clock->count - 1].rate = p->at_a;
    clock->knot[clock->count++] = (struct knot){
        .t_s = p->b_s, .s = s + growth, .rate = p->at_b, .rate_before = p->at_b};
    return ATW_OK;
}

/* Halve until Simpson's rule agrees with its two halves. */
static enum atw_status add_piece(struct atw_clock *clock,
                                 const struct source *source,
                                 const struct piece *p,
                                 int depth,
                                 struct atw_error *err)
{
    double middle = 0.5 * (p->a_s + p->b_s), whole = simpson(p), halves;
    struct piece left = {.a_s = p->a_s, .b_s = middle};
    struct piece right = {.a_s = middle, .b_s = p->b_s};
    enum atw_status status;

    left.at_a = p->at_a;
    left.at_b = right.at_a = p->at_middle;
    right.at_b = p->at_b;
    status = source->rate(source->context, 0.5 * (p->a_s + middle), &left.at_middle, err);
    if (status == ATW_OK)
        status =
            source->rate(source->context, 0.5 * (middle + p->b_s), &right.at_middle, err);
    if (status != ATW_OK)
        return status;
    halves = simpson(&left) + simpson(&right);
    if (fabs(whole - halves) <= 15.0 * ACCURACY * halves || depth == DEEPEST)
        return append(clock, p, halves, err);
    status = add_piece(clock, source, &left, depth + 1, err);
    return status == ATW_OK ? add_piece(clock, source, &right, depth + 1, err) : status;
}

/* The rates at both ends are taken just inside: they may jump there. */
static enum atw_status add_stretch(struct atw_clock *clock,
                                   const struct source *source,
                                   double from_s,
                                   double to_s,
                                   struct atw_error *err)
{
    double step = (to_s - from_s) / FIRST_PIECES, inside = 1e-9 * step;
    enum atw_status status = ATW_OK;

    for (int k = 0; k < FIRST_PIECES && status == ATW_OK; k++) {
        struct piece p = {.a_s = from_s + k * step, .b_s = from_s + (k + 1) * step};

        if (k == FIRST_PIECES - 1)
            p.b_s = to_s;
        status = source->rate(source->context, p.a_s + inside, &p.at_a, err);
        if (status == ATW_OK)
            status =
                source->rate(source->context, 0.5 * (p.a_s + p.b_s), &p.at_middle, err);
        if (status == ATW_OK)
            status = source->rate(source->context, p.b_s - inside, &p.at_b, err);
        if (status == ATW_OK)
            status = add_piece(clock, source, &p, 0, err);
    }
    return status;
}

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static enum atw_status fill(struct atw_clock *clock,
                            const struct source *source,
                            const double *end_s,
                            size_t n_ends,
                            double last_s,
                            struct atw_error *err)
{
    double from_s = 0.0;
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < n_ends && status == ATW_OK; k++) {
        if (!(end_s[k] > from_s) || end_s[k] > last_s)
            continue;
        status = add_stretch(clock, source, from_s, end_s[k], err);
        from_s = end_s[k];
    }
    return status;
}

enum atw_status atw_clock_create(struct atw_clock **out,
                                 atw_clock_rate_fn rate,
                                 const void *context,
                                 const double *stop_s,
                                 size_t n_stops,
                                 const double *break_s,
                                 size_t n_breaks,
                                 struct atw_error *err)
{
    struct source source = {rate, context};
    struct atw_clock *clock = calloc(1, sizeof *clock);
    double *end_s = calloc(n_stops + n_breaks + 1, sizeof *end_s);
    enum atw_status status = ATW_OK;

    *out = NULL;
    if (!clock || !end_s) {
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
        goto cleanup;
    }
    for (size_t k = 0; k < n_stops; k++)
        end_s[k] = stop_s[k];
    for (size_t k = 0; k < n_breaks; k++)
        end_s[n_stops + k] = break_s[k];
    qsort(end_s, n_stops + n_breaks, sizeof *end_s, rising);
    status = fill(clock, &source, end_s, n_stops + n_breaks,
                  n_stops > 0 ? stop_s[n_stops - 1] : 0.0, err);
    if (status != ATW_OK)
        goto cleanup;
    *out = clock;
    clock = NULL;
cleanup:
    free(end_s);
    atw_clock_destroy(clock);
    return status;
}

void atw_clock_destroy(struct atw_clock *clock)
{
    if (!clock)
        return;
    free(clock->knot);
    free(clock);
}

/* The last knot whose `t_s` (or `s`) is not above the value. */
static size_t find(const struct atw_clock *clock, double value, int by_time)
{
    size_t low = 0, high = clock->count;

    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        const struct knot *knot = &clock->knot[middle];

        if ((by_time ? knot->t_s : knot->s) <= value)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Share of the growth of s over a piece that is done at the share x of its time: cubic
 * Hermite. */
static double progress(const struct knot *a, const struct knot *b, double x)
{
    double step = (b->t_s - a->t_s) / (b->s - a->s), y = 1.0 - x;

    return x * x * (3.0 - 2.0 * x) + step * x * y * (a->rate * y - b->rate_before * x);
}

double atw_clock_at(const struct atw_clock *clock, double t_s)
{
    size_t k;

    if (clock->count == 0 || t_s <= 0.0)
        return 0.0;
    k = find(clock, t_s, 1);
    if (k + 1 == clock->count || t_s == clock->knot[k].t_s)
        return clock->knot[k].s;
    return clock->knot[k].s +
           (clock->knot[k + 1].s - clock->knot[k].s) *
               progress(&clock->knot[k], &clock->knot[k + 1],
                        (t_s - clock->knot[k].t_s) /
                            (clock->knot[k + 1].t_s - clock->knot[k].t_s));
}

double atw_clock_time_s(const struct atw_clock *clock, double s)
{
    const struct knot *a, *b;
    double low = 0.0, high = 1.0, wanted;
    size_t k;

    if (clock->count == 0)
        return 0.0;
    k = find(clock, s, 0);
    a = &clock->knot[k];
    if (k + 1 == clock->count || !(s > a->s))
        return a->t_s;
    b = a + 1;
    wanted = (s - a->s) / (b->s - a->s);
    for (int i = 0; i < 40; i++) {
        double x = 0.5 * (low + high);

        if (progress(a, b, x) < wanted)
            low = x;
        else
            high = x;
    }
    return a->t_s + 0.5 * (low + high) * (b->t_s - a->t_s);
}
