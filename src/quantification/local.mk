src_liballoytwin_a_SOURCES += \
    %D%/alloying.h \
    %D%/composition.h \
    %D%/segmentation.h
EXTRA_DIST += %D%/may_include
