/* WebSocket as a client speaks it: a message for each line, masked on its way out, plain on its way in.
 * https://www.rfc-editor.org/rfc/rfc6455 */
#include "load.h"

#include <stdio.h>
#include <string.h>

enum { FIN = 0x80, MASKED = 0x80, TEXT = 1, PING = 9, CLOSE = 8, SHORT = 125 };

static const char mask[4] = {0x11, 0x22, 0x33, 0x44};

void web_ask(struct member *m) {
    char *p = out_room(m, 512);
    m->out_len += (size_t)snprintf(p, 512, "GET / HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: text.ircv3.net\r\n\r\n", load.port);
    m->upgrading = true;
}

static void put_frame(struct member *m, int opcode, const char *bytes, size_t len) {
    char *p = out_room(m, len + 8), *start = p;
    *p++ = (char)(FIN | opcode);
    if (len <= SHORT) {
        *p++ = (char)(MASKED | len);
    } else {
        *p++ = (char)(MASKED | (SHORT + 1));
        *p++ = (char)(len >> 8);
        *p++ = (char)len;
    }
    memcpy(p, mask, sizeof mask);
    p += sizeof mask;
    for (size_t i = 0; i < len; i++) *p++ = bytes[i] ^ mask[i % 4];
    m->out_len += (size_t)(p - start);
}

void web_put(struct member *m, const char *line, size_t len) { put_frame(m, TEXT, line, len); }

static char *take_answer(struct member *m, char *from, char *end) {
    char *blank = memmem(from, (size_t)(end - from), "\r\n\r\n", 4);
    if (!blank) return from;
    if (memcmp(from, "HTTP/1.1 101 ", 13)) die("Member %u: WebSocket is refused: %.40s", m->number, from);
    m->upgrading = false;
    greet(m);
    flush_out(m);
    return blank + 4;
}

static void take_frame(struct member *m, int first, char *payload, size_t len, uint64_t at) {
    char behind = payload[len]; /* the next frame begins there, and take_line puts a zero there */
    if (first == (FIN | TEXT)) take_line(m, payload, len, at);
    else if (first == (FIN | PING)) put_frame(m, PING + 1, payload, len), flush_out(m);
    else die("Member %u was sent a frame that begins with %d.", m->number, first);
    payload[len] = behind;
}

char *web_take(struct member *m, char *p, char *end, uint64_t at) {
    if (m->upgrading) {
        p = take_answer(m, p, end);
        if (m->upgrading) return p;
    }
    while (end - p >= 2) {
        unsigned char *head = (unsigned char *)p;
        size_t len = head[1], skip = 2;
        if (len > SHORT) {
            if (end - p < 4) return p;
            if (len != SHORT + 1) die("Member %u was sent a frame of over 65,535 bytes.", m->number);
            len = (size_t)head[2] << 8 | head[3];
            skip = 4;
        }
        if ((size_t)(end - p) < skip + len) return p;
        take_frame(m, head[0], p + skip, len, at);
        p += skip + len;
    }
    return p;
}
