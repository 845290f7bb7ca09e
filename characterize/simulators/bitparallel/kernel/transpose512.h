/* SPDX-License-Identifier: Apache-2.0
 *
 * Operands of a block of GW_BATCH with AVX-512 and GFNI; part of kernel.h.
 *
 * A vector holds 64 consecutive cycles: 4 lanes of 16 words, a byte each, 8 bits. An
 * unpacking takes the top digit of a byte's place in its quarter, [k3 k2 k1 k0] at
 * first, out into the number of the vector, and puts a digit of that number in at the
 * bottom. After three of them the halves of quarters hold eight lanes each, whose 8 x 8
 * bits are transposed; after four more the vectors are words k of bits b.
 */

#define GW_UNPACK(from, to, one, other) \
    do { \
        (to)[one] = _mm512_unpacklo_epi8((from)[one], (from)[other]); \
        (to)[other] = _mm512_unpackhi_epi8((from)[one], (from)[other]); \
    } while (0)

static void gw_batch_planes(const gw_job *job, const uint8_t *const *stream,
                            const gw_batch_work *batch, gw_v *out)
{
    /* Bit i of byte b becomes bit b of byte 7 - i, which vectors 7 - i set right. */
    const __m512i bits = _mm512_set1_epi64((long long)0x8040201008040201u);
    __m512i *middle = (__m512i *)batch->scratch; /* [k3 k2 k1][half][byte] */
    for (int s = 0; s < job->streams; s++) {
        for (int eighth = 0; eighth < 16; eighth++) {
            const int half = eighth & 1, byte = eighth >> 1;
            const uint8_t *from = stream[s] + 1024 * byte + 64 * half;
            __m512i a[8], b[8];
#pragma GCC unroll 8
            for (int n = 0; n < 8; n++)
                a[n] = _mm512_loadu_si512(from + 128 * (7 - n));
            /* What the next block will want: gates take too long for a prefetcher. */
            for (int n = 0; n < 8; n++)
                __builtin_prefetch(from + GW_SPAN + 128 * n, 0, 2);
#pragma GCC unroll 4
            for (int n = 0; n < 4; n++)
                GW_UNPACK(a, b, n, n + 4);
#pragma GCC unroll 4
            for (int n = 0; n < 4; n++)
                GW_UNPACK(b, a, (n & 1) + 2 * (n & 2), (n & 1) + 2 * (n & 2) + 2);
#pragma GCC unroll 4
            for (int n = 0; n < 4; n++)
                GW_UNPACK(a, b, 2 * n, 2 * n + 1);
#pragma GCC unroll 8
            for (int n = 0; n < 8; n++)
                middle[n * 16 + half * 8 + byte] = _mm512_gf2p8affine_epi64_epi8(bits, b[n], 0);
        }
        for (int k = 0; k < 8; k++) {
            __m512i a[16], b[16];
#pragma GCC unroll 16
            for (int n = 0; n < 16; n++)
                a[n] = middle[k * 16 + n];
#pragma GCC unroll 8
            for (int n = 0; n < 8; n++)
                GW_UNPACK(a, b, n, n + 8);
#pragma GCC unroll 8
            for (int n = 0; n < 8; n++)
                GW_UNPACK(b, a, (n & 3) + 2 * (n & 4), (n & 3) + 2 * (n & 4) + 4);
#pragma GCC unroll 8
            for (int n = 0; n < 8; n++)
                GW_UNPACK(a, b, (n & 1) + 2 * (n & 6), (n & 1) + 2 * (n & 6) + 2);
#pragma GCC unroll 8
            for (int n = 0; n < 8; n++)
                GW_UNPACK(b, a, 2 * n, 2 * n + 1);
#pragma GCC unroll 8
            for (int bit = 0; bit < 8; bit++) {
                const int32_t row = job->plane_row[8 * s + bit];
                if (row < 0)
                    continue;
                gw_v *at = out + (int64_t)row * GW_BATCH_ROW + 2 * k;
                at[0] = (gw_v)a[bit];
                at[1] = (gw_v)a[8 + bit];
            }
        }
    }
}
