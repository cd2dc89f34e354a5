bin_PROGRAMS += alloytwin
alloytwin_SOURCES = \
    %D%/command.h %D%/commands.c %D%/commands.h \
    %D%/align_report.c %D%/align_report.h \
    %D%/command_align.c \
    %D%/command_arrhenius.c \
    %D%/chip_output.c %D%/chip_output.h \
    %D%/command_calibrate.c \
    %D%/command_chip.c \
    %D%/command_config.c \
    %D%/command_diffuse.c \
    %D%/command_image.c \
    %D%/command_ledger.c \
    %D%/command_list.c \
    %D%/command_bound.c \
    %D%/command_phantom.c \
    %D%/command_plan.c \
    %D%/command_project.c \
    %D%/command_quantify.c \
    %D%/command_reconstruct.c \
    %D%/command_report.c \
    %D%/command_run.c \
    %D%/command_slices.c \
    %D%/command_stats.c \
    %D%/command_study.c \
    %D%/common.c \
    %D%/figure_folder.c %D%/figure_folder.h \
    %D%/heat_request.c %D%/heat_request.h \
    %D%/heated_output.c %D%/heated_output.h \
    %D%/heated_particle.c %D%/heated_particle.h \
    %D%/heated_scenario.c %D%/heated_scenario.h \
    %D%/main.c \
    %D%/measures_json.c %D%/measures_json.h \
    %D%/model.c %D%/model.h \
    %D%/particle_file.c %D%/particle_file.h \
    %D%/plan.h %D%/plan_scenario.c %D%/plan_study.c \
    %D%/quantify_mask.c %D%/quantify_mask.h \
    %D%/reconstruct_request.c %D%/reconstruct_request.h \
    %D%/values.c %D%/values.h \
    %D%/view_list.c %D%/view_list.h
alloytwin_LDADD = $(ALLOYTWIN_LIBS)
EXTRA_DIST += %D%/may_include
