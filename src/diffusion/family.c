/* The one-parameter family of states that one initial state diffuses through. */
#include "diffusion/family.h"

#include <math.h>
#include <stdlib.h>

#include "diffusion/diffusion_internal.h"

/* Ratio of neighbouring nodes. The error of cubic Hermite interpolation over a step q in
 * ln S is at most q^4/384 max |d^4/dx^4 exp(-exp(x))| = q^4/384 * 1.1. */
#define NODE_RATIO 1.3

/* Stiffness times S of the first node; the same bound for exp(-lambda S) on [0, S_0]. */
#define FIRST_NODE 0.27

/* Nodes on the ladder. Half the stiffness times S is 2e5 at the last: particles of some
 * sixty nanometres in voxels of half a nanometre have mixed by then. */
#define LADDER_NODES 55

/* Nodes beyond it are found from the start, so many in one pass. */
#define NODE_GROUP 4

/* Deviation from complete mixing, in tolerances, at which the particle counts as mixed:
 * diffusion never makes the greatest deviation grow. */
#define REST 0.1

struct atw_diffusion_family {
    struct atw_diffusion *diffusion;
    size_t count;   /* of cells */
    size_t n_nodes; /* reached so far; node 0 is S = 0 */
    size_t node_capacity;
    double **node;                         /* [n_nodes][count] */
    struct atw_exponential_ladder *ladder; /* NULL before the first and after the last */
    double *slope[2];                      /* [count], scratch */
    double *state;                         /* [count], scratch */
    double *mixed;                         /* [count], where it all ends */
    int is_mixed;                          /* at the last node, and beyond it */
};

static double node_S_m2(const struct atw_diffusion_family *family, size_t j)
{
    double first_m2 = FIRST_NODE / atw_diffusion_stiffness(family->diffusion);

    return j == 0 ? 0.0 : first_m2 * pow(NODE_RATIO, (double)(j - 1));
}

static enum atw_status
make_room(struct atw_diffusion_family *family, size_t n_more, struct atw_error *err)
{
    size_t capacity = 2 * family->node_capacity + n_more;
    double **nodes;

    if (family->n_nodes + n_more <= family->node_capacity)
        return ATW_OK;
    nodes = reallocarray(family->node, capacity, sizeof *nodes);
    if (!nodes)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
    family->node = nodes;
    family->node_capacity = capacity;
    return ATW_OK;
}

static enum atw_status add_node(struct atw_diffusion_family *family,
                                struct atw_error *err)
{
    enum atw_status status = make_room(family, 1, err);

    if (status != ATW_OK)
        return status;
    family->node[family->n_nodes] = malloc(family->count * sizeof(double));
    if (!family->node[family->n_nodes])
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             family->count);
    family->n_nodes++;
    return ATW_OK;
}

static enum atw_status allocate(struct atw_diffusion_family *family,
                                struct atw_error *err)
{
    family->slope[0] = malloc(family->count * sizeof(double));
    family->slope[1] = malloc(family->count * sizeof(double));
    family->state = malloc(family->count * sizeof(double));
    family->mixed = malloc(family->count * sizeof(double));
    if (!family->slope[0] || !family->slope[1] || !family->state || !family->mixed)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             family->count);
    return add_node(family, err);
}

/* The family of a composition; takes over the diffusion, whatever comes of it. */
static enum atw_status create_around(struct atw_diffusion_family **out,
                                     struct atw_diffusion *diffusion,
                                     const struct atw_field *composition,
                                     struct atw_error *err)
{
    struct atw_diffusion_family *family = calloc(1, sizeof *family);
    enum atw_status status;

    if (!family) {
        atw_diffusion_destroy(diffusion);
        return atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
    }
    family->diffusion = diffusion;
    family->count = atw_diffusion_cell_count(diffusion);
    status = allocate(family, err);
    if (status != ATW_OK)
        goto cleanup;
    atw_diffusion_pack(diffusion, composition, family->node[0]);
    status = atw_diffusion_check_state(diffusion, family->node[0], err);
    if (status == ATW_OK)
        status = atw_cells_mixed(diffusion->cells, family->node[0], family->mixed, err);
    if (status == ATW_OK) {
        *out = family;
        family = NULL;
    }
cleanup:
    atw_diffusion_family_destroy(family);
    return status;
}

enum atw_status atw_diffusion_family_create(struct atw_diffusion_family **out,
                                            const struct atw_field *composition,
                                            const struct atw_field *metal,
                                            const struct atw_diffusion_options *options,
                                            struct atw_error *err)
{
    struct atw_diffusion *diffusion = NULL;
    enum atw_status status;

    *out = NULL;
    if (!atw_grid_equal(&composition->grid, &metal->grid))
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: composition and metal are on different grids");
    status = atw_diffusion_create(&diffusion, metal, options, err);
    return status == ATW_OK ? create_around(out, diffusion, composition, err) : status;
}

enum atw_status atw_diffusion_family_of_cells(struct atw_diffusion_family **out,
                                              struct atw_cells *cells,
                                              const struct atw_field *composition,
                                              const struct atw_diffusion_options *options,
                                              struct atw_error *err)
{
    struct atw_diffusion *diffusion = NULL;
    enum atw_status status = atw_diffusion_of_cells(&diffusion, cells, options, err);

    *out = NULL;
    return status == ATW_OK ? create_around(out, diffusion, composition, err) : status;
}

void atw_diffusion_family_destroy(struct atw_diffusion_family *family)
{
    if (!family)
        return;
    for (size_t j = 0; j < family->n_nodes; j++)
        free(family->node[j]);
    free(family->node);
    atw_exponential_ladder_destroy(family->ladder);
    free(family->slope[0]);
    free(family->slope[1]);
    free(family->state);
    free(family->mixed);
    atw_diffusion_destroy(family->diffusion);
    free(family);
}

static void drop_nodes(struct atw_diffusion_family *family, size_t n_nodes)
{
    while (family->n_nodes > n_nodes)
        free(family->node[--family->n_nodes]);
}

static int is_mixed(const struct atw_diffusion_family *family)
{
    const double *state = family->node[family->n_nodes - 1];
    double greatest = REST * family->diffusion->options.tolerance;

    for (size_t i = 0; i < family->count; i++)
        if (!(fabs(state[i] - family->mixed[i]) <= greatest))
            return 0;
    return 1;
}

static enum atw_status open_ladder(struct atw_diffusion_family *family,
                                   struct atw_error *err)
{
    double h = family->diffusion->cells->grid.spacing_m, s[LADDER_NODES];

    for (size_t j = 0; j < LADDER_NODES; j++)
        s[j] = node_S_m2(family, j + 1) / (h * h);
    return atw_exponential_ladder_create(&family->ladder, family->diffusion->cells,
                                         family->diffusion->options.tolerance,
                                         family->node[0], s, LADDER_NODES, err);
}

static enum atw_status climb(struct atw_diffusion_family *family, struct atw_error *err)
{
    size_t n_more = atw_exponential_ladder_group(family->ladder);
    enum atw_status status = make_room(family, n_more, err);

    if (status == ATW_OK)
        status =
            atw_exponential_ladder_climb(family->ladder, family->node + family->n_nodes,
                                         &family->diffusion->applications, err);
    if (status == ATW_OK)
        family->n_nodes += n_more;
    return status;
}

/* Nodes beyond the ladder. */
static enum atw_status find_group(struct atw_diffusion_family *family,
                                  struct atw_error *err)
{
    size_t first = family->n_nodes;
    double S_of[NODE_GROUP];
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < NODE_GROUP && status == ATW_OK; k++) {
        S_of[k] = node_S_m2(family, first + k);
        status = add_node(family, err);
    }
    if (status == ATW_OK)
        status = atw_diffusion_states_into(family->diffusion, family->node[0], S_of,
                                           NODE_GROUP, family->node + first, err);
    if (status != ATW_OK)
        drop_nodes(family, first);
    return status;
}

/* Make sure there is a node at or above S, unless the last one is mixed. Nodes are found
 * in fixed groups, so that they do not depend on the questions asked. */
static enum atw_status
reach(struct atw_diffusion_family *family, double S_m2, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    while (!family->is_mixed && node_S_m2(family, family->n_nodes - 1) < S_m2 &&
           status == ATW_OK) {
        if (family->n_nodes == 1 && !family->ladder)
            status = open_ladder(family, err);
        if (status == ATW_OK)
            status = family->ladder ? climb(family, err) : find_group(family, err);
        family->is_mixed = status == ATW_OK && is_mixed(family);
        if (family->is_mixed ||
            (family->ladder && atw_exponential_ladder_group(family->ladder) == 0)) {
            atw_exponential_ladder_destroy(family->ladder);
            family->ladder = NULL;
        }
    }
    return status;
}

/* Slope at a node with respect to the polynomial's variable, times its step. */
static void
find_slope(struct atw_diffusion_family *family, size_t j, double weight_m2, double *slope)
{
    atw_diffusion_rate(family->diffusion, family->node[j], slope);
    for (size_t i = 0; i < family->count; i++)
        slope[i] *= weight_m2;
}

/* Cubic Hermite interpolation between nodes j and j + 1; t in [0, 1]. */
static void blend(struct atw_diffusion_family *family, size_t j, double t)
{
    const double *a = family->node[j], *b = family->node[j + 1];
    const double *slope_a = family->slope[0], *slope_b = family->slope[1];
    double on_b = t * t * (3.0 - 2.0 * t), on_a = 1.0 - on_b;
    double on_slope_a = t * (1.0 - t) * (1.0 - t), on_slope_b = -t * t * (1.0 - t);

    for (size_t i = 0; i < family->count; i++)
        family->state[i] =
            on_a * a[i] + on_b * b[i] + on_slope_a * slope_a[i] + on_slope_b * slope_b[i];
}

static void interpolate(struct atw_diffusion_family *family, double S_m2)
{
    size_t j = 0;
    double left_m2, right_m2, step;

    while (node_S_m2(family, j + 1) < S_m2)
        j++;
    left_m2 = node_S_m2(family, j);
    right_m2 = node_S_m2(family, j + 1);
    if (j == 0) {
        find_slope(family, 0, right_m2, family->slope[0]);
        find_slope(family, 1, right_m2, family->slope[1]);
        blend(family, 0, S_m2 / right_m2);
        return;
    }
    step = log(right_m2 / left_m2);
    find_slope(family, j, left_m2 * step, family->slope[0]);
    find_slope(family, j + 1, right_m2 * step, family->slope[1]);
    blend(family, j, log(S_m2 / left_m2) / step);
}

enum atw_status atw_diffusion_family_at(struct atw_diffusion_family *family,
                                        double S_m2,
                                        struct atw_field *composition,
                                        struct atw_error *err)
{
    enum atw_status status;

    if (!(S_m2 >= 0.0))
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: S is %g m2; it must not be negative", S_m2);
    if (isinf(S_m2)) {
        atw_diffusion_unpack(family->diffusion, family->mixed, composition);
        return ATW_OK;
    }
    if (S_m2 == 0.0) {
        atw_diffusion_unpack(family->diffusion, family->node[0], composition);
        return ATW_OK;
    }
    status = reach(family, S_m2, err);
    if (status != ATW_OK)
        return status;
    if (node_S_m2(family, family->n_nodes - 1) < S_m2) {
        atw_diffusion_unpack(family->diffusion, family->mixed, composition);
        return ATW_OK;
    }
    interpolate(family, S_m2);
    atw_diffusion_unpack(family->diffusion, family->state, composition);
    return ATW_OK;
}
