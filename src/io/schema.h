/* Schema: which keys an input file may have, with type, unit, default, range and meaning.
 *
 * One table drives validation, defaults, the resolved file, `config explain` and the
 * annotated scenario. A path names a key: "simulation.voxel"; "particles[]" is a list and
 * "particles[].name" a key of each of its elements. Every container has a row of its own,
 * before its keys; the order of rows is the order of output. */
#ifndef ATW_IO_SCHEMA_H
#define ATW_IO_SCHEMA_H

#include <stddef.h>
#include <stdio.h>

#include "core/status.h"
#include "io/units.h"

enum { ATW_SCHEMA_TEXT_SIZE = 512 };

enum atw_schema_type {
    ATW_SCHEMA_MAP,
    ATW_SCHEMA_LIST, /* of maps; the path ends in [] */
    /* The types below hold a value; with a path that ends in [], a list of values. */
    ATW_SCHEMA_QUANTITY,
    ATW_SCHEMA_TEMPERATURE,
    ATW_SCHEMA_TEMPERATURE_DIFFERENCE,
    ATW_SCHEMA_NUMBER,
    ATW_SCHEMA_INTEGER,
    ATW_SCHEMA_BOOLEAN,
    ATW_SCHEMA_CHOICE,
    ATW_SCHEMA_TEXT,
    ATW_SCHEMA_PATH /* of a file, relative to the file that names it */
};

struct atw_schema_entry {
    const char *path;
    enum atw_schema_type type;
    const char *si_unit;      /* of quantities and temperatures */
    const char *display_unit; /* NULL: si_unit */
    const char *default_text; /* as written in a file; NULL: required, unless optional */
    double min, max;          /* inclusive, SI; both 0: any finite value */
    const char *choices;      /* "a|b|c" */
    int optional;             /* may be unset */
    size_t length;            /* of a list of values; 0: any */
    size_t min_length;        /* of a list */
    const char
        *model_kind; /* container whose key `model: NAME` reads models/KIND/NAME.yaml
                      */
    const char *doc; /* one sentence or more: meaning, unit, consequences */
};

/* Rows that belong together; a schema is made of such parts, which schemas share. */
struct atw_schema_part {
    const struct atw_schema_entry *entries;
    size_t n_entries;
};

struct atw_schema {
    const char *name;   /* "scenario" */
    const char *format; /* required value of the key `format`; NULL: there is none */
    const struct atw_schema_part *const *parts;
    size_t n_parts;
    /* Keys of a model file that this schema lacks but this other one has are passed over:
     * an experiment needs only part of what a model file says. May be NULL. */
    const struct atw_schema *model_schema;
};

/* Row by path; indices are ignored, so "particles[1].name" finds "particles[].name".
 * NULL if there is none. */
const struct atw_schema_entry *atw_schema_find(const struct atw_schema *schema,
                                               const char *path);

/* Rows in order: start with *position = 0; NULL at the end. */
const struct atw_schema_entry *atw_schema_next(const struct atw_schema *schema,
                                               size_t *position);

/* Keys of a container in order (parent NULL: of the file itself); as atw_schema_next. */
const struct atw_schema_entry *
atw_schema_next_child(const struct atw_schema *schema,
                      const struct atw_schema_entry *parent,
                      size_t *position);

/* The key of a container with this name, or NULL. */
const struct atw_schema_entry *atw_schema_child(const struct atw_schema *schema,
                                                const struct atw_schema_entry *parent,
                                                const char *name);

/* Last component of the path without []; it has *length characters. */
const char *atw_schema_key(const struct atw_schema_entry *entry, size_t *length);

int atw_schema_is_list(const struct atw_schema_entry *entry);
int atw_schema_has_range(const struct atw_schema_entry *entry);

/* Unit and kind of a quantity or temperature. */
struct atw_dimension atw_schema_dimension(const struct atw_schema_entry *entry);

/* Write the value an SI number of this entry has in a file: in its display unit. */
void atw_schema_format_number(char text[ATW_QUANTITY_TEXT_SIZE],
                              const struct atw_schema_entry *entry,
                              double value);

/* Texts for messages and docs. Type: "a list: 3 times a quantity with unit, such as nm";
 * value: the same without what makes it a list. Range: "0.05 nm to 10 nm" or "one of a,
 * b, c"; an empty text if every value is allowed. */
void atw_schema_describe_type(char text[ATW_SCHEMA_TEXT_SIZE],
                              const struct atw_schema_entry *entry);
void atw_schema_describe_value(char text[ATW_SCHEMA_TEXT_SIZE],
                               const struct atw_schema_entry *entry);
void atw_schema_describe_range(char text[ATW_SCHEMA_TEXT_SIZE],
                               const struct atw_schema_entry *entry);

/* The known path nearest to a mistyped key: among the keys of `parent` (NULL: of the
 * file) by edit distance, else a key of that very name elsewhere. NULL if nothing is
 * near. */
const char *atw_schema_suggest(const struct atw_schema *schema,
                               const struct atw_schema_entry *parent,
                               const char *name);

/* Explain one key, or list all with key NULL. ATW_EUSAGE with a suggestion for an unknown
 * key. */
enum atw_status atw_schema_explain(const struct atw_schema *schema,
                                   const char *key,
                                   FILE *stream,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Write the doc of an entry with type, range and default as comment lines. */
void atw_schema_write_comment(const struct atw_schema_entry *entry,
                              size_t indent,
                              FILE *stream);

#endif
