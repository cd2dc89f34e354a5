src_liballoytwin_a_SOURCES += \
    %D%/chip.c %D%/chip.h %D%/chip_internal.h \
    %D%/cholesky.c %D%/cholesky.h \
    %D%/cover.c %D%/cover.h \
    %D%/design.c %D%/design.h \
    %D%/mesh.c %D%/mesh.h \
    %D%/mesh_locate.c \
    %D%/polygon.c %D%/polygon.h \
    %D%/sheet.c %D%/sheet.h %D%/sheet_internal.h \
    %D%/sheet_balance.c \
    %D%/sheet_body.c %D%/sheet_body.h \
    %D%/sheet_chip.c %D%/sheet_chip.h %D%/sheet_chip_internal.h \
    %D%/sheet_history.c \
    %D%/sheet_solution.c \
    %D%/sheet_steady.c \
    %D%/sheet_transient.c %D%/sheet_transient.h \
    %D%/table_chip.c \
    %D%/trace.c %D%/trace.h \
    %D%/trace_draw.c
EXTRA_DIST += %D%/may_include
