# Tests of src/chip.
check_PROGRAMS += %D%/test_chip %D%/test_sheet %D%/test_drawing %D%/test_sheet_chip
%C%_test_drawing_SOURCES = %D%/test_drawing.c %D%/spiral.c %D%/spiral.h
%C%_test_sheet_chip_SOURCES = %D%/test_sheet_chip.c %D%/spiral.c %D%/spiral.h
