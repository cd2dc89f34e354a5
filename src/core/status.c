/* Status codes and the caller-owned error record. */
#include "core/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum atw_status
atw_error_set(struct atw_error *err, enum atw_status status, const char *format, ...)
{
    va_list arguments;

    if (!err || err->status != ATW_OK)
        return status;
    err->status = status;
    va_start(arguments, format);
    vsnprintf(err->text, sizeof err->text, format, arguments);
    va_end(arguments);
    return status;
}

void atw_error_prepend(struct atw_error *err, const char *format, ...)
{
    char original[ATW_ERROR_TEXT_SIZE];
    size_t used;
    va_list arguments;

    if (!err || err->status == ATW_OK)
        return;
    memcpy(original, err->text, sizeof original);
    va_start(arguments, format);
    vsnprintf(err->text, sizeof err->text, format, arguments);
    va_end(arguments);
    used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", original);
}

int atw_exit_code(enum atw_status status)
{
    switch (status) {
    case ATW_OK:
        return 0;
    case ATW_EUSAGE:
        return 2;
    case ATW_EINVAL:
    case ATW_EINPUT:
        return 3;
    case ATW_EREPLICATES:
        return 4;
    case ATW_ECRITERION:
        return 5;
    case ATW_EOUTPUT:
        return 6;
    case ATW_ESTOPPED:
        return 75;
    case ATW_EDIVERGED:
    case ATW_ENOMEM:
    case ATW_EINTERNAL:
        break;
    }
    return 1;
}
