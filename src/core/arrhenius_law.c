/* Arrhenius law of a rate that heat activates. */
#include "core/arrhenius_law.h"

#include <math.h>

#include "core/constants.h"

double atw_arrhenius_diffusivity(const struct atw_arrhenius_law *law, double T_K)
{
    return law->D0_m2_per_s *
           exp(-law->Q_J_per_mol / (ATW_GAS_CONSTANT_J_PER_MOL_K * T_K));
}
