# gnuplot scripts of the report, usable by hand; installed under $(pkgdatadir)/plots.
nobase_dist_pkgdata_DATA += \
    %D%/README.md \
    %D%/alloying.gp \
    %D%/arrhenius.gp \
    %D%/bound_series.gp \
    %D%/bound_stages.gp \
    %D%/chip_map.gp \
    %D%/chip_profile.gp \
    %D%/delta_T.gp \
    %D%/diffusion_curves.gp \
    %D%/histograms.gp \
    %D%/orthoslices.gp \
    %D%/posterior.gp \
    %D%/study_bars.gp \
    %D%/study_ranks.gp \
    %D%/study_response.gp
