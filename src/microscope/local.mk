src_liballoytwin_a_SOURCES += \
    %D%/contrast.c %D%/contrast.h \
    %D%/exposure.c %D%/exposure_internal.h \
    %D%/intensity.c \
    %D%/microscope.h \
    %D%/resampling.c %D%/resampling.h \
    %D%/signal.c \
    %D%/smooth_exposure.c
EXTRA_DIST += %D%/may_include
