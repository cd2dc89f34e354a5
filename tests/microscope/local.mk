check_PROGRAMS += %D%/test_contrast %D%/test_resampling %D%/test_signal %D%/test_exposure
