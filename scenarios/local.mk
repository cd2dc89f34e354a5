# Data files of this folder: dist, installed under $(pkgdatadir).
EXTRA_DIST += %D%/annotated.yaml
