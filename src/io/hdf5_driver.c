/* An HDF5 file driver whose writes cannot fail. */
#include "io/hdf5_driver.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

/* Half of the offsets a file can have, as HDF5's own drivers keep. */
#define LARGEST_ADDRESS ((haddr_t)INT64_MAX)

struct settings {
    int descriptor;
    int *error_number;
};

struct driver_file {
    H5FD_t hdf5; /* must be first */
    struct settings settings;
    haddr_t end_of_addresses;
    haddr_t end_of_file;
};

static struct driver_file *file_of(H5FD_t *hdf5)
{
    return (struct driver_file *)hdf5;
}

static const struct driver_file *const_file_of(const H5FD_t *hdf5)
{
    return (const struct driver_file *)hdf5;
}

static H5FD_t *
driver_open(const char *name, unsigned flags, hid_t access, haddr_t largest)
{
    const struct settings *settings = H5Pget_driver_info(access);
    struct driver_file *file = calloc(1, sizeof *file);

    (void)name;
    (void)flags;
    (void)largest;
    if (!file || !settings) {
        free(file);
        return NULL;
    }
    file->settings = *settings;
    return &file->hdf5;
}

static herr_t driver_close(H5FD_t *hdf5)
{
    free(file_of(hdf5));
    return 0;
}

static herr_t driver_query(const H5FD_t *hdf5, unsigned long *features)
{
    (void)hdf5;
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
                H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

static haddr_t driver_get_eoa(const H5FD_t *hdf5, H5FD_mem_t type)
{
    (void)type;
    return const_file_of(hdf5)->end_of_addresses;
}

static herr_t driver_set_eoa(H5FD_t *hdf5, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    file_of(hdf5)->end_of_addresses = address;
    return 0;
}

static haddr_t driver_get_eof(const H5FD_t *hdf5, H5FD_mem_t type)
{
    (void)type;
    return const_file_of(hdf5)->end_of_file;
}

/* Bytes beyond the end of the file, or lost to an error, read as zero. */
static herr_t driver_read(H5FD_t *hdf5,
                          H5FD_mem_t type,
                          hid_t transfer,
                          haddr_t address,
                          size_t size,
                          void *buffer)
{
    const struct driver_file *file = const_file_of(hdf5);
    unsigned char *to = buffer;

    (void)type;
    (void)transfer;
    while (size > 0) {
        ssize_t now = pread(file->settings.descriptor, to, size, (off_t)address);

        if (now < 0 && errno == EINTR)
            continue;
        if (now <= 0)
            break;
        to += now;
        address += (haddr_t)now;
        size -= (size_t)now;
    }
    memset(to, 0, size);
    return 0;
}

static void note_error(const struct driver_file *file, int error_number)
{
    if (*file->settings.error_number == 0)
        *file->settings.error_number = error_number;
}

static herr_t driver_write(H5FD_t *hdf5,
                           H5FD_mem_t type,
                           hid_t transfer,
                           haddr_t address,
                           size_t size,
                           const void *buffer)
{
    struct driver_file *file = file_of(hdf5);
    const unsigned char *from = buffer;

    (void)type;
    (void)transfer;
    if (address + size > file->end_of_file)
        file->end_of_file = address + size;
    while (size > 0 && *file->settings.error_number == 0) {
        ssize_t now = pwrite(file->settings.descriptor, from, size, (off_t)address);

        if (now < 0 && errno == EINTR)
            continue;
        if (now <= 0) {
            note_error(file, now < 0 ? errno : EIO);
            break;
        }
        from += now;
        address += (haddr_t)now;
        size -= (size_t)now;
    }
    return 0;
}

static herr_t driver_truncate(H5FD_t *hdf5, hid_t transfer, hbool_t closing)
{
    struct driver_file *file = file_of(hdf5);

    (void)transfer;
    (void)closing;
    if (file->end_of_file == file->end_of_addresses)
        return 0;
    if (ftruncate(file->settings.descriptor, (off_t)file->end_of_addresses) != 0)
        note_error(file, errno);
    file->end_of_file = file->end_of_addresses;
    return 0;
}

herr_t atw_hdf5_driver_use(hid_t *driver, hid_t access, int descriptor, int *error_number)
{
    const H5FD_class_t driver_class = {
#if H5_VERSION_GE(1, 13, 0)
        .version = H5FD_CLASS_VERSION,
        .value = (H5FD_class_value_t)511, /* range for drivers that are not registered */
#endif
        .name = "alloytwin",
        .maxaddr = LARGEST_ADDRESS,
        .fc_degree = H5F_CLOSE_STRONG,
        .fapl_size = sizeof(struct settings),
        .open = driver_open,
        .close = driver_close,
        .query = driver_query,
        .get_eoa = driver_get_eoa,
        .set_eoa = driver_set_eoa,
        .get_eof = driver_get_eof,
        .read = driver_read,
        .write = driver_write,
        .truncate = driver_truncate,
        .fl_map = H5FD_FLMAP_DICHOTOMY,
    };
    const struct settings settings = {.descriptor = descriptor,
                                      .error_number = error_number};

    *driver = H5FDregister(&driver_class);
    if (*driver < 0)
        return -1;
    return H5Pset_driver(access, *driver, &settings);
}
