/* The commands, for the table. */
#ifndef ATW_CLI_COMMANDS_H
#define ATW_CLI_COMMANDS_H

#include "cli/command.h"

extern const struct atw_command atw_command_run;
extern const struct atw_command atw_command_simulate;
extern const struct atw_command atw_command_analyse;
extern const struct atw_command atw_command_phantom;
extern const struct atw_command atw_command_chip;
extern const struct atw_command atw_command_calibrate;
extern const struct atw_command atw_command_diffuse;
extern const struct atw_command atw_command_project;
extern const struct atw_command atw_command_image;
extern const struct atw_command atw_command_align;
extern const struct atw_command atw_command_reconstruct;
extern const struct atw_command atw_command_quantify;
extern const struct atw_command atw_command_slices;
extern const struct atw_command atw_command_arrhenius;
extern const struct atw_command atw_command_bound;
extern const struct atw_command atw_command_report;
extern const struct atw_command atw_command_config;
extern const struct atw_command atw_command_list;
extern const struct atw_command atw_command_plan;
extern const struct atw_command atw_command_study;
extern const struct atw_command atw_command_merge;
extern const struct atw_command atw_command_status;
extern const struct atw_command atw_command_stats;

#endif
