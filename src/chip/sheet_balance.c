/* Sheet: the balance of heat around each node, its derivative, and its sums. */
#include <string.h>

#include "chip/sheet_internal.h"
#include "core/constants.h"

static double cell_rise(const struct atw_sheet *sheet, size_t cell, const double *rise_K)
{
    double sum = 0.0;

    for (size_t i = 0; i < 4; i++)
        sum += sheet->corner_share[cell][i] * rise_K[sheet->mesh->corner[cell][i]];
    return sum;
}

static double square_ohm(const struct atw_sheet *sheet, double rise_K)
{
    const struct atw_sheet_metal *metal = &sheet->metal;

    return metal->ohm_per_square *
           (1.0 + metal->tcr_per_K * (sheet->frame_K + rise_K - metal->T_ref_K));
}

/* Joule heat of the trace in a cell. */
static double cell_heat(const struct atw_sheet *sheet,
                        size_t cell,
                        const double *rise_K,
                        double current2_A2)
{
    return current2_A2 * sheet->cell[cell].squares *
           square_ohm(sheet, cell_rise(sheet, cell, rise_K));
}

/* T^4 - T0^4 without cancellation. */
static double quartic_rise(double frame_K, double rise_K)
{
    double T_K = frame_K + rise_K;

    return rise_K * (T_K + frame_K) * (T_K * T_K + frame_K * frame_K);
}

void atw_sheet_heating(const struct atw_sheet *sheet,
                       const double *rise_K,
                       double *heating_W_per_A2)
{
    const struct atw_mesh *mesh = sheet->mesh;

    memset(heating_W_per_A2, 0, mesh->n_free * sizeof *heating_W_per_A2);
    for (size_t cell = 0; cell < mesh->n_cells; cell++) {
        double ohm;

        if (sheet->cell[cell].squares == 0.0)
            continue;
        ohm = cell_heat(sheet, cell, rise_K, 1.0);
        for (size_t i = 0; i < 4; i++)
            if (mesh->corner[cell][i] < mesh->n_free)
                heating_W_per_A2[mesh->corner[cell][i]] +=
                    ohm * sheet->corner_share[cell][i];
    }
}

void atw_sheet_imbalance(const struct atw_sheet *sheet,
                         const double *rise_K,
                         double current2_A2,
                         double *imbalance_W)
{
    size_t n = sheet->mesh->n_free;

    atw_sheet_heating(sheet, rise_K, imbalance_W);
    for (size_t i = 0; i < n; i++)
        imbalance_W[i] = current2_A2 * imbalance_W[i] -
                         sheet->loss_W_per_K[i] * rise_K[i] -
                         ATW_STEFAN_BOLTZMANN_W_PER_M2_K4 * sheet->emitting_m2[i] *
                             quartic_rise(sheet->frame_K, rise_K[i]);
    for (size_t j = 0; j < n; j++)
        for (int k = sheet->column[j]; k < sheet->column[j + 1]; k++) {
            size_t i = (size_t)sheet->row[k];

            imbalance_W[i] -= sheet->conductance[k] * rise_K[j];
            if (i != j)
                imbalance_W[j] -= sheet->conductance[k] * rise_K[i];
        }
}

/* Metal that grows more resistive heats more: -I^2 dq/dT, of rank one in each cell. */
static void
add_feedback(const struct atw_sheet *sheet, size_t cell, double factor, double *value)
{
    const double *share = sheet->corner_share[cell];
    double slope = factor * sheet->cell[cell].squares * sheet->metal.ohm_per_square *
                   sheet->metal.tcr_per_K;
    double s[4][4];

    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++)
            s[i][j] = -slope * share[i] * share[j];
    atw_sheet_add_cell(sheet, cell, s, value);
}

void atw_sheet_linearise(struct atw_sheet *sheet,
                         const double *rise_K,
                         double current2_A2,
                         double scale,
                         const double *diagonal)
{
    size_t n = sheet->mesh->n_free;

    for (int k = 0; k < sheet->column[n]; k++)
        sheet->matrix[k] = scale * sheet->conductance[k];
    for (size_t i = 0; i < n; i++) {
        double T_K = sheet->frame_K + rise_K[i];

        sheet->matrix[sheet->column[i]] +=
            scale *
                (sheet->loss_W_per_K[i] + 4.0 * ATW_STEFAN_BOLTZMANN_W_PER_M2_K4 *
                                              sheet->emitting_m2[i] * T_K * T_K * T_K) +
            (diagonal ? diagonal[i] : 0.0);
    }
    if (sheet->metal.tcr_per_K == 0.0 || current2_A2 == 0.0)
        return;
    for (size_t cell = 0; cell < sheet->mesh->n_cells; cell++)
        if (sheet->cell[cell].squares > 0.0)
            add_feedback(sheet, cell, scale * current2_A2, sheet->matrix);
}

/* ---- what it adds up to --------------------------------------------------- */

double atw_sheet_resistance(const struct atw_sheet *sheet, const double *rise_K)
{
    double ohm = 0.0;

    for (size_t cell = 0; cell < sheet->mesh->n_cells; cell++)
        if (sheet->cell[cell].sensed_squares > 0.0)
            ohm += sheet->cell[cell].sensed_squares *
                   square_ohm(sheet, cell_rise(sheet, cell, rise_K));
    return ohm;
}

void atw_sheet_mean_weight(const struct atw_sheet *sheet, double *weight)
{
    const struct atw_mesh *mesh = sheet->mesh;
    double sum = 0.0;

    memset(weight, 0, mesh->n_free * sizeof *weight);
    for (size_t cell = 0; cell < mesh->n_cells; cell++)
        sum += sheet->cell[cell].sensed_squares;
    for (size_t cell = 0; cell < mesh->n_cells; cell++)
        for (size_t i = 0; i < 4; i++)
            if (mesh->corner[cell][i] < mesh->n_free)
                weight[mesh->corner[cell][i]] +=
                    sheet->cell[cell].sensed_squares * sheet->corner_share[cell][i] / sum;
}

/* What reaches the nodes of the frame: conducted, and generated beside them. */
static double into_frame(const struct atw_sheet *sheet,
                         const struct atw_sheet_state *state)
{
    const struct atw_mesh *mesh = sheet->mesh;
    double s[4][4], sum = 0.0;

    for (size_t cell = 0; cell < mesh->n_cells; cell++) {
        const size_t *node = mesh->corner[cell];
        int known = 0;

        for (size_t i = 0; i < 4; i++) {
            if (node[i] < mesh->n_free)
                continue;
            if (!known)
                atw_sheet_cell_conductance(sheet, cell, s);
            known = 1;
            for (size_t j = 0; j < 4; j++)
                sum -= s[i][j] * state->rise_K[node[j]];
            sum += sheet->corner_share[cell][i] *
                   cell_heat(sheet, cell, state->rise_K, state->current2_A2);
        }
    }
    return sum;
}

void atw_sheet_powers(const struct atw_sheet *sheet,
                      const struct atw_sheet_state *state,
                      struct atw_sheet_powers *powers)
{
    const struct atw_mesh *mesh = sheet->mesh;

    *powers = (struct atw_sheet_powers){0};
    for (size_t cell = 0; cell < mesh->n_cells; cell++)
        if (sheet->cell[cell].squares > 0.0)
            powers->joule_W += cell_heat(sheet, cell, state->rise_K, state->current2_A2);
    for (size_t i = 0; i < mesh->n_free; i++) {
        powers->radiated_W += ATW_STEFAN_BOLTZMANN_W_PER_M2_K4 * sheet->emitting_m2[i] *
                              quartic_rise(sheet->frame_K, state->rise_K[i]);
        powers->gas_W += sheet->loss_W_per_K[i] * state->rise_K[i];
    }
    powers->frame_W = into_frame(sheet, state);
    powers->resistance_ohm = atw_sheet_resistance(sheet, state->rise_K);
    powers->sensed_W = state->current2_A2 * powers->resistance_ohm;
}
