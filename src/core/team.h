/* Several threads that work on one thing in lockstep.
 *
 * Where a computation is a long row of short sweeps over the same arrays, starting
 * threads for every sweep would cost as much as it gains. A team is started once; its
 * members divide every sweep among themselves and meet after it. */
#ifndef ATW_CORE_TEAM_H
#define ATW_CORE_TEAM_H

#include <stddef.h>

struct atw_team; /* opaque */

/* member is in [0, atw_team_size(team)). */
typedef void (*atw_team_task_fn)(void *context, struct atw_team *team, size_t member);

/* Run the task on as many threads as atw_parallel_thread_count() allows, but not more
 * than at_most, all at the same time, and return when all are done. Fewer when some
 * cannot be started; one inside a parallel task. Results must not depend on the number.
 */
void atw_team_run(size_t at_most, atw_team_task_fn task, void *context);

size_t atw_team_size(const struct atw_team *team);

/* Wait until every member is here. What members wrote before is seen by all after. */
void atw_team_meet(struct atw_team *team);

/* The part of `count` things, in order, that is the member's. */
void atw_team_share(
    const struct atw_team *team, size_t member, size_t count, size_t *first, size_t *end);

#endif
