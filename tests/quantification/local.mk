check_PROGRAMS += %D%/test_alloying %D%/test_segmentation %D%/test_spread_error %D%/test_spread_measures
