src_liballoytwin_a_SOURCES += \
    %D%/estimates_table.c \
    %D%/figures.c %D%/figures.h \
    %D%/gnuplot.c %D%/gnuplot.h \
    %D%/html.c %D%/html.h \
    %D%/html_picture.c \
    %D%/named_figures.c %D%/named_figures.h \
    %D%/orthoslices.c %D%/orthoslices.h \
    %D%/page.h %D%/page_sections.c \
    %D%/report.c %D%/report.h \
    %D%/run_files.c %D%/run_files.h \
    %D%/steps_table.c \
    %D%/summary.c
EXTRA_DIST += %D%/may_include
