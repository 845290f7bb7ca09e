/* SPDX-License-Identifier: Apache-2.0
 *
 * The limit that rates are compared with: per net and word one three-input function,
 * one exclusive or, one count of bits and one addition, all in registers; part of
 * kernel.h.
 */

/* Runs `rounds` times four words; gives the bits counted, so that nothing can
   be left out. */
int64_t GW_LIMIT(int64_t rounds)
{
    enum { WORDS = 4 };
    gw_v value[WORDS], counter[WORDS], one = {1}, other = {2};
    for (int w = 0; w < WORDS; w++) {
        value[w] = (gw_v){0} + (uint64_t)w;
        counter[w] = (gw_v){0};
    }
    for (int64_t round = 0; round < rounds; round++) {
        /* Whatever these hold now, as far as the compiler knows. */
        __asm__ volatile("" : GW_REGISTER(one), GW_REGISTER(other));
#pragma GCC unroll 4
        for (int w = 0; w < WORDS; w++) {
            const gw_v next = (one & value[w]) ^ other;
            gw_count sum = gw_count_zero();
            gw_count_add(&sum, next ^ value[w]);
            gw_count_end(&counter[w], sum);
            value[w] = next;
        }
    }
    return gw_sum(counter[0] + counter[1] + counter[2] + counter[3]);
}
