src_liballoytwin_a_SOURCES += \
    %D%/background.h \
    %D%/reconstruction.h
EXTRA_DIST += %D%/may_include
