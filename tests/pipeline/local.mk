# Tests of src/pipeline.
check_LIBRARIES += tests/libpipelinefixture.a
tests_libpipelinefixture_a_SOURCES = %D%/fixture.c %D%/fixture.h
tests_libpipelinefixture_a_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
check_PROGRAMS += %D%/test_scenario %D%/test_subvoxel %D%/test_matched %D%/test_experiment \
    %D%/test_analyse %D%/test_deviation %D%/test_imaging %D%/test_registration \
    %D%/test_anneal %D%/test_bound %D%/test_material %D%/test_plan
%C%_test_scenario_LDADD = tests/libpipelinefixture.a $(LDADD)
%C%_test_matched_LDADD = tests/libpipelinefixture.a $(LDADD)
%C%_test_experiment_LDADD = tests/libpipelinefixture.a $(LDADD)
%C%_test_analyse_LDADD = tests/libpipelinefixture.a $(LDADD)
%C%_test_deviation_LDADD = tests/libpipelinefixture.a $(LDADD)
%C%_test_imaging_LDADD = tests/libpipelinefixture.a $(LDADD)
%C%_test_registration_LDADD = tests/libpipelinefixture.a $(LDADD)
%C%_test_anneal_LDADD = tests/libpipelinefixture.a $(LDADD)
%C%_test_bound_LDADD = tests/libpipelinefixture.a $(LDADD)
%C%_test_material_LDADD = tests/libpipelinefixture.a $(LDADD)
%C%_test_plan_LDADD = tests/libpipelinefixture.a $(LDADD)
check_PROGRAMS += %D%/test_chips
check_PROGRAMS += %D%/test_stage_cache
%C%_test_stage_cache_LDADD = tests/libpipelinefixture.a $(LDADD)
check_PROGRAMS += %D%/test_iterations
%C%_test_iterations_LDADD = tests/libpipelinefixture.a $(LDADD)
check_PROGRAMS += %D%/test_direct_table
%C%_test_direct_table_SOURCES = %D%/test_direct_table.c
check_PROGRAMS += %D%/test_direct
%C%_test_direct_LDADD = tests/libpipelinefixture.a $(LDADD)
check_PROGRAMS += %D%/test_own_data
%C%_test_own_data_LDADD = tests/libpipelinefixture.a $(LDADD)
check_PROGRAMS += %D%/test_replicate
%C%_test_replicate_LDADD = tests/libpipelinefixture.a $(LDADD)
check_PROGRAMS += %D%/test_spreads
%C%_test_spreads_LDADD = tests/libpipelinefixture.a $(LDADD)
check_PROGRAMS += %D%/test_artefacts
%C%_test_artefacts_LDADD = tests/libpipelinefixture.a $(LDADD)
check_PROGRAMS += %D%/test_two_phases
%C%_test_two_phases_LDADD = tests/libpipelinefixture.a $(LDADD)
