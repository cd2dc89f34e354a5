/* A double-spiral-like design for tests. */
#ifndef ATW_TESTS_CHIP_SPIRAL_H
#define ATW_TESTS_CHIP_SPIRAL_H

#include "chip/design.h"

enum { SPIRAL_WINDOWS = 2 };

/* Centre and edge, 90 um apart. */
extern const struct atw_chip_window spiral_windows[SPIRAL_WINDOWS];

struct atw_chip_design spiral_design(void);

#endif
