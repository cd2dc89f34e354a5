src_liballoytwin_a_SOURCES += \
    %D%/diffusion.h
EXTRA_DIST += %D%/may_include
