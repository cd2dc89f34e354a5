src_liballoytwin_a_SOURCES += \
    %D%/alloying.c %D%/alloying.h \
    %D%/component.c %D%/component_internal.h \
    %D%/composition.c %D%/composition.h \
    %D%/distance.c %D%/distance.h \
    %D%/histogram.c \
    %D%/mask.c \
    %D%/segmentation.c %D%/segmentation.h \
    %D%/threshold.c %D%/threshold.h
EXTRA_DIST += %D%/may_include
