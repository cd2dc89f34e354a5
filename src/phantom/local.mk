src_liballoytwin_a_SOURCES += \
    %D%/body.c %D%/body.h %D%/body_measures.c \
    %D%/deform.c %D%/deform.h \
    %D%/phantom.c %D%/phantom.h \
    %D%/shape.c %D%/shape.h \
    %D%/voxel.c %D%/voxel.h
EXTRA_DIST += %D%/may_include
