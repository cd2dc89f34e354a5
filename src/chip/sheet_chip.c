/* Chip whose temperatures are computed by the sheet model.
 *
 * Set points are solved when somebody asks and remembered; every solve starts cold, so
 * that an answer depends on the design and the set point alone. */
#include "chip/sheet_chip.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "chip/chip_internal.h"
#include "chip/sheet_chip_internal.h"
#include "core/constants.h"

/* ---- life ----------------------------------------------------------------- */

static void sheet_chip_destroy(void *parameters)
{
    struct atw_sheet_chip *chip = parameters;

    if (!chip)
        return;
    for (size_t i = 0; i < chip->n_answers; i++) {
        free(chip->answer[i].window_K);
        free(chip->answer[i].state.rise_K);
    }
    free(chip->answer);
    atw_sheet_body_destroy(chip->body);
    atw_trace_destroy(chip->trace);
    free(chip->windows);
    if (chip->has_lock)
        pthread_mutex_destroy(&chip->lock);
    free(chip);
}

static enum atw_status make_sheet_chip(struct atw_sheet_chip **out,
                                       const struct atw_chip_design *design,
                                       struct atw_chip_key *key,
                                       struct atw_error *err)
{
    struct atw_sheet_chip *chip = calloc(1, sizeof *chip);
    enum atw_status status;

    *out = NULL;
    if (!chip)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    chip->design = *design;
    chip->has_lock = pthread_mutex_init(&chip->lock, NULL) == 0;
    chip->windows = calloc(design->n_windows + 1, sizeof *chip->windows);
    if (!chip->windows || !chip->has_lock) {
        sheet_chip_destroy(chip);
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    }
    memcpy(chip->windows, design->windows, design->n_windows * sizeof *chip->windows);
    chip->design.windows = chip->windows;
    status = atw_trace_create(&chip->trace, design, key, err);
    if (status == ATW_OK)
        status = atw_sheet_body_create(&chip->body, design, chip->trace, 1.0, key, err);
    /* What belongs to the caller is not needed again. */
    chip->design.geometry.x_m = chip->design.geometry.y_m = NULL;
    chip->design.geometry.point_width_m = NULL;
    for (size_t i = 0; i < design->n_windows; i++)
        chip->windows[i].name = "";
    if (status == ATW_OK)
        *out = chip;
    else
        sheet_chip_destroy(chip);
    return status;
}

/* ---- answers -------------------------------------------------------------- */

/* Temperature of the mesh at a point. */
static double
rise_at(const struct atw_mesh *mesh, const double *rise_K, double x, double y)
{
    double weight[4], sum = 0.0;
    size_t cell;

    if (!atw_mesh_locate(mesh, x, y, &cell, weight))
        return 0.0;
    for (size_t i = 0; i < 4; i++)
        sum += weight[i] * rise_K[mesh->corner[cell][i]];
    return sum;
}

static enum atw_status check_set_point(const struct atw_sheet_chip *chip,
                                       double set_point_K,
                                       struct atw_error *err)
{
    double frame_K = chip->design.frame_K, highest_K = chip->design.highest_K;

    if (set_point_K < frame_K - 1e-9)
        return atw_error_set(err, ATW_EINVAL,
                             "chip: set point %.6g degC is below the frame, %.6g degC; a "
                             "heater cannot cool",
                             set_point_K - ATW_ZERO_CELSIUS_K,
                             frame_K - ATW_ZERO_CELSIUS_K);
    if (set_point_K > highest_K + 1e-9)
        return atw_error_set(err, ATW_EINVAL,
                             "chip: set point %.6g degC is outside what the controller "
                             "accepts, %.6g to %.6g degC (controller.highest_set_point)",
                             set_point_K - ATW_ZERO_CELSIUS_K,
                             frame_K - ATW_ZERO_CELSIUS_K,
                             highest_K - ATW_ZERO_CELSIUS_K);
    return ATW_OK;
}

enum atw_status atw_sheet_chip_state(const struct atw_sheet_chip *chip,
                                     struct atw_sheet_body *body,
                                     double set_point_K,
                                     struct atw_sheet_state *state,
                                     struct atw_error *err)
{
    double greatest_A = chip->design.greatest_current_A;
    enum atw_status status = check_set_point(chip, set_point_K, err);

    if (status == ATW_OK)
        status = atw_sheet_body_solve(body, set_point_K, state, err);
    if (status != ATW_OK)
        return status;
    if (!(state->current2_A2 <= greatest_A * greatest_A))
        return atw_error_set(err, ATW_EINVAL,
                             "chip: set point %.6g degC takes a current of %.4g mA; the "
                             "controller gives at most %.4g mA "
                             "(controller.greatest_current)",
                             set_point_K - ATW_ZERO_CELSIUS_K,
                             sqrt(state->current2_A2) * 1e3, greatest_A * 1e3);
    return ATW_OK;
}

static struct atw_sheet_answer *find(struct atw_sheet_chip *chip, double set_point_K)
{
    for (size_t i = 0; i < chip->n_answers; i++)
        if (chip->answer[i].set_point_K == set_point_K)
            return &chip->answer[i];
    return NULL;
}

/* Append an answer, which takes the state; NULL when out of memory. */
static struct atw_sheet_answer *append(struct atw_sheet_chip *chip,
                                       double set_point_K,
                                       const struct atw_sheet_state *state)
{
    struct atw_sheet_answer *grown =
        realloc(chip->answer, (chip->n_answers + 1) * sizeof *grown);
    double *window_K = calloc(chip->design.n_windows + 1, sizeof *window_K);

    if (grown)
        chip->answer = grown;
    if (!grown || !window_K) {
        free(window_K);
        return NULL;
    }
    grown[chip->n_answers] = (struct atw_sheet_answer){.set_point_K = set_point_K,
                                                       .state = *state,
                                                       .window_K = window_K,
                                                       .time_constant_s = -1.0};
    for (size_t w = 0; w < chip->design.n_windows; w++)
        window_K[w] =
            chip->design.frame_K + rise_at(chip->body->mesh, state->rise_K,
                                           chip->windows[w].x_m, chip->windows[w].y_m);
    return &grown[chip->n_answers++];
}

enum atw_status atw_sheet_chip_answer(struct atw_sheet_answer **out,
                                      struct atw_sheet_chip *chip,
                                      double set_point_K,
                                      struct atw_error *err)
{
    struct atw_sheet_state state;
    enum atw_status status;

    *out = find(chip, set_point_K);
    if (*out)
        return ATW_OK;
    state.rise_K = malloc(chip->body->mesh->n_nodes * sizeof *state.rise_K);
    if (!state.rise_K)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    status = atw_sheet_chip_state(chip, chip->body, set_point_K, &state, err);
    if (status == ATW_OK) {
        *out = append(chip, set_point_K, &state);
        if (!*out)
            status = atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    }
    if (status != ATW_OK)
        free(state.rise_K);
    return status;
}

static enum atw_status sheet_temperature(const void *parameters,
                                         size_t window,
                                         double set_point_K,
                                         double *temperature_K,
                                         struct atw_error *err)
{
    struct atw_sheet_chip *chip = (struct atw_sheet_chip *)parameters;
    struct atw_sheet_answer *answer;
    enum atw_status status;

    pthread_mutex_lock(&chip->lock);
    status = atw_sheet_chip_answer(&answer, chip, set_point_K, err);
    if (status == ATW_OK)
        *temperature_K = answer->window_K[window];
    pthread_mutex_unlock(&chip->lock);
    return status;
}

static enum atw_status sheet_time_constant(const void *parameters,
                                           double set_point_K,
                                           double *time_constant_s,
                                           struct atw_error *err)
{
    struct atw_sheet_chip *chip = (struct atw_sheet_chip *)parameters;
    struct atw_sheet_answer *answer;
    enum atw_status status;

    pthread_mutex_lock(&chip->lock);
    status = atw_sheet_chip_answer(&answer, chip, set_point_K, err);
    if (status == ATW_OK && answer->time_constant_s < 0.0)
        status = atw_sheet_chip_decay(chip, set_point_K, &answer->time_constant_s, err);
    if (status == ATW_OK)
        *time_constant_s = answer->time_constant_s;
    pthread_mutex_unlock(&chip->lock);
    return status;
}

static const struct atw_chip_model sheet_model = {.name = "sheet",
                                                  .temperature = sheet_temperature,
                                                  .time_constant = sheet_time_constant,
                                                  .destroy = sheet_chip_destroy};

enum atw_status atw_chip_create_sheet(struct atw_chip **out,
                                      const struct atw_chip_design *design,
                                      struct atw_chip_key *key,
                                      struct atw_error *err)
{
    struct atw_sheet_chip *chip = NULL;
    struct atw_chip_key ignored;
    enum atw_status status;

    *out = NULL;
    key = key ? key : &ignored;
    key->name[0] = '\0';
    status = atw_chip_design_check(design, key, err);
    if (status == ATW_OK)
        status = make_sheet_chip(&chip, design, key, err);
    if (status == ATW_OK)
        status = atw_chip_create(out, &sheet_model, chip, design->windows,
                                 design->n_windows, err);
    return status;
}

struct atw_sheet_chip *atw_sheet_chip_of(const struct atw_chip *chip)
{
    return (struct atw_sheet_chip *)atw_chip_parameters(chip, &sheet_model);
}

const struct atw_trace *atw_chip_trace(const struct atw_chip *chip)
{
    const struct atw_sheet_chip *sheet = atw_sheet_chip_of(chip);

    return sheet ? sheet->trace : NULL;
}

const struct atw_chip_design *atw_chip_design(const struct atw_chip *chip)
{
    const struct atw_sheet_chip *sheet = atw_sheet_chip_of(chip);

    return sheet ? &sheet->design : NULL;
}
