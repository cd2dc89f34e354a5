/* Preconditioners of the comparison of linear solvers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/linear_solvers.h"
#include "core/constants.h"

/* Bounding box of the cells and the place of each in it. */
static void find_box(struct linear_system *system)
{
    const struct atw_grid *grid = &system->cells->grid;
    size_t least[3] = {SIZE_MAX, SIZE_MAX, SIZE_MAX}, most[3] = {0}, at[3];

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < system->cells->count; i++) {
            size_t voxel = system->cells->voxel[i];

            at[0] = voxel % grid->n_x;
            at[1] = voxel / grid->n_x % grid->n_y;
            at[2] = voxel / grid->n_x / grid->n_y;
            for (size_t k = 0; k < 3 && pass == 0; k++) {
                least[k] = at[k] < least[k] ? at[k] : least[k];
                most[k] = at[k] > most[k] ? at[k] : most[k];
                system->box[k] = most[k] - least[k] + 1;
            }
            if (pass == 1)
                system->place[i] =
                    (uint32_t)(at[0] - least[0] +
                               system->box[0] * (at[1] - least[1] +
                                                 system->box[1] * (at[2] - least[2])));
        }
}

static void find_rates(struct linear_system *system)
{
    const struct atw_cells *cells = system->cells;

    for (size_t i = 0; i < cells->count; i++) {
        system->root_capacity[i] = sqrt(cells->capacity[i]);
        system->out_rate[i] = 6.0;
    }
    for (size_t i = 0; i < cells->cut_count; i++) {
        const struct atw_cells_cut *cut = &cells->cut[i];
        double sum = 0.0;

        for (size_t k = 0; k < 6; k++)
            sum += (double)cut->aperture[k];
        system->out_rate[cut->cell] = sum * cut->inverse_capacity;
    }
}

static int create_transforms(struct linear_system *system)
{
    const size_t *n = system->box;
    size_t points = n[0] * n[1] * n[2];

    system->field = fftw_alloc_real(points);
    system->spectrum = fftw_alloc_real(points);
    if (!system->field || !system->spectrum)
        return 0;
    system->forward =
        fftw_plan_r2r_3d((int)n[2], (int)n[1], (int)n[0], system->field, system->field,
                         FFTW_REDFT10, FFTW_REDFT10, FFTW_REDFT10, FFTW_MEASURE);
    system->backward =
        fftw_plan_r2r_3d((int)n[2], (int)n[1], (int)n[0], system->field, system->field,
                         FFTW_REDFT01, FFTW_REDFT01, FFTW_REDFT01, FFTW_MEASURE);
    return system->forward && system->backward;
}

struct linear_system *linear_create(const struct atw_cells *cells)
{
    struct linear_system *system = calloc(1, sizeof *system);
    double *vectors = calloc(8 * cells->count, sizeof *vectors);

    if (!system || !vectors) {
        free(system);
        free(vectors);
        return NULL;
    }
    system->cells = cells;
    for (size_t k = 0; k < 4; k++)
        system->work[k] = vectors + k * cells->count;
    system->root_capacity = vectors + 4 * cells->count;
    system->out_rate = vectors + 5 * cells->count;
    system->scale = vectors + 6 * cells->count;
    system->unscale = vectors + 7 * cells->count;
    system->place = calloc(cells->count, sizeof *system->place);
    if (system->place) {
        find_box(system);
        find_rates(system);
    }
    if (!system->place || !create_transforms(system)) {
        linear_destroy(system);
        return NULL;
    }
    return system;
}

void linear_destroy(struct linear_system *system)
{
    if (!system)
        return;
    linear_gmres_destroy(system->gmres);
    linear_multigrid_destroy(system->multigrid);
    if (system->forward)
        fftw_destroy_plan(system->forward);
    if (system->backward)
        fftw_destroy_plan(system->backward);
    fftw_free(system->field);
    fftw_free(system->spectrum);
    free(system->place);
    free(system->work[0]);
    free(system);
}

/* What the Laplacian takes from wave `wave` of n along an axis. */
static double eigenvalue(size_t wave, size_t n)
{
    double sine = sin(0.5 * ATW_PI * (double)wave / (double)n);

    return 4.0 * sine * sine;
}

static void fill_spectrum(struct linear_system *system)
{
    const size_t *n = system->box;
    double length = 8.0 * (double)(n[0] * n[1] * n[2]), *out = system->spectrum;

    for (size_t z = 0; z < n[2]; z++)
        for (size_t y = 0; y < n[1]; y++)
            for (size_t x = 0; x < n[0]; x++)
                *out++ = 1.0 / (length * (1.0 + system->gamma * (eigenvalue(x, n[0]) +
                                                                 eigenvalue(y, n[1]) +
                                                                 eigenvalue(z, n[2]))));
}

void linear_prepare(struct linear_system *system,
                    enum linear_preconditioner preconditioner)
{
    double gamma = system->gamma;

    system->preconditioner = preconditioner;
    for (size_t i = 0; i < system->cells->count; i++) {
        double diagonal = 1.0 + gamma * system->out_rate[i], e = 1.0;

        if (preconditioner == LINEAR_COSINE_SCALED)
            e = sqrt((1.0 + 6.0 * gamma) / diagonal);
        system->scale[i] = e * system->root_capacity[i];
        system->unscale[i] = e / system->root_capacity[i];
        if (preconditioner == LINEAR_JACOBI)
            system->scale[i] = 1.0 / diagonal;
    }
    if (preconditioner == LINEAR_COSINE || preconditioner == LINEAR_COSINE_SCALED)
        fill_spectrum(system);
    if (preconditioner == LINEAR_MULTIGRID && !system->multigrid)
        system->multigrid = linear_multigrid_create(system);
    if (preconditioner == LINEAR_MULTIGRID && !system->multigrid)
        abort(); /* out of memory */
}

static void solve_box(struct linear_system *system, const double *r, double *z)
{
    size_t points = system->box[0] * system->box[1] * system->box[2];
    size_t count = system->cells->count;

    memset(system->field, 0, points * sizeof *system->field);
    for (size_t i = 0; i < count; i++)
        system->field[system->place[i]] = system->scale[i] * r[i];
    fftw_execute(system->forward);
    for (size_t i = 0; i < points; i++)
        system->field[i] *= system->spectrum[i];
    fftw_execute(system->backward);
    for (size_t i = 0; i < count; i++)
        z[i] = system->unscale[i] * system->field[system->place[i]];
}

const double *
linear_precondition(struct linear_system *system, const double *r, double *z)
{
    if (system->preconditioner == LINEAR_NONE)
        return r;
    if (system->preconditioner == LINEAR_JACOBI)
        for (size_t i = 0; i < system->cells->count; i++)
            z[i] = system->scale[i] * r[i];
    else if (system->preconditioner == LINEAR_MULTIGRID)
        system->applications +=
            linear_multigrid_cycle(system->multigrid, system->gamma, r, z);
    else
        solve_box(system, r, z);
    return z;
}
