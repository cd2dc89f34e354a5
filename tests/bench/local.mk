# Benchmarks: make bench builds and runs them all.
BENCHES += %D%/bench_phantom
BENCHES += %D%/bench_quantification
BENCHES += %D%/bench_diffusion
%C%_bench_diffusion_SOURCES = %D%/bench_diffusion.c %D%/default_rod.c %D%/default_rod.h \
    %D%/family_limit.c %D%/family_limit.h \
    tests/diffusion/expansion.c \
    tests/diffusion/expansion.h tests/diffusion/particle.c tests/diffusion/particle.h
BENCHES += %D%/bench_ladder
%C%_bench_ladder_SOURCES = %D%/bench_ladder.c %D%/default_rod.c %D%/default_rod.h \
    tests/diffusion/particle.c \
    tests/diffusion/particle.h
BENCHES += %D%/bench_preconditioners
%C%_bench_preconditioners_SOURCES = %D%/bench_preconditioners.c %D%/default_rod.c \
    %D%/default_rod.h %D%/krylov.c \
    %D%/linear_solvers.h %D%/multigrid.c %D%/preconditioners.c tests/diffusion/expansion.c \
    tests/diffusion/expansion.h tests/diffusion/particle.c tests/diffusion/particle.h
BENCHES += %D%/bench_memory
BENCHES += %D%/bench_projection
BENCHES += %D%/bench_study
BENCHES += %D%/bench_commands
BENCHES += %D%/bench_chip
%C%_bench_projection_SOURCES = %D%/bench_projection.c tests/tomography/discs.c \
    tests/tomography/discs.h
