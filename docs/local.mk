# The manual.
EXTRA_DIST += \
    %D%/README.md \
    %D%/accuracy.md \
    %D%/alignment.md \
    %D%/chip.md \
    %D%/bound.md \
    %D%/planning.md \
    %D%/commands.md \
    %D%/diffusion.md \
    %D%/estimators.md \
    %D%/files.md \
    %D%/heating.md \
    %D%/microscope.md \
    %D%/own-data.md \
    %D%/physics.md \
    %D%/pipeline.md \
    %D%/quantification.md \
    %D%/real-data.md \
    %D%/report.md \
    %D%/scenarios.md \
    %D%/studies.md \
    %D%/tomography.md \
    %D%/tutorial.md \
    %D%/images/chip-map.png \
    %D%/images/chip-profile.png \
    %D%/images/overview.gp \
    %D%/images/overview.png \
    %D%/images/real-data.png
