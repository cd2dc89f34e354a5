# Tests of src/chip.
check_PROGRAMS += %D%/test_chip
