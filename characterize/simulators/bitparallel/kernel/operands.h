/* SPDX-License-Identifier: Apache-2.0
 *
 * Streams of operands that need no memory of their own; part of module.c. The same in
 * NumPy: generated.py.
 */
#ifndef GW_OPERANDS_H
#define GW_OPERANDS_H

#include <stdint.h>
#include <string.h>

/* Cycles of the walk over all ordered pairs of `states` codes, from cycle `begin` on: of
   each code a byte in every stream, the lowest first. For each a: a, then a, b for all b
   above it; at last 0. */
static void gw_walk(int64_t states, int64_t begin, int64_t count, int streams,
                    uint8_t *const *stream)
{
    int64_t a = 0, at = begin;
    while (a < states && at >= 2 * (states - a) - 1) {
        at -= 2 * (states - a) - 1;
        a++;
    }
    for (int64_t done = 0; done < count; a++, at = 0) {
        int64_t size = a < states ? 2 * (states - a) - 1 - at : 1;
        if (size > count - done)
            size = count - done;
        for (int s = 0; s < streams; s++) {
            uint8_t *out = stream[s] + done;
            const int64_t held = a < states ? a : 0;
            const int shift = 8 * s;
            for (int64_t k = 0; k < size; k++) {
                const int64_t code = (at + k) & 1 ? held : held + (at + k) / 2;
                out[k] = (uint8_t)(code >> shift);
            }
        }
        done += size;
    }
}

/* Eight cycles of a stream of random bytes. Source: Steele, Lea and Flood, "Fast
   splittable pseudorandom number generators", OOPSLA 2014 (SplitMix64). */
static uint64_t gw_mix(uint64_t state)
{
    state = (state ^ state >> 30) * 0xbf58476d1ce4e5b9u;
    state = (state ^ state >> 27) * 0x94d049bb133111ebu;
    return state ^ state >> 31;
}

/* Eight bytes, the lowest first. */
static void gw_store(uint64_t bytes, uint8_t *out)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    memcpy(out, &bytes, 8);
}

/* Cycles of a stream of random bytes from cycle `begin` on: byte k of word w, the lowest
   first, is cycle 8 w + k. */
static void gw_random(uint64_t seed, int64_t begin, int64_t count, uint8_t *out)
{
    const uint64_t step = 0x9e3779b97f4a7c15u;
    uint64_t state = seed + ((uint64_t)begin / 8 + 1) * step;
    int64_t done = 0;
    if (begin % 8) {
        const uint64_t bytes = gw_mix(state);
        for (int64_t k = begin % 8; k < 8 && done < count; k++, done++)
            out[done] = (uint8_t)(bytes >> 8 * k);
        state += step;
    }
    const int64_t words = (count - done) / 8;
    for (int64_t w = 0; w < words; w++)
        gw_store(gw_mix(state + (uint64_t)w * step), out + done + 8 * w);
    done += 8 * words;
    const uint64_t bytes = gw_mix(state + (uint64_t)words * step);
    for (int k = 0; done < count; k++, done++)
        out[done] = (uint8_t)(bytes >> 8 * k);
}

#endif
