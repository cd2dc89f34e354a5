/* Sheet: temperature of the membrane, conducted in its plane, lost to radiation and gas.
 *
 *   div(K grad T) + q - 2 eps sigma (T^4 - T0^4) - h (T - T0) = C dT/dt,  T = T0 at the
 *   frame,  q = I^2 rho(T) / (w^2 t),  rho = rho0 (1 + a (T - T_ref))
 *
 * Finite volumes around the corners of cells; docs/chip.md. The sheet knows no geometry
 * but its mesh: what a cell is made of is filled in by chip/cover.h, or by a test. */
#ifndef ATW_CHIP_SHEET_H
#define ATW_CHIP_SHEET_H

#include "chip/cholesky.h"
#include "chip/mesh.h"

/* One cell; extensive values are integrals over the cell. */
struct atw_sheet_cell {
    double K_W_per_K[3]; /* xx, xy, yy of the conductance tensor, sum of k t */
    double capacity_J_per_K;
    double emitting_m2;    /* emissivity times area times two sides */
    double loss_W_per_K;   /* to the gas */
    double squares;        /* integral of 1 / w^2 over the trace: length over width */
    double sensed_squares; /* of them between the voltage taps */
};

struct atw_sheet_metal {
    double ohm_per_square; /* rho0 / t, at T_ref */
    double tcr_per_K, T_ref_K;
};

struct atw_sheet {
    const struct atw_mesh *mesh; /* borrowed */
    struct atw_sheet_cell *cell; /* [n_cells], owned */
    double (*corner_share)[4];   /* of a cell's area, [n_cells] */
    struct atw_sheet_metal metal;
    double frame_K;
    double *capacity_J_per_K, *emitting_m2, *loss_W_per_K; /* [n_free] */
    int *column, *row;                                     /* lower triangle */
    double *conductance;                                   /* its values */
    double *matrix;                                        /* those to be factorised */
    size_t (*place)[16]; /* [n_cells] of corner pairs in `conductance` */
    struct atw_cholesky *cholesky;
};

/* cell [n_cells] is copied. ATW_EINVAL for a conductance that is not positive, or another
 * value that is negative or not finite; ATW_ENOMEM. */
enum atw_status atw_sheet_create(struct atw_sheet **out,
                                 const struct atw_mesh *mesh,
                                 const struct atw_sheet_cell *cell,
                                 const struct atw_sheet_metal *metal,
                                 double frame_K,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_sheet_destroy(struct atw_sheet *sheet);

/* What the controller keeps: sum_i weight_i (T_i - T0) = rise. */
struct atw_sheet_target {
    const double *weight; /* [n_free]; NULL: no controller, the current stays as it is */
    double rise_K;
};

struct atw_sheet_state {
    double *rise_K;     /* [n_nodes], above the frame */
    double current2_A2; /* square of the current */
};

/* Steady state by Newton's method with the current as one more unknown. The state given
 * is the first guess (zeros will do). ATW_EDIVERGED: not converged within max_iterations,
 * or the temperature is not finite; the state is then of no use. */
enum atw_status atw_sheet_steady(struct atw_sheet *sheet,
                                 const struct atw_sheet_target *target,
                                 size_t max_iterations,
                                 struct atw_sheet_state *state,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* weight [n_free] of the mean temperature of the sensed trace, weighted by resistance. */
void atw_sheet_mean_weight(const struct atw_sheet *sheet, double *weight);

struct atw_sheet_powers {
    double joule_W, sensed_W; /* in the whole trace, between the voltage taps */
    double frame_W, radiated_W, gas_W;
    double resistance_ohm; /* between the voltage taps */
};
void atw_sheet_powers(const struct atw_sheet *sheet,
                      const struct atw_sheet_state *state,
                      struct atw_sheet_powers *powers);

/* -F: heat that comes in less heat that goes out at each free node, W. */
void atw_sheet_imbalance(const struct atw_sheet *sheet,
                         const double *rise_K,
                         double current2_A2,
                         double *imbalance_W);

/* matrix = scale dF/dT + diagonal, ready to be factorised. diagonal may be NULL. */
void atw_sheet_linearise(struct atw_sheet *sheet,
                         const double *rise_K,
                         double current2_A2,
                         double scale,
                         const double *diagonal);

/* dq/d(I^2) at each free node, W/A2. */
void atw_sheet_heating(const struct atw_sheet *sheet,
                       const double *rise_K,
                       double *heating_W_per_A2);

/* Resistance between the voltage taps. */
double atw_sheet_resistance(const struct atw_sheet *sheet, const double *rise_K);

#endif
