# Benchmarks: make bench builds and runs them all.
BENCHES += %D%/bench_phantom
BENCHES += %D%/bench_quantification
