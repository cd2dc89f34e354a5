/* Views of a tilt series named by number on the command line. */
#include "cli/view_list.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A number from 1 to most at *text, which moves behind it; 0 if there is none. */
static size_t take_number(const char **text, size_t most)
{
    char *end = NULL;
    unsigned long number;

    if (!isdigit((unsigned char)**text))
        return 0;
    number = strtoul(*text, &end, 10);
    *text = end;
    return number <= most ? number : 0;
}

/* Mark "4" or "50-52" at *text, which moves behind it; 0 if it is neither. */
static int take_range(unsigned char *is_out, const char **text, size_t n_views)
{
    size_t first = take_number(text, n_views), last = first;

    if (first > 0 && **text == '-') {
        (*text)++;
        last = take_number(text, n_views);
    }
    for (size_t i = first; first > 0 && i <= last; i++)
        is_out[i - 1] = 1;
    return first > 0 && last >= first;
}

static enum atw_status parse(unsigned char *is_out,
                             size_t n_views,
                             const char *option,
                             const char *text,
                             struct atw_error *err)
{
    const char *rest = text;
    int fits = take_range(is_out, &rest, n_views);

    while (fits && *rest == ',') {
        rest++;
        fits = take_range(is_out, &rest, n_views);
    }
    if (fits && *rest == '\0')
        return ATW_OK;
    return atw_error_set(err, ATW_EUSAGE,
                         "%s '%s': give numbers of views from 1 to %zu, such as 4 or "
                         "4,50-52",
                         option, text, n_views);
}

/* The numbers of the views that stay. */
static enum atw_status
list_rest(struct atw_view_list *list, const unsigned char *is_out, struct atw_error *err)
{
    list->number = calloc(list->n_all, sizeof *list->number);
    if (!list->number)
        return atw_error_set(err, ATW_ENOMEM, "out of memory");
    for (size_t i = 0; i < list->n_all; i++)
        if (!is_out[i])
            list->number[list->n++] = i + 1;
    return ATW_OK;
}

static enum atw_status take_out(const struct atw_view_list *list,
                                struct atw_tilt_series **series,
                                struct atw_error *err)
{
    const struct atw_tilt_series *all = *series;
    struct atw_tilt_series *rest = NULL;
    enum atw_status status = atw_tilt_series_create(&rest, list->n, all->n_v, all->n_u,
                                                    all->pixel_m, NULL, err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < list->n; i++) {
        size_t from = list->number[i] - 1;

        rest->tilt_rad[i] = all->tilt_rad[from];
        memcpy(atw_tilt_series_view(rest, i), atw_tilt_series_view(all, from),
               all->n_v * all->n_u * sizeof *all->value);
    }
    atw_tilt_series_destroy(*series);
    *series = rest;
    return ATW_OK;
}

enum atw_status atw_view_list_exclude(struct atw_view_list *list,
                                      struct atw_tilt_series **series,
                                      const char *option,
                                      const char *text,
                                      struct atw_error *err)
{
    size_t n_views = (*series)->n_tilt;
    unsigned char *is_out = calloc(n_views, 1);
    enum atw_status status = ATW_OK;

    *list = (struct atw_view_list){.n_all = n_views};
    if (!is_out)
        return atw_error_set(err, ATW_ENOMEM, "out of memory");
    if (text)
        status = parse(is_out, n_views, option, text, err);
    if (status == ATW_OK)
        status = list_rest(list, is_out, err);
    if (status == ATW_OK && list->n == 0)
        status = atw_error_set(err, ATW_EUSAGE, "%s '%s': no view is left of %zu", option,
                               text, n_views);
    if (status == ATW_OK && list->n < n_views)
        status = take_out(list, series, err);
    free(is_out);
    return status;
}

void atw_view_list_clear(struct atw_view_list *list)
{
    free(list->number);
    *list = (struct atw_view_list){0};
}
