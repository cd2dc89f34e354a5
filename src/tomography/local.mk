src_liballoytwin_a_SOURCES += \
    %D%/background.c %D%/background.h \
    %D%/cgls.c %D%/cgls.h \
    %D%/data.c %D%/data.h \
    %D%/em.c %D%/em.h \
    %D%/iterate.c %D%/iterate.h \
    %D%/memory.c %D%/memory.h \
    %D%/os_em.c %D%/os_em.h \
    %D%/reconstruction.c %D%/reconstruction.h \
    %D%/sirt.c %D%/sirt.h \
    %D%/stage.c %D%/stage.h \
    %D%/stopping.c %D%/stopping.h \
    %D%/tv.c %D%/tv.h \
    %D%/wbp.c %D%/wbp.h
EXTRA_DIST += %D%/may_include
