check_PROGRAMS += %D%/test_array %D%/test_clipped_sums %D%/test_core %D%/test_ode %D%/test_random \
    %D%/test_team %D%/test_zero
