/* Bound: as tidy tables. */
#include "pipeline/bound.h"

enum { LABEL_SIZE = 32 };

#define NUMBER(x) atw_cell_number(x)
#define TEXT(x) atw_cell_text(x)

/* gnuplot ends a text at a comma, quoted or not. */
static const char *label_of(char label[LABEL_SIZE], const char *name)
{
    size_t n = 0;

    for (; *name && n + 1 < LABEL_SIZE; name++)
        if (*name != ',')
            label[n++] = *name;
    label[n] = '\0';
    return label;
}

static enum atw_status fill_stages(struct atw_table *table,
                                   const struct atw_bound *bound,
                                   const struct atw_scenario *scenario,
                                   struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t s = 0; s < ATW_BOUND_STAGES; s++)
        for (size_t p = 0; p < bound->n_particles && status == ATW_OK; p++) {
            const struct atw_bound_row *row = &bound->row[s];
            char label[LABEL_SIZE];
            const struct atw_cell cells[] = {
                TEXT(label_of(label, atw_bound_stage_name[s])),
                TEXT(scenario->particle[p].name), NUMBER(row->delta_T_std_K[p]),
                NUMBER(row->Q_std_J_per_mol), NUMBER(row->ln_D_std)};

            if (row->is_known && p != bound->reference)
                status = atw_table_append(table, cells, err);
        }
    return status;
}

static enum atw_status fill_series(struct atw_table *table,
                                   const struct atw_bound *bound,
                                   const struct atw_scenario *scenario,
                                   struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t p = 0; p < bound->n_particles; p++)
        for (size_t k = 0; k < bound->n_steps && status == ATW_OK; k++) {
            const struct atw_cell cells[] = {
                TEXT(scenario->particle[p].name),
                NUMBER((double)(k + 1)),
                NUMBER(scenario->set_point_K[k]),
                NUMBER(atw_bound_ln_S_std(bound, ATW_BOUND_PHOTONS, p, k)),
                NUMBER(atw_bound_ln_S_std(bound, ATW_BOUND_PARTICLE, p, k)),
                NUMBER(atw_bound_ln_S_std(bound, ATW_BOUND_DEGREES, p, k))};

            status = atw_table_append(table, cells, err);
        }
    return status;
}

enum atw_status atw_bound_tables(struct atw_table *table[ATW_BOUND_TABLES],
                                 const struct atw_bound *bound,
                                 const struct atw_scenario *scenario,
                                 struct atw_error *err)
{
    static const char *const stages[] = {"stage", "particle", "delta_T_std_K",
                                         "Q_std_J_per_mol", "ln_D_std"};
    static const char *const series[] = {"particle",          "step",
                                         "nominal_K",         "ln_S_std_photons",
                                         "ln_S_std_particle", "ln_S_std_degree"};
    enum atw_status status;

    table[ATW_BOUND_TABLE_STAGES] = table[ATW_BOUND_TABLE_SERIES] = NULL;
    status = atw_table_create(&table[ATW_BOUND_TABLE_STAGES], stages,
                              sizeof stages / sizeof *stages, err);
    if (status == ATW_OK)
        status = fill_stages(table[ATW_BOUND_TABLE_STAGES], bound, scenario, err);
    if (status == ATW_OK)
        status = atw_table_create(&table[ATW_BOUND_TABLE_SERIES], series,
                                  sizeof series / sizeof *series, err);
    if (status == ATW_OK)
        status = fill_series(table[ATW_BOUND_TABLE_SERIES], bound, scenario, err);
    if (status != ATW_OK)
        for (size_t i = 0; i < ATW_BOUND_TABLES; i++) {
            atw_table_destroy(table[i]);
            table[i] = NULL;
        }
    return status;
}
