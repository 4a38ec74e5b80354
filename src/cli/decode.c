/* Encodings told by their marks and by what is valid: The Unicode Standard, chapter 3 (tables 3-6 and 3-7). */
#include "cli/decode.h"

#include "base/bytes.h"

#include <string.h>

static void put_code_point(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_addc(out, (char)c);
    } else if (c < 0x800) {
        buf_addc(out, (char)(0xC0 | c >> 6));
        buf_addc(out, (char)(0x80 | (c & 63)));
    } else if (c < 0x10000) {
        buf_addc(out, (char)(0xE0 | c >> 12));
        buf_addc(out, (char)(0x80 | (c >> 6 & 63)));
        buf_addc(out, (char)(0x80 | (c & 63)));
    } else {
        buf_addc(out, (char)(0xF0 | c >> 18));
        buf_addc(out, (char)(0x80 | (c >> 12 & 63)));
        buf_addc(out, (char)(0x80 | (c >> 6 & 63)));
        buf_addc(out, (char)(0x80 | (c & 63)));
    }
}

static uint32_t unit_at(struct slice s, size_t i, bool big)
{
    unsigned char a = (unsigned char)s.p[i], b = (unsigned char)s.p[i + 1];

    return big ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
}

static struct slice from_utf16(struct arena *a, struct slice s, bool big)
{
    struct buf out = buf_new(a);

    for (size_t i = 2; i + 1 < s.n; i += 2) {
        uint32_t c = unit_at(s, i, big);

        if (c >= 0xD800 && c < 0xDC00 && i + 3 < s.n) {
            uint32_t low = unit_at(s, i + 2, big);

            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            }
        }
        if (c >= 0xD800 && c < 0xE000)
            c = 0xFFFD; /* half a pair */
        put_code_point(&out, c);
    }
    return buf_slice(&out);
}

/* How many bytes the well-formed sequence at `i` has, 0 when it is none. */
static size_t sequence_at(struct slice s, size_t i)
{
    const unsigned char *p = (const unsigned char *)s.p + i;
    size_t left = s.n - i, n;
    unsigned char low = 0x80, high = 0xBF;

    if (p[0] < 0x80)
        return 1;
    n = p[0] >= 0xC2 && p[0] <= 0xDF ? 2 : (p[0] & 0xF0) == 0xE0 ? 3 : p[0] >= 0xF0 && p[0] <= 0xF4 ? 4 : 0;
    if (n == 0 || left < n)
        return 0;
    if (p[0] == 0xE0)
        low = 0xA0;
    else if (p[0] == 0xED)
        high = 0x9F;
    else if (p[0] == 0xF0)
        low = 0x90;
    else if (p[0] == 0xF4)
        high = 0x8F;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t k = 2; k < n; k++)
        if ((p[k] & 0xC0) != 0x80)
            return 0;
    return n;
}

static size_t valid_prefix(struct slice s)
{
    size_t i = 0;

    while (i < s.n) {
        size_t n = s.n - i >= 8 && bytes_are_ascii(bytes_load(s.p + i)) ? 8 : sequence_at(s, i);

        if (n == 0)
            break;
        i += n;
    }
    return i;
}

static struct slice from_latin1(struct arena *a, struct slice s)
{
    struct buf out = buf_new(a);

    for (size_t i = 0; i < s.n; i++)
        put_code_point(&out, (unsigned char)s.p[i]);
    return buf_slice(&out);
}

struct decoded decode_text(struct arena *a, struct slice bytes)
{
    struct decoded d = {.encoding = IR_ENC_UTF8, .utf8 = bytes};

    if (bytes.n >= 2 && memcmp(bytes.p, "\xFF\xFE", 2) == 0) {
        d.encoding = IR_ENC_UTF16LE;
        d.utf8 = from_utf16(a, bytes, false);
    } else if (bytes.n >= 2 && memcmp(bytes.p, "\xFE\xFF", 2) == 0) {
        d.encoding = IR_ENC_UTF16BE;
        d.utf8 = from_utf16(a, bytes, true);
    } else if (bytes.n >= 3 && memcmp(bytes.p, "\xEF\xBB\xBF", 3) == 0) {
        d.encoding = IR_ENC_UTF8_BOM;
        d.utf8 = slice_sub(bytes, 3, bytes.n);
    }
    if (d.utf8.n && memchr(d.utf8.p, '\0', d.utf8.n)) {
        d.encoding = IR_ENC_BINARY;
        d.utf8 = (struct slice){"", 0};
        return d;
    }
    d.bad_offset = valid_prefix(d.utf8);
    if (d.bad_offset < d.utf8.n) {
        d.encoding = IR_ENC_LATIN1;
        d.utf8 = from_latin1(a, d.utf8);
    }
    return d;
}
