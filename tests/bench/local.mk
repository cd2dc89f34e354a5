# Benchmarks: make bench builds and runs them all.
