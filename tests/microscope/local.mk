check_PROGRAMS += %D%/test_acquisition %D%/test_contrast %D%/test_cubes %D%/test_exposure \
    %D%/test_record %D%/test_resampling %D%/test_signal
%C%_test_record_SOURCES = %D%/test_record.c %D%/bodies.c %D%/bodies.h
