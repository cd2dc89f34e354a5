/* What was found by an alignment, as log lines and as JSON. */
#include "cli/align_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/constants.h"
#include "core/progress.h"
#include "io/json_file.h"

static size_t count_rejected(const struct atw_alignment *alignment)
{
    size_t count = 0;

    for (size_t i = 0; i < alignment->n_views; i++)
        count += alignment->rejected[i];
    return count;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* How well the views kept fit, the worst by name. */
static void log_residuals(const struct atw_alignment *alignment,
                          const struct atw_tilt_series *series,
                          const struct atw_view_list *list)
{
    double *kept = calloc(alignment->n_views, sizeof *kept);
    size_t count = 0, worst = 0;

    for (size_t i = 0; kept && i < alignment->n_views; i++) {
        if (alignment->rejected[i])
            continue;
        if (count == 0 || alignment->residual[i] > alignment->residual[worst])
            worst = i;
        kept[count++] = alignment->residual[i];
    }
    if (count > 0) {
        qsort(kept, count, sizeof *kept, compare);
        atw_log("residuals: median %.3f, largest %.3f (view %zu at %.4g degrees)",
                0.5 * (kept[(count - 1) / 2] + kept[count / 2]), kept[count - 1],
                list->number[worst], series->tilt_rad[worst] / ATW_DEGREE_RAD);
    }
    free(kept);
}

void atw_align_log(const struct atw_alignment *alignment,
                   const struct atw_tilt_series *series,
                   const struct atw_view_list *list)
{
    atw_log("%s: views moved by %.2f pixels rms, axis %.2f pixels off the centre and "
            "turned by %.2f degrees",
            alignment->method, atw_alignment_rms_px(alignment, series),
            alignment->axis_offset_px, alignment->rotation_rad / ATW_DEGREE_RAD);
    if (alignment->rounds_done > 0) {
        atw_log("%zu rounds against reprojections, the last moved by %.3f pixels rms",
                alignment->rounds_done, alignment->last_move_px);
        log_residuals(alignment, series, list);
    }
    for (size_t i = 0; i < alignment->n_views; i++)
        if (alignment->rejected[i])
            atw_log("view %zu at %.4g degrees is dropped: residual %.3f", list->number[i],
                    series->tilt_rad[i] / ATW_DEGREE_RAD, alignment->residual[i]);
}

static json_t *views_json(const struct atw_alignment *alignment,
                          const struct atw_tilt_series *series,
                          const struct atw_view_list *list)
{
    json_t *views = json_array();

    for (size_t i = 0; i < alignment->n_views; i++)
        json_array_append_new(
            views,
            json_pack(
                "{s:I, s:f, s:f, s:f, s:o, s:b}", "view", (json_int_t)list->number[i],
                "tilt_deg", series->tilt_rad[i] / ATW_DEGREE_RAD, "shift_u_px",
                alignment->shift_u[i], "shift_v_px", alignment->shift_v[i], "residual",
                atw_json_number(alignment->rounds_done > 0 ? alignment->residual[i]
                                                           : NAN),
                "rejected", (int)alignment->rejected[i]));
    return views;
}

/* The numbers that are not in the list. */
static json_t *excluded_json(const struct atw_view_list *list)
{
    json_t *numbers = json_array();
    size_t next = 0;

    for (size_t number = 1; number <= list->n_all; number++) {
        if (next < list->n && list->number[next] == number)
            next++;
        else
            json_array_append_new(numbers, json_integer((json_int_t)number));
    }
    return numbers;
}

enum atw_status atw_align_print_json(const struct atw_alignment *alignment,
                                     const struct atw_tilt_series *series,
                                     const struct atw_view_list *list,
                                     struct atw_error *err)
{
    json_t *json = json_pack(
        "{s:s, s:f, s:f, s:f, s:I, s:o, s:I, s:o, s:o}", "method", alignment->method,
        "rotation_deg", alignment->rotation_rad / ATW_DEGREE_RAD, "axis_offset_px",
        alignment->axis_offset_px, "rms_shift_px",
        atw_alignment_rms_px(alignment, series), "rounds",
        (json_int_t)alignment->rounds_done, "last_move_px",
        atw_json_number(alignment->last_move_px), "rejected",
        (json_int_t)count_rejected(alignment), "excluded", excluded_json(list), "views",
        views_json(alignment, series, list));

    if (!json)
        return atw_error_set(err, ATW_ENOMEM, "align: out of memory");
    json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(json);
    return ATW_OK;
}
