src_liballoytwin_a_SOURCES += \
    %D%/analytic.c %D%/analytic.h \
    %D%/calibration.c %D%/calibration.h \
    %D%/crew.c %D%/crew.h \
    %D%/crew_fork.c \
    %D%/design.c %D%/design.h \
    %D%/design_sampled.c %D%/design_sampled.h \
    %D%/design_sensitivity.c \
    %D%/distribution.c %D%/distribution.h \
    %D%/ensemble.c %D%/ensemble.h \
    %D%/item.c %D%/item.h \
    %D%/ledger.c %D%/ledger.h %D%/ledger_internal.h \
    %D%/ledger_items.c \
    %D%/ledger_merge.c \
    %D%/ledger_study.c \
    %D%/outcome.c %D%/outcome.h \
    %D%/outcome_estimates.c %D%/outcome_estimates.h \
    %D%/outcome_pipeline.c \
    %D%/outcome_posterior.c \
    %D%/pending.c %D%/pending.h \
    %D%/pilot.c %D%/pilot.h \
    %D%/performance.c %D%/performance.h \
    %D%/response.c %D%/response.h \
    %D%/response_tables.c \
    %D%/sensitivity.c %D%/sensitivity.h \
    %D%/study.c %D%/study.h \
    %D%/study_factors.c %D%/study_factors.h \
    %D%/study_scenario.c %D%/study_scenario.h \
    %D%/summary.c %D%/summary.h \
    %D%/summary_json.c \
    %D%/summary_print.c
EXTRA_DIST += %D%/may_include
if WITH_MPI
src_liballoytwin_a_SOURCES += %D%/ensemble_mpi.c
else
src_liballoytwin_a_SOURCES += %D%/ensemble_serial.c
endif
