/* The event loop: what becomes of an event, and of the time between them. */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

void greet(struct member *m) {
    const char *caps = load.caps[m->number % CLASSES];
    say(m, "CAP LS 302\r\n"); /* as every client does; and every server answers it at once */
    if (m == load.slow) say(m, "NICK slow%u\r\n", load.slow_ones);
    else say(m, "NICK m%u\r\n", m->number);
    say(m, "USER bench 0 * :Member %u\r\n", m->number);
    if (caps) { /* one request each, so that one that the server lacks does not refuse the rest */
        char names[LINE_MAX_BYTES], *name = names;
        snprintf(names, sizeof names, "%s", caps);
        for (char *one = strtok(name, " "); one; one = strtok(NULL, " ")) say(m, "CAP REQ :%s\r\n", one);
    }
    say(m, "CAP END\r\n");
}

static void introduce(struct member *m) {
    enter(m, CONNECTED);
    if (load.web) web_ask(m); /* and it is greeted when that has been answered */
    else greet(m);
    watch(m, EPOLLIN, EPOLL_CTL_MOD);
    flush_out(m);
    if (m->tls) take_bytes(m); /* what came with the end of the handshake is with OpenSSL, and epoll is silent on it */
}

static void go_on_connecting(struct member *m) {
    int error = 0;
    socklen_t len = sizeof error;
    bool wants_to_write = false;
    getsockopt(m->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error) die("Member %u cannot connect: %s.", m->number, strerror(error));
    if (load.tls && !m->tls) tls_open(m);
    if (!m->tls || tls_shake_hands(m, &wants_to_write)) introduce(m);
    else watch(m, wants_to_write ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
}

static void serve(struct member *m, uint32_t events) {
    if (m->phase == CONNECTING) {
        go_on_connecting(m);
        return;
    }
    if (events & EPOLLOUT) {
        watch(m, EPOLLIN, EPOLL_CTL_MOD);
        flush_out(m);
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) take_bytes(m);
}

/* The slow reader reads no faster than its rate, and while anything happens at all; what it reads is thrown away. */
static void read_slowly(void) {
    char bytes[SLOW_RECEIVE_BYTES];
    uint64_t allowed = (now_ns() - load.slow_since) / 1000 * load.slow_rate / 1000000;
    if (!load.slow || allowed < load.slow_read + sizeof bytes) return;
    ssize_t got = recv(load.slow->fd, bytes, sizeof bytes, 0);
    if (got > 0) load.slow_read += (uint64_t)got;
}

/* Wait for events until `until` (0: for ever), take them, and send what the closed loop then allows. */
void turn(uint64_t until) {
    struct epoll_event events[EVENTS];
    uint64_t now = now_ns();
    if (until) { /* a timer, because epoll's own time-out is in whole milliseconds */
        uint64_t at = until > now ? until : now + 1;
        struct itimerspec when = {.it_value = {(time_t)(at / SECOND), (long)(at % SECOND)}};
        timerfd_settime(load.timer, TFD_TIMER_ABSTIME, &when, NULL);
    }
    int n = epoll_wait(load.epoll, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
        if (events[i].data.ptr == &load.timer) {
            uint64_t expirations;
            if (read(load.timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) die("read: %s", strerror(errno));
        } else if (events[i].data.ptr == &load.stdin_ready) {
            load.stdin_ready = true;
        } else {
            serve(events[i].data.ptr, events[i].events);
        }
    }
    if (load.slow_rate) read_slowly();
    if (load.credit) {
        uint32_t credit = load.credit;
        load.credit = 0;
        post_many(credit);
    }
}
