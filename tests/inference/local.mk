# Tests of src/inference.
check_PROGRAMS += %D%/test_arrhenius %D%/test_bayes %D%/test_direct %D%/test_elimination %D%/test_gls %D%/test_gls_bootstrap %D%/test_information %D%/test_joint %D%/test_paper %D%/test_precision %D%/test_root %D%/test_sampler
EXTRA_DIST += %D%/arrhenius_data.h
