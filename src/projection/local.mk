src_liballoytwin_a_SOURCES += \
    %D%/block.c %D%/block.h \
    %D%/plan.c %D%/plan.h \
    %D%/projector.c %D%/projector.h \
    %D%/rebin.c %D%/rebin_body.h %D%/rebin_taps.h \
    %D%/sweep.h %D%/sweep_body.h \
    %D%/sweep_avx2.c %D%/sweep_avx512.c %D%/sweep_portable.c \
    %D%/vector.h
EXTRA_DIST += %D%/may_include
