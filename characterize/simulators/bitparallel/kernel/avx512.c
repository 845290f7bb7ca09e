/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernel for AVX-512 with VPOPCNTDQ, VBMI2 and GFNI (Intel Ice Lake, AMD Zen 4 and
 * later have them all).
 */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,avx512vbmi2,gfni,bmi,bmi2,popcnt,lzcnt")
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

typedef uint64_t gw_v __attribute__((vector_size(64)));
typedef gw_v gw_count;

#define GW_LOGIC3(x, y, z, table) \
    ((gw_v)_mm512_ternarylogic_epi64((__m512i)(x), (__m512i)(y), (__m512i)(z), table))
#define gw_any(v) (_mm512_test_epi64_mask((__m512i)(v), (__m512i)(v)) != 0)
#define gw_count_zero() ((gw_v){0})
#define gw_count_add(count, v) (*(count) += (gw_v)_mm512_popcnt_epi64((__m512i)(v)))
#define gw_count_end(counter, count) (*(counter) += (count))
#define GW_COUNT_PAUSE(counter, count) ((void)0) /* words do not overflow */
#define GW_RUN gw_run_avx512
/* Eight loads: on some processors the instruction that gathers takes much longer. */
static inline __attribute__((always_inline)) gw_v gw_gather(const uint8_t *bytes,
                                                            const int64_t *first)
{
    uint64_t word[8];
    for (int w = 0; w < 8; w++)
        memcpy(&word[w], bytes + first[w], 8);
    return (gw_v)_mm512_set_epi64((long long)word[7], (long long)word[6], (long long)word[5],
                                  (long long)word[4], (long long)word[3], (long long)word[2],
                                  (long long)word[1], (long long)word[0]);
}

/* Lanes are numbered as the transposition of operands leaves them: the quarters of a
   vector hold four neighbours, their halves the next four, bits the eights. */
#define gw_lane(word, bit) ((word) / 2 + 4 * ((word) & 1) + 8 * (bit))
static inline __attribute__((always_inline)) gw_v gw_shift(gw_v row, const uint64_t *last)
{
    const __m512i next = _mm512_permutexvar_epi64(_mm512_setr_epi64(7, 6, 0, 1, 2, 3, 4, 5),
                                                  (__m512i)row);
    return (gw_v)_mm512_mask_shldi_epi64(next, 1, next, _mm512_set1_epi64((long long)*last), 1);
}
#define gw_save(last, row) \
    _mm_storeh_pd((double *)(void *)(last), \
                  _mm_castsi128_pd(_mm512_extracti64x2_epi64((__m512i)(row), 3)))

#define GW_TRANSPOSE512 1
#define GW_LIMIT gw_limit_avx512
#define GW_REGISTER(v) "+v"(v)
#include "kernel.h"
#endif
