src_liballoytwin_a_SOURCES += \
    %D%/cells.c %D%/cells.h \
    %D%/diffusion.c %D%/diffusion.h \
    %D%/operator.c
EXTRA_DIST += %D%/may_include
