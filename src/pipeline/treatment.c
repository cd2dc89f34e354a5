/* What heat does to a particle over one or several heating steps. */
#include "pipeline/treatment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHEETS = 2 };

#define COLD 0.75

struct atw_treatment {
    const struct atw_material *material;
    struct atw_diffusion_sheet sheet[SHEETS];
    size_t n_sheets;
    double aspect_ratio;
    struct atw_arrhenius_law reshaping; /* 1/s; D0 0: none */
    size_t n_steps;
    struct atw_heating_step *step;
    double *start_s;  /* [n_steps + 1], the last is the end */
    double *exponent; /* [n_steps + 1], integral of the rate of reshaping until then */
    double *break_s;  /* [2 n_steps], starts and ends of dwells */
};

static void add_sheet(struct atw_treatment *treatment,
                      const struct atw_diffusion_sheet *sheet)
{
    if (sheet->ratio > 1.0)
        treatment->sheet[treatment->n_sheets++] = *sheet;
}

static int allocate(struct atw_treatment *treatment, size_t n_steps)
{
    treatment->n_steps = n_steps;
    treatment->step = calloc(n_steps + 1, sizeof *treatment->step);
    treatment->start_s = calloc(n_steps + 1, sizeof *treatment->start_s);
    treatment->exponent = calloc(n_steps + 1, sizeof *treatment->exponent);
    treatment->break_s = calloc(2 * n_steps + 1, sizeof *treatment->break_s);
    return treatment->step && treatment->start_s && treatment->exponent &&
           treatment->break_s;
}

/* Where the steps begin, and how far reshaping has gone by then. */
static enum atw_status schedule(struct atw_treatment *treatment,
                                const struct atw_heating_step *steps,
                                struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < treatment->n_steps && status == ATW_OK; k++) {
        double exponent = 0.0, start_s = treatment->start_s[k];

        treatment->step[k] = steps[k];
        treatment->start_s[k + 1] = start_s + atw_heating_duration_s(&steps[k]);
        treatment->break_s[2 * k] = start_s;
        treatment->break_s[2 * k + 1] = start_s + steps[k].dwell_s;
        if (atw_treatment_reshapes(treatment))
            status = atw_heating_diffusion_integral(&steps[k], &treatment->reshaping,
                                                    &exponent, err);
        treatment->exponent[k + 1] = treatment->exponent[k] + exponent;
    }
    return status;
}

enum atw_status atw_treatment_create(struct atw_treatment **out,
                                     const struct atw_treatment_options *options,
                                     const struct atw_heating_step *steps,
                                     size_t n_steps,
                                     struct atw_error *err)
{
    struct atw_treatment *treatment = calloc(1, sizeof *treatment);
    enum atw_status status;

    *out = NULL;
    if (!treatment || !allocate(treatment, n_steps)) {
        atw_treatment_destroy(treatment);
        return atw_error_set(err, ATW_ENOMEM, "heat treatment: out of memory");
    }
    treatment->material = options->material;
    treatment->aspect_ratio = options->aspect_ratio;
    treatment->reshaping = options->material->reshaping;
    treatment->reshaping.D0_m2_per_s *= options->reshaping;
    add_sheet(treatment, &options->material->surface);
    add_sheet(treatment, &options->twin);
    status = schedule(treatment, steps, err);
    if (status == ATW_OK)
        *out = treatment;
    else
        atw_treatment_destroy(treatment);
    return status;
}

void atw_treatment_destroy(struct atw_treatment *treatment)
{
    if (!treatment)
        return;
    free(treatment->step);
    free(treatment->start_s);
    free(treatment->exponent);
    free(treatment->break_s);
    free(treatment);
}

int atw_treatment_reshapes(const struct atw_treatment *treatment)
{
    return treatment->reshaping.D0_m2_per_s > 0.0;
}

int atw_treatment_is_ideal(const struct atw_treatment *treatment)
{
    const struct atw_material *material = treatment->material;

    return !material->depends_on_composition && treatment->n_sheets == 0 &&
           material->sublimation.coefficient == 0.0 && !atw_treatment_reshapes(treatment);
}

double atw_treatment_end_s(const struct atw_treatment *treatment, size_t step)
{
    return treatment->start_s[step + 1];
}

/* Step that a time lies in; the last one for all times after it. */
static size_t step_at(const struct atw_treatment *treatment, double t_s)
{
    size_t k = 0;

    while (k + 1 < treatment->n_steps && t_s >= treatment->start_s[k + 1])
        k++;
    return k;
}

double atw_treatment_aspect_ratio(const struct atw_treatment *treatment, double t_s)
{
    size_t k = step_at(treatment, t_s);
    double exponent = 0.0;

    if (!atw_treatment_reshapes(treatment))
        return treatment->aspect_ratio;
    /* The steps have been checked: this cannot fail. */
    (void)!atw_heating_integral_until(&treatment->step[k], &treatment->reshaping,
                                      fmax(t_s - treatment->start_s[k], 0.0), &exponent,
                                      NULL);
    return 1.0 +
           (treatment->aspect_ratio - 1.0) * exp(-treatment->exponent[k] - exponent);
}

/* Of a body of length L and width w with L w^2 constant, L goes as (L / w)^(2/3). */
double atw_treatment_stretch(const struct atw_treatment *treatment, double t_s)
{
    if (!atw_treatment_reshapes(treatment))
        return 1.0;
    return pow(atw_treatment_aspect_ratio(treatment, t_s) / treatment->aspect_ratio,
               2.0 / 3.0);
}

/* With paths whose activation energy is low the ratio grows beyond all bounds as it
 * cools, where neither they nor the bulk still move: from COLD of the plateau down the
 * temperature is held. At 100 kJ/mol and 400 degC that is 0.003 of the diffusivity. */
static double temperature_K(const void *context, double t_s)
{
    const struct atw_treatment *treatment = context;
    size_t k = step_at(treatment, t_s);
    const struct atw_heating_step *step = &treatment->step[k];
    double T_K = atw_heating_temperature_K(step, t_s - treatment->start_s[k]);

    return treatment->n_sheets > 0 ? fmax(T_K, COLD * step->plateau_K) : T_K;
}

static double stretch(const void *context, double t_s)
{
    return atw_treatment_stretch(context, t_s);
}

enum atw_status atw_treatment_run(const struct atw_treatment *treatment,
                                  struct atw_diffusion *diffusion,
                                  const double *state,
                                  const double *t_s,
                                  size_t n_times,
                                  double *out,
                                  double *lost_m3,
                                  struct atw_error *err)
{
    struct atw_diffusion_law law = atw_material_law(treatment->material);
    struct atw_diffusion_history history = {.temperature_K = temperature_K,
                                            .context = treatment,
                                            .break_s = treatment->break_s,
                                            .n_breaks = 2 * treatment->n_steps};

    law.sheet = treatment->sheet;
    law.n_sheets = treatment->n_sheets;
    if (atw_treatment_reshapes(treatment))
        history.stretch = stretch;
    return atw_diffusion_run(diffusion, state, &law, &history, t_s, n_times, out, lost_m3,
                             err);
}
