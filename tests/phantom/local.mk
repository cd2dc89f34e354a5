# Tests of src/phantom.
check_PROGRAMS += \
    %D%/test_body \
    %D%/test_deform \
    %D%/test_phantom \
    %D%/test_shape \
    %D%/test_voxel
