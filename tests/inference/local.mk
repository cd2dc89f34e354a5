# Tests of src/inference.
check_PROGRAMS += %D%/test_arrhenius
