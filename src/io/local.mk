src_liballoytwin_a_SOURCES += \
    %D%/angles.c %D%/angles.h \
    %D%/csv.h %D%/csv_read.c %D%/csv_write.c \
    %D%/emd.h %D%/emd_add.c %D%/emd_file.c %D%/emd_internal.h %D%/emd_read.c \
    %D%/emd_search.c %D%/emd_search.h \
    %D%/emd_source.c %D%/emd_source.h \
    %D%/hdf5_access.c %D%/hdf5_access.h \
    %D%/hdf5_driver.c %D%/hdf5_driver.h \
    %D%/json_file.c %D%/json_file.h \
    %D%/mdoc.c %D%/mdoc.h \
    %D%/metadata.c %D%/metadata.h \
    %D%/mrc.h %D%/mrc_read.c %D%/mrc_write.c %D%/mrc_values.c \
    %D%/mrc_extended.c %D%/mrc_extended.h \
    %D%/mrc_header.c %D%/mrc_header.h \
    %D%/mrc_range.c %D%/mrc_range.h \
    %D%/number_text.c %D%/number_text.h \
    %D%/nxtomo.c %D%/nxtomo.h \
    %D%/output.c %D%/output.h \
    %D%/output_directory.c %D%/output_directory.h \
    %D%/output_path.c %D%/output_path.h \
    %D%/png_write.c %D%/png_write.h \
    %D%/read_text.c %D%/read_text.h \
    %D%/tiff_write.c %D%/tiff_write.h \
    %D%/volume_file.c %D%/volume_file.h %D%/volume_format.c \
    %D%/config.c %D%/config.h \
    %D%/config_access.c \
    %D%/config_keys.c \
    %D%/config_model.c \
    %D%/config_override.c \
    %D%/config_read.c \
    %D%/config_tree.c %D%/config_tree.h \
    %D%/config_validate.c \
    %D%/config_value.c \
    %D%/config_write.c \
    %D%/experiment_schema.c %D%/experiment_schema.h \
    %D%/study_schema.c %D%/study_schema.h \
    %D%/scenario_schema.c %D%/scenario_schema.h \
    %D%/scenario_schema_analysis.c \
    %D%/scenario_schema_microscope.c \
    %D%/scenario_schema_material.c \
    %D%/scenario_schema_particles.c \
    %D%/scenario_schema_chip.c \
    %D%/data_file.c %D%/data_file.h \
    %D%/schema.c %D%/schema.h \
    %D%/schema_explain.c \
    %D%/schema_rows.h \
    %D%/unit_scale.c %D%/unit_scale.h \
    %D%/units.c %D%/units.h
EXTRA_DIST += %D%/may_include
