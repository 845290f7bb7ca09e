/* SPDX-License-Identifier: Apache-2.0
 *
 * The extension module: no Python in it but its name. `binding.py` loads the file
 * with ctypes and calls what is exported here.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "functions.h"
#include "job.h"
#include "operands.h"
#include "samples.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define GW_X86 1
#endif

#define GW_EXPORT __attribute__((visibility("default")))

/* Instruction sets, the best first. */
enum { GW_AVX512, GW_AVX2, GW_PORTABLE, GW_LEVELS };

/* Whether this processor has an instruction set. */
GW_EXPORT int gw_has(int level)
{
#ifdef GW_X86
    __builtin_cpu_init();
    if (level == GW_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
               && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
               && __builtin_cpu_supports("avx512vpopcntdq")
               && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("gfni");
    if (level == GW_AVX2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
#endif
    return level == GW_PORTABLE;
}

/* Runs a job; 0, or -1 without memory. */
GW_EXPORT int gw_run(int level, gw_job *job)
{
#ifdef GW_X86
    if (level == GW_AVX512)
        return gw_run_avx512(job);
    if (level == GW_AVX2)
        return gw_run_avx2(job);
#endif
    return level == GW_PORTABLE ? gw_run_portable(job) : -1;
}

/* Bits of a word in the loop of gw_limit, over four words a round; 0 if unknown. */
GW_EXPORT int gw_limit_bits(int level)
{
    return level == GW_AVX512 ? 512 : level == GW_AVX2 ? 256 : level == GW_PORTABLE ? 128 : 0;
}

/* The register-only loop of limit.h. */
GW_EXPORT int64_t gw_limit(int level, int64_t rounds)
{
#ifdef GW_X86
    if (level == GW_AVX512)
        return gw_limit_avx512(rounds);
    if (level == GW_AVX2)
        return gw_limit_avx2(rounds);
#endif
    return level == GW_PORTABLE ? gw_limit_portable(rounds) : 0;
}

/* See operands.h. */
GW_EXPORT void gw_fill_walk(int64_t states, int64_t begin, int64_t count, int streams,
                            uint8_t *const *stream)
{
    gw_walk(states, begin, count, streams, stream);
}

GW_EXPORT void gw_fill_random(uint64_t seed, int64_t begin, int64_t count, uint8_t *out)
{
    gw_random(seed, begin, count, out);
}

/* See samples.h. gw_draws says whether there are those that take a generator. */
GW_EXPORT int gw_draws(void)
{
#ifdef GW_SAMPLES
    return 1;
#else
    return 0;
#endif
}

#ifdef GW_SAMPLES
GW_EXPORT void gw_draw_uniform(const uint64_t *generator, uint64_t values, int64_t lowest,
                               int64_t count, int64_t *out)
{
    gw_uniform(gw_pcg64_of(generator), values, lowest, count, out);
}

GW_EXPORT void gw_draw_zeros(const uint64_t *generator, uint64_t threshold, int64_t count,
                             int64_t *out)
{
    gw_thin(gw_pcg64_of(generator), threshold, count, out);
}

GW_EXPORT void gw_draw_gaussian(const uint64_t *generator, const int32_t *guide, int shift,
                                const int64_t *threshold, int32_t thresholds, int64_t lowest,
                                int low_bits, int64_t count, int64_t *out)
{
    gw_gaussian(gw_pcg64_of(generator), guide, shift, threshold, thresholds, lowest, low_bits,
                count, out);
}
#endif

GW_EXPORT void gw_correlate(int64_t keep, int64_t take, int bits, int64_t count, int64_t *out)
{
    gw_autoregressive(keep, take, bits, count, out);
}

/* Number of functions known by name. */
GW_EXPORT int gw_functions(void) { return GW_TABLE; }

/* Number of inputs of a function; its truth table in *table. */
GW_EXPORT int gw_function(int number, uint64_t *table)
{
    const uint64_t a = 0xaaaaaaaaaaaaaaaau, b = 0xccccccccccccccccu, c = 0xf0f0f0f0f0f0f0f0u,
                   d = 0xff00ff00ff00ff00u, e = 0xffff0000ffff0000u, f = 0xffffffff00000000u;
    (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
    switch (number) {
#define GW_CASE(name, inputs, value) \
    case GW_##name: \
        *table = (value) & (((uint64_t)1 << (1 << inputs) % 64) - 1); \
        if (inputs == 6) \
            *table = (value); \
        return inputs;
        GW_FUNCTIONS(GW_CASE)
#undef GW_CASE
    }
    return -1;
}

static struct PyModuleDef gw_module = {
    PyModuleDef_HEAD_INIT, "_kernel", "The bit-parallel kernel; see binding.py.", -1, NULL,
    NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModule_Create(&gw_module); }
