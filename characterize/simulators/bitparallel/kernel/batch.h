/* SPDX-License-Identifier: Apache-2.0
 *
 * Eight steps at once, side by side in a row, without flip-flops and delays; part of
 * kernel.h.
 */

enum { GW_BATCH_ROW = GW_STEPS * GW_NARROW };

/* Counts a signal; `last` is its value in the step before the eight, then the eighth. */
GW_INLINE void gw_batch_count(const gw_v *now, gw_v *last, const gw_v *mask, const int masked,
                              const int settled, gw_v *toggles, gw_v *one)
{
    gw_count changes = gw_count_zero(), ones = gw_count_zero();
#pragma GCC unroll 8
    for (int v = 0; v < GW_BATCH_ROW; v++) {
        const gw_v before = v < GW_NARROW ? last[v] : now[v - GW_NARROW];
        const gw_v change = now[v] ^ before;
        gw_count_add(&changes, masked ? change & mask[v] : change);
        if (settled)
            gw_count_add(&ones, masked ? now[v] & mask[v] : now[v]);
    }
    gw_count_end(toggles, changes);
    if (settled)
        gw_count_end(one, ones);
    for (int v = 0; v < GW_NARROW; v++)
        last[v] = now[GW_BATCH_ROW - GW_NARROW + v];
}

static __attribute__((noinline)) void gw_batch_count_masked(const gw_v *now, gw_v *last,
                                                            gw_work *work, int net)
{
    gw_batch_count(now, last, work->mask, 1, 1, &work->functional[net], &work->ones[net]);
}

GW_INLINE void gw_batch_op(const int id, const int masked, const int settled, const gw_job *job,
                           const gw_op *op, gw_work *work)
{
    const gw_v *in[GW_MOST_INPUTS] = {0};
#pragma GCC unroll 6
    for (int k = 0; k < GW_MOST_INPUTS; k++)
        in[k] = work->rows + (size_t)job->place[op->input[k]] * GW_BATCH_ROW;
    gw_v *out = work->rows + (size_t)job->place[op->output] * GW_BATCH_ROW;
    gw_v now[GW_BATCH_ROW];
#pragma GCC unroll 8
    for (int v = 0; v < GW_BATCH_ROW; v++)
        out[v] = now[v] = gw_value(id, in, v, op->table, op->inputs);
    gw_v *last = work->last + (size_t)op->output * GW_NARROW;
    if (masked)
        gw_batch_count_masked(out, last, work, op->output);
    else
        gw_batch_count(now, last, NULL, 0, settled, &work->functional[op->output],
                       &work->ones[op->output]);
}

GW_INLINE void gw_batch_ops(const gw_job *job, gw_work *work, int masked, const int settled)
{
    for (const gw_op *op = job->op, *end = op + job->ops; op < end; op++)
        switch (op->function) {
#define GW_CASE(name, inputs, value) \
    case GW_##name: \
        gw_batch_op(GW_##name, masked, settled, job, op, work); \
        break;
            GW_FUNCTIONS(GW_CASE)
            GW_CASE(TABLE, 0, 0)
#undef GW_CASE
        }
}

/* Signals that no op computes. */
static void gw_batch_sources(const gw_job *job, gw_work *work)
{
    for (int n = 0; n < job->drives + job->constants; n++) {
        const int constant = n >= job->drives;
        const int32_t net = constant ? job->constant[2 * (n - job->drives)] : job->drive[2 * n];
        gw_v *row = work->rows + (size_t)job->place[net] * GW_BATCH_ROW;
        if (constant)
            memset(row, job->constant[2 * (n - job->drives) + 1] ? 255 : 0,
                   GW_BATCH_ROW * sizeof(gw_v));
        else
            memcpy(row, work->planes + (size_t)job->drive[2 * n + 1] * GW_BATCH_ROW,
                   GW_BATCH_ROW * sizeof(gw_v));
        gw_batch_count_masked(row, work->last + (size_t)net * GW_NARROW, work, net);
    }
}

static void gw_batch(gw_job *job, gw_work *work)
{
    /* The first eight end with step 0, whose values are those before the count. */
    for (int64_t step = 1 - GW_STEPS; step <= job->steps; step += GW_STEPS) {
        const int whole = step > 0 && job->lanes == 512 && step + GW_STEPS <= job->steps;
        for (int64_t k = 0; k < GW_STEPS; k++)
            gw_lane_mask(work->mask + k * GW_NARROW,
                         step + k < 0             ? 0
                         : step + k < job->steps  ? job->lanes
                         : step + k == job->steps ? job->full
                                                  : 0,
                         GW_NARROW);
        gw_planes(job, work->first, step, GW_NARROW, 1, work->planes);
        gw_batch_sources(job, work);
        if (job->settled)
            gw_batch_ops(job, work, !whole, 1);
        else
            gw_batch_ops(job, work, !whole, 0);
        if (job->check)
            gw_check(job, work, job->place, GW_BATCH_ROW, work->planes, step);
        if (step < 0) {
            memset(work->functional, 0, (size_t)job->signals * sizeof(gw_v));
            memset(work->ones, 0, (size_t)job->signals * sizeof(gw_v));
        }
    }
}
