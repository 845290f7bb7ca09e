/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernel for AVX2.
 */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC target("avx2,bmi,bmi2,popcnt,lzcnt")
#include <immintrin.h>
#include <stdint.h>

typedef uint64_t gw_v __attribute__((vector_size(32)));
typedef __m256i gw_count; /* bytes: a row of 16 vectors adds at most 128 to each */

#define gw_any(v) (!_mm256_testz_si256((__m256i)(v), (__m256i)(v)))
#define gw_count_zero() _mm256_setzero_si256()
#define gw_count_add(count, v) (*(count) = _mm256_add_epi8(*(count), gw_bytes((__m256i)(v))))
#define gw_count_end(counter, count) \
    (*(counter) += (gw_v)_mm256_sad_epu8((count), _mm256_setzero_si256()))

/* The set bits of each byte, by look-up of its halves. */
static inline __attribute__((always_inline)) __m256i gw_bytes(__m256i v)
{
    const __m256i bits = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
                                          0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i half = _mm256_set1_epi8(15);
    return _mm256_add_epi8(
        _mm256_shuffle_epi8(bits, _mm256_and_si256(v, half)),
        _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi64(v, 4), half)));
}

#define gw_gather(bytes, first) \
    ((gw_v)_mm256_i64gather_epi64((const long long *)(const void *)(bytes), \
                                  _mm256_loadu_si256((const __m256i *)(const void *)(first)), 1))
#define gw_lane(word, bit) (64 * (word) + (bit))
static inline __attribute__((always_inline)) gw_v gw_shift(gw_v row, const uint64_t *last)
{
    const __m256i up = _mm256_permute4x64_epi64((__m256i)row, 0x90);
    const __m256i below = _mm256_blend_epi32(up, _mm256_set1_epi64x((long long)*last), 3);
    return (row << 1) | (gw_v)_mm256_srli_epi64(below, 63);
}
#define gw_save(last, row) (*(last) = (row)[3])
#define GW_COUNT_PAUSE(counter, count) (gw_count_end(counter, count), (count) = gw_count_zero())
#define GW_RUN gw_run_avx2
#define GW_LIMIT gw_limit_avx2
#define GW_REGISTER(v) "+x"(v)
#include "kernel.h"
#endif
