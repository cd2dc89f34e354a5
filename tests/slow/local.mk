# Slow suite: make check-slow.
SLOW_TESTS += %D%/arrhenius_scipy.py
EXTRA_PROGRAMS += %D%/print_arrhenius
%C%_print_arrhenius_LDADD = $(ALLOYTWIN_LIBS)
check-slow: %D%/print_arrhenius$(EXEEXT)
# By these suffixes make knows how to run scripts that are not in TESTS.
TEST_EXTENSIONS = .sh .py
# Files read by mrcfile, h5py and HyperSpy.
EXTRA_PROGRAMS += %D%/write_samples
%C%_write_samples_SOURCES = %D%/write_samples.c tests/io/fixture.c tests/io/fixture.h
SLOW_TESTS += %D%/oracle_files.py
check-slow: %D%/write_samples$(EXEEXT)
# Simulated shifts of the default series against what align finds.
SLOW_TESTS += %D%/alignment_series.py
# What README, tutorial and the page on own data say that commands print.
SLOW_TESTS += %D%/docs_outputs.py
EXTRA_DIST += %D%/pages.py
# The worked example of docs/real-data.md; skipped without ALLOYTWIN_REAL_SERIES.
SLOW_TESTS += %D%/real_series.py
# Projections and reconstructions against scikit-image and a sparse matrix.
SLOW_TESTS += %D%/projection_oracle.py
# Posteriors sampled by emcee, and coverage.
EXTRA_PROGRAMS += %D%/print_bayes
%C%_print_bayes_LDADD = $(ALLOYTWIN_LIBS)
SLOW_TESTS += %D%/bayes_emcee.py
check-slow: %D%/print_bayes$(EXEEXT)
# Sobol' indices of two shipped studies against OpenTURNS.
SLOW_TESTS += %D%/sobol_openturns.py
