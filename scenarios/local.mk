# Runnable inputs: distributed, installed under $(pkgdatadir)/scenarios.
nobase_dist_pkgdata_DATA += \
    %D%/annotated.yaml \
    %D%/circular-spiral.yaml \
    %D%/darken.yaml \
    %D%/double-spiral.yaml \
    %D%/matched.yaml \
    %D%/non-ideal.yaml \
    %D%/null.yaml \
    %D%/realistic.yaml \
    %D%/saturated.yaml \
    %D%/studies/array.sbatch \
    %D%/studies/direct-small.yaml \
    %D%/studies/effects.yaml \
    %D%/studies/effects-darken.yaml \
    %D%/studies/g-function.yaml \
    %D%/studies/ishigami.yaml \
    %D%/studies/mpi.sbatch \
    %D%/studies/normal-sample.yaml \
    %D%/studies/posterior.yaml \
    %D%/studies/posterior-small.yaml \
    %D%/studies/recovery.yaml \
    %D%/studies/recovery-small.yaml \
    %D%/studies/robustness.yaml \
    %D%/studies/robustness-small.yaml \
    %D%/studies/rods.yaml \
    %D%/studies/rods-small.yaml \
    %D%/studies/screen.yaml \
    %D%/studies/screen-small.yaml \
    %D%/studies/sensitivity.yaml \
    %D%/studies/sensitivity-small.yaml \
    %D%/studies/windows.yaml \
    %D%/studies/windows-small.yaml \
    %D%/studies/windows-circular.yaml \
    %D%/studies/windows-circular-small.yaml \
    %D%/studies/tilt-dose.yaml \
    %D%/studies/tilt-dose-small.yaml
