# Tests mirror src/. `make check` runs everything in TESTS, `make check-slow` the slow
# suite with independent programs as oracles, `make bench` the benchmarks, tests/all.sh all
# that must hold before a change goes in.
# A test that hangs is ended; one on a busy machine, or under a sanitizer, is not.
AM_TESTS_ENVIRONMENT = \
    CK_DEFAULT_TIMEOUT=600; export CK_DEFAULT_TIMEOUT; \
    ALLOYTWIN_DATA='$(abs_top_srcdir)'; export ALLOYTWIN_DATA; \
    ALLOYTWIN='$(abs_top_builddir)/alloytwin'; export ALLOYTWIN; \
    top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
    top_builddir='$(abs_top_builddir)'; export top_builddir; \
    CC='$(CC)'; export CC; \
    CLANG_FORMAT='$(CLANG_FORMAT)'; export CLANG_FORMAT;
SLOW_TESTS =
LDADD = tests/libsupport.a $(ALLOYTWIN_LIBS) $(CHECK_LIBS)
check_LIBRARIES = tests/libsupport.a
tests_libsupport_a_SOURCES = %D%/support/support.c %D%/support/support.h
tests_libsupport_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests $(CHECK_CFLAGS)
# Test programs include "support/support.h".
AM_CPPFLAGS += -I$(top_srcdir)/tests

include %D%/lint/local.mk
include %D%/core/local.mk
include %D%/io/local.mk
include %D%/projection/local.mk
include %D%/phantom/local.mk
include %D%/chip/local.mk
include %D%/heating/local.mk
include %D%/diffusion/local.mk
include %D%/microscope/local.mk
include %D%/tomography/local.mk
include %D%/alignment/local.mk
include %D%/quantification/local.mk
include %D%/inference/local.mk
include %D%/pipeline/local.mk
include %D%/study/local.mk
include %D%/report/local.mk
include %D%/cli/local.mk
include %D%/slow/local.mk
include %D%/bench/local.mk

TESTS += $(check_PROGRAMS) $(dist_check_SCRIPTS)
EXTRA_DIST += $(SLOW_TESTS) %D%/all.sh

EXTRA_PROGRAMS += $(BENCHES)
bench: alloytwin$(EXEEXT) $(BENCHES)
	@$(AM_TESTS_ENVIRONMENT) \
	for bench in $(BENCHES); do echo "== $$bench"; ./$$bench || exit 1; done

check-slow: all
	$(MAKE) $(AM_MAKEFLAGS) $(check_PROGRAMS)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(SLOW_TESTS)'

if !HAVE_CHECK
$(check_LIBRARIES): check-is-missing
check-is-missing:
	@echo "configured without Check: install it (Debian package: check), configure again" >&2
	@exit 1
endif

# `all` is made by a make of its own: what needs the library too has to wait for it, or two
# makes write the archive at once.

# The Check programs alone, for builds with sanitizers.
check-unit: all
	$(MAKE) $(AM_MAKEFLAGS) $(check_LIBRARIES) $(check_PROGRAMS)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(check_PROGRAMS)'

# Every program there is, to see that it compiles.
everything: all
	$(MAKE) $(AM_MAKEFLAGS) $(check_LIBRARIES) $(check_PROGRAMS) $(EXTRA_PROGRAMS)

.PHONY: bench check-is-missing check-slow check-unit everything
