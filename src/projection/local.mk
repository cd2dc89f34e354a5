src_liballoytwin_a_SOURCES += \
    %D%/projector.h
EXTRA_DIST += %D%/may_include
