/* What time it takes. */
#ifndef ATW_CORE_TIMING_H
#define ATW_CORE_TIMING_H

/* Since some moment in the past; never goes back. */
double atw_now_s(void);

/* What all threads of this process have used of processors so far. */
double atw_processor_s(void);

#endif
