/* Shorthands for the rows of schema tables: one macro per kind of row.
 *
 * A default of REQUIRED makes a key required; ROW_OPTIONAL_* may be unset. */
#ifndef ATW_IO_SCHEMA_ROWS_H
#define ATW_IO_SCHEMA_ROWS_H

#include "io/schema.h"

#define REQUIRED NULL

#define NANOMETRE 1e-9
#define MICROMETRE 1e-6
#define MILLIMETRE 1e-3
#define DEGREE 1.7453292519943295e-2       /* pi / 180 */
#define LARGEST_INTEGER 9007199254740991.0 /* 2^53 - 1: exact in a double */

#define ROW(path_, type_, doc_) .path = path_, .type = ATW_SCHEMA_##type_, .doc = doc_
#define ROW_MAP(path_, doc_)                                                             \
    {                                                                                    \
        ROW(path_, MAP, doc_)                                                            \
    }
#define ROW_MODEL_MAP(path_, kind_, doc_)                                                \
    {                                                                                    \
        ROW(path_, MAP, doc_), .model_kind = kind_                                       \
    }
#define ROW_LIST(path_, min_length_, kind_, doc_)                                        \
    {                                                                                    \
        ROW(path_, LIST, doc_), .min_length = min_length_, .model_kind = kind_           \
    }
#define ROW_TEXT(path_, default_, doc_)                                                  \
    {                                                                                    \
        ROW(path_, TEXT, doc_), .default_text = default_                                 \
    }
#define ROW_OPTIONAL_TEXT(path_, doc_)                                                   \
    {                                                                                    \
        ROW(path_, TEXT, doc_), .optional = 1                                            \
    }
#define ROW_OPTIONAL_PATH(path_, doc_)                                                   \
    {                                                                                    \
        ROW(path_, PATH, doc_), .optional = 1                                            \
    }
#define ROW_CHOICE(path_, choices_, default_, doc_)                                      \
    {                                                                                    \
        ROW(path_, CHOICE, doc_), .choices = choices_, .default_text = default_          \
    }
#define ROW_BOOLEAN(path_, default_, doc_)                                               \
    {                                                                                    \
        ROW(path_, BOOLEAN, doc_), .default_text = default_                              \
    }
#define ROW_RANGE(min_, max_) .min = min_, .max = max_
#define ROW_INTEGER(path_, default_, min_, max_, doc_)                                   \
    {                                                                                    \
        ROW(path_, INTEGER, doc_), .default_text = default_, ROW_RANGE(min_, max_)       \
    }
#define ROW_OPTIONAL_INTEGER(path_, min_, max_, doc_)                                    \
    {                                                                                    \
        ROW(path_, INTEGER, doc_), .optional = 1, ROW_RANGE(min_, max_)                  \
    }
#define ROW_NUMBER(path_, default_, min_, max_, doc_)                                    \
    {                                                                                    \
        ROW(path_, NUMBER, doc_), .default_text = default_, ROW_RANGE(min_, max_)        \
    }
#define ROW_OPTIONAL_NUMBER(path_, min_, max_, doc_)                                     \
    {                                                                                    \
        ROW(path_, NUMBER, doc_), .optional = 1, ROW_RANGE(min_, max_)                   \
    }
#define ROW_QUANTITY(path_, si_, display_, default_, min_, max_, doc_)                   \
    {                                                                                    \
        ROW(path_, QUANTITY, doc_), .si_unit = si_, .display_unit = display_,            \
                                    .default_text = default_, ROW_RANGE(min_, max_)      \
    }
#define ROW_OPTIONAL_QUANTITY(path_, si_, display_, min_, max_, doc_)                    \
    {                                                                                    \
        ROW(path_, QUANTITY, doc_), .si_unit = si_, .display_unit = display_,            \
                                    .optional = 1, ROW_RANGE(min_, max_)                 \
    }
#define ROW_LENGTH(path_, default_, min_, max_, doc_)                                    \
    ROW_QUANTITY(path_, "m", "nm", default_, min_, max_, doc_)
#define ROW_ANGLE(path_, default_, min_, max_, doc_)                                     \
    ROW_QUANTITY(path_, "rad", "deg", default_, min_, max_, doc_)
#define ROW_TEMPERATURE(path_, default_, doc_)                                           \
    {                                                                                    \
        ROW(path_, TEMPERATURE, doc_), .si_unit = "K", .display_unit = "degC",           \
                                       .default_text = default_                          \
    }

/* A thin path in which diffusion is `ratio` times as fast as beside it. */
#define FAST_PATH_ROWS(path_, what_, thickness_)                                         \
    ROW_NUMBER(path_ ".ratio", "1", 1.0, 1e8,                                            \
               "Diffusivity in the " what_                                               \
               " over that of the bulk, at ratio_temperature; "                          \
               "1: no " what_ "."),                                                      \
        ROW_LENGTH(path_ ".thickness", thickness_, 1e-11, 5e-9,                          \
                   "Thickness of the " what_ "; only thickness times ratio matters."),   \
        ROW_QUANTITY(path_ ".Q_difference", "J mol-1", "kJ/mol", "0 kJ/mol", -3e5, 3e5,  \
                     "Activation energy in the " what_                                   \
                     " minus that of the bulk: ratio(T) "                                \
                     "= ratio exp(-Q_difference / R (1 / T - 1 / ratio_temperature))."), \
        ROW_TEMPERATURE(path_ ".ratio_temperature", "400 degC",                          \
                        "Temperature that `ratio` is given at.")

#define PART(rows_)                                                                      \
    {                                                                                    \
        rows_, sizeof rows_ / sizeof *rows_                                              \
    }
#define COUNT(array_) (sizeof array_ / sizeof *array_)

#endif
