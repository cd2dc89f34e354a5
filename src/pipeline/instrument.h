/* The instrument as the analysis models it: from a tilt series to a reconstruction, and
 * from an assumed particle to the reconstruction it would have given.
 *
 * One instrument belongs to one acquisition geometry (detector and angles). It is
 * immutable after creation and may be shared by threads. */
#ifndef ATW_PIPELINE_INSTRUMENT_H
#define ATW_PIPELINE_INSTRUMENT_H

#include "core/random.h"
#include "microscope/microscope.h"
#include "microscope/optics.h"
#include "pipeline/experiment.h"
#include "pipeline/slices.h"
#include "projection/projector.h"

struct atw_instrument {
    const struct atw_experiment *experiment; /* borrowed */
    struct atw_grid grid;                    /* of the reconstruction */
    uint64_t stream; /* tells the noise of different particles apart */
    int is_aligned;  /* its series are, and so filtered: imitations are as well */
    size_t n_tilt;
    double *tilt_rad;
    struct atw_projector *projector;
    struct atw_optics *optics; /* of particles on the grid */
    /* What is reconstructed, borrowed; the other slices are zero. NULL: all are. */
    const struct atw_slices *slices;
    struct atw_reconstruction_options
        reconstruction;          /* the experiment's, or as stopped */
    struct atw_microscope model; /* counts_per_nm is filled in once it is known */
    float
        *deviates; /* fixed standard normal deviates per pixel; NULL: noise-free model */
};

/* Instrument of a tilt series, aligned or as recorded. `stream` tells the noise of
 * different particles apart. ATW_EINPUT as atw_reconstruction_check_views(). */
enum atw_status atw_instrument_create(struct atw_instrument **out,
                                      const struct atw_experiment *experiment,
                                      const struct atw_tilt_series *series,
                                      uint64_t stream,
                                      int is_aligned,
                                      struct atw_error *err) ATW_MUST_CHECK;
void atw_instrument_destroy(struct atw_instrument *instrument);

/* Bits of a random item that number the chunks of one draw: fewer than 2^24. */
#define ATW_DRAW_BITS 24

/* Normal deviates of the noise in a series, one per pixel. *out [n_tilt][n_v][n_u]
 * belongs to the caller. ATW_ENOMEM. */
enum atw_status atw_instrument_draw(float **out,
                                    const struct atw_instrument *instrument,
                                    const struct atw_random_key *key,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* The deviates it holds (number 0), and others independent of them (1 .. 255), of an
 * experiment with noise. As atw_instrument_draw(). */
enum atw_status atw_instrument_draw_own(float **out,
                                        const struct atw_instrument *instrument,
                                        size_t number,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* Imitate without noise from now on. */
void atw_instrument_silence(struct atw_instrument *instrument);

/* The same without noise; it owns nothing. */
struct atw_instrument
atw_instrument_without_noise(const struct atw_instrument *instrument);

/* The same where only some slices are wanted; all of them if the method of reconstruction
 * needs them or `slices` is NULL. It owns nothing. */
struct atw_instrument atw_instrument_of_slices(const struct atw_instrument *instrument,
                                               const struct atw_slices *slices);

/* True when a series has this instrument's detector and angles. */
int atw_instrument_fits(const struct atw_instrument *instrument,
                        const struct atw_tilt_series *series);

/* Background level of a series by the rule of the experiment, counts. ATW_EINPUT as
 * atw_background_estimate() and atw_background_check(). */
enum atw_status atw_instrument_background(const struct atw_experiment *experiment,
                                          const struct atw_tilt_series *series,
                                          double *level,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* What is reconstructed of counts: the background taken off, and the damping if the
 * experiment says so, in place. */
enum atw_status atw_instrument_prepare(const struct atw_instrument *instrument,
                                       struct atw_tilt_series *series,
                                       double background,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Subtract the background and reconstruct; counts per nm. The series is not changed. */
enum atw_status atw_instrument_reconstruct(const struct atw_instrument *instrument,
                                           const struct atw_tilt_series *series,
                                           double background,
                                           struct atw_field **volume,
                                           struct atw_error *err) ATW_MUST_CHECK;

/* The signal of a particle: contrast, projection, blur, damping. *series belongs to the
 * caller. What atw_microscope_signal() returns. */
enum atw_status atw_instrument_signal(struct atw_tilt_series **series,
                                      const struct atw_instrument *instrument,
                                      const struct atw_field *metal,
                                      const struct atw_field *composition,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Turn a signal into counts: gain, background, noise by the instrument's deviates, and
 * what interpolation takes off if the series are aligned. What
 * atw_microscope_expose_smooth() returns; ATW_ENOMEM. */
enum atw_status atw_instrument_expose(struct atw_tilt_series *series,
                                      const struct atw_instrument *instrument,
                                      double background,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* The series that a particle would give: its signal, exposed. *series belongs to the
 * caller. */
enum atw_status atw_instrument_record(struct atw_tilt_series **series,
                                      const struct atw_instrument *instrument,
                                      const struct atw_field *metal,
                                      const struct atw_field *composition,
                                      double background,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Reconstruction that a particle would give: contrast, projection, blur, gain,
 * background, noise (the same deviates in every call, so that the result is a smooth
 * function of the particle), background subtraction, reconstruction. metal and
 * composition may be on any grid centred like the volume. */
enum atw_status atw_instrument_imitate(const struct atw_instrument *instrument,
                                       const struct atw_field *metal,
                                       const struct atw_field *composition,
                                       double background,
                                       struct atw_field **volume,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
