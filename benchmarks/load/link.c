/* Connections: dialling, hanging up, and bytes out. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

void enter(struct member *m, enum phase phase) {
    load.in_phase[m->phase]--;
    load.in_phase[phase]++;
    m->phase = phase;
}

void watch(struct member *m, uint32_t events, int operation) {
    struct epoll_event e = {.events = events, .data.ptr = m};
    if (epoll_ctl(load.epoll, operation, m->fd, &e) != 0) die("epoll_ctl: %s", strerror(errno));
}

void flush_out(struct member *m) {
    if (m->phase == CONNECTING || !m->out_len) return;
    ssize_t sent = m->tls ? tls_send(m, m->out, m->out_len) : send(m->fd, m->out, m->out_len, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) die("Member %u: the server closed the connection (%s).", m->number, strerror(errno));
    if (sent > 0) {
        m->out_len -= (size_t)sent;
        memmove(m->out, m->out + sent, m->out_len);
    }
    if (m->out_len) watch(m, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

char *out_room(struct member *m, size_t bytes) {
    if (m->out_len + bytes > m->out_cap) {
        m->out_cap = (m->out_len + bytes) * 2;
        m->out = allocate(m->out, m->out_cap);
    }
    return m->out + m->out_len;
}

void say(struct member *m, const char *format, ...) {
    char line[LINE_MAX_BYTES];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    put_line(m, line, (size_t)len);
}

/* The line ends with CR LF. */
void put_line(struct member *m, const char *line, size_t len) {
    if (load.web) {
        web_put(m, line, len - 2);
        return;
    }
    memcpy(out_room(m, len), line, len);
    m->out_len += len;
}

/* 127.0.0.1 is left to the kernel; 127.0.0.2 and on are for when its ports run out. */
static void come_from(int fd, uint32_t number) {
    struct sockaddr_in from = {.sin_family = AF_INET};
    int one = 1;
    if (number < PER_ADDRESS) return;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number / PER_ADDRESS);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0) die("Member %u cannot bind: %s.", number, strerror(errno));
}

struct member *dial(uint32_t number, bool slow) {
    struct member *m = allocate(NULL, sizeof *m);
    *m = (struct member){.number = number, .phase = CONNECTING, .talker = NOBODY};
    m->newest = calloc(load.talkers, sizeof *m->newest);
    m->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m->fd < 0) die("Member %u gets no socket: %s. Raise `ulimit -n` or use fewer members.", number, strerror(errno));
    int one = 1, receive = SLOW_RECEIVE_BYTES;
    setsockopt(m->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (slow) setsockopt(m->fd, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
    come_from(m->fd, number);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(load.port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(m->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)
        die("Member %u cannot connect: %s.", number, strerror(errno));
    watch(m, EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
    load.in_phase[CONNECTING]++;
    return m;
}

void hang_up(struct member *m) {
    load.in_phase[m->phase]--;
    close(m->fd);
    free(m->newest);
    free(m->out);
    free(m->carry);
    free(m);
}
