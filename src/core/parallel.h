/* Run independent tasks on several threads.
 *
 * Tasks are handed out in index order from a shared counter. A task may only write what
 * belongs to its index, which makes results independent of the number of threads. Workers
 * sleep while idle: a busy machine is not made busier. */
#ifndef ATW_CORE_PARALLEL_H
#define ATW_CORE_PARALLEL_H

#include <stddef.h>

#include "core/status.h"

/* worker is in [0, atw_parallel_thread_count()) and tells per-thread scratch apart. */
typedef void (*atw_parallel_task_fn)(void *context, size_t index, size_t worker);

/* Set the number of threads used from now on; 0 means one per available processor.
 * Call it before any work is started. */
void atw_parallel_set_thread_count(size_t count);
size_t atw_parallel_thread_count(void);

/* Call task(context, i, worker) for i = 0 .. count-1 and return when all are done. Nested
 * calls run in the calling thread, with worker = 0. Cost: tens of microseconds for
 * starting threads, so hand out tasks of a millisecond or more. Falls back to fewer
 * threads when some cannot be started. */
void atw_parallel_for(size_t count, atw_parallel_task_fn task, void *context);

/* Whether the caller runs inside a task, and declare that this thread does: for other
 * ways to start threads, such as core/team. */
int atw_parallel_is_inside(void);
void atw_parallel_enter(void);

/* A task that can fail; err is its own record. */
typedef enum atw_status (*atw_parallel_try_fn)(void *context,
                                               size_t index,
                                               struct atw_error *err);

/* As atw_parallel_for() for tasks that can fail. All tasks run; the error of the failed
 * task with the lowest index is reported, whatever the number of threads. ATW_ENOMEM. */
enum atw_status atw_parallel_try(size_t count,
                                 atw_parallel_try_fn task,
                                 void *context,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
