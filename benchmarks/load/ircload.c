/* ircload: the load generator of `make bench`.
 *
 *     ircload PORT TALKERS ROOMS TEXT_BYTES ACKS PID...
 *
 * One process, one thread, one epoll set: it plays every member of every room against a server on 127.0.0.1:PORT.
 * It reads one command a line from standard input and answers each with one line of JSON on standard output:
 *
 *     caps CLASS NAME NAME ...   members of class (number modulo 3) CLASS will request these capabilities, one by one
 *     connect N                  connect and register clients until there are N
 *     join                       everyone joins its room; done when everyone has heard of everyone who came later
 *     silent                     one more member joins the first room and never reads again
 *     flat WINDOW WARMUP SECONDS closed loop: WINDOW messages in flight in total
 *     paced RATE SECONDS         open loop: RATE messages a second
 *     silence                    what became of the silent member
 *
 * An answer with the key "error" is the last one. End of input ends the program.
 *
 * A message's text ends in '~' and its number in eight hexadecimal digits. That number says who sent it, when, to which
 * room, and who its witness is: the one other member of the room whose sight of it allows the next message in the
 * closed loop. The witness changes with each message, so the order in which a server serves a room favours nobody.
 *
 * ACKS is 1 where every read is acknowledged at once, or 0 to leave that to the kernel. A server that leaves Nagle's
 * algorithm on waits for acknowledgements, which the kernel delays by up to 40 ms; with a closed loop it then idles.
 *
 * PIDs are the server's processes; their CPU clocks (nanoseconds, all threads, user and system, also of threads that
 * have ended) are read at the two ends of each measured window.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
    CLASSES = 3,
    PIDS_MAX = 64,
    LINE_MAX_BYTES = 8191 + 512 + 2, /* https://ircv3.net/specs/extensions/message-tags#size-limit */
    READ_BYTES = 1 << 18,
    EVENTS = 256,
    DIALING = 8,            /* connections at once that the server has not answered: ngIRCd's backlog is 10 */
    JOINING_AT_ONCE = 64,
    STAMPS = 1 << 16,       /* send times remembered, by message number */
    BUCKET_BITS = 6,        /* a latency is kept to within 1/64 */
    BUCKETS = 64 << BUCKET_BITS,
    PHASE_SECONDS = 60,     /* connecting or joining takes no longer than this */
    DRAIN_SECONDS = 15,     /* the last deliveries come within this */
    SILENT_RECEIVE_BYTES = 4096,
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
};

struct window { /* what is compared at its two ends */
    uint64_t at, server_cpu, load_cpu, heard, messages;
};

static struct {
    uint16_t port;
    uint32_t talkers, rooms, text_bytes; /* talkers: in each room */
    clockid_t server_clocks[PIDS_MAX];
    int n_clocks;
    int epoll, timer;
    char *caps[CLASSES];
    struct member **members;
    uint32_t n, cap;
    struct member *silent;
    char silent_quit[256];
    uint32_t in_phase[JOINED + 1];
    uint64_t joins;                         /* JOIN lines heard */
    uint32_t next;                          /* number of the next message */
    uint64_t expected, heard, echoes, disorder;
    uint32_t credit;                        /* messages that the closed loop may send now */
    bool closed_loop, recording;
    uint64_t stamps[STAMPS];
    uint32_t histogram[BUCKETS];
    uint64_t latency_max, latencies;
    bool stdin_ready, quick_ack;
    char buffer[READ_BYTES + LINE_MAX_BYTES];
} load;

/* ---- small things ---- */

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static uint64_t clock_ns(clockid_t clock) {
    struct timespec t;
    if (clock_gettime(clock, &t) != 0) return 0;
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static void print_string(const char *s) { /* a JSON string; what would need escaping becomes '?' */
    putchar('"');
    for (; *s; s++) putchar(*s == '"' || *s == '\\' || (unsigned char)*s < ' ' || (unsigned char)*s > '~' ? '?' : *s);
    putchar('"');
}

static void die(const char *format, ...) {
    char sentence[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    printf("{\"error\": ");
    print_string(sentence);
    printf("}\n");
    fflush(stdout);
    exit(1);
}

static void *allocate(void *old, size_t bytes) {
    void *p = realloc(old, bytes);
    if (!p) die("The load generator has no memory left; use fewer members.");
    return p;
}

static struct window mark(void) {
    struct window w = {.heard = load.heard, .messages = load.next};
    for (int i = 0; i < load.n_clocks; i++) w.server_cpu += clock_ns(load.server_clocks[i]);
    w.load_cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    w.at = now_ns();
    return w;
}

/* ---- latencies: a histogram whose buckets are 1/64 wide ---- */

static uint32_t bucket_of(uint64_t ns) {
    if (ns < (1 << BUCKET_BITS)) return (uint32_t)ns;
    int shift = 63 - __builtin_clzll(ns) - BUCKET_BITS;
    return ((uint32_t)(shift + 1) << BUCKET_BITS) + (uint32_t)((ns >> shift) & ((1 << BUCKET_BITS) - 1));
}

static uint64_t bucket_top(uint32_t bucket) {
    if (bucket < (1 << BUCKET_BITS)) return bucket;
    int shift = (int)(bucket >> BUCKET_BITS) - 1;
    return ((((uint64_t)(bucket & ((1 << BUCKET_BITS) - 1)) | (1 << BUCKET_BITS)) + 1) << shift) - 1;
}

static void latency_add(uint64_t ns) {
    load.histogram[bucket_of(ns)]++;
    load.latencies++;
    if (ns > load.latency_max) load.latency_max = ns;
}

static uint64_t latency_at(double fraction) {
    uint64_t wanted = (uint64_t)(fraction * (double)load.latencies), seen = 0;
    for (uint32_t b = 0; b < BUCKETS; b++) {
        seen += load.histogram[b];
        if (seen > wanted) return bucket_top(b) < load.latency_max ? bucket_top(b) : load.latency_max;
    }
    return load.latency_max;
}

static void latency_clear(void) {
    memset(load.histogram, 0, sizeof load.histogram);
    load.latency_max = load.latencies = 0;
}

/* ---- writing ---- */

static void enter(struct member *m, enum phase phase) {
    load.in_phase[m->phase]--;
    load.in_phase[phase]++;
    m->phase = phase;
}

static void watch(struct member *m, uint32_t events, int operation) {
    struct epoll_event e = {.events = events, .data.ptr = m};
    if (epoll_ctl(load.epoll, operation, m->fd, &e) != 0) die("epoll_ctl: %s", strerror(errno));
}

static void flush_out(struct member *m) {
    if (m->phase == CONNECTING || !m->out_len) return;
    ssize_t sent = send(m->fd, m->out, m->out_len, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) die("Member %u: the server closed the connection (%s).", m->number, strerror(errno));
    if (sent > 0) {
        m->out_len -= (size_t)sent;
        memmove(m->out, m->out + sent, m->out_len);
    }
    if (m->out_len) watch(m, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

static char *out_room(struct member *m, size_t bytes) {
    if (m->out_len + bytes > m->out_cap) {
        m->out_cap = (m->out_len + bytes) * 2;
        m->out = allocate(m->out, m->out_cap);
    }
    return m->out + m->out_len;
}

static void say(struct member *m, const char *format, ...) {
    char line[LINE_MAX_BYTES];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    memcpy(out_room(m, (size_t)len), line, (size_t)len);
    m->out_len += (size_t)len;
}

/* ---- messages: numbering, sending, hearing ---- */

static uint32_t room_size(void) { return load.n / load.rooms; }
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
    char *p = out_room(m, load.text_bytes + 64), *start = p;
    p += sprintf(p, "PRIVMSG #bench%u :", m->number % load.rooms);
    memset(p, 'x', load.text_bytes - 9);
    p += load.text_bytes - 9;
    *p++ = '~';
    for (int shift = 28; shift >= 0; shift -= 4) *p++ = hex[(k >> shift) & 15];
    *p++ = '\r';
    *p++ = '\n';
    m->out_len += (size_t)(p - start);
    m->said++;
    load.expected += room_size() - 1;
    load.stamps[k % STAMPS] = now_ns();
}

static void post_many(uint32_t count) {
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

/* ---- every other line ---- */

static void note_silent_quit(const char *line, const char *command) {
    if (!load.silent || load.silent_quit[0] || strncmp(command, "QUIT", 4) || !strstr(line, ":silent!")) return;
    snprintf(load.silent_quit, sizeof load.silent_quit, "%.200s", command);
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
        note_silent_quit(line, command);
    }
}

static void take_line(struct member *m, char *line, size_t len, uint64_t at) {
    uint32_t k;
    if (len && line[len - 1] == '\r') len--;
    if (len > 9 && line[len - 9] == '~' && message_number(line + len - 8, &k)) {
        hear(m, k, at);
        return;
    }
    line[len] = '\0';
    obey(m, line);
}

static void take_bytes(struct member *m) {
    char *p = load.buffer;
    if (m->carry_len) memcpy(p, m->carry, m->carry_len);
    ssize_t got = recv(m->fd, p + m->carry_len, READ_BYTES, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) die("Member %u: the server closed the connection (%s).", m->number, got ? strerror(errno) : "end of stream");
    uint64_t at = now_ns();
    if (m->phase == CONNECTED) enter(m, REGISTERING);
    if (load.quick_ack) { /* the kernel goes back to delaying by itself, so this is said each time */
        int one = 1;
        setsockopt(m->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
    }
    char *end = p + m->carry_len + got, *newline;
    while ((newline = memchr(p, '\n', (size_t)(end - p)))) {
        take_line(m, p, (size_t)(newline - p), at);
        p = newline + 1;
    }
    m->carry_len = (size_t)(end - p);
    if (m->carry_len > LINE_MAX_BYTES) die("Member %u was sent a line of over %d bytes.", m->number, LINE_MAX_BYTES);
    if (!m->carry_len) return;
    if (!m->carry) m->carry = allocate(NULL, LINE_MAX_BYTES);
    memcpy(m->carry, p, m->carry_len);
}

/* ---- the loop ---- */

static void introduce(struct member *m) {
    const char *caps = load.caps[m->number % CLASSES];
    enter(m, CONNECTED);
    say(m, "CAP LS 302\r\n"); /* as every client does; and every server answers it at once */
    if (m == load.silent) say(m, "NICK silent\r\n");
    else say(m, "NICK m%u\r\n", m->number);
    say(m, "USER bench 0 * :Member %u\r\n", m->number);
    if (caps) { /* one request each, so that one that the server lacks does not refuse the rest */
        char names[LINE_MAX_BYTES], *name = names;
        snprintf(names, sizeof names, "%s", caps);
        for (char *one = strtok(name, " "); one; one = strtok(NULL, " ")) say(m, "CAP REQ :%s\r\n", one);
    }
    say(m, "CAP END\r\n");
}

static void writable(struct member *m) {
    if (m->phase == CONNECTING) {
        int error = 0;
        socklen_t len = sizeof error;
        getsockopt(m->fd, SOL_SOCKET, SO_ERROR, &error, &len);
        if (error) die("Member %u cannot connect: %s.", m->number, strerror(error));
        introduce(m);
    }
    watch(m, EPOLLIN, EPOLL_CTL_MOD);
    flush_out(m);
}

/* Wait for events until `until` (0: for ever), take them, and send what the closed loop then allows. */
static void turn(uint64_t until) {
    struct epoll_event events[EVENTS];
    uint64_t now = now_ns();
    if (until) { /* a timer, because epoll's own time-out is in whole milliseconds */
        uint64_t at = until > now ? until : now + 1;
        struct itimerspec when = {.it_value = {(time_t)(at / SECOND), (long)(at % SECOND)}};
        timerfd_settime(load.timer, TFD_TIMER_ABSTIME, &when, NULL);
    }
    int n = epoll_wait(load.epoll, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
        struct member *m = events[i].data.ptr;
        if (events[i].data.ptr == &load.timer) {
            uint64_t expirations;
            if (read(load.timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) die("read: %s", strerror(errno));
        } else if (events[i].data.ptr == &load.stdin_ready) {
            load.stdin_ready = true;
        } else {
            if (events[i].events & EPOLLOUT) writable(m);
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) take_bytes(m);
        }
    }
    if (load.credit) {
        uint32_t credit = load.credit;
        load.credit = 0;
        post_many(credit);
    }
}

/* Turn until at most `most` members are between the two phases, and `joins` JOIN lines have been heard. */
static void await(enum phase from, enum phase to, uint32_t most, uint64_t joins, const char *what) {
    uint64_t deadline = now_ns() + PHASE_SECONDS * SECOND;
    for (;;) {
        uint32_t under_way = 0;
        for (enum phase p = from; p <= to; p++) under_way += load.in_phase[p];
        if (under_way <= most && load.joins >= joins) return;
        if (now_ns() >= deadline)
            die("After %d s %s: %u under way, %llu of %llu JOIN lines seen.", PHASE_SECONDS, what, under_way,
                (unsigned long long)load.joins, (unsigned long long)joins);
        turn(deadline);
    }
}

/* ---- commands ---- */

static struct member *dial(uint32_t number, bool slow) {
    struct member *m = allocate(NULL, sizeof *m);
    *m = (struct member){.number = number, .phase = CONNECTING, .talker = NOBODY};
    m->newest = calloc(load.talkers, sizeof *m->newest);
    m->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m->fd < 0) die("Member %u gets no socket: %s. Raise `ulimit -n` or use fewer members.", number, strerror(errno));
    int one = 1, receive = SILENT_RECEIVE_BYTES;
    setsockopt(m->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (slow) setsockopt(m->fd, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(load.port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(m->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)
        die("Member %u cannot connect: %s.", number, strerror(errno));
    watch(m, EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
    load.in_phase[CONNECTING]++;
    return m;
}

static void print_window(struct window a, struct window b) {
    printf("\"seconds\": %.6f, \"server_cpu\": %.6f, \"load_cpu\": %.6f", (double)(b.at - a.at) / 1e9,
           (double)(b.server_cpu - a.server_cpu) / 1e9, (double)(b.load_cpu - a.load_cpu) / 1e9);
}

static void do_connect(uint32_t wanted) {
    struct window start = mark();
    load.members = allocate(load.members, wanted * sizeof *load.members);
    while (load.n < wanted) {
        await(CONNECTING, CONNECTED, DIALING - 1, 0, "not everyone was answered");
        load.members[load.n] = dial(load.n, false);
        load.n++;
    }
    await(CONNECTING, REGISTERING, 0, 0, "not everyone was registered");
    printf("{");
    print_window(start, mark());
    printf(", \"clients\": %u}\n", load.n);
}

static void do_join(void) {
    if (load.n % load.rooms || room_size() < 2 || room_size() < load.talkers)
        die("%u members do not fill %u rooms evenly with %u talkers each.", load.n, load.rooms, load.talkers);
    struct window start = mark();
    for (uint32_t i = 0; i < load.n; i++) {
        struct member *m = load.members[i];
        await(JOINING, JOINING, JOINING_AT_ONCE - 1, 0, "not everyone had joined");
        if (i / load.rooms < load.talkers) m->talker = i % load.rooms * load.talkers + i / load.rooms;
        enter(m, JOINING);
        say(m, "JOIN #bench%u\r\n", i % load.rooms);
        flush_out(m);
    }
    uint64_t size = room_size();
    await(JOINING, JOINING, 0, load.rooms * (size * (size + 1) / 2), "not everyone had heard of everyone");
    printf("{");
    print_window(start, mark());
    printf(", \"joins\": %llu}\n", (unsigned long long)load.joins);
}

static void do_silent(void) {
    uint64_t joins = load.joins + room_size() + 1;
    struct member *m = load.silent = dial(load.n, true);
    await(CONNECTING, REGISTERING, 0, 0, "the silent member was not registered");
    enter(m, JOINING);
    say(m, "JOIN #bench0\r\n");
    flush_out(m);
    await(JOINING, JOINING, 0, joins, "the silent member had not joined");
    epoll_ctl(load.epoll, EPOLL_CTL_DEL, m->fd, NULL);
    printf("{}\n");
}

static void do_silence(void) { /* only now does it read, to see whether the stream ends */
    uint64_t bytes = 0;
    ssize_t got = 0;
    bool over = false;
    for (uint64_t deadline = now_ns() + 2 * SECOND; !over && now_ns() < deadline;) {
        got = recv(load.silent->fd, load.buffer, READ_BYTES, 0);
        if (got > 0) bytes += (uint64_t)got;
        else if (got == 0 || errno != EAGAIN) over = true;
    }
    printf("{\"closed\": %s, \"unread_bytes\": %llu, \"quit\": ", over ? "true" : "false", (unsigned long long)bytes);
    print_string(load.silent_quit);
    printf("}\n");
}

static void print_talk(struct window a, struct window b) {
    uint64_t short_members = 0, deadline = now_ns() + DRAIN_SECONDS * SECOND, room_said[load.rooms];
    uint64_t p50 = latency_at(0.50), p99 = latency_at(0.99), max = latency_at(1.0);
    while (load.heard < load.expected && now_ns() < deadline) turn(deadline);
    memset(room_said, 0, sizeof room_said);
    for (uint32_t i = 0; i < load.n; i++) room_said[i % load.rooms] += load.members[i]->said;
    for (uint32_t i = 0; i < load.n; i++)
        short_members += load.members[i]->heard + load.members[i]->said != room_said[i % load.rooms];
    printf("{");
    print_window(a, b);
    printf(", \"messages\": %llu, \"deliveries\": %llu, \"p50\": %.9f, \"p99\": %.9f, \"max\": %.9f",
           (unsigned long long)(b.messages - a.messages), (unsigned long long)(b.heard - a.heard), (double)p50 / 1e9,
           (double)p99 / 1e9, (double)max / 1e9);
    printf(", \"missing\": %lld, \"short_members\": %llu, \"disorder\": %llu, \"echoes\": %llu}\n",
           (long long)(load.expected - load.heard), (unsigned long long)short_members,
           (unsigned long long)load.disorder, (unsigned long long)load.echoes);
}

static void do_flat(uint32_t window, double warm_up, double seconds) {
    uint64_t until = now_ns() + (uint64_t)(warm_up * 1e9);
    load.closed_loop = true;
    post_many(window);
    while (now_ns() < until) turn(until);
    latency_clear();
    load.recording = true;
    struct window start = mark();
    until = start.at + (uint64_t)(seconds * 1e9);
    while (now_ns() < until) turn(until);
    struct window end = mark();
    load.recording = load.closed_loop = false;
    print_talk(start, end);
}

static void do_paced(double rate, double seconds) {
    uint32_t count = (uint32_t)(rate * seconds);
    latency_clear();
    load.recording = true;
    struct window start = mark();
    for (uint32_t i = 0; i < count; i++) {
        uint64_t at = start.at + (uint64_t)((double)i / rate * 1e9);
        while (now_ns() < at) turn(at);
        post_many(1);
    }
    uint64_t end_at = start.at + (uint64_t)(seconds * 1e9), deadline = end_at + DRAIN_SECONDS * SECOND;
    while (now_ns() < end_at) turn(end_at);
    while (load.heard < load.expected && now_ns() < deadline) turn(deadline);
    struct window end = mark();
    load.recording = false;
    print_talk(start, end);
}

static void command(char *line) {
    uint32_t count, class;
    double rate, warm_up, seconds;
    int at = 0;
    line[strcspn(line, "\n")] = '\0';
    if (sscanf(line, "caps %u %n", &class, &at) == 1 && at && class < CLASSES) {
        load.caps[class] = strdup(line + at);
        printf("{}\n");
    } else if (sscanf(line, "connect %u", &count) == 1) do_connect(count);
    else if (!strcmp(line, "join")) do_join();
    else if (!strcmp(line, "silent")) do_silent();
    else if (!strcmp(line, "silence") && load.silent) do_silence();
    else if (sscanf(line, "flat %u %lf %lf", &count, &warm_up, &seconds) == 3) do_flat(count, warm_up, seconds);
    else if (sscanf(line, "paced %lf %lf", &rate, &seconds) == 2) do_paced(rate, seconds);
    else die("The load generator does not know the command: %s", line);
    fflush(stdout);
}

static void add_special(int fd, void *mark) {
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = mark};
    if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, fd, &e) != 0) die("epoll_ctl: %s", strerror(errno));
}

static void set_up(int argc, char **argv) {
    struct rlimit files;
    if (argc < 6) die("usage: ircload PORT TALKERS ROOMS TEXT_BYTES ACKS PID...");
    load.port = (uint16_t)atoi(argv[1]);
    load.talkers = (uint32_t)atoi(argv[2]);
    load.rooms = (uint32_t)atoi(argv[3]);
    load.text_bytes = (uint32_t)atoi(argv[4]);
    if (!load.talkers || !load.rooms || load.text_bytes < 9 || load.text_bytes > 400)
        die("There must be a talker, a room, and between 9 and 400 bytes of text.");
    for (int i = 6; i < argc && load.n_clocks < PIDS_MAX; i++)
        if (clock_getcpuclockid((pid_t)atoi(argv[i]), &load.server_clocks[load.n_clocks++]) != 0)
            die("There is no process %s to measure.", argv[i]);
    load.quick_ack = atoi(argv[5]) != 0;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    load.timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    add_special(load.timer, &load.timer);
    add_special(STDIN_FILENO, &load.stdin_ready);
}

int main(int argc, char **argv) {
    char line[4096];
    set_up(argc, argv);
    for (;;) {
        while (!load.stdin_ready) turn(0);
        load.stdin_ready = false;
        if (!fgets(line, sizeof line, stdin)) return 0;
        command(line);
    }
}
