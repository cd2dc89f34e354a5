/* Commands: one file and one table row each. */
#ifndef ATW_CLI_COMMAND_H
#define ATW_CLI_COMMAND_H

#include <argp.h>

#include "core/status.h"
#include "io/metadata.h"

enum { ATW_OVERRIDES_MAX = 256 };

/* Options that every command understands. */
struct atw_common {
    const char *overrides[ATW_OVERRIDES_MAX + 2]; /* what --seed implies, --set, --seed */
    size_t n_overrides;
    char seed_override[64], noise_override[80];
    const char *output; /* NULL: not given */
    int force, json, quiet;
    size_t threads;
    int argument_count; /* the whole command line, for provenance */
    char **arguments;
};

struct atw_command {
    const char *name;
    const char *summary; /* one line */
    enum atw_status (*run)(int argc, char **argv, struct atw_error *err);
};

/* NULL-terminated, in the order of --help. */
extern const struct atw_command *const atw_commands[];

/* Parse a command's arguments: its own argp with the common options as a child.
 * argv[0] is replaced by "alloytwin COMMAND" in messages. Usage errors end the process
 * with exit code 2, as --help ends it with 0. */
void atw_common_parse(struct atw_common *common,
                      const struct argp_option *options,
                      argp_parser_t parser,
                      const char *arguments_doc,
                      const char *doc,
                      int argc,
                      char **argv,
                      void *input);

/* The common options of the parse in progress. */
struct atw_common *atw_common_of(const struct argp_state *state);

/* Command-specific state of the parse in progress. */
void *atw_common_input(const struct argp_state *state);

/* As atw_option_count(); a text that is none ends the process as a usage error. */
size_t atw_common_count(const struct argp_state *state,
                        const char *option,
                        const char *text,
                        size_t least,
                        size_t most);

/* Of commands that take a whole scenario: --seed is also that of the noise which the
 * analysis imitates, unless --set gives one. */
void atw_common_seed_analysis(struct atw_common *common);

/* Of commands that take measured data: --seed is that of the analysis, nothing else. */
void atw_common_seed_analysis_alone(struct atw_common *common);

/* ATW_EUSAGE without -o. */
enum atw_status atw_common_need_output(const struct atw_common *common,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Provenance with program and command line. */
enum atw_status atw_common_metadata(struct atw_metadata **out,
                                    const struct atw_common *common,
                                    struct atw_error *err) ATW_MUST_CHECK;

#endif
