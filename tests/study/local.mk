# Tests of src/study.
check_PROGRAMS += %D%/test_calibration %D%/test_design %D%/test_distribution %D%/test_ensemble %D%/test_interruption %D%/test_ledger \
    %D%/test_performance %D%/test_pilot %D%/test_sensitivity %D%/test_study_factors
%C%_test_ensemble_SOURCES = %D%/test_ensemble.c %D%/fixture.c %D%/fixture.h
%C%_test_interruption_SOURCES = %D%/test_interruption.c %D%/fixture.c %D%/fixture.h
%C%_test_ledger_SOURCES = %D%/test_ledger.c %D%/fixture.c %D%/fixture.h
%C%_test_pilot_SOURCES = %D%/test_pilot.c %D%/fixture.c %D%/fixture.h
%C%_test_study_factors_SOURCES = %D%/test_study_factors.c %D%/fixture.c %D%/fixture.h
