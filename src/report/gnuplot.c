/* gnuplot as concurrent child processes, without a shell.
 *
 * posix_spawnp rather than fork: it is safe in a threaded process, does not copy the page
 * tables of a large one, and reports a missing program to the caller. Standard error of
 * each child goes to a pipe of its own; a child that fills its pipe waits for its turn.
 */
#include "report/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/progress.h"

extern char **environ;

enum { COMPLAINT_SIZE = 4096 };

struct child {
    pid_t pid; /* 0: not started */
    int pipe_end;
};

/* 0 or an errno value; ENOENT means there is no such program. */
static int spawn(struct child *child,
                 const char *script,
                 const char *directory,
                 const char *settings)
{
    char *const arguments[] = {(char[]){"gnuplot"},    (char[]){"-d"},
                               (char[]){"-e"},         (char *)(size_t)settings,
                               (char *)(size_t)script, NULL};
    posix_spawn_file_actions_t actions;
    int ends[2], failure;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    failure = posix_spawn_file_actions_init(&actions);
    if (failure) {
        close(ends[0]);
        close(ends[1]);
        return failure;
    }
    failure = posix_spawn_file_actions_addchdir_np(&actions, directory);
    if (!failure)
        failure = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!failure)
        failure = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (!failure)
        failure = posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    if (!failure)
        failure =
            posix_spawnp(&child->pid, "gnuplot", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    child->pipe_end = ends[0];
    if (failure) {
        child->pid = 0;
        close(ends[0]);
    }
    return failure;
}

/* Everything the child writes, as far as it fits; reads to the end in any case. */
static void drain(int pipe_end, char text[COMPLAINT_SIZE])
{
    char rest[512];
    size_t used = 0;
    ssize_t got;

    do {
        size_t room = COMPLAINT_SIZE - 1 - used;

        got = read(pipe_end, room ? text + used : rest, room ? room : sizeof rest);
        if (got > 0 && room)
            used += (size_t)got;
    } while (got > 0 || (got < 0 && errno == EINTR));
    text[used] = '\0';
    close(pipe_end);
}

/* Cut the text down to the line that says what is wrong: gnuplot echoes the offending
 * line first and names the script ("file" line N: ...) in the one that matters. */
static const char *first_complaint(char *text)
{
    char *best = strstr(text, "\" line ");

    while (best && best > text && best[-1] != '\n')
        best--;
    if (!best)
        best = text + strspn(text, " \t\n^");
    best[strcspn(best, "\n")] = '\0';
    return *best ? best : "no message";
}

/* Remarks that are no news: a series without points is ordinary here (a particle whose
 * every step saturated has no D), and the degree sign is only converted for time formats,
 * which the figures do not use. */
static int is_harmless(const char *line, size_t length)
{
    static const char *const remarks[] = {"Skipping data file with no valid points",
                                          "iconv failed to convert degree sign"};

    for (size_t i = 0; i < sizeof remarks / sizeof remarks[0]; i++)
        if (memmem(line, length, remarks[i], strlen(remarks[i])))
            return 1;
    return length == strspn(line, " \t^");
}

/* Whether a script that succeeded said something a reader should know. */
static int is_notable(const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");

        if (!is_harmless(text, length))
            return 1;
        text += length + (text[length] == '\n');
    }
    return 0;
}

static enum atw_status
finish(struct child *child, const char *script, struct atw_error *err)
{
    char text[COMPLAINT_SIZE];
    int state = 0;

    drain(child->pipe_end, text);
    while (waitpid(child->pid, &state, 0) < 0)
        if (errno != EINTR)
            return atw_error_set(err, ATW_EINTERNAL, "gnuplot %s: lost: %s", script,
                                 strerror(errno));
    if (WIFEXITED(state) && WEXITSTATUS(state) == 0) {
        if (is_notable(text))
            atw_warn("gnuplot %s: %s", script, first_complaint(text));
        return ATW_OK;
    }
    if (WIFSIGNALED(state))
        return atw_error_set(err, ATW_EINTERNAL, "gnuplot %s: killed by signal %d",
                             script, WTERMSIG(state));
    return atw_error_set(err, ATW_EINTERNAL, "gnuplot %s: %s", script,
                         first_complaint(text));
}

enum atw_status atw_gnuplot_run(int *available,
                                const char *const *scripts,
                                size_t n_scripts,
                                const char *directory,
                                const char *settings,
                                struct atw_error *err)
{
    enum atw_status status = ATW_OK;
    struct child *children = calloc(n_scripts ? n_scripts : 1, sizeof *children);

    if (!children)
        return atw_error_set(err, ATW_ENOMEM, "gnuplot: out of memory");
    *available = 1;
    for (size_t i = 0; i < n_scripts && *available && status == ATW_OK; i++) {
        int failure =
            scripts[i] ? spawn(&children[i], scripts[i], directory, settings) : 0;

        if (failure == ENOENT)
            *available = 0;
        else if (failure)
            status = atw_error_set(err, ATW_EINTERNAL, "gnuplot: cannot be started: %s",
                                   strerror(failure));
    }
    for (size_t i = 0; i < n_scripts; i++) {
        enum atw_status outcome =
            children[i].pid ? finish(&children[i], scripts[i], err) : ATW_OK;

        if (status == ATW_OK)
            status = outcome;
    }
    free(children);
    return status;
}
