src_liballoytwin_a_SOURCES += \
    %D%/microscope.h
EXTRA_DIST += %D%/may_include
