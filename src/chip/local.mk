src_liballoytwin_a_SOURCES += \
    %D%/chip.h
EXTRA_DIST += %D%/may_include
