/* What members say and hear: numbered messages out, lines in, each checked. */
#include "load.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

uint32_t room_size(void) { return load.n / load.rooms; }
static uint32_t all_talkers(void) { return load.talkers * load.rooms; }

static struct member *talker_of(uint32_t message) {
    uint32_t t = message % all_talkers();
    return load.members[(t % load.talkers) * load.rooms + t / load.talkers];
}

static uint32_t witness_of(uint32_t message) {
    uint32_t t = message % all_talkers(), size = room_size();
    uint32_t others = (uint32_t)(((uint64_t)(message * 2654435761u) * (size - 1)) >> 32);
    return ((t % load.talkers + 1 + others) % size) * load.rooms + t / load.talkers;
}

static void post(void) { /* put the next message into its talker's buffer */
    static const char hex[] = "0123456789abcdef";
    uint32_t k = load.next++;
    struct member *m = talker_of(k);
    char line[LINE_MAX_BYTES], *p = line;
    p += sprintf(p, "PRIVMSG #bench%u :", m->number % load.rooms);
    memset(p, 'x', load.text_bytes - 9);
    p += load.text_bytes - 9;
    *p++ = '~';
    for (int shift = 28; shift >= 0; shift -= 4) *p++ = hex[(k >> shift) & 15];
    *p++ = '\r';
    *p++ = '\n';
    put_line(m, line, (size_t)(p - line));
    m->said++;
    load.expected += room_size() - 1;
    load.stamps[k % STAMPS] = now_ns();
}

void post_many(uint32_t count) {
    uint32_t first = load.next, distinct = count < all_talkers() ? count : all_talkers();
    for (uint32_t i = 0; i < count; i++) post();
    for (uint32_t i = 0; i < distinct; i++) flush_out(talker_of(first + i));
}

static bool message_number(const char *hex, uint32_t *number) {
    uint32_t k = 0;
    for (int i = 0; i < 8; i++) {
        uint32_t c = (unsigned char)hex[i], digit;
        if (c - '0' < 10) digit = c - '0';
        else if (c - 'a' < 6) digit = c - 'a' + 10;
        else return false;
        k = k << 4 | digit;
    }
    *number = k;
    return k < load.next;
}

static void hear(struct member *m, uint32_t k, uint64_t at) {
    uint32_t t = k % all_talkers();
    if (t == m->talker) {
        load.echoes++;
        return;
    }
    uint32_t *newest = &m->newest[t % load.talkers];
    if (k < *newest || t / load.talkers != m->number % load.rooms) load.disorder++;
    *newest = k + 1;
    m->heard++;
    load.heard++;
    if (load.recording && (m->talker == NOBODY || load.talkers == room_size())) latency_add(at - load.stamps[k % STAMPS]);
    if (load.closed_loop && witness_of(k) == m->number) load.credit++;
}

static void note_slow_quit(const char *line, const char *command) {
    char source[32];
    snprintf(source, sizeof source, ":slow%u!", load.slow_ones);
    if (!load.slow || load.slow_quit[0] || strncmp(command, "QUIT", 4) || !strstr(line, source)) return;
    snprintf(load.slow_quit, sizeof load.slow_quit, "%.200s", command);
}

static void obey(struct member *m, const char *line) {
    const char *command = line;
    if (*command == '@') command += strcspn(command, " ") + 1;
    if (*command == ':') command += strcspn(command, " ") + 1;
    if (!strncmp(command, "PING ", 5)) {
        say(m, "PONG %s\r\n", command + 5);
        flush_out(m);
    } else if (!strncmp(command, "JOIN ", 5)) {
        load.joins++;
        if (m->phase == JOINING) enter(m, JOINED);
    } else if (m->phase == REGISTERING && (!strncmp(command, "376 ", 4) || !strncmp(command, "422 ", 4))) {
        enter(m, REGISTERED);
    } else if (!strncmp(command, "ERROR", 5) || (m->phase != JOINED && (*command == '4' || *command == '5')
               && strncmp(command, "421 ", 4) && strncmp(command, "410 ", 4))) {
        die("Member %u was refused: %s", m->number, line);
    } else {
        note_slow_quit(line, command);
    }
}

void take_line(struct member *m, char *line, size_t len, uint64_t at) {
    uint32_t k;
    if (len && line[len - 1] == '\r') len--;
    if (len > 9 && line[len - 9] == '~' && message_number(line + len - 8, &k)) {
        hear(m, k, at);
        return;
    }
    line[len] = '\0';
    obey(m, line);
}

void take_bytes(struct member *m) {
    char *p = load.buffer;
    if (m->carry_len) memcpy(p, m->carry, m->carry_len);
    ssize_t got = m->tls ? tls_recv(m, p + m->carry_len, READ_BYTES) : recv(m->fd, p + m->carry_len, READ_BYTES, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) die("Member %u: the server closed the connection (%s).", m->number, got ? strerror(errno) : "end of stream");
    uint64_t at = now_ns();
    if (m->phase == CONNECTED) enter(m, REGISTERING);
    if (load.quick_ack) { /* the kernel goes back to delaying by itself, so this is said each time */
        int one = 1;
        setsockopt(m->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
    }
    char *end = p + m->carry_len + got, *newline;
    if (load.web) p = web_take(m, p, end, at);
    else while ((newline = memchr(p, '\n', (size_t)(end - p)))) {
        take_line(m, p, (size_t)(newline - p), at);
        p = newline + 1;
    }
    m->carry_len = (size_t)(end - p);
    if (m->carry_len > LINE_MAX_BYTES) die("Member %u was sent a line of over %d bytes.", m->number, LINE_MAX_BYTES);
    if (!m->carry_len) return;
    if (!m->carry) m->carry = allocate(NULL, LINE_MAX_BYTES);
    memcpy(m->carry, p, m->carry_len);
}
