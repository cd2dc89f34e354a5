check_PROGRAMS += %D%/test_alloying %D%/test_segmentation
