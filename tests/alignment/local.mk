# Tests of src/alignment.
check_PROGRAMS += %D%/test_alignment %D%/test_views
%C%_test_alignment_SOURCES = %D%/test_alignment.c %D%/specimen.c %D%/specimen.h
