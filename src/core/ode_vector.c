/* Vectors for CVODE: SUNDIALS' N_Vector over one array of double. */
#include "core/ode_vector.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "core/ode_kernels.h"

struct content {
    size_t count;
    double *value;
};

static struct content *content_of(N_Vector v)
{
    return v->content;
}

double *atw_ode_vector_data(N_Vector v)
{
    return content_of(v)->value;
}

static size_t count_of(N_Vector v)
{
    return content_of(v)->count;
}

static N_Vector_ID vector_id(N_Vector v)
{
    (void)v;
    return SUNDIALS_NVEC_CUSTOM;
}

static sunindextype length(N_Vector v)
{
    return (sunindextype)count_of(v);
}

static void space(N_Vector v, sunindextype *reals, sunindextype *integers)
{
    *reals = length(v);
    *integers = 2;
}

static void destroy(N_Vector v)
{
    if (!v)
        return;
    if (v->content)
        free(content_of(v)->value);
    free(v->content);
    v->content = NULL;
    N_VFreeEmpty(v);
}

static N_Vector clone(N_Vector like)
{
    N_Vector v = N_VNewEmpty(like->sunctx);
    struct content *content = calloc(1, sizeof *content);

    if (!v || !content || N_VCopyOps(like, v) != 0)
        goto failed;
    content->count = count_of(like);
    content->value = calloc(content->count, sizeof *content->value);
    if (!content->value)
        goto failed;
    v->content = content;
    return v;
failed:
    free(content);
    if (v)
        N_VFreeEmpty(v);
    return NULL;
}

/* CVODE passes z = x or z = y freely; the kernels allow it. */
static void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z)
{
    atw_ode_linear_sum(count_of(x), a, atw_ode_vector_data(x), b, atw_ode_vector_data(y),
                       atw_ode_vector_data(z));
}

static void scale(double a, N_Vector x, N_Vector z)
{
    atw_ode_scale(count_of(x), a, atw_ode_vector_data(x), atw_ode_vector_data(z));
}

static void set_const(double a, N_Vector z)
{
    double *value = atw_ode_vector_data(z);
    size_t count = count_of(z);

    for (size_t i = 0; i < count; i++)
        value[i] = a;
}

#define EACH_VALUE(name, expression)                                                     \
    static void name(N_Vector x, N_Vector y, N_Vector z)                                 \
    {                                                                                    \
        const double *xv = atw_ode_vector_data(x), *yv = atw_ode_vector_data(y);         \
        double *zv = atw_ode_vector_data(z);                                             \
        size_t count = count_of(z);                                                      \
                                                                                         \
        for (size_t i = 0; i < count; i++)                                               \
            zv[i] = (expression);                                                        \
    }

EACH_VALUE(product, xv[i] * yv[i])
EACH_VALUE(quotient, xv[i] / yv[i])

static void absolute(N_Vector x, N_Vector z)
{
    const double *xv = atw_ode_vector_data(x);
    double *zv = atw_ode_vector_data(z);
    size_t count = count_of(z);

    for (size_t i = 0; i < count; i++)
        zv[i] = fabs(xv[i]);
}

static void inverse(N_Vector x, N_Vector z)
{
    const double *xv = atw_ode_vector_data(x);
    double *zv = atw_ode_vector_data(z);
    size_t count = count_of(z);

    for (size_t i = 0; i < count; i++)
        zv[i] = 1.0 / xv[i];
}

static void add_const(N_Vector x, double b, N_Vector z)
{
    const double *xv = atw_ode_vector_data(x);
    double *zv = atw_ode_vector_data(z);
    size_t count = count_of(z);

    for (size_t i = 0; i < count; i++)
        zv[i] = xv[i] + b;
}

static double dot_product(N_Vector x, N_Vector y)
{
    return atw_ode_dot(count_of(x), atw_ode_vector_data(x), atw_ode_vector_data(y));
}

static double max_norm(N_Vector x)
{
    return atw_ode_max_norm(count_of(x), atw_ode_vector_data(x));
}

static double weighted_norm(N_Vector x, N_Vector w)
{
    return sqrt(atw_ode_weighted_squares(count_of(x), atw_ode_vector_data(x),
                                         atw_ode_vector_data(w)));
}

static double weighted_rms_norm(N_Vector x, N_Vector w)
{
    return sqrt(atw_ode_weighted_squares(count_of(x), atw_ode_vector_data(x),
                                         atw_ode_vector_data(w)) /
                (double)count_of(x));
}

/* In the place of the root mean square where the greatest error is to be controlled. */
static double weighted_max_norm(N_Vector x, N_Vector w)
{
    return atw_ode_weighted_max(count_of(x), atw_ode_vector_data(x),
                                atw_ode_vector_data(w));
}

static double masked_rms_norm(N_Vector x, N_Vector w, N_Vector mask)
{
    const double *xv = atw_ode_vector_data(x), *wv = atw_ode_vector_data(w);
    const double *keep = atw_ode_vector_data(mask);
    size_t count = count_of(x);
    double sum = 0.0;

    for (size_t i = 0; i < count; i++)
        sum += keep[i] > 0.0 ? xv[i] * wv[i] * (xv[i] * wv[i]) : 0.0;
    return sqrt(sum / (double)count);
}

static double l1_norm(N_Vector x)
{
    const double *xv = atw_ode_vector_data(x);
    size_t count = count_of(x);
    double sum = 0.0;

    for (size_t i = 0; i < count; i++)
        sum += fabs(xv[i]);
    return sum;
}

static double least(N_Vector x)
{
    return atw_ode_least(count_of(x), atw_ode_vector_data(x));
}

static void compare(double bound, N_Vector x, N_Vector z)
{
    const double *xv = atw_ode_vector_data(x);
    double *zv = atw_ode_vector_data(z);
    size_t count = count_of(z);

    for (size_t i = 0; i < count; i++)
        zv[i] = fabs(xv[i]) >= bound ? 1.0 : 0.0;
}

static booleantype invert_test(N_Vector x, N_Vector z)
{
    const double *xv = atw_ode_vector_data(x);
    double *zv = atw_ode_vector_data(z);
    size_t count = count_of(z);
    booleantype all = SUNTRUE;

    for (size_t i = 0; i < count; i++) {
        if (xv[i] == 0.0)
            all = SUNFALSE;
        else
            zv[i] = 1.0 / xv[i];
    }
    return all;
}

/* c = +-2 asks for a strict sign, +-1 allows zero; m marks the violations. */
static booleantype constraint_mask(N_Vector c, N_Vector x, N_Vector m)
{
    const double *cv = atw_ode_vector_data(c), *xv = atw_ode_vector_data(x);
    double *mv = atw_ode_vector_data(m);
    size_t count = count_of(x);
    booleantype all = SUNTRUE;

    for (size_t i = 0; i < count; i++) {
        double signed_value = xv[i] * cv[i];
        int strict = fabs(cv[i]) > 1.5;

        mv[i] = cv[i] != 0.0 && (strict ? signed_value <= 0.0 : signed_value < 0.0);
        if (mv[i] != 0.0)
            all = SUNFALSE;
    }
    return all;
}

static double least_quotient(N_Vector x, N_Vector y)
{
    const double *xv = atw_ode_vector_data(x), *yv = atw_ode_vector_data(y);
    size_t count = count_of(x);
    double least_value = DBL_MAX;

    for (size_t i = 0; i < count; i++)
        if (yv[i] != 0.0 && xv[i] / yv[i] < least_value)
            least_value = xv[i] / yv[i];
    return least_value;
}

/* CVODE combines at most a Nordsieck array's worth of vectors, SPGMR a Krylov basis. */
#define MOST_AT_ONCE 64

static int linear_combination(int terms, double *a, N_Vector *x, N_Vector z)
{
    const double *value[MOST_AT_ONCE];

    if (terms < 1 || terms > MOST_AT_ONCE)
        return -1;
    for (int k = 0; k < terms; k++)
        value[k] = atw_ode_vector_data(x[k]);
    atw_ode_combine(count_of(z), (size_t)terms, a, value, atw_ode_vector_data(z));
    return 0;
}

static int scale_add_multi(int terms, double *a, N_Vector x, N_Vector *y, N_Vector *z)
{
    const double *from[MOST_AT_ONCE];
    double *to[MOST_AT_ONCE];

    if (terms < 1 || terms > MOST_AT_ONCE)
        return -1;
    for (int k = 0; k < terms; k++) {
        from[k] = atw_ode_vector_data(y[k]);
        to[k] = atw_ode_vector_data(z[k]);
    }
    atw_ode_scale_add(count_of(x), (size_t)terms, a, atw_ode_vector_data(x), from, to);
    return 0;
}

static int dot_product_multi(int terms, N_Vector x, N_Vector *y, double *result)
{
    if (terms < 1)
        return -1;
    for (int k = 0; k < terms; k++)
        result[k] = dot_product(x, y[k]);
    return 0;
}

static void set_arithmetic(N_Vector_Ops ops)
{
    ops->nvlinearsum = linear_sum;
    ops->nvconst = set_const;
    ops->nvprod = product;
    ops->nvdiv = quotient;
    ops->nvscale = scale;
    ops->nvabs = absolute;
    ops->nvinv = inverse;
    ops->nvaddconst = add_const;
    ops->nvcompare = compare;
    ops->nvinvtest = invert_test;
    ops->nvconstrmask = constraint_mask;
    ops->nvlinearcombination = linear_combination;
    ops->nvscaleaddmulti = scale_add_multi;
}

static void set_reductions(N_Vector_Ops ops)
{
    ops->nvdotprod = dot_product;
    ops->nvmaxnorm = max_norm;
    ops->nvwrmsnorm = weighted_rms_norm;
    ops->nvwrmsnormmask = masked_rms_norm;
    ops->nvmin = least;
    ops->nvwl2norm = weighted_norm;
    ops->nvl1norm = l1_norm;
    ops->nvminquotient = least_quotient;
    ops->nvdotprodmulti = dot_product_multi;
}

N_Vector atw_ode_vector_create(size_t count, enum atw_ode_norm norm, SUNContext context)
{
    struct content shape = {.count = count};
    struct _generic_N_Vector_Ops ops = {.nvgetvectorid = vector_id,
                                        .nvclone = clone,
                                        .nvdestroy = destroy,
                                        .nvspace = space,
                                        .nvgetarraypointer = atw_ode_vector_data,
                                        .nvgetlength = length};
    struct _generic_N_Vector pattern = {
        .content = &shape, .ops = &ops, .sunctx = context};

    set_arithmetic(&ops);
    set_reductions(&ops);
    if (norm == ATW_ODE_NORM_MAX)
        ops.nvwrmsnorm = weighted_max_norm;
    return clone(&pattern);
}
