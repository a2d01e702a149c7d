/* floor: what the system calls alone cost.
 *
 *     floor PORT
 *
 * A loop that accepts, reads lines, and passes what members say to all the others in one coalesced send per member and
 * wake-up. It knows rooms by number (#bench0, #bench1, …), one for each member, looks at no rule, keeps no history,
 * sends no list of names, and copies a line once however many hear it. A chat server cannot do with fewer system calls,
 * so its figures can be read as multiples of this one's.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MEMBERS = 65536, ROOMS = 4096, ROOM_BYTES = 1 << 20, READ_BYTES = 1 << 16, EVENTS = 256, CARRY = 1024, NICK = 32 };

struct room;

struct member {
    int fd;
    struct room *room;
    bool apart;          /* apart: has spoken or joined since the last flush, so it does not get all that was said */
    size_t since;        /* where in it the member's time in the room begins */
    char nick[NICK], carry[CARRY];
    size_t carry_len;
    char *late; /* what the kernel has not taken yet */
    size_t late_len;
};

struct said { uint32_t speaker; size_t end; };

struct room {
    char text[ROOM_BYTES]; /* what was said since the last flush, and where each line of it ends */
    struct said said[ROOM_BYTES / 16];
    size_t len, n_said;
    uint32_t *members, n, cap;
};

static struct member *members[MEMBERS];
static uint32_t n_members;
static struct room *rooms[ROOMS], *talking[ROOMS]; /* talking: with something to flush */
static uint32_t n_talking;
static int epoll;

static void stop(const char *what) {
    perror(what);
    exit(1);
}

static void watch(uint32_t number, uint32_t events, int operation) {
    struct epoll_event e = {.events = events, .data.u32 = number};
    if (epoll_ctl(epoll, operation, members[number]->fd, &e) != 0) stop("epoll_ctl");
}

static void keep(struct member *m, const char *bytes, size_t len) {
    m->late = realloc(m->late, m->late_len + len);
    if (!m->late) stop("realloc");
    memcpy(m->late + m->late_len, bytes, len);
    m->late_len += len;
}

static void give(uint32_t number, const char *bytes, size_t len) {
    struct member *m = members[number];
    ssize_t sent = m->late_len || m->fd < 0 ? 0 : send(m->fd, bytes, len, MSG_NOSIGNAL);
    if (m->fd < 0 || (sent < 0 && errno != EAGAIN)) return;
    if (sent < 0) sent = 0;
    if ((size_t)sent == len) return;
    if (!m->late_len) watch(number, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    keep(m, bytes + sent, len - (size_t)sent);
}

static void give_late(uint32_t number) {
    struct member *m = members[number];
    ssize_t sent = send(m->fd, m->late, m->late_len, MSG_NOSIGNAL);
    if (sent <= 0) return;
    m->late_len -= (size_t)sent;
    memmove(m->late, m->late + sent, m->late_len);
    if (!m->late_len) watch(number, EPOLLIN, EPOLL_CTL_MOD);
}

static void give_part(struct room *r, uint32_t number) {
    static char others[ROOM_BYTES];
    size_t len = 0, start = 0;
    for (size_t i = 0; i < r->n_said; start = r->said[i++].end) {
        if (r->said[i].speaker == number || start < members[number]->since) continue;
        memcpy(others + len, r->text + start, r->said[i].end - start);
        len += r->said[i].end - start;
    }
    if (len) give(number, others, len);
}

static void flush_room(struct room *r) {
    for (uint32_t i = 0; i < r->n; i++) {
        struct member *m = members[r->members[i]];
        if (m->apart) give_part(r, r->members[i]);
        else give(r->members[i], r->text, r->len);
        m->apart = false;
        m->since = 0;
    }
    r->len = r->n_said = 0;
}

static void flush_rooms(void) {
    for (uint32_t i = 0; i < n_talking; i++) flush_room(talking[i]);
    n_talking = 0;
}

static void pass_on(uint32_t number, const char *line, bool echo) {
    struct room *r = members[number]->room;
    if (!r) return;
    if (r->len + CARRY + NICK > ROOM_BYTES) flush_rooms();
    if (!r->len) talking[n_talking++] = r;
    r->len += (size_t)sprintf(r->text + r->len, ":%s!bench@127.0.0.1 %s\r\n", members[number]->nick, line);
    r->said[r->n_said++] = (struct said){echo ? UINT32_MAX : number, r->len};
    members[number]->apart = true;
}

static void join(uint32_t number, uint32_t room, const char *line) {
    if (room >= ROOMS) return;
    if (!rooms[room] && !(rooms[room] = calloc(1, sizeof *rooms[room]))) stop("calloc");
    struct room *r = rooms[room];
    if (r->n == r->cap && !(r->members = realloc(r->members, (r->cap = r->cap * 2 + 8) * sizeof *r->members)))
        stop("realloc");
    r->members[r->n++] = number;
    members[number]->room = r;
    members[number]->since = r->len;
    pass_on(number, line, true);
}

static void greet(uint32_t number) {
    char text[256];
    const char *nick = members[number]->nick;
    give(number, text, (size_t)sprintf(text, ":floor 001 %s :Welcome\r\n:floor 422 %s :No MOTD\r\n", nick, nick));
}

static void take_line(uint32_t number, char *line) {
    struct member *m = members[number];
    if (!strncmp(line, "PRIVMSG ", 8)) {
        pass_on(number, line, false);
    } else if (!strncmp(line, "NICK ", 5)) {
        snprintf(m->nick, sizeof m->nick, "%.31s", line + 5);
    } else if (!strncmp(line, "USER ", 5)) {
        greet(number);
    } else if (!strncmp(line, "JOIN ", 5)) {
        join(number, (uint32_t)strtoul(line + strcspn(line, "0123456789"), NULL, 10), line);
    }
}

static void leave(uint32_t number) {
    close(members[number]->fd);
    members[number]->fd = -1; /* `give` passes over it */
}

static void take_bytes(uint32_t number) {
    static char buffer[CARRY + READ_BYTES];
    struct member *m = members[number];
    memcpy(buffer, m->carry, m->carry_len);
    ssize_t got = recv(m->fd, buffer + m->carry_len, READ_BYTES, 0);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) leave(number);
        return;
    }
    char *p = buffer, *end = buffer + m->carry_len + got, *newline;
    while ((newline = memchr(p, '\n', (size_t)(end - p)))) {
        newline[newline > p && newline[-1] == '\r' ? -1 : 0] = '\0';
        take_line(number, p);
        p = newline + 1;
    }
    m->carry_len = (size_t)(end - p) < CARRY ? (size_t)(end - p) : 0;
    memcpy(m->carry, p, m->carry_len);
}

static void take_callers(int listener) {
    int fd, one = 1;
    while (n_members < MEMBERS - 1 && (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        members[n_members] = calloc(1, sizeof(struct member));
        if (!members[n_members]) stop("calloc");
        members[n_members]->fd = fd;
        watch(n_members, EPOLLIN, EPOLL_CTL_ADD);
        give(n_members++, ":floor NOTICE * :Hello\r\n", 24);
    }
}

static int listen_on(const char *port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 4096) != 0) stop("listen");
    return listener;
}

int main(int argc, char **argv) {
    struct epoll_event events[EVENTS], e = {.events = EPOLLIN, .data.u32 = MEMBERS};
    if (argc != 2) return 2;
    int listener = listen_on(argv[1]);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e) != 0) stop("epoll_ctl");
    for (;;) {
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            uint32_t number = events[i].data.u32;
            if (number == MEMBERS) take_callers(listener);
            else {
                if (events[i].events & EPOLLOUT) give_late(number);
                if (events[i].events & ~(uint32_t)EPOLLOUT) take_bytes(number);
            }
        }
        flush_rooms();
    }
}
