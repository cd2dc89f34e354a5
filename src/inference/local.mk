src_liballoytwin_a_SOURCES += \
    %D%/arrhenius.c %D%/arrhenius.h %D%/arrhenius_internal.h \
    %D%/arrhenius_check.c \
    %D%/arrhenius_minimise.c \
    %D%/arrhenius_model.c \
    %D%/estimator.c %D%/estimator.h \
    %D%/interval.c %D%/interval.h \
    %D%/paper.c \
    %D%/root.c %D%/root.h
EXTRA_DIST += %D%/may_include
