/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernel for any processor: vectors of 16 bytes, as GCC and Clang write them.
 */
#include <stdint.h>
#include <string.h>

typedef uint64_t gw_v __attribute__((vector_size(16)));
typedef gw_v gw_count;

#define gw_any(v) (((v)[0] | (v)[1]) != 0)
#define gw_count_zero() ((gw_v){0})
#define gw_count_add(count, v) (*(count) += gw_bits(v))
#define gw_count_end(counter, count) (*(counter) += (count))

/* The set bits of each word, by adding neighbours. */
static inline __attribute__((always_inline)) gw_v gw_bits(gw_v v)
{
    v -= v >> 1 & 0x5555555555555555u;
    v = (v & 0x3333333333333333u) + (v >> 2 & 0x3333333333333333u);
    v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    v += v >> 8;
    v += v >> 16;
    return (v + (v >> 32)) & 127;
}

#define gw_lane(word, bit) (64 * (word) + (bit))
#define gw_shift(row, last) (((row) << 1) | (gw_v){*(last) >> 63, (row)[0] >> 63})
#define gw_save(last, row) (*(last) = (row)[1])
#define GW_COUNT_PAUSE(counter, count) ((void)0) /* words do not overflow */
static inline __attribute__((always_inline)) gw_v gw_gather(const uint8_t *bytes,
                                                            const int64_t *first)
{
    uint64_t word[2];
    memcpy(&word[0], bytes + first[0], 8);
    memcpy(&word[1], bytes + first[1], 8);
    return (gw_v){word[0], word[1]};
}

#define GW_RUN gw_run_portable
#define GW_LIMIT gw_limit_portable
#if defined(__x86_64__)
#define GW_REGISTER(v) "+x"(v)
#elif defined(__aarch64__)
#define GW_REGISTER(v) "+w"(v)
#else
#define GW_REGISTER(v) "+m"(v)
#endif
#include "kernel.h"
