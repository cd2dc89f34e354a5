# Data files of this folder: dist, installed under $(pkgdatadir).
modelschipsdir = $(pkgdatadir)/models/chips
dist_modelschips_DATA = \
    %D%/chips/README.md \
    %D%/chips/circular-spiral-like.yaml \
    %D%/chips/double-spiral-like.yaml
modelsparticlesdir = $(pkgdatadir)/models/particles
dist_modelsparticles_DATA = \
    %D%/particles/README.md \
    %D%/particles/au-ag-nanorod.yaml \
    %D%/particles/cylinder.yaml \
    %D%/particles/slab.yaml \
    %D%/particles/sphere.yaml
modelsmicroscopesdir = $(pkgdatadir)/models/microscopes
dist_modelsmicroscopes_DATA = \
    %D%/microscopes/README.md \
    %D%/microscopes/haadf-200kv.yaml
materialsdir = $(pkgdatadir)/models/materials
dist_materials_DATA = %D%/materials/README.md %D%/materials/gold-silver.yaml \
    %D%/materials/gold-silver-bulk.yaml
