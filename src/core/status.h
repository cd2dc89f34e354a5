/* Status codes and the caller-owned error record.
 *
 * Every function that can fail returns enum atw_status and takes a struct atw_error as
 * its last argument; there is no global error state. */
#ifndef ATW_CORE_STATUS_H
#define ATW_CORE_STATUS_H

#define ATW_ERROR_TEXT_SIZE 1024

enum atw_status {
    ATW_OK = 0,
    ATW_EINVAL,     /* a value outside its documented range */
    ATW_EUSAGE,     /* the command line itself is wrong */
    ATW_EINPUT,     /* a scenario or input file cannot be read or is not valid */
    ATW_EOUTPUT,    /* an output cannot be written, or exists and may not be replaced */
    ATW_ECRITERION, /* a validation criterion is not met */
    ATW_EDIVERGED,  /* a numerical method failed */
    ATW_ENOMEM,
    ATW_EINTERNAL,
    ATW_EREPLICATES, /* more items of a study failed than it allows */
    ATW_ESTOPPED     /* stopped early; what is done is safe, the rest can be resumed */
};

/* Zero-initialise before use. A NULL record is accepted everywhere. */
struct atw_error {
    enum atw_status status;
    char text[ATW_ERROR_TEXT_SIZE];
};

#define ATW_MUST_CHECK __attribute__((warn_unused_result))
#define ATW_PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

/* Record an error and return its status, so that "return atw_error_set(...)" is one line.
 * The first error wins: a record that already holds one is left alone. */
enum atw_status
atw_error_set(struct atw_error *err, enum atw_status status, const char *format, ...)
    ATW_PRINTF_LIKE(3, 4);

/* Put "context: " in front of the recorded text; no-op without a recorded error. */
void atw_error_prepend(struct atw_error *err, const char *format, ...)
    ATW_PRINTF_LIKE(2, 3);

/* Process exit code of a status: 0 ok, 1 internal or numerical failure, 2 usage,
 * 3 invalid input, 4 too many failed replicates, 5 criterion not met, 6 output could not
 * be written, 75 stopped early. */
int atw_exit_code(enum atw_status status);

#endif
