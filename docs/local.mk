# The manual.
EXTRA_DIST += \
    %D%/diffusion.md \
    %D%/estimators.md \
    %D%/heating.md \
    %D%/microscope.md \
    %D%/quantification.md \
    %D%/report.md \
    %D%/scenarios.md
# Data files of this folder: dist, installed under $(pkgdatadir).
EXTRA_DIST += %D%/files.md
EXTRA_DIST += %D%/tomography.md
