/* Bound: as JSON. */
#include "pipeline/bound.h"

#include <math.h>

#include "io/json_file.h"

static json_t *row_to_json(const struct atw_bound *bound,
                           const struct atw_scenario *scenario,
                           size_t stage)
{
    const struct atw_bound_row *row = &bound->row[stage];
    json_t *particles = json_array();

    for (size_t p = 0; particles && p < bound->n_particles; p++)
        if (p != bound->reference)
            json_array_append_new(particles,
                                  json_pack("{s:s, s:o}", "particle",
                                            scenario->particle[p].name, "delta_T_std_K",
                                            atw_json_number(row->delta_T_std_K[p])));
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "stage", atw_bound_stage_name[stage],
                     "particles", particles, "Q_std_J_per_mol",
                     atw_json_number(row->Q_std_J_per_mol), "ln_D_std",
                     atw_json_number(row->ln_D_std), "condition_number",
                     atw_json_number(row->condition_number));
}

static json_t *steps_to_json(const struct atw_bound *bound,
                             const struct atw_scenario *scenario)
{
    json_t *steps = json_array();

    for (size_t p = 0; steps && p < bound->n_particles; p++)
        for (size_t k = 0; k < bound->n_steps; k++) {
            json_t *step =
                json_pack("{s:s, s:I, s:o}", "particle", scenario->particle[p].name,
                          "step", (json_int_t)(k + 1), "nominal_K",
                          atw_json_number(scenario->set_point_K[k]));
            json_t *ln_S = json_object();

            for (size_t s = 0; s <= ATW_BOUND_DEGREES; s++)
                json_object_set_new(ln_S, atw_bound_stage_name[s],
                                    atw_json_number(atw_bound_ln_S_std(
                                        bound, (enum atw_bound_stage)s, p, k)));
            json_object_set_new(step, "ln_S_std", ln_S);
            json_array_append_new(steps, step);
        }
    return steps;
}

/* First particle that has a dT. */
static size_t first_particle(const struct atw_bound *bound)
{
    return bound->reference == 0 ? 1 : 0;
}

json_t *atw_bound_to_json(const struct atw_bound *bound,
                          const struct atw_scenario *scenario)
{
    const struct atw_bound_row *photons = &bound->row[ATW_BOUND_PHOTONS];
    json_t *stages = json_array();

    for (size_t s = 0; stages && s < ATW_BOUND_STAGES; s++)
        if (bound->row[s].is_known)
            json_array_append_new(stages, row_to_json(bound, scenario, s));
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "schema",
                     "alloytwin-bound/1", "scenario", scenario->name, "delta_T_std_K",
                     atw_json_number(photons->delta_T_std_K[first_particle(bound)]),
                     "Q_std_J_per_mol", atw_json_number(photons->Q_std_J_per_mol),
                     "ln_D_std", atw_json_number(photons->ln_D_std), "T_ref_K",
                     atw_json_number(bound->T_ref_K), "condition_number",
                     atw_json_number(photons->condition_number), "stages", stages,
                     "steps", steps_to_json(bound, scenario));
}
