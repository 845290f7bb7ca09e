/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernel, for one instruction set: included after that has defined
 *   gw_v         a vector of 64-bit words
 *   GW_LOGIC3    any function of three vectors by its truth table, or nothing
 *   gw_gather    words at places in memory
 *   gw_any       whether a vector has a bit set
 *   gw_count     counts of bits, summed up: gw_count_add of a row, then gw_count_end,
 *                or GW_COUNT_PAUSE where more rows follow
 *   gw_lane, gw_shift, gw_save  see batch.h: the lane of a bit; each lane moved to the
 *                next, the first from the top bit of what gw_save has kept
 *   GW_REGISTER  an operand of assembly: a vector in a register
 *   GW_RUN, GW_LIMIT  names of the entries
 *
 * A row is a signal's value in every lane: V vectors. An op is a case of a switch
 * whose body runs over the whole row, so that the switch costs little.
 */
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "job.h"

#define GW_INLINE static inline __attribute__((always_inline))
#define GW_WORDS ((int)(sizeof(gw_v) / 8))
#define GW_NARROW (8 / GW_WORDS)      /* vectors of a row of 512 lanes */
#ifndef GW_MIDDLES
#define GW_MIDDLES 2
#endif
#define GW_MIDDLE (GW_MIDDLES * GW_NARROW)     /* of 1,024 */
#define GW_WIDE (8 * GW_NARROW)       /* and of 4,096 */
#define GW_STEPS 8                    /* steps whose operands are transposed at once */
#define GW_UNIONS 16                  /* levels of unions: changes of a gate in a cycle < 2^16 */
#define GW_BATCH_ROW 16               /* vectors of a row of GW_BATCH */
#define GW_BATCH_WRONG 8              /* words of a row of job->wrong */

/* A function by its truth table: halves of it, one input at a time, the last one first. */
static __attribute__((noinline)) gw_v gw_table(const gw_v *const *in, int v, uint64_t table,
                                               int inputs)
{
    gw_v part[1 << GW_MOST_INPUTS] = {0};
    for (int i = 0; i < 1 << inputs; i++)
        part[i] -= table >> i & 1;
    for (int k = inputs - 1; k >= 0; k--)
        for (int i = 0; i < 1 << k; i++)
            part[i] = (part[i] & ~in[k][v]) | (part[i + (1 << k)] & in[k][v]);
    return part[0];
}

#ifdef GW_LOGIC3
/* Truth table of a function of up to three inputs, as the instruction wants it. */
GW_INLINE int gw_table3(const int id)
{
    enum { a = 0xf0, b = 0xcc, c = 0xaa, d = 0, e = 0, f = 0 };
    switch (id) {
#define GW_VALUE(name, count, value) \
    case GW_##name: \
        return (value) & 255;
        GW_FUNCTIONS(GW_VALUE)
#undef GW_VALUE
    }
    return d | e | f;
}
#endif

/* The value of a function; `id` is a constant wherever this is inlined. */
GW_INLINE gw_v gw_value(const int id, const gw_v *const *in, const int v, const uint64_t table,
                        const int inputs)
{
#define a (in[0][v])
#define b (in[1][v])
#define c (in[2][v])
#define d (in[3][v])
#define e (in[4][v])
#define f (in[5][v])
    switch (id) {
#ifdef GW_LOGIC3
#define GW_VALUE(name, count, value) \
    case GW_##name: \
        if (count == 1) \
            return GW_LOGIC3(a, a, a, gw_table3(GW_##name)); \
        if (count == 2) \
            return GW_LOGIC3(a, b, b, gw_table3(GW_##name)); \
        if (count == 3) \
            return GW_LOGIC3(a, b, c, gw_table3(GW_##name)); \
        return value;
#else
#define GW_VALUE(name, count, value) \
    case GW_##name: \
        return value;
#endif
        GW_FUNCTIONS(GW_VALUE)
#undef GW_VALUE
#undef a
#undef b
#undef c
#undef d
#undef e
#undef f
    default:
        return gw_table(in, v, table, inputs);
    }
}

/* ---- operands ------------------------------------------------------------------- */

/* Transposes 64 x 64 bits in each word column: bit r of word i <-> bit i of word r. */
static void gw_transpose(gw_v word[64])
{
    uint64_t low = 0x00000000ffffffffu;
    for (int j = 32; j; j >>= 1, low ^= low << j)
        for (int k = 0; k < 64; k = ((k | j) + 1) & ~j) {
            const gw_v swap = ((word[k] >> j) ^ word[k + j]) & low;
            word[k + j] ^= swap;
            word[k] ^= swap << j;
        }
}

/* Rows of eight steps from `step` on: row r of step s at out + (s * rows + r) * V. */
GW_INLINE void gw_planes(const gw_job *job, const int64_t *first, int64_t step, const int V,
                         gw_v *out)
{
    for (int s = 0; s < job->streams; s++) {
        const uint8_t *bytes = job->stream[s] + step;
        for (int v = 0; v < V; v++) {
            gw_v word[64];
            for (int r = 0; r < 64; r++)
                word[r] = gw_gather(bytes, first + ((size_t)v * 64 + r) * GW_WORDS);
            /* Lanes lie far apart, and no prefetcher of a processor sees so many
               streams: an eighth of them at a time, each 64 bytes once. */
            const int64_t *some = first + ((size_t)v * 64 + (step >> 3 & 7) * 8) * GW_WORDS;
            for (int lane = 0; lane < 8 * GW_WORDS; lane++)
                __builtin_prefetch(bytes + some[lane] + 64);
            gw_transpose(word);
            for (int bit = 0; bit < 8; bit++) {
                const int32_t row = job->plane_row[8 * s + bit];
                if (row < 0)
                    continue;
                for (int k = 0; k < GW_STEPS; k++) {
                    const int64_t at = (int64_t)k * job->plane_rows + row;
                    out[at * V + v] = word[8 * k + bit];
                }
            }
        }
    }
}

/* ---- what all modes share ------------------------------------------------------- */

typedef struct {
    gw_v *rows;      /* settled values, a row each signal */
    gw_v *stored;    /* what flip-flops take */
    gw_v *before;    /* state one step earlier */
    gw_v *pulses;    /* of clock gates */
    gw_v *planes;    /* of eight steps, or of a block */
    gw_v *mask;      /* lanes that count, a row */
    gw_v *toggles, *functional, *ones; /* counters, a vector each signal */
    /* with delays: */
    gw_v *pool;      /* values of signals in recycled rows */
    gw_v *changes; /* of the gate at hand: where its values differ */
    gw_v *unions;  /* see gw_inertia */
    gw_v *nothing; /* a row of 0 */
    uint64_t *marks;
    uint64_t *times; /* for each signal the set of steps at which it changes */
    uint32_t *when;  /* steps of what a gate wants */
    uint32_t *followers; /* see gw_count_followers */
    int32_t *instant, *reached; /* see gw_instants */
    gw_v *sums, *moved; /* see watch.h; `moved`: a row for each set and step of time */
    int64_t *first; /* of each lane: bit 0 of all words of a vector, then bit 1, ... */
    void *memory;
} gw_work;

static size_t gw_round(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

static int gw_allocate(gw_work *work, const gw_job *job, int V)
{
    const size_t row = (size_t)V * sizeof(gw_v);
    const size_t words = (size_t)(job->slots + 63) / 64;
    const int timed = job->mode == GW_TIMED, batch = job->mode == GW_BATCH;
    const size_t sizes[] = {
        (batch ? (size_t)job->rows : (size_t)job->signals) * row,
        (size_t)job->flip_flops * row,
        (size_t)job->flip_flops * row,
        (size_t)job->clock_gates * row,
        (size_t)job->plane_rows * (batch ? row : GW_STEPS * row),
        row,
        (size_t)job->signals * sizeof(gw_v),
        (size_t)job->signals * sizeof(gw_v),
        (size_t)job->signals * sizeof(gw_v),
        timed ? (size_t)job->rows * row : 0,
        timed ? ((size_t)job->slots + 2) * row : 0,
        timed ? ((size_t)job->slots + 2) * row * GW_UNIONS : 0,
        timed ? row : 0,
        timed ? (words + 1) * 8 : 0,
        timed ? (size_t)job->signals * words * 8 : 0,
        timed ? ((size_t)job->slots + 2) * sizeof(int32_t) : 0,
        timed ? ((size_t)job->slots + 2) * sizeof(int32_t) : 0,
        timed ? ((size_t)job->slots + 2) * sizeof(int32_t) : 0,
        timed ? ((size_t)job->slots + 2) * GW_MOST_INPUTS * sizeof(int32_t) : 0,
        job->weight || job->sets ? 64 * row : 0,
        (size_t)job->sets * (size_t)job->slots * row,
        (size_t)V * GW_WORDS * 64 * sizeof(int64_t),
    };
    size_t total = 64;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        total += gw_round(sizes[i]);
    work->memory = calloc(total, 1);
    if (!work->memory)
        return -1;
    char *at = (char *)(((uintptr_t)work->memory + 63) & ~(uintptr_t)63);
    void **const places[] = {
        (void **)&work->rows, (void **)&work->stored, (void **)&work->before,
        (void **)&work->pulses, (void **)&work->planes, (void **)&work->mask,
        (void **)&work->toggles, (void **)&work->functional, (void **)&work->ones,
        (void **)&work->pool, (void **)&work->changes, (void **)&work->unions,
        (void **)&work->nothing, (void **)&work->marks,
        (void **)&work->times,
        (void **)&work->when, (void **)&work->followers, (void **)&work->instant, (void **)&work->reached,
        (void **)&work->sums, (void **)&work->moved, (void **)&work->first,
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        *places[i] = at;
        at += gw_round(sizes[i]);
    }
    return 0;
}

/* The first `lanes` lanes of a row. */
static void gw_lane_mask(gw_v *mask, int64_t lanes, int V)
{
    uint64_t *word = (uint64_t *)mask;
    for (int w = 0; w < V * GW_WORDS; w++, lanes -= 64)
        word[w] = lanes >= 64 ? ~(uint64_t)0 : lanes <= 0 ? 0 : ((uint64_t)1 << lanes) - 1;
}

static int64_t gw_sum(gw_v counter)
{
    int64_t sum = 0;
    for (int w = 0; w < GW_WORDS; w++)
        sum += (int64_t)counter[w];
    return sum;
}

static int64_t gw_population(const gw_v *row, const gw_v *mask, int V)
{
    gw_v counter = {0};
    for (int v = 0; v < V; v++) {
        gw_count sum = gw_count_zero();
        gw_count_add(&sum, row[v] & mask[v]);
        gw_count_end(&counter, sum);
    }
    return gw_sum(counter);
}

#include "watch.h"

/* Clock gates' pulses, then what flip-flops put out next, in work->stored. */
static void gw_edge(const gw_job *job, gw_work *work, int V, int count)
{
    for (int g = 0; g < job->clock_gates; g++) {
        const gw_clock_gate *gate = &job->clock_gate[g];
        const gw_v *enable = work->rows + (size_t)gate->enable * V;
        const gw_v *test = work->rows + (size_t)gate->test * V;
        gw_v *pulse = work->pulses + (size_t)g * V;
        for (int v = 0; v < V; v++) {
            pulse[v] = enable[v] | test[v];
            if (gate->parent >= 0)
                pulse[v] &= work->pulses[(size_t)gate->parent * V + v];
        }
        if (count) {
            const int64_t edges = 2 * gw_population(pulse, work->mask, V);
            job->toggles[gate->output] += edges;
            job->functional[gate->output] += edges;
            if (job->weight)
                gw_watch_pulses(job, work, gate->output, pulse, V);
        }
    }
    for (int n = 0; n < job->flip_flops; n++) {
        const gw_flip_flop *flip_flop = &job->flip_flop[n];
        const gw_v *data = work->rows + (size_t)flip_flop->data * V;
        const gw_v *held = work->rows + (size_t)flip_flop->output * V;
        gw_v *next = work->stored + (size_t)n * V;
        const gw_v flip = (gw_v){0} - (uint64_t)flip_flop->inverted;
        for (int v = 0; v < V; v++) {
            next[v] = data[v] ^ flip;
            if (flip_flop->gate >= 0)
                next[v] = held[v] ^ ((held[v] ^ next[v])
                                     & work->pulses[(size_t)flip_flop->gate * V + v]);
            work->before[(size_t)n * V + v] = held[v];
        }
    }
}

/* Notes the first step in which an output is not as expected; rows of `row` vectors. */
static void gw_check(gw_job *job, gw_work *work, int row, const gw_v *planes, int64_t step)
{
    gw_v bad[GW_WIDE], any = {0};
    memset(bad, 0, sizeof bad);
    for (int n = 0; n < job->checks; n++) {
        const int32_t *check = &job->expect[3 * n];
        const gw_v *got = work->rows + (size_t)check[0] * row;
        const gw_v *wanted = planes + (size_t)check[1] * row;
        const gw_v *where = planes + (size_t)check[2] * row;
        for (int v = 0; v < row; v++)
            bad[v] |= (got[v] ^ wanted[v]) & where[v];
    }
    for (int v = 0; v < row; v++) {
        bad[v] &= work->mask[v];
        any |= bad[v];
    }
    if (!gw_any(any))
        return;
    const size_t bytes = (size_t)row * sizeof(gw_v);
    job->check = 0; /* the first says enough */
    job->wrong_step = step;
    memcpy(job->wrong, bad, bytes);
    for (int n = 0; n < job->checks; n++) {
        const int32_t net = job->expect[3 * n];
        memcpy((char *)job->wrong + (1 + (size_t)n) * bytes,
               work->rows + (size_t)net * row, bytes);
    }
}

static void gw_state(const gw_job *job, gw_work *work, int V)
{
    gw_v full[GW_WIDE];
    gw_lane_mask(full, job->full, V);
    for (int n = 0; n < job->flip_flops; n++) {
        const gw_v *last = work->rows + (size_t)job->flip_flop[n].output * V;
        const gw_v *before = work->before + (size_t)n * V;
        gw_v out[GW_WIDE];
        for (int v = 0; v < V; v++)
            out[v] = (last[v] & full[v]) | (before[v] & ~full[v]);
        memcpy(job->state + (size_t)n * V * GW_WORDS, out, (size_t)V * sizeof(gw_v));
    }
}

static void gw_begin(const gw_job *job, gw_work *work, int V)
{
    if (job->mode == GW_BATCH)
        return;
    for (int v = 0; v < V; v++)
        for (int bit = 0; bit < 64; bit++)
            for (int w = 0; w < GW_WORDS; w++) {
                const int64_t lane = (int64_t)(v * GW_WORDS + w) * 64 + bit;
                work->first[(v * 64 + bit) * GW_WORDS + w] =
                    job->first[lane < job->lanes ? lane : 0];
            }
    for (int n = 0; n < job->constants; n++)
        memset(work->rows + (size_t)job->constant[2 * n] * V, job->constant[2 * n + 1] ? 255 : 0,
               (size_t)V * sizeof(gw_v));
    for (int n = 0; n < job->flip_flops; n++) {
        memcpy(work->rows + (size_t)job->flip_flop[n].output * V,
               job->state + (size_t)n * V * GW_WORDS, (size_t)V * sizeof(gw_v));
        memcpy(work->before + (size_t)n * V, job->state + (size_t)n * V * GW_WORDS,
               (size_t)V * sizeof(gw_v));
    }
}

static void gw_finish(const gw_job *job, gw_work *work)
{
    for (int n = 0; n < job->nets; n++) {
        const int64_t functional = gw_sum(work->functional[n]);
        job->functional[n] += functional;
        job->toggles[n] += job->mode == GW_TIMED ? gw_sum(work->toggles[n]) : functional;
        job->ones[n] += gw_sum(work->ones[n]);
    }
}

/* Counts a settled row beside the one before it. */
GW_INLINE void gw_count_row(gw_work *work, int net, const gw_v *old, const gw_v *now, const int V)
{
    gw_count changes = gw_count_zero(), ones = gw_count_zero();
    for (int v = 0; v < V; v++) {
        gw_count_add(&changes, (old[v] ^ now[v]) & work->mask[v]);
        gw_count_add(&ones, now[v] & work->mask[v]);
    }
    gw_count_end(&work->functional[net], changes);
    gw_count_end(&work->ones[net], ones);
}

#include "lanes.h"
#include "batch.h"
#include "limit.h"

int GW_RUN(gw_job *job)
{
    gw_work work;
    const int V = job->mode == GW_BATCH ? GW_BATCH_ROW
                  : job->wide == 0      ? GW_NARROW
                  : job->wide == 1      ? GW_MIDDLE
                                        : GW_WIDE;
    int failed = 0;
    if (gw_allocate(&work, job, V))
        return -1;
    gw_begin(job, &work, V);
    if (job->mode == GW_BATCH)
        failed = gw_batch(job, &work);
    else if (job->wide == 0)
        gw_lanes(job, &work, GW_NARROW);
    else if (job->wide == 1)
        gw_lanes(job, &work, GW_MIDDLE);
    else
        gw_lanes(job, &work, GW_WIDE);
    if (job->count)
        gw_finish(job, &work);
    free(work.memory);
    return failed;
}
