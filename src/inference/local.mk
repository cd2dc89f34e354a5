src_liballoytwin_a_SOURCES += \
    %D%/arrhenius.h \
    %D%/estimator.h
EXTRA_DIST += %D%/may_include
