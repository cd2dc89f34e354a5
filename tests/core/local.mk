check_PROGRAMS += %D%/test_core %D%/test_random
