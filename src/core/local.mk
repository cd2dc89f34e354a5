src_liballoytwin_a_SOURCES += \
    %D%/array.c %D%/array.h \
    %D%/arrhenius_law.c %D%/arrhenius_law.h \
    %D%/clipped_sums.c %D%/clipped_sums.h \
    %D%/constants.h \
    %D%/grid.c %D%/grid.h \
    %D%/ode.c %D%/ode.h \
    %D%/ode_internal.h \
    %D%/ode_kernels.c %D%/ode_kernels.h \
    %D%/ode_setup.c \
    %D%/ode_solver.c %D%/ode_solver.h \
    %D%/ode_vector.c %D%/ode_vector.h \
    %D%/parallel.c %D%/parallel.h \
    %D%/progress.c %D%/progress.h \
    %D%/random.c %D%/random.h \
    %D%/status.c %D%/status.h \
    %D%/table.c %D%/table.h \
    %D%/team.c %D%/team.h \
    %D%/timing.c %D%/timing.h \
    %D%/tilt_series.c %D%/tilt_series.h \
    %D%/zero.c %D%/zero.h \
    %D%/version.c %D%/version.h \
    %D%/wide.h
EXTRA_DIST += %D%/may_include
