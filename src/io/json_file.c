/* JSON files, read and written whole. */
#include "io/json_file.h"

#include <math.h>
#include <stdlib.h>

#include "io/output.h"
#include "io/read_text.h"

#define SIZE_LIMIT_BYTES ((size_t)256 << 20)
#define REAL_DIGITS 17

enum atw_status atw_json_load(json_t **out, const char *path, struct atw_error *err)
{
    char *text = NULL;
    size_t size = 0;
    json_error_t reason;
    enum atw_status status;

    *out = NULL;
    status = atw_read_text(&text, &size, path, SIZE_LIMIT_BYTES, err);
    if (status != ATW_OK)
        return status;
    *out = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &reason);
    free(text);
    if (*out)
        return ATW_OK;
    if (json_error_code(&reason) == json_error_out_of_memory)
        return atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", path);
    return atw_error_set(err, ATW_EINPUT, "%s:%d:%d: not valid JSON: %s", path,
                         reason.line, reason.column, reason.text);
}

enum atw_status
atw_json_save(const json_t *value, const char *path, int force, struct atw_error *err)
{
    const size_t flags =
        JSON_INDENT(2) | JSON_REAL_PRECISION(REAL_DIGITS) | JSON_ENCODE_ANY;
    struct atw_output *output = NULL;
    enum atw_status status = atw_output_begin(&output, path, force, err);
    FILE *stream;

    if (status != ATW_OK)
        return status;
    stream = atw_output_stream(output);
    if (json_dumpf(value, stream, flags) == 0 || ferror(stream)) {
        (void)fputc('\n', stream);
        return atw_output_commit(&output, err);
    }
    atw_output_abort(output);
    return atw_error_set(err, ATW_EINVAL, "'%s': the value cannot be written as JSON",
                         path);
}

json_t *atw_json_number(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}
