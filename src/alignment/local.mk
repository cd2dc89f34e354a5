src_liballoytwin_a_SOURCES += \
    %D%/alignment.c %D%/alignment.h \
    %D%/apply.c \
    %D%/axis.c %D%/axis.h \
    %D%/band.c %D%/band.h \
    %D%/correlation.c %D%/correlation.h \
    %D%/moments.c %D%/moments.h \
    %D%/outliers.c %D%/outliers.h \
    %D%/placement.c %D%/placement.h \
    %D%/prepare.c %D%/prepare.h \
    %D%/reprojection.c %D%/reprojection.h \
    %D%/start.c \
    %D%/track.c %D%/track.h \
    %D%/view.c %D%/view.h
EXTRA_DIST += %D%/may_include
