/* The schema of scenarios, and of the single groups that commands load on their own. */
#ifndef ATW_IO_SCENARIO_SCHEMA_H
#define ATW_IO_SCENARIO_SCHEMA_H

#include "io/schema.h"

extern const struct atw_schema atw_scenario_schema;

/* One group each, without `format`: a command that takes only a model's name parses
 * "chip: {model: NAME}" (material, microscope; "particles: [{name: A, model: NAME}]"). */
extern const struct atw_schema atw_chip_schema;
extern const struct atw_schema atw_material_schema;
extern const struct atw_schema atw_particles_schema;
extern const struct atw_schema atw_microscope_schema;

/* The rows of `material` and `particles`. */
extern const struct atw_schema_part atw_material_part;
extern const struct atw_schema_part atw_particle_part;

/* The rows of `analysis`, which scenarios and experiments share. */
extern const struct atw_schema_part atw_analysis_part;
extern const struct atw_schema_part atw_microscope_part; /* of scenarios and models */

/* The rows of `chip`, in this order. */
extern const struct atw_schema_part atw_chip_part;
extern const struct atw_schema_part atw_chip_body_part;
extern const struct atw_schema_part atw_chip_heater_part;
#define ATW_CHIP_PARTS &atw_chip_part, &atw_chip_body_part, &atw_chip_heater_part

#endif
