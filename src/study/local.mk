src_liballoytwin_a_SOURCES += \
    %D%/analytic.c %D%/analytic.h \
    %D%/design.c %D%/design.h \
    %D%/design_sampled.c %D%/design_sampled.h \
    %D%/design_sensitivity.c \
    %D%/distribution.c %D%/distribution.h \
    %D%/item.c %D%/item.h \
    %D%/outcome.c %D%/outcome.h \
    %D%/outcome_pipeline.c \
    %D%/performance.c %D%/performance.h \
    %D%/sensitivity.c %D%/sensitivity.h \
    %D%/study.c %D%/study.h \
    %D%/study_factors.c %D%/study_factors.h
EXTRA_DIST += %D%/may_include
