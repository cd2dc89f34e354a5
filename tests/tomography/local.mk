# Tests of src/tomography.
check_PROGRAMS += %D%/test_background %D%/test_memory %D%/test_methods %D%/test_options %D%/test_reconstruction \
    %D%/test_stopping
%C%_test_options_SOURCES = %D%/test_options.c %D%/discs.c %D%/discs.h
%C%_test_reconstruction_SOURCES = %D%/test_reconstruction.c %D%/discs.c %D%/discs.h
%C%_test_methods_SOURCES = %D%/test_methods.c %D%/discs.c %D%/discs.h
%C%_test_stopping_SOURCES = %D%/test_stopping.c %D%/discs.c %D%/discs.h
