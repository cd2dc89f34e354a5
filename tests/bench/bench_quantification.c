/* Time of segmentation and erosion, and of the detector, at the size of one particle. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/timing.h"
#include "microscope/resampling.h"
#include "quantification/segmentation.h"

enum { REPEATS = 20 };

/* A rod along y with ripples for noise: 64 x 128 x 64 voxels. */
static struct atw_field *create_rod(void)
{
    const struct atw_grid grid = {.n_x = 64, .n_y = 128, .n_z = 64, .spacing_m = 0.6e-9};
    struct atw_field *field = NULL;

    if (atw_field_create(&field, &grid, NULL) != ATW_OK)
        return NULL;
    for (size_t i = 0; i < atw_grid_voxel_count(&grid); i++) {
        double x = atw_grid_position_m(i % 64, 64, 1.0);
        double y = atw_grid_position_m(i / 64 % 128, 128, 1.0);
        double z = atw_grid_position_m(i / 64 / 128, 64, 1.0);

        field->value[i] =
            (float)(1.0 / (1.0 + exp(hypot(x, z) - 23.0)) / (1.0 + exp(fabs(y) - 53.0)) +
                    0.1 * sin(12.9898 * (double)i));
    }
    return field;
}

static int time_masks(void)
{
    const struct atw_segmentation_options options = {ATW_THRESHOLD_FRACTION, 0.4};
    const struct atw_segmentation_options surface = {ATW_THRESHOLD_SURFACE, 1e-9};
    struct atw_field *rod = create_rod();
    double segment_ms = INFINITY, erode_ms = INFINITY, surface_ms = INFINITY;

    for (int i = 0; rod && i < REPEATS; i++) {
        struct atw_mask *mask = NULL, *eroded = NULL;
        double start = 1e3 * atw_now_s(), middle;

        if (atw_segment(&mask, rod, &options, NULL, NULL) != ATW_OK)
            return EXIT_FAILURE;
        middle = 1e3 * atw_now_s();
        if (atw_mask_erode(&eroded, mask, 1.5e-9, NULL) != ATW_OK)
            return EXIT_FAILURE;
        segment_ms = fmin(segment_ms, middle - start);
        erode_ms = fmin(erode_ms, 1e3 * atw_now_s() - middle);
        atw_mask_destroy(mask);
        atw_mask_destroy(eroded);
        start = 1e3 * atw_now_s();
        if (atw_segment(&mask, rod, &surface, NULL, NULL) != ATW_OK)
            return EXIT_FAILURE;
        surface_ms = fmin(surface_ms, 1e3 * atw_now_s() - start);
        atw_mask_destroy(mask);
    }
    printf("segment 64x128x64            %8.2f ms\n", segment_ms);
    printf("erode 1.5 nm                 %8.2f ms\n", erode_ms);
    printf("segment, surface rule        %8.2f ms\n", surface_ms);
    printf("segment + erode (target 30)  %8.2f ms\n", segment_ms + erode_ms);
    atw_field_destroy(rod);
    return EXIT_SUCCESS;
}

/* One view of a 0.4 nm volume, 100 nm along the rod and 60 nm across. */
static int time_detector(void)
{
    struct atw_resampling *along_u = NULL, *along_v = NULL;
    float *fine = calloc(250 * 340, sizeof *fine),
          *rows = calloc(166 * 340, sizeof *rows);
    float *view = calloc(166 * 100, sizeof *view);
    double best_ms = INFINITY;

    if (!fine || !rows || !view ||
        atw_resampling_create(&along_u, 340, 0.2, 100, 0.6, 0.47, NULL) != ATW_OK ||
        atw_resampling_create(&along_v, 250, 0.4, 166, 0.6, 0.47, NULL) != ATW_OK)
        return EXIT_FAILURE;
    for (int i = 0; i < REPEATS; i++) {
        double start = 1e3 * atw_now_s();

        atw_resample_columns(along_v, 340, fine, rows);
        atw_resample_rows(along_u, 166, rows, view);
        best_ms = fmin(best_ms, 1e3 * atw_now_s() - start);
    }
    printf("blur and pixels of one view  %8.3f ms\n", best_ms);
    atw_resampling_destroy(along_u);
    atw_resampling_destroy(along_v);
    free(fine);
    free(rows);
    free(view);
    return EXIT_SUCCESS;
}

int main(void)
{
    int failed = time_masks();

    return failed ? failed : time_detector();
}
