src_liballoytwin_a_SOURCES += \
    %D%/acquisition.c %D%/acquisition.h \
    %D%/contrast.c %D%/contrast.h \
    %D%/cubes.c %D%/cubes.h \
    %D%/detection.c %D%/detection.h \
    %D%/digitise.c \
    %D%/exposure.c %D%/exposure_internal.h \
    %D%/filling.c \
    %D%/footprint.c %D%/footprint.h \
    %D%/intensity.c \
    %D%/microscope.h \
    %D%/optics.c %D%/optics.h \
    %D%/record.c %D%/record.h \
    %D%/resampling.c %D%/resampling.h \
    %D%/scene.c %D%/scene.h \
    %D%/signal.c \
    %D%/smooth_exposure.c \
    %D%/trace.c \
    %D%/undamp.c
EXTRA_DIST += %D%/may_include
