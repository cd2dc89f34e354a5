# Tests of src/tomography.
check_PROGRAMS += %D%/test_background %D%/test_reconstruction
