src_liballoytwin_a_SOURCES += \
    %D%/heating.c %D%/heating.h
EXTRA_DIST += %D%/may_include
