/* Threads in lockstep. */
#include <stdatomic.h>
#include <string.h>

#include "core/parallel.h"
#include "core/team.h"
#include "support/support.h"

#define CELLS 1001
#define SWEEPS 300

/* Every sweep reads what the other members wrote in the one before. */
struct relay {
    unsigned value[2][CELLS];
    size_t size;
};

static void pass_on(void *context, struct atw_team *team, size_t member)
{
    struct relay *relay = context;
    size_t first, end;

    atw_team_share(team, member, CELLS, &first, &end);
    for (size_t sweep = 0; sweep < SWEEPS; sweep++) {
        const unsigned *from = relay->value[sweep % 2];
        unsigned *to = relay->value[1 - sweep % 2];

        for (size_t i = first; i < end; i++)
            to[i] = from[(i + 500) % CELLS] + 3 * from[(i + 1) % CELLS];
        atw_team_meet(team);
    }
    if (member == 0)
        relay->size = atw_team_size(team);
}

static void start_relay(struct relay *relay)
{
    memset(relay, 0, sizeof *relay);
    for (unsigned i = 0; i < CELLS; i++)
        relay->value[0][i] = i;
}

START_TEST(members_see_what_others_wrote_before_the_meeting)
{
    static struct relay alone, together;

    start_relay(&alone);
    atw_parallel_set_thread_count(1);
    atw_team_run(1, pass_on, &alone);
    for (size_t threads = 2; threads <= 5; threads++) {
        start_relay(&together);
        atw_parallel_set_thread_count(threads);
        atw_team_run(8, pass_on, &together);
        ck_assert_uint_eq(together.size, threads);
        ck_assert_mem_eq(together.value, alone.value, sizeof alone.value);
    }
}
END_TEST

static void cover(void *context, struct atw_team *team, size_t member)
{
    atomic_uint *times = context;
    size_t first, end;

    atw_team_share(team, member, CELLS, &first, &end);
    for (size_t i = first; i < end; i++)
        atomic_fetch_add(&times[i], 1);
    atw_team_share(team, member, 2, &first, &end); /* fewer than members: some idle */
    for (size_t i = first; i < end; i++)
        atomic_fetch_add(&times[CELLS + i], 1);
}

START_TEST(shares_cover_everything_once)
{
    static atomic_uint times[CELLS + 2];

    atw_parallel_set_thread_count(7);
    atw_team_run(7, cover, times);
    for (size_t i = 0; i < CELLS + 2; i++)
        ck_assert_uint_eq(atomic_load(&times[i]), 1);
}
END_TEST

static void note_size(void *context, struct atw_team *team, size_t member)
{
    size_t *size = context;

    if (member == 0)
        *size = atw_team_size(team);
}

static void run_team(void *context, size_t index, size_t worker)
{
    (void)worker;
    atw_team_run(4, note_size, (size_t *)context + index);
}

START_TEST(team_is_no_larger_than_asked_and_alone_inside_a_task)
{
    size_t size[2] = {0};

    atw_parallel_set_thread_count(4);
    atw_team_run(2, note_size, size);
    ck_assert_uint_eq(size[0], 2);
    atw_team_run(0, note_size, size);
    ck_assert_uint_eq(size[0], 1);
    atw_parallel_for(2, run_team, size);
    ck_assert_uint_eq(size[0], 1);
    ck_assert_uint_eq(size[1], 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("team");
    TCase *tests = tcase_create("team");

    tcase_add_test(tests, members_see_what_others_wrote_before_the_meeting);
    tcase_add_test(tests, shares_cover_everything_once);
    tcase_add_test(tests, team_is_no_larger_than_asked_and_alone_inside_a_task);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
