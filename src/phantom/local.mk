src_liballoytwin_a_SOURCES += \
    %D%/phantom.h \
    %D%/shape.h
EXTRA_DIST += %D%/may_include
