# Tests of src/io.
IO_FIXTURE = %D%/fixture.c %D%/fixture.h
IO_FILE_TESTS = %D%/test_output %D%/test_mrc %D%/test_mrc_range %D%/test_angles %D%/test_emd %D%/test_csv \
    %D%/test_json_file %D%/test_volume_file %D%/test_tilt_sources \
    %D%/test_tiff %D%/test_nxtomo %D%/test_garbage
check_PROGRAMS += $(IO_FILE_TESTS)
%C%_test_output_SOURCES = %D%/test_output.c $(IO_FIXTURE)
%C%_test_mrc_SOURCES = %D%/test_mrc.c $(IO_FIXTURE)
%C%_test_mrc_range_SOURCES = %D%/test_mrc_range.c $(IO_FIXTURE)
%C%_test_angles_SOURCES = %D%/test_angles.c $(IO_FIXTURE)
%C%_test_emd_SOURCES = %D%/test_emd.c $(IO_FIXTURE)
%C%_test_csv_SOURCES = %D%/test_csv.c $(IO_FIXTURE)
%C%_test_json_file_SOURCES = %D%/test_json_file.c $(IO_FIXTURE)
%C%_test_volume_file_SOURCES = %D%/test_volume_file.c $(IO_FIXTURE)
%C%_test_tilt_sources_SOURCES = %D%/test_tilt_sources.c $(IO_FIXTURE)
%C%_test_tiff_SOURCES = %D%/test_tiff.c $(IO_FIXTURE)
%C%_test_nxtomo_SOURCES = %D%/test_nxtomo.c $(IO_FIXTURE)
%C%_test_garbage_SOURCES = %D%/test_garbage.c $(IO_FIXTURE)
check_PROGRAMS += \
    %D%/test_config \
    %D%/test_config_errors \
    %D%/test_config_mutations \
    %D%/test_schema \
    %D%/test_units
EXTRA_DIST += \
    tests/data/minimal.yaml \
    tests/data/models/chips/double-spiral-like.yaml \
    tests/data/models/materials/gold-silver.yaml \
    tests/data/models/microscopes/haadf-200kv.yaml \
    tests/data/models/particles/au-ag-nanorod.yaml
