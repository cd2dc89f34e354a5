# The manual.
EXTRA_DIST += \
    %D%/diffusion.md \
    %D%/estimators.md \
    %D%/heating.md \
    %D%/microscope.md \
    %D%/quantification.md \
    %D%/report.md \
    %D%/scenarios.md
