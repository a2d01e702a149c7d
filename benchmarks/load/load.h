/* What the files of the load generator share. ircload.c tells what it does and how it is driven. */
#ifndef LOAD_H
#define LOAD_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum {
    CLASSES = 3,
    PIDS_MAX = 64,
    LINE_MAX_BYTES = 8191 + 512 + 2, /* https://ircv3.net/specs/extensions/message-tags#size-limit */
    READ_BYTES = 1 << 18,
    EVENTS = 256,
    DIALING = 8,            /* connections at once that the server has not answered: ngIRCd's backlog is 10 */
    JOINING_AT_ONCE = 64,
    STAMPS = 1 << 16,       /* send times remembered, by message number */
    PER_ADDRESS = 15000,    /* connections from one source address: it has about 28,000 ports, some of them in use */
    PHASE_SECONDS = 120,    /* connecting or joining takes no longer than this */
    DRAIN_SECONDS = 15,     /* the last deliveries come within this */
    SLOW_RECEIVE_BYTES = 4096,
};
#define NOBODY UINT32_MAX
#define SECOND 1000000000ull

enum phase { CONNECTING, CONNECTED, REGISTERING, REGISTERED, JOINING, JOINED }; /* REGISTERING: it has been answered */

struct member {
    int fd;
    enum phase phase;
    uint32_t number;        /* of the member; its room is number % rooms, its seat there number / rooms */
    uint32_t talker;        /* number of the talker, or NOBODY */
    uint64_t heard;         /* messages of others */
    uint64_t said;
    uint32_t *newest;       /* by seat of the talker: 1 + number of the newest message heard from there */
    char *carry;            /* the start of a line whose rest has not come yet */
    size_t carry_len;
    char *out;              /* what the kernel has not taken yet */
    size_t out_len, out_cap;
    void *tls;              /* the state of the connection in tls.c, or NULL where it is plain */
    bool upgrading;         /* the answer to the WebSocket handshake has not come yet */
};

struct window { /* what is compared at its two ends */
    uint64_t at, server_cpu, load_cpu, heard, messages;
};

struct load {
    uint16_t port;
    uint32_t talkers, rooms, text_bytes; /* talkers: in each room */
    clockid_t server_clocks[PIDS_MAX];
    int n_clocks;
    int epoll, timer;
    char *caps[CLASSES];
    struct member **members;
    uint32_t n, cap;
    struct member *slow;                    /* the one that reads slowly or never */
    uint32_t slow_ones;                     /* how many of them there have been */
    uint64_t slow_since, slow_rate, slow_read; /* nanoseconds; bytes a second; bytes */
    char slow_quit[256];
    uint32_t in_phase[JOINED + 1];
    uint64_t joins;                         /* JOIN lines heard */
    uint32_t next;                          /* number of the next message */
    uint64_t expected, heard, echoes, disorder;
    uint32_t credit;                        /* messages that the closed loop may send now */
    bool closed_loop, recording;
    uint64_t stamps[STAMPS];
    bool stdin_ready, quick_ack, tls, web;
    char buffer[READ_BYTES + LINE_MAX_BYTES];
};
extern struct load load;

/* base.c */
uint64_t now_ns(void);
void print_string(const char *s);
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *allocate(void *old, size_t bytes);
void measure_process(const char *pid);
struct window mark(void);
void print_window(struct window a, struct window b);

/* latency.c */
void latency_add(uint64_t ns);
uint64_t latency_at(double fraction);
void latency_clear(void);

/* link.c: connections, and bytes out */
struct member *dial(uint32_t number, bool slow);
void hang_up(struct member *m);
void enter(struct member *m, enum phase phase);
void flush_out(struct member *m);
char *out_room(struct member *m, size_t bytes);
void say(struct member *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
void put_line(struct member *m, const char *line, size_t len);
void watch(struct member *m, uint32_t events, int operation);

/* loop.c */
void greet(struct member *m);
void turn(uint64_t until);

/* talk.c: messages out, and lines in */
uint32_t room_size(void);
void post_many(uint32_t count);
void take_bytes(struct member *m);
void take_line(struct member *m, char *line, size_t len, uint64_t at);

/* web.c: WebSocket, a message for each line */
void web_ask(struct member *m);
void web_put(struct member *m, const char *line, size_t len);
char *web_take(struct member *m, char *from, char *end, uint64_t at); /* returns where the first frame that is not whole begins */

/* tls.c, or no_tls.c where there is no OpenSSL to compile with. Like send and recv: -1 with EAGAIN is "not now". */
void tls_set_up(void);
void tls_open(struct member *m);
bool tls_shake_hands(struct member *m, bool *wants_to_write); /* true: done */
ssize_t tls_send(struct member *m, const char *bytes, size_t len);
ssize_t tls_recv(struct member *m, char *bytes, size_t len);   /* all that has come and fits, and no less */
#endif
