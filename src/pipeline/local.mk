src_liballoytwin_a_SOURCES += \
    %D%/amount.c %D%/amount.h \
    %D%/analyse.c %D%/analyse.h \
    %D%/axial_mean.c %D%/axial_mean.h \
    %D%/anneal.c %D%/anneal.h \
    %D%/analysis_settings.c %D%/analysis_settings.h \
    %D%/bound.c %D%/bound.h %D%/bound_internal.h \
    %D%/bound_chain.c \
    %D%/bound_counts.c \
    %D%/bound_degrees.c \
    %D%/bound_expect.c \
    %D%/bound_fits.c \
    %D%/bound_json.c \
    %D%/bound_series.c \
    %D%/bound_states.c \
    %D%/bound_tables.c \
    %D%/chip_calibrate.c %D%/chip_calibrate.h \
    %D%/chip_range.c %D%/chip_section.c %D%/chip_section.h \
    %D%/chip_tables.c %D%/chip_tables.h \
    %D%/contrast.c %D%/contrast.h \
    %D%/degrees.c %D%/degrees.h \
    %D%/deviation.c %D%/deviation.h \
    %D%/direct.c %D%/direct.h %D%/direct_internal.h %D%/direct_priors.h \
    %D%/direct_differentiate.c \
    %D%/direct_linearise.c \
    %D%/direct_minimise.c \
    %D%/direct_particle.c \
    %D%/direct_series.c \
    %D%/direct_silica.c \
    %D%/direct_start.c \
    %D%/direct_voxels.c \
    %D%/direct_table.c \
    %D%/direct_table.h \
    %D%/effective_diffusivity.c %D%/effective_diffusivity.h \
    %D%/experiment.c %D%/experiment.h %D%/experiment_read.c %D%/experiment_write.c \
    %D%/imaging.c %D%/imaging.h \
    %D%/imaging_settings.c %D%/imaging_settings.h \
    %D%/instrument.c %D%/instrument.h \
    %D%/interval.c %D%/interval.h \
    %D%/iterations.c %D%/iterations.h \
    %D%/json_array.c %D%/json_array.h \
    %D%/moments.c %D%/moments.h \
    %D%/fitted_particle.c %D%/fitted_particle.h \
    %D%/particle_scene.c %D%/particle_scene.h \
    %D%/plan.c %D%/plan.h %D%/plan_series.c \
    %D%/registration.c %D%/registration.h \
    %D%/replicate.c %D%/replicate.h \
    %D%/material.c %D%/material.h \
    %D%/result.c %D%/result.h \
    %D%/run_chip.c %D%/run_chip.h \
    %D%/run.c %D%/run.h \
    %D%/scenario.c %D%/scenario.h %D%/scenario_heating.c \
    %D%/scenario_sections.c %D%/scenario_sections.h \
    %D%/simulate.c %D%/simulate.h \
    %D%/sample.c %D%/sample.h \
    %D%/slices.c %D%/slices.h \
    %D%/specimen.c %D%/specimen.h %D%/specimen_model.c \
    %D%/spreads.c %D%/spreads.h \
    %D%/stage_cache.c %D%/stage_cache.h \
    %D%/stage_keys.c %D%/stage_keys.h \
    %D%/start_curve.c %D%/start_seen.c %D%/start_internal.h \
    %D%/start_state.c %D%/start_state.h \
    %D%/subvoxel.c %D%/subvoxel.h \
    %D%/table_slices.c %D%/table_slices.h \
    %D%/tables.c %D%/tables.h \
    %D%/table_source.h \
    %D%/true_degree.c %D%/true_degree.h \
    %D%/treatment.c %D%/treatment.h \
    %D%/truth.c %D%/truth.h \
    %D%/twin.c %D%/twin.h \
    %D%/two_phases.c %D%/two_phases_fit.c %D%/two_phases.h \
    %D%/volumes.c %D%/volumes.h
EXTRA_DIST += %D%/may_include
