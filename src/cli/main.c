/* alloytwin COMMAND [options]: finds the command and turns its status into an exit code.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "cli/command.h"
#include "core/array.h"
#include "core/progress.h"
#include "core/version.h"
#include "io/units.h"

static void print_help(FILE *stream)
{
    fputs(
        "Usage: alloytwin COMMAND [options]\n"
        "Digital twin of a nanoscale thermometry experiment: the temperature difference\n"
        "between two windows of a heating chip from how fast core-shell nanorods "
        "alloy.\n\n"
        "Commands:\n",
        stream);
    for (size_t i = 0; atw_commands[i]; i++)
        fprintf(stream, "  %-12s %s\n", atw_commands[i]->name, atw_commands[i]->summary);
    fputs("\n'alloytwin COMMAND --help' explains a command; 'alloytwin --version' tells "
          "the "
          "release.\n"
          "Exit codes: 0 ok, 1 internal or numerical failure, 2 usage, 3 invalid input "
          "file,\n"
          "4 too many failed replicates, 5 criterion not met, 6 output could not be\n"
          "written, 75 stopped early and resumable.\n",
          stream);
}

static const struct atw_command *find_command(const char *name)
{
    for (size_t i = 0; atw_commands[i]; i++)
        if (strcmp(atw_commands[i]->name, name) == 0)
            return atw_commands[i];
    return NULL;
}

/* A closed or full stdout must not pass for success, not even for --help, which ends the
 * process inside argp. */
static void check_stdout(void)
{
    int earlier = ferror(stdout);

    if (fflush(stdout) == 0 && !earlier)
        return;
    fprintf(stderr, "alloytwin: error: standard output: %s\n",
            earlier ? "could not be written" : strerror(errno));
    _exit(atw_exit_code(ATW_EOUTPUT));
}

static int run_command(const struct atw_command *command, int argc, char **argv)
{
    struct atw_error err = {0};
    enum atw_status status = command->run(argc, argv, &err);

    if (status != ATW_OK)
        fprintf(stderr, "alloytwin %s: error: %s\n", command->name, err.text);
    return atw_exit_code(status);
}

int main(int argc, char **argv)
{
    const struct atw_command *command;
    int exit_code;

    argp_err_exit_status = atw_exit_code(ATW_EUSAGE);
    gsl_set_error_handler_off();
    atw_array_use_huge_heap();
    if (atexit(check_stdout) != 0)
        return atw_exit_code(ATW_EINTERNAL);
    if (argc < 2) {
        print_help(stderr);
        return atw_exit_code(ATW_EUSAGE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("alloytwin %s (%s)\n", atw_version(), atw_version_git());
        return 0;
    }
    command = find_command(argv[1]);
    if (!command) {
        fprintf(
            stderr,
            "alloytwin: error: there is no command '%s'; 'alloytwin --help' lists them\n",
            argv[1]);
        return atw_exit_code(ATW_EUSAGE);
    }
    exit_code = run_command(command, argc - 1, argv + 1);
    atw_units_free();
    return exit_code;
}
