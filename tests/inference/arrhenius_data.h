/* Diffusivities made for the tests of the Arrhenius fit. */
#ifndef ATW_TESTS_INFERENCE_ARRHENIUS_DATA_H
#define ATW_TESTS_INFERENCE_ARRHENIUS_DATA_H

#include <math.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "core/constants.h"
#include "core/random.h"
#include "inference/arrhenius.h"

#define N_TEMPERATURES 4
#define N_POINTS (2 * N_TEMPERATURES)

/* Two particles at 673, 683, 693 and 703 K (from first_K in steps of 10 K), the second
 * one delta_T_K hotter than its nominal temperature; ln D moved by ln_noise[N_POINTS]
 * unless NULL. */
static inline void make_points(struct atw_diffusivity_point *points,
                               double first_K,
                               double Q_J_per_mol,
                               double delta_T_K,
                               const double *ln_noise)
{
    for (size_t i = 0; i < N_POINTS; i++) {
        double nominal_K = first_K + 10.0 * (double)(i % N_TEMPERATURES);
        double T_K = nominal_K + (i < N_TEMPERATURES ? 0.0 : delta_T_K);
        double ln_D = log(1e-19) - Q_J_per_mol / ATW_GAS_CONSTANT_J_PER_MOL_K *
                                       (1.0 / T_K - 1.0 / 688.0);

        points[i] = (struct atw_diffusivity_point){
            .particle = i / N_TEMPERATURES,
            .nominal_K = nominal_K,
            .D_m2_per_s = exp(ln_D + (ln_noise ? ln_noise[i] : 0.0)),
            .D_std_m2_per_s = NAN};
    }
}

/* Independent normal deviates; aborts when out of memory. */
static inline void make_noise(double *noise, size_t count, unsigned seed, double sigma)
{
    struct atw_random_key key = {.seed = seed, .stage = ATW_RANDOM_TEST, .item = 9000};
    gsl_rng *rng = NULL;

    if (atw_random_create(&rng, &key, NULL) != ATW_OK)
        abort();
    for (size_t i = 0; i < count; i++)
        noise[i] = gsl_ran_gaussian(rng, sigma);
    gsl_rng_free(rng);
}

#endif
