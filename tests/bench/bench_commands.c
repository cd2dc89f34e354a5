/* What the main job takes, and a replicate of `paper` and `joint`: with EM, which is the
 * default, and with ordered subsets that serve `joint` nearly as well (docs/accuracy.md).
 * Targets: 30 s on two cores, 1 GiB, 6 core-seconds. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "core/timing.h"

enum { REPLICATES = 5 }; /* beside the first, which simulates the particles as well */

static const struct {
    const char *name, *settings;
} method[] = {
    {"em, 20 iterations", ""},
    {"os-em, 3 passes of 8 subsets", ", \"analysis.reconstruction.method=os-em\", "
                                     "\"analysis.reconstruction.iterations=3\", "
                                     "\"analysis.reconstruction.subsets=8\""},
};

static char folder[] = "/tmp/alloytwin-bench.XXXXXX";

/* A file in the folder; the text is overwritten by the next call but one. */
static const char *in_folder(const char *name)
{
    static char path[2][128];
    static size_t turn;

    turn = 1 - turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static const char *variable(const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return value ? value : otherwise;
}

/* Runs alloytwin with the arguments, in silence; 0 unless it succeeds. */
static int run(const char *const *arguments, double *wall_s, struct rusage *usage)
{
    const char *program = variable("ALLOYTWIN", "./alloytwin");
    char *argv[16] = {(char *)program};
    double start_s = atw_now_s();
    int result = 0;
    pid_t child;

    for (size_t i = 0; arguments[i]; i++)
        argv[i + 1] = (char *)arguments[i];
    child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout))
            execv(program, argv);
        _exit(127);
    }
    if (child < 0 || wait4(child, &result, 0, usage) != child || result != 0) {
        fprintf(stderr, "%s %s failed\n", program, arguments[0]);
        return 0;
    }
    *wall_s = atw_now_s() - start_s;
    return 1;
}

/* A study looks for it from its own folder, so the path is absolute. */
static const char *scenario(void)
{
    static char path[PATH_MAX];
    char given[PATH_MAX];

    snprintf(given, sizeof given, "%s/scenarios/double-spiral.yaml",
             variable("top_srcdir", "."));
    return realpath(given, path) ? path : "(no scenarios/double-spiral.yaml)";
}

static int measure_main_job(void)
{
    const char *const arguments[] = {"run",     scenario(), "-o", in_folder("job"),
                                     "--quiet", NULL};
    struct rusage usage;
    double wall_s;

    if (!run(arguments, &wall_s, &usage))
        return 0;
    printf("main job: %.1f s (target 30), %.1f core-seconds, %.2f GiB at most (1)\n",
           wall_s, (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec,
           (double)usage.ru_maxrss / 1048576.0);
    return 1;
}

static int write_study(const char *path, const char *settings)
{
    FILE *file = fopen(path, "w");

    if (!file)
        return 0;
    fprintf(file,
            "format: alloytwin-study/1\nname: bench\nscenario: %s\n"
            "settings: [\"particles[0].temperature_offset=0 K\", "
            "\"particles[1].temperature_offset=-34 K\"%s]\n"
            "estimators: [paper, joint]\ndesign: {kind: bootstrap}\nreplicates: %d\n",
            scenario(), settings, REPLICATES + 1);
    return fclose(file) == 0;
}

/* Of the replicates that draw their noise only. */
static int print_costs(const char *ledger, const char *name)
{
    static const char query[] =
        "SELECT count(*), avg(cost_s), min(cost_s), max(cost_s) FROM item "
        "WHERE replicate > 0 AND status = 'done'";
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    int is_good =
        sqlite3_open_v2(ledger, &database, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(database, query, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW &&
        sqlite3_column_int(statement, 0) == REPLICATES;

    if (is_good)
        printf("replicate, %s: %.1f core-seconds (target 6), %.1f to %.1f\n", name,
               sqlite3_column_double(statement, 1), sqlite3_column_double(statement, 2),
               sqlite3_column_double(statement, 3));
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return is_good;
}

static int measure_replicate(size_t m)
{
    const char *study = in_folder("study.yaml"), *ledger = in_folder("study.db");
    const char *const arguments[] = {"study",  study, "-o",      ledger,
                                     "--jobs", "1",   "--quiet", NULL};
    struct rusage usage;
    double wall_s;
    int is_good = write_study(study, method[m].settings) &&
                  run(arguments, &wall_s, &usage) && print_costs(ledger, method[m].name);

    (void)remove(ledger);
    (void)remove(study);
    return is_good;
}

int main(void)
{
    int is_good = mkdtemp(folder) && measure_main_job();
    char command[128];

    for (size_t m = 0; m < sizeof method / sizeof *method && is_good; m++) {
        fflush(stdout);
        is_good = measure_replicate(m);
    }
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 && is_good ? 0 : 1;
}
