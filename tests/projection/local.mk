# Tests of src/projection.
check_PROGRAMS += %D%/test_projector %D%/test_projector_accuracy
