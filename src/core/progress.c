/* Progress, log lines and warnings on stderr; the bar only on a terminal. */
#include "core/progress.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 30

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int is_quiet;
static char phase_name[64];
static size_t phase_total, phase_done;
static int bar_is_open;

void atw_progress_set_quiet(int quiet)
{
    is_quiet = quiet;
}

static void close_bar(void)
{
    if (bar_is_open)
        fputs("\r\033[K", stderr);
    bar_is_open = 0;
}

static void draw_bar(void)
{
    char bar[BAR_WIDTH + 1];
    size_t filled = phase_total ? phase_done * BAR_WIDTH / phase_total : 0;

    if (is_quiet || phase_total == 0 || !isatty(STDERR_FILENO))
        return;
    for (size_t i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < filled ? '=' : ' ';
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r%-24s [%s] %zu/%zu", phase_name, bar, phase_done, phase_total);
    fflush(stderr);
    bar_is_open = 1;
}

static void write_line(const char *prefix, const char *format, va_list arguments)
{
    pthread_mutex_lock(&lock);
    close_bar();
    fputs(prefix, stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    draw_bar();
    pthread_mutex_unlock(&lock);
}

void atw_log(const char *format, ...)
{
    va_list arguments;

    if (is_quiet)
        return;
    va_start(arguments, format);
    write_line("alloytwin: ", format, arguments);
    va_end(arguments);
}

void atw_warn(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line("alloytwin: warning: ", format, arguments);
    va_end(arguments);
}

void atw_progress_begin(const char *phase, size_t total)
{
    pthread_mutex_lock(&lock);
    close_bar();
    snprintf(phase_name, sizeof phase_name, "%s", phase);
    phase_total = total;
    phase_done = 0;
    draw_bar();
    pthread_mutex_unlock(&lock);
}

void atw_progress_step(void)
{
    pthread_mutex_lock(&lock);
    if (phase_done < phase_total)
        phase_done++;
    draw_bar();
    pthread_mutex_unlock(&lock);
}

void atw_progress_end(void)
{
    pthread_mutex_lock(&lock);
    close_bar();
    phase_total = 0;
    pthread_mutex_unlock(&lock);
}
