# Data files of this folder: dist, installed under $(pkgdatadir).
