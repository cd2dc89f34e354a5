# Tests of src/diffusion.
check_PROGRAMS += %D%/test_diffusion %D%/test_family %D%/test_interdiffusion
check_PROGRAMS += %D%/test_law %D%/test_sublimation
%C%_test_diffusion_SOURCES = %D%/test_diffusion.c %D%/expansion.c %D%/expansion.h \
    %D%/particle.c %D%/particle.h
%C%_test_family_SOURCES = %D%/test_family.c %D%/particle.c %D%/particle.h
%C%_test_law_SOURCES = %D%/test_law.c %D%/expansion.c %D%/expansion.h %D%/particle.c \
    %D%/particle.h
check_PROGRAMS += %D%/test_manufactured %D%/test_run_errors
%C%_test_manufactured_SOURCES = %D%/test_manufactured.c %D%/particle.c %D%/particle.h
check_PROGRAMS += %D%/test_kernel
%C%_test_kernel_SOURCES = %D%/test_kernel.c %D%/particle.c %D%/particle.h
check_PROGRAMS += %D%/test_exponential
%C%_test_exponential_SOURCES = %D%/test_exponential.c %D%/ball.c %D%/ball.h \
    %D%/expansion.c %D%/expansion.h %D%/particle.c %D%/particle.h
check_PROGRAMS += %D%/test_ladder
%C%_test_ladder_SOURCES = %D%/test_ladder.c %D%/ball.c %D%/ball.h \
    %D%/expansion.c %D%/expansion.h %D%/particle.c %D%/particle.h
check_PROGRAMS += %D%/test_couple
check_PROGRAMS += %D%/test_isotropy
%C%_test_isotropy_SOURCES = %D%/test_isotropy.c %D%/particle.c %D%/particle.h
check_PROGRAMS += %D%/test_steps
%C%_test_steps_SOURCES = %D%/test_steps.c %D%/particle.c %D%/particle.h
check_PROGRAMS += %D%/test_axial
%C%_test_axial_SOURCES = %D%/test_axial.c %D%/particle.c %D%/particle.h
