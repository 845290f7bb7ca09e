/* SPDX-License-Identifier: Apache-2.0
 *
 * One stretch of consecutive cycles, without flip-flops and delays; part of kernel.h.
 *
 * Cycle t of a block is bit t / K of word t % K of a row: neighbours in time lie in
 * neighbouring words, but for word 0, which is held against word K - 1 shifted by one
 * lane. An instruction set may number its lanes as it likes (gw_lane); gw_shift moves
 * each lane to the next.
 */

enum { GW_BATCH_LANES = 64 * GW_WORDS, GW_SPAN = GW_BATCH_LANES * GW_BATCH_ROW };

/* An op with its rows looked up: distances from work->rows, in bytes. */
typedef struct {
    int32_t function, inputs;
    int32_t in[GW_MOST_INPUTS];
    int32_t out, net;
    uint64_t table;
} gw_batch_code;

typedef struct {
    gw_batch_code *code;
    uint64_t *last;  /* of each signal: the word whose top bit is the cycle before the block */
    uint8_t *tail;   /* of each stream: the last block, filled up */
    int64_t *contiguous; /* for gw_gather: where lanes begin */
    gw_v *scratch;
} gw_batch_work;

#ifdef GW_TRANSPOSE512
#include "transpose512.h"
#else
/* Operands of a block: row r at out + r * K. */
static void gw_batch_planes(const gw_job *job, const uint8_t *const *stream, gw_batch_work *batch,
                            gw_v *out)
{
    for (int s = 0; s < job->streams; s++)
        for (int half = 0; half < GW_BATCH_ROW; half += 8) {
            gw_v word[64];
            for (int r = 0; r < 64; r++)
                word[r] = gw_gather(stream[s] + half, batch->contiguous + r * GW_WORDS);
            gw_transpose(word);
            for (int bit = 0; bit < 8; bit++) {
                const int32_t row = job->plane_row[8 * s + bit];
                for (int k = 0; row >= 0 && k < 8; k++)
                    out[(int64_t)row * GW_BATCH_ROW + half + k] = word[8 * k + bit];
            }
        }
}
#endif

/* Counts a row; `last` belongs to the block before, then to this one. */
GW_INLINE void gw_batch_count(const gw_v *row, uint64_t *last, const gw_v *mask, const int masked,
                              const int settled, gw_v *toggles, gw_v *one)
{
    gw_count changes = gw_count_zero(), ones = gw_count_zero();
    gw_v before = gw_shift(row[GW_BATCH_ROW - 1], last);
    gw_save(last, row[GW_BATCH_ROW - 1]);
#pragma GCC unroll 16
    for (int v = 0; v < GW_BATCH_ROW; v++) {
        const gw_v now = row[v], change = now ^ before;
        gw_count_add(&changes, masked ? change & mask[v] : change);
        if (settled)
            gw_count_add(&ones, masked ? now & mask[v] : now);
        before = now;
    }
    gw_count_end(toggles, changes);
    if (settled)
        gw_count_end(one, ones);
}

static __attribute__((noinline)) void gw_batch_count_masked(const gw_v *row, uint64_t *last,
                                                            gw_work *work, int net)
{
    gw_batch_count(row, last, work->mask, 1, 1, &work->functional[net], &work->ones[net]);
}

GW_INLINE void gw_batch_op(const int id, const int masked, const int settled,
                           const gw_batch_code *op, gw_work *work, uint64_t *lasts)
{
    char *base = (char *)work->rows;
    const gw_v *in[GW_MOST_INPUTS] = {0};
#pragma GCC unroll 6
    for (int k = 0; k < GW_MOST_INPUTS; k++)
        in[k] = (const gw_v *)(base + op->in[k]);
    gw_v *restrict out = (gw_v *)(base + op->out);
    uint64_t *last = lasts + op->net;
    if (masked) {
        for (int v = 0; v < GW_BATCH_ROW; v++)
            out[v] = gw_value(id, in, v, op->table, op->inputs);
        gw_batch_count_masked(out, last, work, op->net);
        return;
    }
    gw_count changes = gw_count_zero(), ones = gw_count_zero();
    const gw_v first = gw_value(id, in, 0, op->table, op->inputs);
    gw_v before = first;
    out[0] = first;
    if (settled)
        gw_count_add(&ones, first);
#pragma GCC unroll 16
    for (int v = 1; v < GW_BATCH_ROW; v++) {
        const gw_v now = gw_value(id, in, v, op->table, op->inputs);
        out[v] = now;
        gw_count_add(&changes, now ^ before);
        if (settled)
            gw_count_add(&ones, now);
        before = now;
    }
    gw_count_add(&changes, first ^ gw_shift(before, last));
    gw_save(last, before);
    gw_count_end(&work->functional[op->net], changes);
    if (settled)
        gw_count_end(&work->ones[op->net], ones);
}

GW_INLINE void gw_batch_ops(const gw_job *job, gw_work *work, gw_batch_work *batch,
                            const int masked, const int settled)
{
    for (const gw_batch_code *op = batch->code, *end = op + job->ops; op < end; op++)
        switch (op->function) {
#define GW_CASE(name, inputs, value) \
    case GW_##name: \
        gw_batch_op(GW_##name, masked, settled, op, work, batch->last); \
        break;
            GW_FUNCTIONS(GW_CASE)
            GW_CASE(TABLE, 0, 0)
#undef GW_CASE
        }
}

/* Where a signal's row lies: operands stay where they were transposed. */
static gw_v *gw_batch_row(const gw_job *job, gw_work *work, int32_t signal)
{
    for (int n = 0; n < job->drives; n++)
        if (job->drive[2 * n] == signal)
            return work->planes + (size_t)job->drive[2 * n + 1] * GW_BATCH_ROW;
    return work->rows + (size_t)job->place[signal] * GW_BATCH_ROW;
}

static int gw_batch_prepare(const gw_job *job, gw_work *work, gw_batch_work *batch)
{
    batch->code = calloc((size_t)job->ops + 1, sizeof *batch->code);
    batch->last = calloc((size_t)job->signals + 1, 8);
    batch->tail = calloc((size_t)job->streams + 1, GW_SPAN);
    batch->contiguous = calloc(GW_BATCH_LANES, sizeof(int64_t));
    batch->scratch = aligned_alloc(64, 128 * sizeof(gw_v));
    if (!batch->code || !batch->last || !batch->tail || !batch->contiguous || !batch->scratch)
        return -1;
    for (int r = 0; r < 64; r++)
        for (int w = 0; w < GW_WORDS; w++)
            batch->contiguous[r * GW_WORDS + w] = (w * 64 + r) * GW_BATCH_ROW;
    for (int n = 0; n < job->constants; n++)
        memset(gw_batch_row(job, work, job->constant[2 * n]),
               job->constant[2 * n + 1] ? 255 : 0, GW_BATCH_ROW * sizeof(gw_v));
    const char *base = (const char *)work->rows;
    for (int n = 0; n < job->ops; n++) {
        const gw_op *op = &job->op[n];
        gw_batch_code *code = &batch->code[n];
        code->function = op->function;
        code->inputs = op->inputs;
        code->table = op->table;
        code->net = op->output;
        code->out = (int32_t)((const char *)gw_batch_row(job, work, op->output) - base);
        for (int k = 0; k < op->inputs; k++)
            code->in[k] = (int32_t)((const char *)gw_batch_row(job, work, op->input[k]) - base);
    }
    return 0;
}

/* The lanes of a block's cycles from `begin` up to `end`. */
static void gw_batch_mask(gw_v *mask, int64_t begin, int64_t end)
{
    memset(mask, 0, GW_BATCH_ROW * sizeof(gw_v));
    for (int w = 0; w < GW_WORDS; w++)
        for (int bit = 0; bit < 64; bit++)
            for (int k = 0; k < GW_BATCH_ROW; k++) {
                const int64_t t = (int64_t)gw_lane(w, bit) * GW_BATCH_ROW + k;
                if (t >= begin && t < end)
                    ((uint64_t *)&mask[k])[w] |= (uint64_t)1 << bit;
            }
}

/* Notes the first cycle, up to `end`, in which an output is not as expected. */
static void gw_batch_check(gw_job *job, gw_work *work, int64_t begin, int64_t end)
{
    gw_v bad[GW_BATCH_ROW], any = {0};
    memset(bad, 0, sizeof bad);
    for (int n = 0; n < job->checks; n++) {
        const int32_t *check = &job->expect[3 * n];
        const gw_v *got = gw_batch_row(job, work, check[0]);
        const gw_v *wanted = work->planes + (size_t)check[1] * GW_BATCH_ROW;
        const gw_v *where = work->planes + (size_t)check[2] * GW_BATCH_ROW;
        for (int v = 0; v < GW_BATCH_ROW; v++)
            bad[v] |= (got[v] ^ wanted[v]) & where[v];
    }
    for (int v = 0; v < GW_BATCH_ROW; v++)
        any |= bad[v];
    if (!gw_any(any))
        return;
    int64_t first = end;
    int at = 0;
    for (int w = 0; w < GW_WORDS; w++)
        for (int bit = 0; bit < 64; bit++)
            for (int k = 0; k < GW_BATCH_ROW; k++) {
                const int64_t t = (int64_t)gw_lane(w, bit) * GW_BATCH_ROW + k;
                if (t < first && ((const uint64_t *)&bad[k])[w] >> bit & 1) {
                    first = t;
                    at = w * 64 + bit;
                }
            }
    if (first == end)
        return;
    job->check = 0; /* the first says enough */
    job->wrong_step = begin + first;
    job->wrong[0] = 1;
    for (int n = 0; n < job->checks; n++) {
        const gw_v *row = gw_batch_row(job, work, job->expect[3 * n]) + first % GW_BATCH_ROW;
        job->wrong[(size_t)(1 + n) * GW_BATCH_WRONG] =
            ((const uint64_t *)row)[at / 64] >> at % 64 & 1;
    }
}

static int gw_batch(gw_job *job, gw_work *work)
{
    gw_batch_work batch;
    /* The uncounted one too. */
    const int64_t cycles = job->steps + (job->full > 0 || job->steps == 0);
    const int failed = gw_batch_prepare(job, work, &batch);
    const uint8_t **stream = calloc((size_t)job->streams + 1, sizeof *stream);
    for (int64_t begin = 0; !failed && stream && begin < cycles; begin += GW_SPAN) {
        const int64_t end = cycles - begin < GW_SPAN ? cycles - begin : GW_SPAN;
        const int masked = begin == 0 || end < GW_SPAN;
        for (int s = 0; s < job->streams; s++) {
            stream[s] = job->stream[s] + job->first[0] + begin;
            if (end < GW_SPAN)
                stream[s] = memcpy(batch.tail + (size_t)s * GW_SPAN, stream[s], (size_t)end);
        }
        if (masked)
            gw_batch_mask(work->mask, begin == 0, end);
        gw_batch_planes(job, stream, &batch, work->planes);
        for (int n = 0; n < job->drives; n++) {
            const int32_t net = job->drive[2 * n];
            const gw_v *row = work->planes + (size_t)job->drive[2 * n + 1] * GW_BATCH_ROW;
            if (masked)
                gw_batch_count_masked(row, &batch.last[net], work, net);
            else
                gw_batch_count(row, &batch.last[net], NULL, 0, 1, &work->functional[net],
                               &work->ones[net]);
        }
        if (masked)
            gw_batch_ops(job, work, &batch, 1, 1);
        else if (job->settled)
            gw_batch_ops(job, work, &batch, 0, 1);
        else
            gw_batch_ops(job, work, &batch, 0, 0);
        if (job->check)
            gw_batch_check(job, work, begin, end);
    }
    for (int n = 0; n < job->constants; n++)
        work->ones[job->constant[2 * n]][0] += (uint64_t)((cycles - 1) * job->constant[2 * n + 1]);
    free(batch.code);
    free(batch.last);
    free(batch.tail);
    free(batch.contiguous);
    free(batch.scratch);
    free(stream);
    return failed || !stream ? -1 : 0;
}
