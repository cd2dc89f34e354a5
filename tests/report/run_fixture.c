/* A finished run directory with physically plausible content.
 *
 * Two Au@Ag rods (core 22 x 58 nm, shell 3 nm), 120 s at 400..430 degC, the second 34 K
 * colder. Degree of alloying 1 - exp(-k S) with S = sum D t and k such that the reference
 * reaches one half in the first step; compositions are error functions of width sqrt(4 S)
 * about the core surface, faded towards the mean. Only the look matters here. */
#include "report/run_fixture.h"

#include <ftw.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "support/support.h"

enum { STEPS = 4, BINS = 60 };

static const double q_J_per_mol = 208300.0, d0_m2_per_s = 7.3e-4,
                    gas_constant = 8.314462618;
static const double dwell_s = 120.0, half_S_m2 = 5e-20 * 120.0;
static const double offset_K[2] = {0.0, -34.0};

struct state {
    double nominal_K, true_K, D_m2_per_s, S_m2, degree;
};

static struct state state_after(int particle, int step)
{
    struct state state = {.nominal_K = 298.15, .true_K = 298.15};

    for (int i = 1; i <= step; i++) {
        state.nominal_K = 673.15 + 10.0 * (i - 1);
        state.true_K = state.nominal_K + offset_K[particle];
        state.D_m2_per_s =
            d0_m2_per_s * exp(-q_J_per_mol / (gas_constant * state.true_K));
        state.S_m2 += state.D_m2_per_s * dwell_s;
    }
    state.degree = 1.0 - exp(-log(2.0) / half_S_m2 * state.S_m2);
    return state;
}

static double noise(int particle, int step, unsigned what)
{
    return 2.0 * atw_test_uniform(what, (unsigned)(10 * particle + step)) - 1.0;
}

static double measured_D_m2_per_s(int particle, int step)
{
    return state_after(particle, step).D_m2_per_s * exp(0.12 * noise(particle, step, 2));
}

static double measured_degree(int particle, int step)
{
    return step == 0
               ? 0.0
               : state_after(particle, step).degree + 0.02 * noise(particle, step, 1);
}

static FILE *open_in(const char *directory, const char *name)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "w");
    ck_assert_msg(file != NULL, "cannot create %s", path);
    return file;
}

/* One cell that only a run with known truth fills. */
static void put_truth(FILE *file, int known, const char *format, ...)
{
    va_list arguments;

    if (!known)
        return;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
}

static void write_alloying(const char *directory, const struct run_fixture *run)
{
    FILE *file = open_in(directory, "tables/alloying.csv");

    fputs(
        "particle,window,step,nominal_K,dwell_s,true_K,alloying_degree,"
        "alloying_degree_linear,alloying_degree_quadrature,alloying_degree_true,spread\n",
        file);
    for (int p = 0; p < 2; p++) {
        for (int i = 0; i <= STEPS; i++) {
            struct state state = state_after(p, i);
            double degree = measured_degree(p, i);

            fprintf(file, "%s,%s,%d,%.2f,%g,", run->particles[p], p ? "edge" : "centre",
                    i, state.nominal_K, i ? dwell_s : 0.0);
            put_truth(file, run->with_truth, "%.2f", state.true_K);
            fprintf(file, ",%.5f,%.5f,%.5f,", degree, degree, degree * degree);
            put_truth(file, run->with_truth, "%.5f", state.degree);
            fprintf(file, ",%.5f\n", 0.18 * (1.0 - degree) + 0.04);
        }
    }
    fclose(file);
}

static void write_diffusion(const char *directory, const struct run_fixture *run)
{
    FILE *file = open_in(directory, "tables/diffusion.csv");

    fputs("particle,step,nominal_K,true_K,dwell_s,D_m2_per_s,D_std_m2_per_s,"
          "D_true_m2_per_s,status\n",
          file);
    for (int p = 0; p < 2; p++) {
        for (int i = 1; i <= STEPS; i++) {
            struct state state = state_after(p, i);
            int saturated = p == 0 && i == STEPS;

            fprintf(file, "%s,%d,%.2f,", run->particles[p], i, state.nominal_K);
            put_truth(file, run->with_truth, "%.2f", state.true_K);
            fprintf(file, ",%g,", dwell_s);
            if (!saturated)
                fprintf(file, "%.5e,%.3e", measured_D_m2_per_s(p, i),
                        0.12 * state.D_m2_per_s);
            else
                fputc(',', file);
            fputc(',', file);
            put_truth(file, run->with_truth, "%.5e", state.D_m2_per_s);
            fprintf(file, ",%s\n", saturated ? "saturated" : "ok");
        }
    }
    fclose(file);
}

/* One line of the table of estimates; `numbers` from dT to D0. */
static void put_estimate(FILE *file,
                         const struct run_fixture *run,
                         const char *method,
                         int reference,
                         const char *numbers,
                         const char *status)
{
    fprintf(file, "%s,%s,%s,%s,%s,", method, run->particles[reference], run->particles[1],
            numbers, status);
    put_truth(file, run->with_truth, "%g", offset_K[1]);
    fputc(',', file);
    put_truth(file, run->with_truth, "%g", 0.11);
    fputc('\n', file);
}

static void write_arrhenius(const char *directory, const struct run_fixture *run)
{
    FILE *file = open_in(directory, "tables/arrhenius.csv");

    fputs("estimator,weighting,delta_T_model,reference,particle,delta_T_K,std_K,"
          "interval_68_low_K,interval_68_high_K,interval_95_low_K,interval_95_high_K,"
          "Q_J_per_mol,D0_m2_per_s,status,delta_T_true_K,delta_T_bound_std_K\n",
          file);
    put_estimate(file, run, "paper,log,constant", 0,
                 "-31.4,2.1,-33.6,-29.2,-36.6,-26.2,201200,2.1e-4", "ok");
    put_estimate(file, run, "paper,linear,constant", 0,
                 "-29.8,3.5,-33.5,-26.1,-38.4,-21.2,187500,1.8e-5", "ok");
    put_estimate(file, run, "paper,log,constant", 1,
                 "-32.9,2.3,-35.3,-30.5,-38.6,-27.2,210100,9.9e-4", "ok");
    put_estimate(file, run, "paper,log,proportional", 0,
                 "-30.1,1.9,-32.1,-28.1,-34.8,-25.4,214000,3.1e-3", "ok");
    put_estimate(file, run, "joint,log,constant", 0,
                 "-33.8,0.52,-34.3,-33.3,-34.8,-32.8,207100,5.9e-4", "ok");
    put_estimate(file, run, "bayes,log,constant", 0, ",,,,,,,", "not identifiable");
    fclose(file);
}

/* Draws around the truth for both models of dT; none without a posterior. */
static void write_posterior(const char *directory, const struct run_fixture *run)
{
    static const char *const models[] = {"constant", "proportional"};
    FILE *file = open_in(directory, "tables/posterior.csv");

    fputs("delta_T_model,draw,particle,delta_T_K,Q_J_per_mol\n", file);
    for (int m = 0; m < 2 && run->with_posterior; m++)
        for (int i = 0; i < 40; i++)
            for (int p = 0; p < 2; p++)
                fprintf(file, "%s,%d,%s,%.3f,%.0f\n", models[m], i + 1, run->particles[p],
                        p ? offset_K[p] + 0.7 * noise(m, i, 4) + 1.5 * m : 0.0,
                        q_J_per_mol + 1e4 * noise(m, i, 5));
    fclose(file);
}

static double bell(double x, double centre, double width)
{
    double z = (x - centre) / width;

    return exp(-0.5 * z * z) / (width * sqrt(2.0 * acos(-1.0)));
}

static void write_histograms(const char *directory, const struct run_fixture *run)
{
    FILE *file = open_in(directory, "tables/histograms.csv");

    fputs("particle,step,nominal_K,intensity,density\n", file);
    for (int p = 0; p < 2; p++) {
        for (int i = 0; i <= STEPS; i++) {
            struct state state = state_after(p, i);
            double fade = 1.0 - state.degree, mean = 0.72;
            double core = mean + (1.0 - mean) * fade, shell = mean - 0.335 * fade;

            for (int k = 0; k < BINS; k++) {
                double x = (k + 0.5) * 1.4 / BINS;

                fprintf(file, "%s,%d,%.2f,%.5f,%.5f\n", run->particles[p], i,
                        state.nominal_K, x,
                        0.55 * bell(x, core, 0.07) + 0.45 * bell(x, shell, 0.07));
            }
        }
    }
    fclose(file);
}

static void write_curves(const char *directory, const struct run_fixture *run)
{
    static const double D_m2_per_s[] = {1e-20, 2e-20, 5e-20, 1e-19, 2e-19};
    FILE *file = open_in(directory, "tables/curves.csv");

    fputs("particle,D_m2_per_s,step,nominal_K,alloying_degree\n", file);
    for (int p = 0; p < 2; p++)
        for (int k = 0; k < 5; k++)
            for (int i = 0; i <= STEPS; i++)
                fprintf(file, "%s,%.3e,%d,%.2f,%.5f\n", run->particles[p], D_m2_per_s[k],
                        i, state_after(p, i).nominal_K,
                        1.0 - exp(-log(2.0) / half_S_m2 * D_m2_per_s[k] * dwell_s * i));
    fclose(file);
}

/* Distance to the axis segment of a capsule along y; the rod is the level set. */
static double capsule_nm(double x_nm, double y_nm, double z_nm)
{
    double over = fmax(fabs(y_nm) - 18.0, 0.0);

    return sqrt(x_nm * x_nm + z_nm * z_nm + over * over);
}

static void write_slice(FILE *file,
                        const char *name,
                        int step,
                        const struct state *state,
                        int across_tilt_axis,
                        double voxel_nm)
{
    const double width_nm = 2e9 * sqrt(state->S_m2) + 0.8;
    int n_i = (int)(37.0 / voxel_nm), n_j = (across_tilt_axis ? 1 : 2) * n_i;

    for (int j = 0; j < n_j; j++) {
        for (int i = 0; i < n_i; i++) {
            double u = (i - 0.5 * (n_i - 1)) * voxel_nm,
                   v = (j - 0.5 * (n_j - 1)) * voxel_nm;
            double r = across_tilt_axis ? capsule_nm(u, 0.0, v) : capsule_nm(u, v, 0.0);
            double sharp = 0.5 * (1.0 + erf((r - 11.0) / width_nm));
            double value = 0.4 * state->degree + (1.0 - state->degree) * sharp;

            fprintf(file, "%s,%d,%s,%d,%d,%.2f,%.2f,", name, step,
                    across_tilt_axis ? "xz" : "xy", i, j, u, v);
            if (r < 14.0)
                fprintf(file, "%.4f", value + 0.05 * noise(i, j, 3));
            fputc('\n', file);
        }
    }
}

static void write_orthoslices(const char *directory, const struct run_fixture *run)
{
    FILE *file = open_in(directory, "tables/orthoslices.csv");

    fputs("particle,step,plane,i,j,horizontal_nm,vertical_nm,value\n", file);
    for (int p = 0; p < 2; p++) {
        for (int i = 0; i <= STEPS; i++) {
            struct state state = state_after(p, i);

            write_slice(file, run->particles[p], i, &state, 0, run->voxel_nm);
            write_slice(file, run->particles[p], i, &state, 1, run->voxel_nm);
        }
    }
    fclose(file);
}

/* A number of a truth list; nothing is appended when the truth is unknown. */
static void append_truth(json_t *list, int known, double value)
{
    if (known)
        json_array_append_new(list, json_real(value));
}

static json_t *particle_json(const struct run_fixture *run, int p)
{
    json_t *nominal = json_array(), *true_K = json_array(), *degree = json_array(),
           *degree_std = json_array(), *degree_true = json_array(), *D = json_array(),
           *D_std = json_array(), *D_true = json_array();

    for (int i = 1; i <= STEPS; i++) {
        struct state state = state_after(p, i);
        int saturated = p == 0 && i == STEPS;

        json_array_append_new(nominal, json_real(state.nominal_K));
        append_truth(true_K, run->with_truth, state.true_K);
        json_array_append_new(degree, json_real(measured_degree(p, i)));
        json_array_append_new(degree_std, json_real(0.0123));
        append_truth(degree_true, run->with_truth, state.degree);
        json_array_append_new(D, saturated ? json_null()
                                           : json_real(measured_D_m2_per_s(p, i)));
        json_array_append_new(D_std, saturated ? json_null()
                                               : json_real(0.12 * state.D_m2_per_s));
        append_truth(D_true, run->with_truth, state.D_m2_per_s);
    }
    return json_pack("{s:s, s:s, s:{s:f, s:o}, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
                     "name", run->particles[p], "window", p ? "edge" : "centre",
                     "instrument_found", "gain", p ? 1.1 : 1.0, "mean_free_path_nm",
                     p ? json_real(74.6) : json_null(), "nominal_K", nominal, "true_K",
                     true_K, "alloying_degree", degree, "alloying_degree_std", degree_std,
                     "alloying_degree_true", degree_true, "D_m2_per_s", D,
                     "D_std_m2_per_s", D_std, "D_true_m2_per_s", D_true);
}

static json_t *estimate_json(const char *estimator,
                             const char *weighting,
                             const char *reference,
                             const double value[8])
{
    return json_pack("{s:s, s:s, s:s, s:s, s:f, s:f, s:[f, f], s:[f, f], s:f, s:f, s:s}",
                     "estimator", estimator, "weighting", weighting, "delta_T_model",
                     "constant", "reference", reference, "delta_T_K", value[0], "std_K",
                     value[1], "interval_68_K", value[2], value[3], "interval_95_K",
                     value[4], value[5], "Q_J_per_mol", value[6], "D0_m2_per_s", value[7],
                     "status", "ok");
}

static json_t *estimates_json(const struct run_fixture *run)
{
    static const double log_a[] = {-31.4, 2.1,   -33.6,  -29.2,
                                   -36.6, -26.2, 201200, 2.1e-4},
                        lin_a[] = {-29.8, 3.5,   -33.5,  -26.1,
                                   -38.4, -21.2, 187500, 1.8e-5},
                        log_b[] = {-32.9, 2.3,   -35.3,  -30.5,
                                   -38.6, -27.2, 210100, 9.9e-4},
                        joint[] = {-33.8, 0.52,  -34.3,  -33.3,
                                   -34.8, -32.8, 207100, 5.9e-4};
    const char *const a = run->particles[0], *const b = run->particles[1];

    return json_pack(
        "[o, o, o, o, {s:s, s:s, s:s, s:n, s:n, s:[n, n], s:[n, n], s:n, s:n,"
        " s:s}, {s:s, s:s, s:s, s:s}]",
        estimate_json("paper", "log", a, log_a),
        estimate_json("paper", "linear", a, lin_a),
        estimate_json("paper", "log", b, log_b), estimate_json("joint", "log", a, joint),
        "estimator", "bayes", "weighting", "log", "reference", a, "delta_T_K", "std_K",
        "interval_68_K", "interval_95_K", "Q_J_per_mol", "D0_m2_per_s", "status",
        "not identifiable", "estimator", "gls", "weighting", "coupled", "reference", a,
        "status", "3 diffusivities for 3 parameters: nothing is left for the scatter");
}

static void write_result(const char *directory, const struct run_fixture *run)
{
    char path[512];
    json_t *truth =
        run->with_truth
            ? json_pack("{s:f, s:[f, f, f, f], s:f, s:f}", "delta_T_K", -34.0,
                        "delta_T_by_step_K", -34.0, -34.0, -34.0, -34.0, "Q_J_per_mol",
                        q_J_per_mol, "D0_m2_per_s", d0_m2_per_s)
            : json_pack("{s:n, s:[], s:n, s:n}", "delta_T_K", "delta_T_by_step_K",
                        "Q_J_per_mol", "D0_m2_per_s");
    json_t *root = json_pack(
        "{s:s, s:s?, s:s, s:i, s:o, s:[o, o], s:o, s:{s:f}, s:{s:f, s:f}}", "schema",
        "alloytwin-result/1", "scenario", run->with_truth ? run->scenario : NULL, "title",
        run->with_truth ? "not the name" : run->scenario, "seed", 20230510, "truth",
        truth, "particles", particle_json(run, 0), particle_json(run, 1), "estimates",
        estimates_json(run), "bound", "delta_T_std_K", 0.11, "timings_s", "simulate",
        7.25, "analyse", 14.5);

    ck_assert_ptr_nonnull(root);
    snprintf(path, sizeof path, "%s/result.json", directory);
    ck_assert_int_eq(json_dump_file(root, path, JSON_INDENT(1)), 0);
    json_decref(root);
}

static void write_provenance(const char *directory)
{
    FILE *file = open_in(directory, "provenance.json");

    fputs("{\"version\": \"0.1.0\", \"git\": \"v0.1.0-3-gabc1234\","
          " \"command_line\": \"alloytwin run scenarios/double-spiral.yaml -o out\","
          " \"scenario_sha256\":"
          " \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\","
          " \"seed\": \"20230510\", \"gsl\": \"2.7.1\", \"sundials\": \"6.4.1\"}\n",
          file);
    fclose(file);
}

void run_fixture_write(char directory[256], const struct run_fixture *fixture)
{
    static unsigned count;
    char tables[512];
    const char *root = getenv("TMPDIR");

    snprintf(directory, 256, "%s/alloytwin report %ld-%u", root ? root : "/tmp",
             (long)getpid(), count++);
    ck_assert_int_eq(mkdir(directory, 0777), 0);
    snprintf(tables, sizeof tables, "%s/tables", directory);
    ck_assert_int_eq(mkdir(tables, 0777), 0);
    write_alloying(directory, fixture);
    write_diffusion(directory, fixture);
    write_arrhenius(directory, fixture);
    write_posterior(directory, fixture);
    write_histograms(directory, fixture);
    write_curves(directory, fixture);
    write_orthoslices(directory, fixture);
    write_result(directory, fixture);
    write_provenance(directory);
}

static int
remove_entry(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

void run_fixture_remove(const char *directory)
{
    nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}
