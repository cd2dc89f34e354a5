# Slow suite: make check-slow.
