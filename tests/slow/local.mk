# Slow suite: make check-slow.
TEST_EXTENSIONS = .py
SLOW_TESTS += %D%/arrhenius_scipy.py
EXTRA_PROGRAMS += %D%/print_arrhenius
%C%_print_arrhenius_LDADD = $(ALLOYTWIN_LIBS)
check-slow: %D%/print_arrhenius$(EXEEXT)
