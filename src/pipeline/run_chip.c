/* The chip of a run in its report. */
#include "pipeline/run_chip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/sheet_chip.h"
#include "io/scenario_schema.h"
#include "pipeline/chip_section.h"
#include "pipeline/chip_tables.h"

static const char *
name_of(const struct atw_config *config, const char *path, const char *otherwise)
{
    return atw_config_is_set(config, "%s", path) ? atw_config_text(config, "%s", path)
                                                 : otherwise;
}

enum atw_status atw_run_chip_compared(struct atw_chip **out,
                                      const struct atw_scenario *scenario,
                                      struct atw_error *err)
{
    const struct atw_config *config = scenario->config;
    struct atw_config *section = NULL;
    struct atw_error reason = {0};
    char *text = NULL, *place = NULL;
    enum atw_status status;

    *out = NULL;
    if (!scenario->chip || !atw_config_is_set(config, "chip.compare"))
        return ATW_OK;
    /* The place lets models beside the scenario be found. */
    if (asprintf(&text, "chip: {model: \"%s\"}\n",
                 atw_config_text(config, "chip.compare")) < 0)
        text = NULL;
    if (asprintf(&place, "%s/chip.compare", atw_config_directory(config)) < 0)
        place = NULL;
    if (!text || !place) {
        status = atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
        goto cleanup;
    }
    status = atw_config_parse(&section, &atw_chip_schema, text, strlen(text), place, NULL,
                              0, &reason);
    if (status == ATW_OK)
        status = atw_chip_read(out, section, &reason);
    if (status != ATW_OK)
        status = atw_config_error(config, err, status, "chip.compare", "%s", reason.text);
cleanup:
    atw_config_destroy(section);
    free(text);
    free(place);
    return status;
}

enum atw_status atw_run_chip_write(const struct atw_scenario *scenario,
                                   struct atw_chip *compared,
                                   const char *directory,
                                   struct atw_error *err)
{
    struct atw_named_chip chips[2] = {
        {name_of(scenario->config, "chip.model", "chip"), scenario->chip},
        {name_of(scenario->config, "chip.compare", ""), compared}};

    if (!scenario->chip || !atw_chip_design(scenario->chip))
        return ATW_OK;
    if (strcmp(chips[0].name, chips[1].name) == 0)
        chips[0].name = "this chip"; /* of the same model, with other keys */
    return atw_chip_tables_write(chips, compared ? 2 : 1, scenario->set_point_K[0],
                                 directory, err);
}
