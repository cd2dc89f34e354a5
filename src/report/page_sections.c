/* The figures and the provenance of a report. */
#include "report/page.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/version.h"
#include "report/html.h"

/* A whole file, with a zero byte after it. */
static enum atw_status
read_file(unsigned char **out, size_t *size, const char *path, struct atw_error *err)
{
    enum atw_status status = ATW_OK;
    unsigned char *bytes = NULL, *larger;
    size_t capacity = 1 << 16, used = 0;
    FILE *file = fopen(path, "rb");

    *out = NULL;
    if (!file)
        return atw_error_set(err, ATW_EOUTPUT, "%s: cannot be read back: %s", path,
                             strerror(errno));
    do {
        capacity *= 2;
        larger = realloc(bytes, capacity);
        if (!larger) {
            status = atw_error_set(err, ATW_ENOMEM, "%s: out of memory", path);
            goto cleanup;
        }
        bytes = larger;
        used += fread(bytes + used, 1, capacity - 1 - used, file);
    } while (used == capacity - 1);
    if (ferror(file)) {
        status = atw_error_set(err, ATW_EOUTPUT, "%s: cannot be read back", path);
        goto cleanup;
    }
    bytes[used] = '\0';
    *size = used;
    *out = bytes;
    bytes = NULL;
cleanup:
    fclose(file);
    free(bytes);
    return status;
}

static enum atw_status put_picture(FILE *page,
                                   const struct atw_report_figure *figure,
                                   const char *directory,
                                   struct atw_error *err)
{
    const char *suffix = strrchr(figure->file, '.');
    unsigned char *bytes = NULL;
    char *path = NULL;
    size_t size = 0;
    enum atw_status status;

    if (asprintf(&path, "%s/figures/%s", directory, figure->file) < 0)
        return atw_error_set(err, ATW_ENOMEM, "report: out of memory");
    status = read_file(&bytes, &size, path, err);
    if (status == ATW_OK && strcmp(suffix, ".svg") == 0)
        atw_html_svg(page, (const char *)bytes, figure->name, figure->title);
    else if (status == ATW_OK)
        atw_html_png(page, bytes, size, figure->title);
    free(bytes);
    free(path);
    return status;
}

enum atw_status
atw_report_put_figures(FILE *page,
                       const struct atw_report_run *run,
                       const enum atw_report_figure_state state[ATW_REPORT_FIGURE_COUNT],
                       const char *directory,
                       struct atw_error *err)
{
    enum atw_status status = ATW_OK;
    size_t number = 0;

    fputs("<h2>Figures</h2>\n", page);
    for (size_t i = 0; i < ATW_REPORT_FIGURE_COUNT && status == ATW_OK; i++) {
        const struct atw_report_figure *figure = &atw_report_figures[i];

        if (state[i] == ATW_REPORT_FIGURE_LEFT_OUT)
            continue;
        number++;
        fprintf(page, "<figure id=\"%s\">\n", figure->name);
        if (state[i] == ATW_REPORT_FIGURE_DRAWN)
            status = put_picture(page, figure, directory, err);
        else
            fprintf(page, "<p class=\"missing\">Not drawn: %s</p>",
                    state[i] == ATW_REPORT_FIGURE_NO_GNUPLOT
                        ? "gnuplot was not found when this report was written."
                        : "the run has no data for it.");
        fprintf(page,
                "\n<figcaption><b>Figure %zu. %s.</b> %s%s</figcaption>\n</figure>\n",
                number, figure->title, figure->caption,
                run->has_truth && figure->caption_truth ? figure->caption_truth : "");
    }
    return status;
}

static void put_pair(FILE *page, const char *key, const char *value)
{
    fputs("<tr><th class=\"side\">", page);
    for (; *key; key++) /* command_line -> command line */
        atw_html_text(page, (const char[]){*key == '_' ? ' ' : *key, '\0'});
    fputs("</th><td><code>", page);
    atw_html_text(page, value);
    fputs("</code></td></tr>\n", page);
}

/* One entry of a flat object; anything but a text is shown as JSON. */
static void put_entry(FILE *page, const char *key, const json_t *value)
{
    char *dumped = NULL;

    if (json_is_string(value)) {
        put_pair(page, key, json_string_value(value));
        return;
    }
    dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
    if (dumped)
        put_pair(page, key, dumped);
    free(dumped);
}

static void put_timings(FILE *page, const json_t *timings)
{
    const char *stage, *separator = "";
    json_t *value;

    if (json_object_size(timings) == 0)
        return;
    fputs("<tr><th class=\"side\">computing time</th><td>", page);
    json_object_foreach((json_t *)(size_t)timings, stage, value)
    {
        fputs(separator, page);
        atw_html_text(page, stage);
        fputc(' ', page);
        atw_html_fixed(page, json_number_value(value), 1);
        fputs(" s", page);
        separator = ", ";
    }
    fputs("</td></tr>\n", page);
}

static void put_origin(FILE *page, const struct atw_report_run *run)
{
    const char *key;
    char writer[256];
    json_t *value;

    fputs("<div class=\"wide\"><table id=\"provenance\"><tbody>\n", page);
    put_entry(page, "scenario", json_object_get(run->result, "scenario"));
    if (!json_object_get(run->provenance, "seed"))
        put_entry(page, "seed", json_object_get(run->result, "seed"));
    json_object_foreach(run->provenance, key, value)
    {
        if (strcmp(key, "scenario") != 0)
            put_entry(page, key, value);
    }
    put_timings(page, json_object_get(run->result, "timings_s"));
    snprintf(writer, sizeof writer, "alloytwin %s (%s)", atw_version(),
             atw_version_git());
    put_pair(page, "page written by", writer);
    fputs("</tbody></table></div>\n", page);
    if (!run->provenance)
        fputs("<p class=\"note\">The run directory has no provenance.json: how this run "
              "was "
              "made is not recorded.</p>\n",
              page);
}

void atw_report_put_provenance(FILE *page, const struct atw_report_run *run)
{
    const char *command = atw_report_text(run->provenance, "command_line");

    fputs("<h2>Provenance</h2>\n", page);
    put_origin(page, run);
    fputs("<h2>How to reproduce</h2>\n<p>", page);
    if (*command) {
        fputs(
            "The same version, scenario and seed give the same numbers, bit for bit, for "
            "any number of threads:</p>\n<pre>",
            page);
        atw_html_text(page, command);
        fputs("</pre>\n<p>", page);
    }
    fputs("This page and its figures are drawn again from a run directory "
          "<code>DIR</code>, or one figure by hand:</p>\n"
          "<pre>alloytwin report DIR\n"
          "gnuplot -e \"tables='DIR/tables'; figures='DIR/figures'\" "
          "plots/arrhenius.gp</pre>"
          "\n<p>All numbers at full precision: <code>result.json</code> and "
          "<code>tables/*.csv</code> in the run directory.</p>\n",
          page);
}
