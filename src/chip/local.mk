src_liballoytwin_a_SOURCES += \
    %D%/chip.c %D%/chip.h %D%/chip_internal.h \
    %D%/table_chip.c
EXTRA_DIST += %D%/may_include
