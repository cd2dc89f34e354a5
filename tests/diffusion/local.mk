# Tests of src/diffusion.
check_PROGRAMS += %D%/test_diffusion
%C%_test_diffusion_SOURCES = %D%/test_diffusion.c %D%/expansion.c %D%/expansion.h \
    %D%/particle.c %D%/particle.h
