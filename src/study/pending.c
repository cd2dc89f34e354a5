/* Results that are finished but not yet in the ledger: records of a head and a packed
 * result, appended with one write each. */
#include "study/pending.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/version.h"

/* A record that claims more is torn. */
#define RECORD_SIZE_MAX ((size_t)1 << 20)

struct head {
    uint64_t study, size, checksum;
};

/* FNV-1a. */
static uint64_t hash(uint64_t start, const void *bytes, size_t size)
{
    const unsigned char *next = bytes;
    uint64_t value = start ? start : 0xcbf29ce484222325u;

    for (size_t i = 0; i < size; i++)
        value = (value ^ next[i]) * 0x100000001b3u;
    return value;
}

/* Results of another build may be laid out differently. */
static uint64_t study_hash(const struct atw_study *study)
{
    const char *text = study->identity ? study->identity : "";
    size_t row = sizeof(struct atw_item_row);
    uint64_t value = hash(0, text, strlen(text));

    value = hash(value, atw_version(), strlen(atw_version()));
    return hash(value, &row, sizeof row);
}

void atw_pending_open(struct atw_pending *pending,
                      const char *ledger_path,
                      const struct atw_study *study,
                      size_t number)
{
    char *path = NULL;

    *pending = (struct atw_pending){.descriptor = -1, .study = study_hash(study)};
    if (!ledger_path || asprintf(&path, "%s-pending.%zu", ledger_path, number) < 0)
        return;
    pending->descriptor = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0666);
    free(path);
}

/* A record that is cut short, by a full disk, would hide those behind it. */
void atw_pending_keep(const struct atw_pending *pending, const void *bytes, size_t size)
{
    struct head head = {pending->study, size, hash(0, bytes, size)};
    const struct iovec parts[] = {{&head, sizeof head}, {(void *)bytes, size}};
    off_t end;

    if (pending->descriptor < 0)
        return;
    end = lseek(pending->descriptor, 0, SEEK_END);
    if (writev(pending->descriptor, parts, 2) != (ssize_t)(sizeof head + size) &&
        ftruncate(pending->descriptor, end) != 0)
        return; /* the checksum tells */
}

void atw_pending_clear(const struct atw_pending *pending)
{
    if (pending->descriptor >= 0 && ftruncate(pending->descriptor, 0) != 0)
        return; /* what the ledger has is left out later */
}

/* ---- recovery ---- */

struct recovery {
    struct atw_ledger *ledger;
    const struct atw_study *study;
    unsigned char *known; /* enum atw_item_status of every item */
    size_t n_recovered;
};

static int is_wanted(const struct recovery *recovery, const struct atw_item *item)
{
    size_t n_replicates = atw_ledger_replicate_count(recovery->ledger);

    return item->point < atw_ledger_point_count(recovery->ledger) &&
           item->replicate < n_replicates &&
           recovery->known[item->point * n_replicates + item->replicate] ==
               ATW_ITEM_MISSING;
}

static enum atw_status
take(struct recovery *recovery, const char *bytes, size_t size, struct atw_error *err)
{
    struct atw_item_result result = {0};
    enum atw_status status = atw_item_unpack(&result, bytes, size, NULL);

    if (status == ATW_EINTERNAL)
        return ATW_OK; /* no result */
    if (status != ATW_OK)
        return atw_error_set(err, status, "study: out of memory");
    if (is_wanted(recovery, &result.item) &&
        result.seed == atw_study_item_seed(recovery->study, &result.item)) {
        result.attempts = 1;
        status = atw_ledger_record(recovery->ledger, &result, err);
        recovery->known[result.item.point * atw_ledger_replicate_count(recovery->ledger) +
                        result.item.replicate] = (unsigned char)result.status;
        recovery->n_recovered++;
    }
    atw_item_result_clear(&result);
    return status;
}

/* The next whole record, in *bytes; 0 at the end and at a torn one, which ends the file.
 */
static int read_record(FILE *file, struct head *head, char **bytes)
{
    char *grown;

    if (fread(head, sizeof *head, 1, file) != 1 || head->size > RECORD_SIZE_MAX)
        return 0;
    grown = realloc(*bytes, head->size + 1);
    if (!grown)
        return 0;
    *bytes = grown;
    return fread(*bytes, 1, head->size, file) == head->size &&
           hash(0, *bytes, head->size) == head->checksum;
}

typedef enum atw_status (*visit_fn)(void *context,
                                    const char *path,
                                    struct atw_error *err);

/* Visit LEDGER-pending.NUMBER of every number there is. */
static enum atw_status
visit_files(const char *ledger_path, visit_fn visit, void *context, struct atw_error *err)
{
    const char *slash = strrchr(ledger_path, '/');
    const char *base = slash ? slash + 1 : ledger_path;
    int length = slash ? (int)(slash - ledger_path) : 0;
    char *folder = NULL, *path = NULL;
    enum atw_status status = ATW_OK;
    DIR *directory;

    if (asprintf(&folder, "%.*s",
                 slash == ledger_path ? 1
                 : length             ? length
                                      : 1,
                 slash ? ledger_path : ".") < 0)
        return atw_error_set(err, ATW_ENOMEM, "study: out of memory");
    directory = opendir(folder);
    for (struct dirent *entry;
         status == ATW_OK && directory && (entry = readdir(directory));) {
        static const char middle[] = "-pending.";
        size_t name = strlen(base);

        if (strncmp(entry->d_name, base, name) != 0 ||
            strncmp(entry->d_name + name, middle, sizeof middle - 1) != 0)
            continue;
        if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0) {
            status = atw_error_set(err, ATW_ENOMEM, "study: out of memory");
            break;
        }
        status = visit(context, path, err);
        free(path);
    }
    if (directory)
        closedir(directory);
    free(folder);
    return status;
}

static enum atw_status
recover_file(void *context, const char *path, struct atw_error *err)
{
    struct recovery *recovery = context;
    uint64_t own = study_hash(recovery->study);
    enum atw_status status = ATW_OK;
    FILE *file = fopen(path, "re");
    char *bytes = NULL;
    struct head head;

    if (!file)
        return ATW_OK;
    while (status == ATW_OK && read_record(file, &head, &bytes))
        if (head.study == own)
            status = take(recovery, bytes, head.size, err);
    free(bytes);
    fclose(file);
    return status;
}

static enum atw_status remove_file(void *context, const char *path, struct atw_error *err)
{
    (void)context;
    (void)err;
    unlink(path);
    return ATW_OK;
}

void atw_pending_remove(const char *ledger_path)
{
    if (visit_files(ledger_path, remove_file, NULL, NULL) != ATW_OK)
        return; /* left-overs do no harm */
}

enum atw_status atw_pending_recover(size_t *n_recovered,
                                    struct atw_ledger *ledger,
                                    const struct atw_study *study,
                                    struct atw_error *err)
{
    struct recovery recovery = {.ledger = ledger, .study = study};
    enum atw_status status = atw_ledger_items(&recovery.known, ledger, err);

    if (status == ATW_OK)
        status = visit_files(atw_ledger_path(ledger), recover_file, &recovery, err);
    if (status == ATW_OK)
        status = atw_ledger_commit(ledger, err);
    if (status == ATW_OK)
        atw_pending_remove(atw_ledger_path(ledger));
    free(recovery.known);
    *n_recovered = recovery.n_recovered;
    return status;
}
