/* Table of commands, in the order of --help. */
#include "cli/commands.h"

const struct atw_command *const atw_commands[] = {
    &atw_command_run,     &atw_command_simulate,    &atw_command_analyse,
    &atw_command_phantom, &atw_command_chip,        &atw_command_calibrate,
    &atw_command_diffuse, &atw_command_project,     &atw_command_image,
    &atw_command_align,   &atw_command_reconstruct, &atw_command_quantify,
    &atw_command_slices,  &atw_command_arrhenius,   &atw_command_bound,
    &atw_command_plan,    &atw_command_study,       &atw_command_merge,
    &atw_command_status,  &atw_command_stats,       &atw_command_report,
    &atw_command_config,  &atw_command_list,        NULL};
