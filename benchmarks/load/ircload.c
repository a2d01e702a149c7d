/* ircload: the load generator of `make bench`.
 *
 *     ircload PORT TALKERS ROOMS TEXT_BYTES ACKS LINK PID...
 *
 * One process, one thread, one epoll set: it plays every member of every room against a server on 127.0.0.1:PORT.
 * It reads one command a line from standard input and answers each with one line of JSON on standard output:
 *
 *     caps CLASS NAME NAME ...   members of class (number modulo 3) CLASS will request these capabilities, one by one
 *     connect N                  connect and register clients until there are N
 *     join                       everyone joins its room; done when everyone has heard of everyone who came later
 *     slow RATE                  one more member joins the first room, and from then on reads RATE bytes a second or less
 *     flat WINDOW WARMUP SECONDS closed loop: WINDOW messages in flight in total
 *     paced RATE SECONDS         open loop: RATE messages a second
 *     slowness                   what became of that member; it leaves
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
 * LINK is 1 where every connection is encrypted, 2 where it is WebSocket, else 0. The slow member can be neither.
 *
 * PIDs are the server's processes; their CPU clocks (nanoseconds, all threads, user and system, also of threads that
 * have ended) are read at the two ends of each measured window.
 */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

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

static void do_slow(uint64_t rate) {
    uint64_t joins = load.joins + room_size() + 1;
    load.slow_ones++;
    load.slow_quit[0] = '\0';
    load.slow_read = load.slow_rate = 0;
    struct member *m = load.slow = dial(load.n, true);
    await(CONNECTING, REGISTERING, 0, 0, "the slow member was not registered");
    enter(m, JOINING);
    say(m, "JOIN #bench0\r\n");
    flush_out(m);
    await(JOINING, JOINING, 0, joins, "the slow member had not joined");
    epoll_ctl(load.epoll, EPOLL_CTL_DEL, m->fd, NULL);
    load.slow_since = now_ns();
    load.slow_rate = rate;
    printf("{}\n");
}

static void do_slowness(void) { /* only now does it read all, to see whether the stream ends */
    uint64_t bytes = 0, was_read = load.slow_read;
    bool over = false;
    load.slow_rate = 0;
    for (uint64_t deadline = now_ns() + 2 * SECOND; !over && now_ns() < deadline;) {
        ssize_t got = recv(load.slow->fd, load.buffer, READ_BYTES, 0);
        if (got > 0) bytes += (uint64_t)got;
        else if (got == 0 || errno != EAGAIN) over = true;
        else turn(now_ns() + SECOND / 100);
    }
    printf("{\"closed\": %s, \"read_bytes\": %llu, \"unread_bytes\": %llu, \"quit\": ", over ? "true" : "false",
           (unsigned long long)was_read, (unsigned long long)bytes);
    print_string(load.slow_quit);
    printf("}\n");
    hang_up(load.slow);
    load.slow = NULL;
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
    else if (sscanf(line, "slow %u", &count) == 1 && !load.slow && !load.tls && !load.web) do_slow(count);
    else if (!strcmp(line, "slowness") && load.slow) do_slowness();
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
    if (argc < 7) die("usage: ircload PORT TALKERS ROOMS TEXT_BYTES ACKS LINK PID...");
    load.port = (uint16_t)atoi(argv[1]);
    load.talkers = (uint32_t)atoi(argv[2]);
    load.rooms = (uint32_t)atoi(argv[3]);
    load.text_bytes = (uint32_t)atoi(argv[4]);
    if (!load.talkers || !load.rooms || load.text_bytes < 9 || load.text_bytes > 400)
        die("There must be a talker, a room, and between 9 and 400 bytes of text.");
    load.quick_ack = atoi(argv[5]) != 0;
    load.tls = atoi(argv[6]) == 1;
    load.web = atoi(argv[6]) == 2;
    if (load.tls) tls_set_up();
    for (int i = 7; i < argc; i++) measure_process(argv[i]);
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
