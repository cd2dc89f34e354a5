/* What `diffuse` says about the states of a particle, however it was heated. */
#include "cli/heated_output.h"

#include <stdio.h>
#include <string.h>

#include "core/progress.h"
#include "io/json_file.h"

void atw_heated_path(char path[4096], const char *output, size_t state, size_t n_states)
{
    const char *suffix = strrchr(output, '.');
    int stem =
        suffix && !strchr(suffix, '/') ? (int)(suffix - output) : (int)strlen(output);

    if (n_states == 1)
        snprintf(path, 4096, "%s", output);
    else
        snprintf(path, 4096, "%.*s-%03zu%s", stem, output, state, output + stem);
}

json_t *atw_heated_json(const struct atw_heated_numbers *n)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "time_s",
                     atw_json_number(n->t_s), "amount_m3", atw_json_number(n->amount_m3),
                     "mean", atw_json_number(n->mean), "std", atw_json_number(n->std),
                     "alloying", atw_json_number(n->alloying), "lost_m3",
                     atw_json_number(n->lost_m3), "aspect_ratio",
                     atw_json_number(n->aspect_ratio));
}

void atw_heated_log(const struct atw_heated_numbers *n, int is_last)
{
    atw_log("%g s: alloyed %.4f, mean %.6f, std %.6f%s", n->t_s, n->alloying, n->mean,
            n->std, is_last ? ", end" : "");
}
