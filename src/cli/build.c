/*
 * The build-ids that linkers leave in programs and libraries (ELF notes of type NT_GNU_BUILD_ID) are hashes of what
 * was linked. An object without one is told by its file's size and time.
 */
#include "cli/build.h"

#ifdef __ELF__
#    include <elf.h>
#    include <link.h>
#    include <string.h>
#    include <sys/stat.h>

/* The build-id in one segment of notes: each is a header, a name and a value, all padded to four bytes. */
static struct slice id_among(const char *p, size_t left)
{
    ElfW(Nhdr) note;

    while (left >= sizeof note) {
        size_t name, value;

        memcpy(&note, p, sizeof note);
        name = ((size_t)note.n_namesz + 3) & ~(size_t)3;
        value = ((size_t)note.n_descsz + 3) & ~(size_t)3;
        if (left < sizeof note + name + value)
            break;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(p + sizeof note, "GNU", 4) == 0)
            return (struct slice){p + sizeof note + name, note.n_descsz};
        p += sizeof note + name + value;
        left -= sizeof note + name + value;
    }
    return (struct slice){0};
}

static struct slice id_of(const struct dl_phdr_info *object)
{
    struct slice id = {0};

    for (unsigned i = 0; i < object->dlpi_phnum && !id.n; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];

        if (segment->p_type == PT_NOTE)
            id = id_among((const char *)(object->dlpi_addr + segment->p_vaddr), segment->p_memsz);
    }
    return id;
}

static int add_object(struct dl_phdr_info *object, size_t size, void *data)
{
    const char *path = *object->dlpi_name ? object->dlpi_name : "/proc/self/exe";
    struct slice id = id_of(object);
    struct buf *out = data;
    struct stat st;

    (void)size;
    if (strstr(path, "vdso")) /* the kernel's */
        return 0;
    buf_printf(out, "%zu:", id.n);
    if (id.n)
        buf_add(out, id.p, id.n);
    else if (stat(path, &st) == 0)
        buf_printf(out, "%s %lld %lld;", path, (long long)st.st_size, (long long)st.st_mtime);
    else
        return -1;
    return 0;
}

bool build_identity(struct buf *out)
{
    return dl_iterate_phdr(add_object, out) == 0;
}
#else
bool build_identity(struct buf *out)
{
    (void)out;
    return false;
}
#endif
