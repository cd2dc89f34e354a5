/* Report of a finished run: read, draw, compose the page in memory, write it. */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/output.h"
#include "report/html.h"
#include "report/page.h"

static const char style[] =
    "body{font:16px/1.5 system-ui,'Segoe UI',Helvetica,Arial,sans-serif;color:#1d2329;"
    "background:#fff;max-width:64rem;margin:2.5rem auto;padding:0 1.25rem}\n"
    "h1{font-size:1.7rem;line-height:1.25;margin:0 0 .75rem}\n"
    "h2{font-size:1.2rem;margin:2.5rem 0 .75rem;padding-bottom:.25rem;"
    "border-bottom:1px solid #d5dade}\n"
    ".lead{font-size:1.05rem}\n"
    ".cards{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.25rem 0}\n"
    ".card{border:1px solid #d5dade;border-left:4px solid #0072b2;border-radius:3px;"
    "padding:.5rem .9rem}\n"
    ".label{display:block;font-size:.8rem;color:#56616b}\n"
    ".value{display:block;font-size:1.25rem;font-weight:600;white-space:nowrap}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;font-size:.875rem;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .65rem .3rem 0}\n"
    "thead th{vertical-align:bottom;border-bottom:1.5px solid #1d2329}\n"
    "tbody tr{border-bottom:1px solid #e6e9ec}\n"
    "tbody+tbody{border-top:1.5px solid #aab3ba}\n"
    ".n{text-align:right;white-space:nowrap}\n"
    "sup,sub{line-height:0;font-size:.75em}\n"
    "#estimates td,#estimates th{white-space:nowrap}\n"
    "#estimates td:last-child{white-space:normal}\n"
    ".side{font-weight:600;white-space:nowrap;padding-right:1.25rem}\n"
    ".side small{font-weight:400;color:#56616b}\n"
    ".truth{background:#f1f4f6;font-style:italic}\n"
    ".failed{color:#6b757e}\n"
    ".note{font-size:.85rem;color:#56616b}\n"
    ".missing{padding:1rem;border:1px dashed #aab3ba;color:#56616b}\n"
    "figure{margin:1.5rem 0 2.25rem;text-align:center}\n"
    "figure>svg,figure>img{max-width:min(100%,46rem);height:auto}\n"
    "figcaption{font-size:.875rem;text-align:left;max-width:48rem;margin:.5rem auto 0;"
    "color:#3a444d}\n"
    "code,pre{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,monospace;"
    "font-size:.8125rem;overflow-wrap:anywhere}\n"
    "pre{background:#f1f4f6;padding:.75rem 1rem;white-space:pre-wrap}\n"
    "@media print{@page{size:A4;margin:16mm 14mm}body{font-size:10.5pt;margin:0;"
    "max-width:none;padding:0}h1{font-size:17pt}h2{break-after:avoid;margin-top:1.5rem}"
    "figure,.cards,tr,pre{break-inside:avoid}figure>img{max-height:200mm;width:auto}"
    ".wide{overflow:visible}table{font-size:8pt}"
    "#estimates{font-size:7pt}th,td{padding:.2rem .4rem .2rem 0}"
    "body,.truth,pre,.card{print-color-adjust:exact}}\n";

static enum atw_status
put_page(FILE *page,
         const struct atw_report_run *run,
         const enum atw_report_figure_state state[ATW_REPORT_FIGURE_COUNT],
         const char *directory,
         struct atw_error *err)
{
    enum atw_status status;

    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
          "<title>alloytwin",
          page);
    atw_report_put_name(page, run->result);
    fprintf(page, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style);
    atw_report_put_summary(page, run);
    atw_report_put_estimates(page, run);
    atw_report_put_steps(page, run);
    status = atw_report_put_figures(page, run, state, directory, err);
    atw_report_put_provenance(page, run);
    fputs("</body>\n</html>\n", page);
    return status;
}

static enum atw_status compose(char **text,
                               size_t *size,
                               const struct atw_report_run *run,
                               const enum atw_report_figure_state *state,
                               const char *directory,
                               struct atw_error *err)
{
    FILE *page = open_memstream(text, size);
    enum atw_status status;

    if (!page)
        return atw_error_set(err, ATW_ENOMEM, "report: out of memory");
    status = put_page(page, run, state, directory, err);
    if (ferror(page) | fclose(page) && status == ATW_OK)
        status = atw_error_set(err, ATW_ENOMEM, "report: out of memory");
    return status;
}

static enum atw_status write_page(
    const char *path, const char *text, size_t size, int force, struct atw_error *err)
{
    struct atw_output *output = NULL;
    enum atw_status status = atw_output_begin(&output, path, force, err);

    if (status == ATW_OK)
        status = atw_output_write(output, text, size, err);
    if (status == ATW_OK)
        return atw_output_commit(&output, err);
    atw_output_abort(output);
    return status;
}

enum atw_status atw_report_write(const char *run_directory,
                                 const char *html_path,
                                 int force,
                                 struct atw_error *err)
{
    struct atw_report_run run = {0};
    enum atw_report_figure_state state[ATW_REPORT_FIGURE_COUNT] = {0};
    char *path = NULL, *text = NULL;
    size_t size = 0;
    enum atw_status status = atw_report_run_read(&run, run_directory, err);

    if (status != ATW_OK)
        return status;
    status = atw_report_figures_draw(state, &run, run_directory, err);
    if (status == ATW_OK)
        status = compose(&text, &size, &run, state, run_directory, err);
    if (status != ATW_OK)
        goto cleanup;
    if (html_path ? (path = strdup(html_path)) == NULL
                  : asprintf(&path, "%s/report.html", run_directory) < 0) {
        path = NULL;
        status = atw_error_set(err, ATW_ENOMEM, "report: out of memory");
        goto cleanup;
    }
    status = write_page(path, text, size, force || !html_path, err);
cleanup:
    free(path);
    free(text);
    atw_report_run_clear(&run);
    return status;
}
