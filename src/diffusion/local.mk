src_liballoytwin_a_SOURCES += \
    %D%/axial.c %D%/axial.h %D%/axial_cells.c %D%/axial_cells.h \
    %D%/cells.c %D%/cells.h %D%/cells_internal.h %D%/cells_paths.c %D%/cells_pieces.c \
    %D%/clock.c %D%/clock.h \
    %D%/denormals.c %D%/denormals.h \
    %D%/diffusion.c %D%/diffusion.h %D%/diffusion_internal.h \
    %D%/chebyshev.c %D%/chebyshev.h \
    %D%/exponential.c %D%/exponential.h %D%/exponential_ladder.c %D%/exponential_ladder.h \
    %D%/exponential_plan.c %D%/exponential_plan.h \
    %D%/family.c %D%/family.h \
    %D%/interdiffusion.c %D%/interdiffusion.h \
    %D%/kernel.h %D%/kernel_avx2.c %D%/kernel_body.h %D%/kernel_portable.c \
    %D%/law.h %D%/rkc.c %D%/rkc.h \
    %D%/run.c %D%/run_bdf.c %D%/run_internal.h %D%/run_law.c %D%/run_rkc.c \
    %D%/run_setup.c %D%/run_step.c \
    %D%/operator.c \
    %D%/potential.c %D%/potential.h \
    %D%/sheet.c %D%/sheet.h %D%/states.c \
    %D%/sublimation.c %D%/sublimation.h \
    %D%/surface.c %D%/surface.h
EXTRA_DIST += %D%/may_include
