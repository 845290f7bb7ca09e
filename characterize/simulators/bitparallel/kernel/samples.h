/* SPDX-License-Identifier: Apache-2.0
 *
 * Random operands by thresholds; part of module.c. The same in NumPy, and what the numbers
 * mean: characterize/samples.py.
 */
#ifndef GW_SAMPLES_H
#define GW_SAMPLES_H

#include <stdint.h>

/* Without integers of 128 bits NumPy takes its place. */
#ifdef __SIZEOF_INT128__
#define GW_SAMPLES 1

__extension__ typedef unsigned __int128 gw_wide;

typedef struct {
    gw_wide state, increment;
} gw_pcg64;

/* `halves`: of the state, then of the increment, the high one first. */
static gw_pcg64 gw_pcg64_of(const uint64_t *halves)
{
    const gw_pcg64 generator = {(gw_wide)halves[0] << 64 | halves[1],
                                (gw_wide)halves[2] << 64 | halves[3]};
    return generator;
}

/* The upper half of the next word. Source: O'Neill, "PCG: a family of simple fast
   space-efficient statistically good algorithms for random number generation", Harvey
   Mudd College HMC-CS-2014-0905 (PCG XSL RR 128/64). */
static inline uint32_t gw_draw(gw_pcg64 *generator)
{
    const gw_wide multiplier = (gw_wide)0x2360ed051fc65da4u << 64 | 0x4385df649fccf645u;
    generator->state = generator->state * multiplier + generator->increment;
    const uint64_t high = (uint64_t)(generator->state >> 64);
    const uint64_t word = high ^ (uint64_t)generator->state;
    const unsigned turn = (unsigned)(high >> 58);
    return (uint32_t)((word >> turn | word << (-turn & 63)) >> 32);
}

/* Each of `values` numbers from `lowest` on alike. */
static void gw_uniform(gw_pcg64 generator, uint64_t values, int64_t lowest, int64_t count,
                       int64_t *out)
{
    for (int64_t k = 0; k < count; k++)
        out[k] = (int64_t)(gw_draw(&generator) * values >> 32) + lowest;
}

/* 0 where a word is below the threshold. */
static void gw_thin(gw_pcg64 generator, uint64_t threshold, int64_t count, int64_t *out)
{
    for (int64_t k = 0; k < count; k++)
        out[k] = gw_draw(&generator) < threshold ? 0 : out[k];
}

/* How many thresholds a word reaches, from `lowest` on, above `low_bits` of the word
   itself; guide[word >> shift] of them every word with these leading bits reaches. */
static void gw_gaussian(gw_pcg64 generator, const int32_t *guide, int shift,
                        const int64_t *threshold, int32_t thresholds, int64_t lowest,
                        int low_bits, int64_t count, int64_t *out)
{
    const uint32_t mask = ((uint32_t)1 << low_bits) - 1;
    for (int64_t k = 0; k < count; k++) {
        const uint32_t word = gw_draw(&generator);
        int32_t reached = guide[word >> shift];
        while (reached < thresholds && threshold[reached] <= word)
            reached++;
        out[k] = (reached + lowest) * ((int64_t)1 << low_bits) + (word & mask);
    }
}

#endif

/* A first-order autoregressive sequence in place of its innovations; factors are
   multiples of 2^-bits, rounded half up. */
static void gw_autoregressive(int64_t keep, int64_t take, int bits, int64_t count, int64_t *out)
{
    const int64_t half = (int64_t)1 << (bits - 1);
    for (int64_t k = 1; k < count; k++)
        out[k] = (keep * out[k - 1] + take * out[k] + half) >> bits;
}

#endif
