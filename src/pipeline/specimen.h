/* A particle under analysis: its reconstructions, masks, compositions and degrees of
 * alloying, and the forward model built on them. */
#ifndef ATW_PIPELINE_SPECIMEN_H
#define ATW_PIPELINE_SPECIMEN_H

#include "alignment/alignment.h"
#include "pipeline/instrument.h"
#include "pipeline/sample.h"
#include "quantification/composition.h"
#include "quantification/spread_error.h"

/* One tomogram after reconstruction. */
struct atw_measurement {
    struct atw_instrument *instrument; /* borrowed from the specimen; NULL: no angles */
    double background;                 /* counts */
    struct atw_field *volume;          /* counts per nm */
    struct atw_mask *mask, *interior;  /* shared with tomogram 0 unless segmented alone */
    /* Of the interior; shared by tomograms of one instrument and interior. NULL: no
     * angles or not yet segmented. */
    struct atw_slices *slices;
    struct atw_sample *sample; /* likewise */
    double threshold;          /* of the mask */
    struct atw_field *composition;
    double mean_composition; /* of the whole particle, from its mean intensity */
    double total_change;     /* of the volume's intensity against the unheated one's */
    double total_change_std; /* as atw_intensity_change_std() */
    double spread;
    double spread_alloyed; /* of a fully alloyed particle seen the same way */
    double degree_linear, degree_quadrature;
    /* Standard deviations of spread^2 and spread_alloyed^2, NaN: unknown. */
    double squared_spread_std, squared_alloyed_std;
    double degree_std, variance_left_std; /* degree by the experiment's measure */
    double variance_left; /* of the unheated particle's, as atw_variance_left() */
};

struct atw_specimen {
    const struct atw_experiment *experiment;
    const struct atw_experiment_particle *particle;
    size_t n_tomograms; /* steps + 1, or 1; 0 is the room-temperature reference */
    struct atw_measurement *measurement; /* [n_tomograms] */
    struct atw_tilt_series **aligned;    /* [n_tomograms]; NULL: series used as it is */
    struct atw_alignment **alignment;    /* [n_tomograms]; what they were aligned by */
    size_t n_instruments;
    struct atw_instrument **instrument; /* [n_instruments], distinct geometries */
    struct atw_intensity_scale scale;   /* counts per nm of pure metals */
    struct atw_interval *interval;      /* cache of the forward model */
    struct atw_start_state *start;      /* likewise; NULL until it is asked for */
};

/* Reconstruct, segment and quantify all tomograms of a particle. ATW_EINPUT when the data
 * do not allow it, with the particle and step named. */
enum atw_status atw_specimen_create(struct atw_specimen **out,
                                    const struct atw_experiment *experiment,
                                    size_t particle,
                                    struct atw_error *err) ATW_MUST_CHECK;
/* The tomogram before heating alone. */
enum atw_status atw_specimen_create_unheated(struct atw_specimen **out,
                                             const struct atw_experiment *experiment,
                                             size_t particle,
                                             struct atw_error *err) ATW_MUST_CHECK;
void atw_specimen_destroy(struct atw_specimen *specimen);

/* True when every tomogram that was taken can be imitated: its angles are known. */
int atw_specimen_can_imitate(const struct atw_specimen *specimen);

/* Whether there is a tomogram; the measurement of one that is missing holds NaN. */
int atw_specimen_is_measured(const struct atw_specimen *specimen, size_t tomogram);

/* The first tomogram, from `from` on, with the instrument and the interior of this one:
 * what is imitated for the one serves the other. */
size_t atw_specimen_first_like(const struct atw_specimen *specimen,
                               size_t from,
                               size_t tomogram);

/* Tilt series of a tomogram, aligned if it was not; NULL if there is only a volume. */
const struct atw_tilt_series *atw_specimen_series(const struct atw_specimen *specimen,
                                                  size_t tomogram);

/* Degree of alloying of a tomogram by the experiment's measure. */
double atw_specimen_degree(const struct atw_specimen *specimen, size_t tomogram);

/* Degree the analysis would measure in tomogram `step` + 1 if the state before `step`
 * diffused by S_m2. Keeps the state of one interval at a time: not for two threads. */
enum atw_status atw_specimen_degree_after(struct atw_specimen *specimen,
                                          size_t step,
                                          double S_m2,
                                          double *degree,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* Variance that the analysis would find left in tomogram `step` + 1 if the particle
 * inferred from the unheated tomogram diffused by S_m2 in all. Not for two threads. */
enum atw_status atw_specimen_variance_from_start(struct atw_specimen *specimen,
                                                 size_t step,
                                                 double S_m2,
                                                 double *variance_left,
                                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
