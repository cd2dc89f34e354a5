src_liballoytwin_a_SOURCES += \
    %D%/background.c %D%/background.h \
    %D%/em.c %D%/em.h \
    %D%/iterate.c %D%/iterate.h \
    %D%/reconstruction.c %D%/reconstruction.h \
    %D%/sirt.c %D%/sirt.h
EXTRA_DIST += %D%/may_include
