# Models: distributed, installed under $(pkgdatadir)/models.
nobase_dist_pkgdata_DATA += \
    %D%/chips/README.md \
    %D%/chips/circular-spiral-like.yaml \
    %D%/chips/double-spiral-like.yaml \
    %D%/materials/README.md \
    %D%/materials/gold-palladium/README.md \
    %D%/materials/gold-silver/README.md \
    %D%/materials/gold-silver-bulk/README.md \
    %D%/materials/gold-silver-darken/README.md \
    %D%/materials/gold-silver.yaml \
    %D%/materials/gold-palladium.yaml \
    %D%/materials/gold-silver-bulk.yaml \
    %D%/materials/gold-silver-darken.yaml \
    %D%/microscopes/README.md \
    %D%/microscopes/haadf-200kv.yaml \
    %D%/microscopes/haadf-200kv-fast-series.yaml \
    %D%/particles/README.md \
    %D%/particles/au-ag-nanorod.yaml \
    %D%/particles/cylinder.yaml \
    %D%/particles/slab.yaml \
    %D%/particles/sphere.yaml
