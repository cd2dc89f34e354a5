/* HAADF-STEM microscope: contrast, blur, detector sampling, background and shot noise. */
#ifndef ATW_MICROSCOPE_MICROSCOPE_H
#define ATW_MICROSCOPE_MICROSCOPE_H

#include "core/grid.h"
#include "core/random.h"
#include "core/tilt_series.h"

/* Signal per length of a material, relative: number density times Z to the power n. */
struct atw_haadf_material {
    double density_kg_per_m3;
    double molar_mass_kg_per_mol;
    double mean_Z_power; /* mean over the atoms of Z^n */
};

/* Signals per length relative to the core metal. */
struct atw_haadf_contrast {
    double core;  /* 1 by definition */
    double shell; /* 1 / intensity ratio */
    double silica;
};

struct atw_microscope {
    struct atw_haadf_contrast contrast;
    double blur_sigma_m;      /* Gaussian, in the detector plane; 0 = none */
    double counts_per_nm;     /* detector counts per nm of core metal */
    double background_counts; /* added to every pixel */
    int shot_noise;           /* 0: expected counts; 1: Poisson counts */
    double pixel_m;
    size_t n_u, n_v;
};

/* I ~ (rho / M) Z^n for one element. */
double atw_haadf_signal(double density_kg_per_m3,
                        double molar_mass_kg_per_mol,
                        double Z,
                        double exponent);

/* Relative HAADF intensity per voxel (core metal = 1):
 * m [ (1-c) core + c shell ] + s silica. silica may be NULL. */
enum atw_status atw_microscope_intensity(struct atw_field **out,
                                         const struct atw_field *metal,
                                         const struct atw_field *composition,
                                         const struct atw_field *silica,
                                         const struct atw_haadf_contrast *contrast,
                                         struct atw_error *err) ATW_MUST_CHECK;

/* Noise-free signal of an intensity volume on the detector, core metal * nm: projected on
 * a finer detector, blurred, averaged over the pixels. The volume's voxels may be of any
 * size. */
enum atw_status atw_microscope_signal(struct atw_tilt_series **out,
                                      const struct atw_field *intensity,
                                      const struct atw_microscope *microscope,
                                      const double *tilt_rad,
                                      size_t n_tilt,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Turn a signal into counts in place: scale, add background, draw Poisson counts. The
 * stream of view i is key with item += i. */
enum atw_status atw_microscope_expose(struct atw_tilt_series *series,
                                      const struct atw_microscope *microscope,
                                      const struct atw_random_key *key,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* counts_per_nm that puts the brightest pixel of a signal (background excluded) at
 * peak_counts. */
enum atw_status atw_microscope_counts_per_nm(const struct atw_tilt_series *signal,
                                             double peak_counts,
                                             double *counts_per_nm,
                                             struct atw_error *err) ATW_MUST_CHECK;

#endif
