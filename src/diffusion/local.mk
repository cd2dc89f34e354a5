src_liballoytwin_a_SOURCES += \
    %D%/cells.c %D%/cells.h \
    %D%/diffusion.c %D%/diffusion.h %D%/diffusion_internal.h \
    %D%/family.c %D%/family.h \
    %D%/interdiffusion.c %D%/interdiffusion.h \
    %D%/operator.c
EXTRA_DIST += %D%/may_include
