/* Estimator `bayes`: what is believed before the data, and how the posterior is sampled.
 */
#ifndef ATW_INFERENCE_BAYES_H
#define ATW_INFERENCE_BAYES_H

#include <stddef.h>
#include <stdint.h>

struct atw_bayes_options {
    /* Normal prior of Q; deviation 0: flat between 0 and 1000 kJ/mol. */
    double Q_J_per_mol, Q_std_J_per_mol;
    double delta_T_std_K; /* normal prior of each dT, about 0 */
    /* Scale of the half-Cauchy prior of the deviation by which the model misses the
     * variance left, beside noise; 0: none. Where no deviation is known it is not used:
     * the prior is flat in the logarithm, from 1e-7 to 1. */
    double model_error_scale;
    double length_std;        /* relative, of each particle's lengths; 0: exact */
    size_t n_steps_max;       /* of each walker */
    double effective_samples; /* that every parameter must have */
    uint64_t seed;            /* of the walkers */
};

/* Q: the middle of tracer diffusivities in Au-Ag, 169 to 202 kJ/mol, and of what is
 * reported for nanoparticles, to 208 kJ/mol. Model error: what `joint`
 * leaves of the degrees of the double spiral without noise, 2.6e-4. Others are chosen. */
#define ATW_BAYES_DEFAULTS                                                               \
    {                                                                                    \
        .Q_J_per_mol = 190e3, .Q_std_J_per_mol = 20e3, .delta_T_std_K = 100.0,           \
        .model_error_scale = 3e-4, .length_std = 0.0, .n_steps_max = 64000,              \
        .effective_samples = 2000.0, .seed = 1                                           \
    }

#endif
