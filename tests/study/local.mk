# Tests of src/study.
check_PROGRAMS += %D%/test_design %D%/test_distribution %D%/test_performance \
    %D%/test_sensitivity
