# Runnable inputs: distributed, installed under $(pkgdatadir)/scenarios.
nobase_dist_pkgdata_DATA += \
    %D%/annotated.yaml \
    %D%/circular-spiral.yaml \
    %D%/double-spiral.yaml \
    %D%/matched.yaml \
    %D%/null.yaml \
    %D%/realistic.yaml \
    %D%/saturated.yaml \
    %D%/studies/array.sbatch \
    %D%/studies/mpi.sbatch
