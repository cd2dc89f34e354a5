# Tests of src/heating.
check_PROGRAMS += %D%/test_heating
