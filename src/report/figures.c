/* The figures of a report: where the scripts are, what they need, and their drawing into
 * a temporary folder whose files are renamed when all of them are complete. */
#include "report/figures.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/progress.h"
#include "io/data_file.h"
#include "report/gnuplot.h"

const struct atw_report_figure atw_report_figures[ATW_REPORT_FIGURE_COUNT] = {
    {"delta_T",
     "delta_T.svg",
     "Estimates",
     "Temperature difference \316\224T (K) found by every estimator: value (symbol), 68 "
     "% "
     "interval (thick) and 95 % interval (thin). Labels: estimator, weighting, model of "
     "\316\224T, particle at the set point.",
     " Line: the truth; band around it: the smallest standard deviation that any "
     "unbiased "
     "method could have (Cram\303\251r-Rao), where it was computed.",
     {ATW_REPORT_ARRHENIUS, ATW_REPORT_ARRHENIUS}},
    {"orthoslices",
     "orthoslices.png",
     "Composition in central slices",
     "Reconstructed and quantified composition in two slices through the centre of "
     "each particle: xy is perpendicular to the beam (x to the right, y, the tilt "
     "axis, upwards), xz perpendicular to the tilt axis (z, the beam at zero "
     "tilt, upwards). Columns: room temperature (RT), then after each heating "
     "step. All slices have one scale (bar in nm) and one colour scale (fraction "
     "of shell metal, dimensionless); outside the particle mask nothing is drawn.",
     NULL,
     {ATW_REPORT_ORTHOSLICES, ATW_REPORT_ALLOYING}},
    {"histograms",
     "histograms.svg",
     "Voxel intensities",
     "Histograms of the voxel intensity inside the particle mask, normalised to "
     "unit area; intensity relative to that of pure core metal (dimensionless). "
     "The peaks of shell (left) and core (right) merge into one as the particle "
     "alloys. Rows: heating steps; columns: particles.",
     NULL,
     {ATW_REPORT_HISTOGRAMS, ATW_REPORT_HISTOGRAMS}},
    {"alloying",
     "alloying.svg",
     "Degree of alloying",
     "Degree of alloying (0: as at room temperature, 1: fully mixed; "
     "dimensionless) after each heating step against the set point of the chip "
     "(\302\260C). Symbols: measured.",
     " Lines join the true values after the steps.",
     {ATW_REPORT_ALLOYING, ATW_REPORT_ALLOYING}},
    {"diffusion_curves",
     "diffusion_curves.svg",
     "Measured alloying over simulated",
     "Measured degree of alloying (symbols; dimensionless) over the curves that a "
     "constant diffusion coefficient D (m\302\262/s) would give (lines join the "
     "values after the steps), against the set point of each step (\302\260C).",
     NULL,
     {ATW_REPORT_ALLOYING, ATW_REPORT_CURVES}},
    {"arrhenius",
     "arrhenius.svg",
     "Arrhenius plot",
     "Logarithm of the diffusion coefficient D (m\302\262/s) of each heating step "
     "against the inverse set point (1000 K/T; above: set point in \302\260C), "
     "with error bars of one standard deviation where it is known. Lines: the fit "
     "of estimator \"paper\" with logarithmic residuals, the reference particle "
     "taken at the set point; the distance between the lines along the temperature "
     "axis is \316\224T.",
     " Open symbols: true D of each step at its set point.",
     {ATW_REPORT_DIFFUSION, ATW_REPORT_DIFFUSION}},
    {"posterior",
     "posterior.svg",
     "Posterior",
     "Draws from the posterior of estimator \"bayes\" (dots): temperature difference "
     "\316\224T (K) against activation energy Q (kJ/mol), a colour for each model of "
     "\316\224T. Large symbols: the other estimators, with their 68 % interval.",
     NULL,
     {ATW_REPORT_POSTERIOR, ATW_REPORT_ARRHENIUS}},
    {"chip_profile",
     "chip_profile.svg",
     "Temperature of the chip, true and at equal distances",
     "Simulated temperature less the set point (K) against the distance from the centre "
     "of the heater (\302\265m): mean around the circle (line), least to greatest on it "
     "(band), windows (symbols); another chip beside it if the scenario names one. The "
     "published comparison (doi 10.1002/ppsc.202300070) is between windows 90 \302\265m "
     "apart on one design and 35 \302\265m apart on another: read both at both distances "
     "to tell design from distance. The chips are models, not products.",
     NULL,
     {ATW_REPORT_CHIP, ATW_REPORT_CHIP}},
};

static enum atw_status find_script(char **out, const char *name, struct atw_error *err)
{
    char file_name[64], *found = NULL;
    enum atw_status status;

    *out = NULL;
    snprintf(file_name, sizeof file_name, "%s.gp", name);
    status = atw_data_find(&found, "plots", file_name, NULL, err);
    if (status != ATW_OK)
        return status;
    *out = realpath(found, NULL); /* gnuplot runs in another folder */
    free(found);
    return *out
               ? ATW_OK
               : atw_error_set(err, ATW_EINPUT, "plots/%s.gp: %s", name, strerror(errno));
}

/* Move one drawn figure to its name; with `temporary` NULL remove what is there. */
static enum atw_status settle(const char *directory,
                              const char *temporary,
                              const char *file,
                              struct atw_error *err)
{
    enum atw_status status = ATW_OK;
    char *from = NULL, *to = NULL;
    struct stat drawn;

    if (asprintf(&to, "%s/figures/%s", directory, file) < 0)
        return atw_error_set(err, ATW_ENOMEM, "report: out of memory");
    if (!temporary) {
        unlink(to);
        goto cleanup;
    }
    if (asprintf(&from, "%s/%s", temporary, file) < 0) {
        from = NULL;
        status = atw_error_set(err, ATW_ENOMEM, "report: out of memory");
    } else if (stat(from, &drawn) != 0 || drawn.st_size == 0) {
        status = atw_error_set(err, ATW_EINTERNAL, "gnuplot drew no figure %s", file);
    } else if (rename(from, to) != 0) {
        status = atw_error_set(err, ATW_EOUTPUT, "%s: %s", to, strerror(errno));
    }
cleanup:
    free(from);
    free(to);
    return status;
}

/* Remove the temporary folder and whatever a failure left in it. */
static void discard(const char *temporary)
{
    char path[4096];

    for (size_t i = 0; i < ATW_REPORT_FIGURE_COUNT; i++) {
        snprintf(path, sizeof path, "%s/%s", temporary, atw_report_figures[i].file);
        unlink(path);
    }
    rmdir(temporary);
}

/* Create directory/figures and a folder of this process inside it. */
static enum atw_status
make_folders(char **temporary, const char *directory, struct atw_error *err)
{
    enum atw_status status = ATW_OK;
    char *path = NULL;

    if (asprintf(&path, "%s/figures", directory) < 0)
        return atw_error_set(err, ATW_ENOMEM, "report: out of memory");
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        status = atw_error_set(err, ATW_EOUTPUT, "%s: %s", path, strerror(errno));
        goto cleanup;
    }
    free(path);
    path = NULL;
    if (asprintf(&path, "%s/figures/.drawing-%ld", directory, (long)getpid()) < 0) {
        path = NULL;
        status = atw_error_set(err, ATW_ENOMEM, "report: out of memory");
    } else if (mkdir(path, 0777) != 0 && errno != EEXIST) { /* may be a dead process's */
        status = atw_error_set(err, ATW_EOUTPUT, "%s: %s", path, strerror(errno));
    } else {
        *temporary = path;
        path = NULL;
    }
cleanup:
    free(path);
    return status;
}

static enum atw_status
find_scripts(char *scripts[ATW_REPORT_FIGURE_COUNT],
             enum atw_report_figure_state state[ATW_REPORT_FIGURE_COUNT],
             const struct atw_report_run *run,
             struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < ATW_REPORT_FIGURE_COUNT && status == ATW_OK; i++) {
        const struct atw_report_figure *figure = &atw_report_figures[i];

        if (run->has_rows[figure->needs[0]] && run->has_rows[figure->needs[1]])
            state[i] = ATW_REPORT_FIGURE_DRAWN;
        else
            state[i] = atw_report_table_is_optional(figure->needs[0])
                           ? ATW_REPORT_FIGURE_LEFT_OUT
                           : ATW_REPORT_FIGURE_NO_ROWS;
        if (state[i] == ATW_REPORT_FIGURE_DRAWN)
            status = find_script(&scripts[i], figure->name, err);
    }
    return status;
}

/* Give every figure its final name, or remove a stale one. */
static enum atw_status
settle_all(enum atw_report_figure_state state[ATW_REPORT_FIGURE_COUNT],
           int gnuplot_available,
           const char *directory,
           const char *temporary,
           struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < ATW_REPORT_FIGURE_COUNT && status == ATW_OK; i++) {
        if (state[i] == ATW_REPORT_FIGURE_DRAWN && !gnuplot_available)
            state[i] = ATW_REPORT_FIGURE_NO_GNUPLOT;
        status = settle(directory, state[i] == ATW_REPORT_FIGURE_DRAWN ? temporary : NULL,
                        atw_report_figures[i].file, err);
    }
    return status;
}

enum atw_status
atw_report_figures_draw(enum atw_report_figure_state state[ATW_REPORT_FIGURE_COUNT],
                        const struct atw_report_run *run,
                        const char *directory,
                        struct atw_error *err)
{
    char *scripts[ATW_REPORT_FIGURE_COUNT] = {NULL}, *temporary = NULL, settings[128];
    int available = 0;
    enum atw_status status = find_scripts(scripts, state, run, err);

    if (status == ATW_OK)
        status = make_folders(&temporary, directory, err);
    if (status != ATW_OK)
        goto cleanup;
    /* Relative names without special characters: the children work in `directory`. */
    snprintf(settings, sizeof settings, "tables='tables'; figures='figures%s'",
             strrchr(temporary, '/'));
    status = atw_gnuplot_run(&available, (const char *const *)scripts,
                             ATW_REPORT_FIGURE_COUNT, directory, settings, err);
    if (status != ATW_OK)
        goto cleanup;
    if (!available)
        atw_warn("report: gnuplot was not found on the PATH; the figures are left out");
    status = settle_all(state, available, directory, temporary, err);
cleanup:
    if (temporary)
        discard(temporary);
    free(temporary);
    for (size_t i = 0; i < ATW_REPORT_FIGURE_COUNT; i++)
        free(scripts[i]);
    return status;
}
