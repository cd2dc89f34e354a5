# Data files of this folder: dist, installed under $(pkgdatadir).
EXTRA_DIST += %D%/estimators.md
EXTRA_DIST += %D%/heating.md
EXTRA_DIST += %D%/microscope.md %D%/quantification.md
EXTRA_DIST += %D%/scenarios.md
EXTRA_DIST += %D%/diffusion.md
EXTRA_DIST += %D%/report.md
