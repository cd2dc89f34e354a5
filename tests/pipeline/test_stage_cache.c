/* Stages kept between simulations: the same numbers as without, less work, within the
 * limit. */
#include <stdlib.h>
#include <string.h>

#include "pipeline/fixture.h"
#include "pipeline/stage_cache.h"
#include "support/support.h"

#define PLENTY ((size_t)64 << 20)

struct simulated {
    struct atw_config *config;
    struct atw_scenario *scenario;
    struct atw_experiment *experiment;
    struct atw_truth *truth;
};

static struct simulated
simulate(struct atw_stage_cache *cache, const char *first, const char *second)
{
    const char *const overrides[] = {"simulation.voxel=1.6 nm",
                                     "microscope.pixel=2 nm",
                                     "microscope.tilt.step=48 deg",
                                     "heating.steps=[{set_point: 420 degC, dwell: 60 s}]",
                                     first,
                                     second,
                                     NULL};
    struct simulated s = {0};
    struct atw_error err;

    CHECK_OK(fixture_load(&s.config, fixture_scenario, overrides, &err));
    CHECK_OK(atw_scenario_create(&s.scenario, s.config, &err));
    CHECK_OK(atw_simulate_cached(&s.experiment, &s.truth, s.scenario, cache, &err));
    return s;
}

static void destroy(struct simulated *s)
{
    atw_experiment_destroy(s->experiment);
    atw_truth_destroy(s->truth);
    atw_scenario_destroy(s->scenario);
    atw_config_destroy(s->config);
}

static struct atw_stage_cache *cache_of(size_t n_bytes)
{
    struct atw_stage_cache *cache;
    struct atw_error err;

    CHECK_OK(atw_stage_cache_create(&cache, n_bytes, &err));
    return cache;
}

static int same_series(const struct atw_tilt_series *a, const struct atw_tilt_series *b)
{
    return atw_tilt_series_pixel_count(a) == atw_tilt_series_pixel_count(b) &&
           memcmp(a->tilt_rad, b->tilt_rad, a->n_tilt * sizeof *a->tilt_rad) == 0 &&
           memcmp(a->value, b->value, atw_tilt_series_pixel_count(a) * sizeof(float)) ==
               0;
}

static int same_field(const struct atw_field *a, const struct atw_field *b)
{
    return atw_grid_equal(&a->grid, &b->grid) &&
           memcmp(a->value, b->value, atw_grid_voxel_count(&a->grid) * sizeof(float)) ==
               0;
}

/* Every number that leaves the simulation, bit for bit. */
static void
check_same(const struct simulated *a, const struct simulated *b, const char *change)
{
    json_t *truth[2] = {atw_truth_to_json(a->truth), atw_truth_to_json(b->truth)};

    ck_assert_msg(json_equal(truth[0], truth[1]), "truth of %s", change);
    json_decref(truth[0]);
    json_decref(truth[1]);
    ck_assert(a->experiment->counts_per_nm == b->experiment->counts_per_nm);
    for (size_t i = 0; i < a->scenario->n_particles; i++) {
        const struct atw_experiment_particle *p = &a->experiment->particle[i];
        const struct atw_experiment_particle *q = &b->experiment->particle[i];
        const struct atw_truth_particle *t = &a->truth->particle[i];
        const struct atw_truth_particle *u = &b->truth->particle[i];

        ck_assert_str_eq(t->name, u->name);
        ck_assert_msg(same_series(p->reference.series, q->reference.series), "%s",
                      change);
        ck_assert_msg(same_field(t->phantom->metal, u->phantom->metal), "%s", change);
        for (size_t k = 0; k < a->scenario->n_steps; k++) {
            ck_assert_msg(
                same_series(p->step[k].tomogram.series, q->step[k].tomogram.series), "%s",
                change);
            ck_assert_msg(same_field(t->composition[k + 1], u->composition[k + 1]), "%s",
                          change);
            ck_assert_msg(
                same_field(atw_truth_metal(t, k + 1), atw_truth_metal(u, k + 1)), "%s",
                change);
        }
    }
}

/* Two particles before and after heating: 2 states, 4 series and the calibration, which
 * sees what the first series sees. */
START_TEST(a_replicate_computes_nothing_but_its_noise)
{
    struct atw_stage_cache *cache = cache_of(PLENTY);
    struct simulated first = simulate(cache, "seed=1", NULL);
    struct simulated second = simulate(cache, "seed=2", NULL);
    struct simulated alone = simulate(NULL, "seed=2", NULL);
    struct atw_stage_cache_counts counts = atw_stage_cache_count(cache);

    ck_assert_uint_eq(counts.misses, 2 + 4);
    ck_assert_uint_eq(counts.hits, 1 + 2 + 5);
    check_same(&second, &alone, "seed");
    ck_assert_mem_ne(first.experiment->particle[0].reference.series->value,
                     second.experiment->particle[0].reference.series->value,
                     sizeof(float) * 100);
    destroy(&first);
    destroy(&second);
    destroy(&alone);
    atw_stage_cache_destroy(cache);
}
END_TEST

/* What a study may change, after a simulation without the change. */
static const char *const changes[] = {
    "particles[0].scale=1.02",
    "particles[1].shell_scale=1.1",
    "particles[1].core_tilt=2 deg",
    "particles[1].azimuth=30 deg",
    "particles[1].silica=4 nm",
    "particles[1].twin.ratio=1000",
    "particles[1].temperature_offset=-20 K",
    "particles[1].window=centre",
    "heating.set_point_offset=5 K",
    "heating.jitter.dwell=2 s",
    "heating.jitter.local=2 K",
    "heating.time_constant=2 s",
    "heating.steps[0].dwell=50 s",
    "heating.rest_temperature=100 degC",
    "material.diffusion.Q=209 kJ/mol",
    "material.model=gold-silver-darken",
    "material.reshaping.rate=4e7 s-1",
    "material.sublimation.coefficient=1",
    "material.silica.porosity=0.3",
    "simulation.voxel=1.7 nm",
    "simulation.projection=voxels",
    "microscope.z_exponent=1.7",
    "microscope.tilt.jitter=0.3 deg",
    "microscope.tilt.backlash=0.3 deg",
    "microscope.tilt.turn=0.35 deg",
    "microscope.tilt.last=60 deg",
    "microscope.tilt.order=downward",
    "microscope.pixel=2.1 nm",
    "microscope.margin=4 nm",
    "microscope.blur=0.8 nm",
    "microscope.damping.enabled=true",
    "microscope.defocus.amplitude=60 nm",
    "microscope.drift.walk=0.2 nm",
    "microscope.drift.tracking=0.3 nm",
    "microscope.drift.frame=0.2 nm",
    "microscope.axis.offset=0.6 nm",
    "microscope.axis.rotation=1 deg",
    "microscope.zone_axis.fraction=0.3",
    "microscope.shadow.beyond=50 deg",
    "microscope.contamination.thickness=0.5 nm",
    "microscope.contamination.growth=0.01 nm",
    "microscope.calibration=current",
    "microscope.peak_counts=100",
    "microscope.background=7",
    "microscope.shot_noise=false",
    "microscope.detector.gain_drift=0.01",
    "microscope.detector.offset=20",
    "analysis.segmentation.erosion=2 nm",
};

START_TEST(whatever_changes_the_numbers_are_those_without_a_cache)
{
    struct atw_stage_cache *cache = cache_of(PLENTY);
    struct simulated before = simulate(cache, NULL, NULL);

    destroy(&before);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct simulated cached = simulate(cache, changes[i], NULL);
        struct simulated alone = simulate(NULL, changes[i], NULL);

        mark_point();
        check_same(&cached, &alone, changes[i]);
        destroy(&cached);
        destroy(&alone);
    }
    atw_stage_cache_destroy(cache);
}
END_TEST

/* The second of a pair decides on values that matter only beside the first. */
static const char *const pairs[][2] = {
    {"microscope.contamination.thickness=0.5 nm",
     "microscope.contamination.density=2 g/cm3"},
    {"microscope.damping.enabled=true", "microscope.damping.core=70 nm"},
    {"microscope.defocus.amplitude=100 nm", "microscope.convergence=15 mrad"},
    {"microscope.tilt.jitter=0.3 deg", "seed=6"},
    {"heating.jitter.dwell=2 s", "seed=6"},
};

START_TEST(values_that_matter_beside_others_are_seen)
{
    struct atw_stage_cache *cache = cache_of(PLENTY);
    struct simulated before = simulate(cache, pairs[_i][0], NULL);
    struct simulated cached = simulate(cache, pairs[_i][0], pairs[_i][1]);
    struct simulated alone = simulate(NULL, pairs[_i][0], pairs[_i][1]);

    check_same(&cached, &alone, pairs[_i][1]);
    destroy(&before);
    destroy(&cached);
    destroy(&alone);
    atw_stage_cache_destroy(cache);
}
END_TEST

/* The other particle, and rods that differ in name and window but not in temperature. */
START_TEST(particles_alike_share_their_states)
{
    struct atw_stage_cache *cache = cache_of(PLENTY);
    struct simulated first = simulate(cache, "particles[1].temperature_offset=0 K", NULL);
    struct simulated second =
        simulate(cache, "particles[1].temperature_offset=-9 K", NULL);
    struct simulated alone = simulate(NULL, "particles[1].temperature_offset=0 K", NULL);
    struct atw_stage_cache_counts counts = atw_stage_cache_count(cache);

    /* The first simulation finds what the calibration saw for A and for B, the second the
     * states and 2 series of A, and the calibration's. */
    ck_assert_uint_eq(counts.hits, 2 + 1 + 2 + 1);
    check_same(&first, &alone, "offset");
    destroy(&first);
    destroy(&second);
    destroy(&alone);
    atw_stage_cache_destroy(cache);
}
END_TEST

START_TEST(the_limit_is_kept_and_the_numbers_stay)
{
    static const double shares[] = {0.0, 0.1, 0.5, 1.0};
    struct atw_stage_cache *cache = cache_of(PLENTY);
    struct simulated alone = simulate(cache, "seed=3", NULL);
    size_t whole = atw_stage_cache_count(cache).n_bytes;
    size_t limit = (size_t)(shares[_i] * (double)whole);

    atw_stage_cache_destroy(cache);
    cache = cache_of(limit);
    for (int i = 2; i <= 3; i++) {
        struct simulated cached = simulate(cache, i == 2 ? "seed=2" : "seed=3", NULL);

        ck_assert_uint_le(atw_stage_cache_count(cache).n_bytes, limit);
        if (i == 3)
            check_same(&cached, &alone, "seed");
        destroy(&cached);
    }
    if (shares[_i] == 0.5)
        ck_assert_uint_gt(atw_stage_cache_count(cache).dropped, 0);
    if (shares[_i] == 1.0)
        ck_assert_uint_eq(atw_stage_cache_count(cache).dropped, 0);
    destroy(&alone);
    atw_stage_cache_destroy(cache);
}
END_TEST

START_TEST(what_was_not_used_for_longest_goes_first)
{
    struct atw_tilt_series *series, *found;
    struct atw_stage_cache *cache = cache_of(2 * (400 * sizeof(float) + 1) + 9);
    struct atw_error err;

    CHECK_OK(atw_tilt_series_create(&series, 1, 20, 20, 1e-9, NULL, &err));
    atw_stage_cache_put_signal(cache, "a", 1, series);
    atw_stage_cache_put_signal(cache, "b", 1, series);
    CHECK_OK(atw_stage_cache_get_signal(&found, cache, "a", 1, &err));
    atw_tilt_series_destroy(found);
    atw_stage_cache_put_signal(cache, "c", 1, series);
    CHECK_OK(atw_stage_cache_get_signal(&found, cache, "b", 1, &err));
    ck_assert_ptr_null(found);
    CHECK_OK(atw_stage_cache_get_signal(&found, cache, "a", 1, &err));
    ck_assert_ptr_nonnull(found);
    atw_tilt_series_destroy(found);
    atw_tilt_series_destroy(series);
    atw_stage_cache_destroy(cache);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stage_cache");
    TCase *tests = tcase_create("stage_cache");

    tcase_add_test(tests, a_replicate_computes_nothing_but_its_noise);
    tcase_add_test(tests, whatever_changes_the_numbers_are_those_without_a_cache);
    tcase_add_loop_test(tests, values_that_matter_beside_others_are_seen, 0,
                        sizeof pairs / sizeof *pairs);
    tcase_add_test(tests, particles_alike_share_their_states);
    tcase_add_loop_test(tests, the_limit_is_kept_and_the_numbers_stay, 0, 4);
    tcase_add_test(tests, what_was_not_used_for_longest_goes_first);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
