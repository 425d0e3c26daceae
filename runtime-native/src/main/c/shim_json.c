/* One entry of a log in the json-file form: what encoding/json of Go, and with it Docker, makes of a line. */
#include "shim.h"

#include <stdio.h>
#include <string.h>

static uint32_t put(uint8_t *out, uint32_t at, const void *bytes, uint32_t length) {
    memcpy(out + at, bytes, length);
    return at + length;
}

static bool plain(uint8_t b) {
    return b >= 0x20 && b < 0x80 && b != '"' && b != '\\' && b != '<' && b != '>' && b != '&';
}

/* The length of the sequence of several bytes at the text's beginning, or 0 (RFC 3629, section 4). */
static uint32_t sequence(const uint8_t *text, uint32_t length) {
    uint8_t b = text[0];
    if (b < 0xc2 || b > 0xf4) return 0;
    uint32_t size = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
    if (size > length) return 0;
    uint8_t low = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80, high = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
    if (text[1] < low || text[1] > high) return 0;
    for (uint32_t i = 2; i < size; i++)
        if ((text[i] & 0xc0) != 0x80) return 0;
    return size;
}

static uint32_t escape(uint8_t *out, uint32_t at, uint8_t b) {
    static const char hex[] = "0123456789abcdef";
    out[at++] = '\\';
    switch (b) {
    case '"':
    case '\\': out[at++] = b; break;
    case '\n': out[at++] = 'n'; break;
    case '\r': out[at++] = 'r'; break;
    default:
        at = put(out, at, "u00", 3);
        out[at++] = (uint8_t)hex[b >> 4];
        out[at++] = (uint8_t)hex[b & 15];
    }
    return at;
}

uint32_t json_entry(uint8_t *out, const uint8_t *text, uint32_t length, bool complete, const char *tail) {
    uint32_t at = put(out, 0, "{\"log\":\"", 8), i = 0;
    while (i < length) {
        uint32_t start = i;
        while (i < length && plain(text[i])) i++;
        at = put(out, at, text + start, i - start);
        if (i == length) break;
        uint32_t n = text[i] < 0x80 ? 1 : sequence(text + i, length - i);
        if (text[i] < 0x80) {
            at = escape(out, at, text[i]);
        } else if (n == 0) {
            at = put(out, at, "\\ufffd", 6);
            n = 1;
        } else if (n == 3 && text[i] == 0xe2 && text[i + 1] == 0x80 && (text[i + 2] & 0xfe) == 0xa8) {
            /* line and paragraph separators, which JavaScript does not allow in strings */
            at = put(out, at, text[i + 2] == 0xa8 ? "\\u2028" : "\\u2029", 6);
        } else {
            at = put(out, at, text + i, n);
        }
        i += n;
    }
    if (complete) at = put(out, at, "\\n", 2);
    return put(out, at, tail, (uint32_t)strlen(tail));
}

void json_tail(char tail[TAIL], bool error, struct timespec at) {
    char decimals[16];
    struct tm t;
    gmtime_r(&at.tv_sec, &t);
    int n = snprintf(decimals, sizeof decimals, ".%09ld", at.tv_nsec);
    while (n > 0 && (decimals[n - 1] == '0' || decimals[n - 1] == '.')) decimals[--n] = 0;
    snprintf(tail, TAIL, "\",\"stream\":\"%s\",\"time\":\"%04d-%02d-%02dT%02d:%02d:%02d%sZ\"}\n", error ? "stderr" : "stdout",
             t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, decimals);
}

/* Where to cut a piece: before the sequence that goes on after it, if there is one. */
uint32_t utf8_boundary(const uint8_t *text, uint32_t length) {
    for (uint32_t k = 1; k <= 3 && k < length; k++) {
        uint8_t b = text[length - k];
        if (b < 0x80) return length;
        if (b >= 0xc0) {
            uint32_t whole = b >= 0xf5 || b < 0xc2 ? 1 : b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
            return whole > k ? length - k : length;
        }
    }
    return length;
}
