/* The 1024-byte header of MRC files, decoded and encoded.
 *
 * Source: Cheng et al., "MRC2014: extensions to the MRC format header for electron
 * cryo-microscopy and tomography", J. Struct. Biol. 192 (2015) 146, and the IMOD notes on
 * signed bytes. Word numbers in comments count from 1 as in the paper. */
#ifndef ATW_IO_MRC_HEADER_H
#define ATW_IO_MRC_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

#define ATW_MRC_HEADER_BYTES ((size_t)1024)
#define ATW_MRC_LABEL_CHARACTERS 80

struct atw_output; /* io/output.h */

enum atw_mrc_mode {
    ATW_MRC_INT8 = 0,
    ATW_MRC_INT16 = 1,
    ATW_MRC_FLOAT32 = 2,
    ATW_MRC_UINT16 = 6,
    ATW_MRC_FLOAT16 = 12,
    ATW_MRC_UINT8 = 1000 /* not in files: mode 0 written by IMOD with unsigned bytes */
};

struct atw_mrc_header {
    size_t n[3]; /* columns, rows, sections */
    int mode;    /* enum atw_mrc_mode */
    int is_big_endian;
    size_t value_bytes;    /* of one value */
    size_t data_offset;    /* of the first value: header and extended header */
    char extended_type[5]; /* EXTTYP as text, e.g. "SERI"; empty in older files */
    int16_t n_int, n_real; /* what the extended header holds per section, see there */
    int32_t intervals[3];  /* mx my mz */
    float cell_A[3];       /* angstrom */
    int32_t space_group;   /* ISPG */
    float least, greatest, mean, rms;
};

/* Decode the header of a file of file_bytes bytes.
 *
 * The byte order follows the machine stamp, or, if that is no known one, whichever order
 * makes sense of the counts and the mode.
 * ATW_EINPUT: no MRC header, unknown mode, axis order other than 1 2 3, counts that
 * overflow, or a file size other than the header implies (message has both). The pixel
 * size is not looked at. */
enum atw_status atw_mrc_header_decode(struct atw_mrc_header *header,
                                      const unsigned char bytes[ATW_MRC_HEADER_BYTES],
                                      size_t file_bytes,
                                      const char *path,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Encode for mode 2, little endian, no extended header, one label (cut to 80 ASCII
 * characters; others become '?'). Counts must fit 31 bits. */
void atw_mrc_header_encode(unsigned char bytes[ATW_MRC_HEADER_BYTES],
                           const struct atw_mrc_header *header,
                           const char *label);

/* Edge of a pixel along axis 0 x, 1 y, 2 z in metres, as the shortest decimal number of
 * angstrom that gives the recorded single-precision cell; 0 if the header has none that
 * is positive and finite. */
double atw_mrc_header_pixel_m(const struct atw_mrc_header *header, size_t axis);

/* Values of one mode as float: count values from bytes. Exact for every mode. */
void atw_mrc_decode_values(float *value,
                           const unsigned char *bytes,
                           size_t count,
                           const struct atw_mrc_header *header);

/* Write values in single precision, little endian. ATW_EOUTPUT. */
enum atw_status atw_mrc_put_values(struct atw_output *output,
                                   const float *value,
                                   size_t count,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
