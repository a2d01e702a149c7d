/* Latencies: a histogram whose buckets are 1/64 wide. */
#include "load.h"

#include <string.h>

enum { BUCKET_BITS = 6, BUCKETS = 64 << BUCKET_BITS };

static uint32_t histogram[BUCKETS];
static uint64_t longest, count;

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

void latency_add(uint64_t ns) {
    histogram[bucket_of(ns)]++;
    count++;
    if (ns > longest) longest = ns;
}

uint64_t latency_at(double fraction) {
    uint64_t wanted = (uint64_t)(fraction * (double)count), seen = 0;
    for (uint32_t b = 0; b < BUCKETS; b++) {
        seen += histogram[b];
        if (seen > wanted) return bucket_top(b) < longest ? bucket_top(b) : longest;
    }
    return longest;
}

void latency_clear(void) {
    memset(histogram, 0, sizeof histogram);
    longest = count = 0;
}
