/* Clocks, memory, JSON, and how the program ends. */
#include "load.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct load load;

uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static uint64_t clock_ns(clockid_t clock) {
    struct timespec t;
    if (clock_gettime(clock, &t) != 0) return 0;
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

void print_string(const char *s) { /* a JSON string; what would need escaping becomes '?' */
    putchar('"');
    for (; *s; s++) putchar(*s == '"' || *s == '\\' || (unsigned char)*s < ' ' || (unsigned char)*s > '~' ? '?' : *s);
    putchar('"');
}

void die(const char *format, ...) {
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

void *allocate(void *old, size_t bytes) {
    void *p = realloc(old, bytes);
    if (!p) die("The load generator has no memory left; use fewer members.");
    return p;
}

void measure_process(const char *pid) {
    if (load.n_clocks == PIDS_MAX || clock_getcpuclockid((pid_t)atoi(pid), &load.server_clocks[load.n_clocks++]) != 0)
        die("There is no process %s to measure.", pid);
}

struct window mark(void) {
    struct window w = {.heard = load.heard, .messages = load.next};
    for (int i = 0; i < load.n_clocks; i++) w.server_cpu += clock_ns(load.server_clocks[i]);
    w.load_cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    w.at = now_ns();
    return w;
}

void print_window(struct window a, struct window b) {
    printf("\"seconds\": %.6f, \"server_cpu\": %.6f, \"load_cpu\": %.6f", (double)(b.at - a.at) / 1e9,
           (double)(b.server_cpu - a.server_cpu) / 1e9, (double)(b.load_cpu - a.load_cpu) / 1e9);
}
