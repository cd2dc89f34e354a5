src_liballoytwin_a_SOURCES += \
    %D%/alloying.c %D%/alloying.h \
    %D%/component.c %D%/component_internal.h \
    %D%/composition.c %D%/composition.h \
    %D%/distance.c %D%/distance.h \
    %D%/histogram.c \
    %D%/mask.c \
    %D%/model_mask.c \
    %D%/segmentation.c %D%/segmentation.h \
    %D%/spread_degree.c %D%/spread_degree.h \
    %D%/spread_error.c %D%/spread_error.h \
    %D%/spread_measures.c %D%/spread_measures.h \
    %D%/threshold.c %D%/threshold.h \
    %D%/two_gaussians.c %D%/two_gaussians.h
EXTRA_DIST += %D%/may_include
