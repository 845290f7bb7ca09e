/* SPDX-License-Identifier: Apache-2.0
 *
 * Lanes, one step after the other, without delays and with them; part of kernel.h.
 */

/* ---- lanes without delays ------------------------------------------------------- */

GW_INLINE void gw_settle_op(const int id, const gw_op *op, const gw_work *work, gw_v *now,
                            const int V)
{
    const gw_v *in[GW_MOST_INPUTS] = {0};
    for (int k = 0; k < GW_MOST_INPUTS; k++)
        in[k] = work->rows + (size_t)op->input[k] * V;
    for (int v = 0; v < V; v++)
        now[v] = gw_value(id, in, v, op->table, op->inputs);
}

GW_INLINE void gw_settle(const gw_job *job, gw_work *work, const int count, const int V)
{
    for (const gw_op *op = job->op, *end = op + job->ops; op < end; op++) {
        gw_v now[GW_WIDE];
        gw_v *out = work->rows + (size_t)op->output * V;
        switch (op->function) {
#define GW_CASE(name, inputs, value) \
    case GW_##name: \
        gw_settle_op(GW_##name, op, work, now, V); \
        break;
            GW_FUNCTIONS(GW_CASE)
            GW_CASE(TABLE, 0, 0)
#undef GW_CASE
        }
        if (count)
            gw_count_row(work, op->output, out, now, V);
        for (int v = 0; v < V; v++)
            out[v] = now[v];
    }
}

/* ---- lanes with delays ---------------------------------------------------------- */

GW_INLINE int gw_differ(const gw_v *one, const gw_v *other, const int V)
{
    gw_v any = {0};
    for (int v = 0; v < V; v++)
        any |= one[v] ^ other[v];
    return gw_any(any);
}

/* A signal that takes a new value at one instant; counts it. */
GW_INLINE void gw_source(const gw_job *job, gw_work *work, int net, int when, const gw_v *now,
                         int count, const int V)
{
    gw_v *old = work->rows + (size_t)net * V;
    gw_v *values = work->pool + (size_t)job->place[net] * V;
    uint64_t *times = work->times + (size_t)net * ((job->slots + 63) / 64);
    memset(times, 0, (size_t)(job->slots + 63) / 64 * 8);
    if (count) {
        gw_count_row(work, net, old, now, V);
        work->toggles[net] = work->functional[net];
    }
    memcpy(values, old, (size_t)V * sizeof(gw_v));
    if (gw_differ(old, now, V)) {
        times[when / 64] |= (uint64_t)1 << when % 64;
        memcpy(values + V, now, (size_t)V * sizeof(gw_v));
        memcpy(old, now, (size_t)V * sizeof(gw_v));
    }
}

/* The instants at which inputs of a gate change, in work->instant, and which of its
   rows each input has reached, in work->reached; their number. */
GW_INLINE int gw_instants(const gw_job *job, const gw_op *op, gw_work *work, const int V)
{
    const int words = (job->slots + 63) / 64, inputs = op->inputs;
    const uint64_t *times[GW_MOST_INPUTS];
    int32_t at[GW_MOST_INPUTS];
    for (int k = 0; k < inputs; k++) {
        at[k] = job->place[op->input[k]];
        times[k] = work->times + (size_t)op->input[k] * words;
        work->reached[k] = at[k] * V;
    }
    int instants = 0;
    for (int w = 0; w < words; w++) {
        uint64_t left = 0;
        for (int k = 0; k < inputs; k++)
            left |= times[k][w];
        for (; left; left &= left - 1) {
            const int bit = __builtin_ctzll(left);
            work->instant[instants++] = w * 64 + bit;
            int32_t *reached = work->reached + (size_t)instants * GW_MOST_INPUTS;
            for (int k = 0; k < inputs; k++) {
                at[k] += (int32_t)(times[k][w] >> bit & 1);
                reached[k] = at[k] * V;
            }
        }
    }
    return instants;
}

/* What the gate wants at each of the instants; the number of its changes. */
GW_INLINE int gw_wanted(const int id, const gw_op *op, const gw_work *work, const int inputs,
                        const int instants, gw_v *wanted, const int V)
{
    const gw_v *in[GW_MOST_INPUTS] = {0};
    const int32_t *reached = work->reached;
    for (int k = 0; k < inputs; k++)
        in[k] = work->pool + reached[k];
    for (int v = 0; v < V; v++)
        wanted[v] = gw_value(id, in, v, op->table, inputs);
    int changes = 0;
    for (int n = 0; n < instants; n++) {
        reached += GW_MOST_INPUTS;
        for (int k = 0; k < inputs; k++)
            in[k] = work->pool + reached[k];
        gw_v any = {0};
        for (int v = 0; v < V; v++) {
            const gw_v value = gw_value(id, in, v, op->table, inputs);
            any |= value ^ wanted[v];
            wanted[V + v] = value;
        }
        if (gw_any(any)) {
            work->when[changes++] = work->instant[n];
            wanted += V;
        }
    }
    return changes;
}

/* A change that the gate takes back before it is due is swallowed; `out` holds the
   value before, and gets the others; their number. */
GW_INLINE int gw_inertia(const gw_op *op, gw_work *work, int changes, uint64_t *times, gw_v *out,
                          const int V)
{
    const gw_v *wanted = work->wanted;
    int kept = 0;
    for (int n = 0; n < changes; n++) {
        const int due = work->when[n] + op->delay;
        gw_v any = {0};
        for (int v = 0; v < V; v++) {
            const gw_v *value = wanted + (size_t)(n + 1) * V + v;
            gw_v change = *value ^ out[v];
            for (int later = n + 1; later < changes && work->when[later] < due; later++)
                change &= ~(value[(size_t)(later - n) * V] ^ value[(size_t)(later - n - 1) * V]);
            out[V + v] = out[v] ^ change;
            any |= change;
        }
        if (gw_any(any)) {
            times[due / 64] |= (uint64_t)1 << due % 64;
            out += V;
            kept++;
        }
    }
    return kept;
}

GW_INLINE void gw_timed_ops(const gw_job *job, gw_work *work, const int count, const int V)
{
    const int words = (job->slots + 63) / 64;
    for (const gw_op *op = job->op, *end = op + job->ops; op < end; op++) {
        gw_v *out = work->pool + (size_t)job->place[op->output] * V;
        uint64_t *times = work->times + (size_t)op->output * words;
        memset(times, 0, (size_t)words * 8);
        /* No pulse is shorter than one step. */
        gw_v *wanted = op->delay < 2 ? out : work->wanted;
        const int instants = gw_instants(job, op, work, V);
        int changes = 0;
        switch (op->function) {
#define GW_CASE(name, inputs, value) \
    case GW_##name: \
        changes = gw_wanted(GW_##name, op, work, inputs, instants, wanted, V); \
        break;
            GW_FUNCTIONS(GW_CASE)
#undef GW_CASE
        case GW_TABLE:
            changes = gw_wanted(GW_TABLE, op, work, op->inputs, instants, wanted, V);
            break;
        }
        if (op->delay < 2)
            for (int n = 0; n < changes; n++) {
                const int due = work->when[n] + op->delay;
                times[due / 64] |= (uint64_t)1 << due % 64;
            }
        else {
            memcpy(out, wanted, (size_t)V * sizeof(gw_v));
            changes = gw_inertia(op, work, changes, times, out, V);
        }
        const gw_v *last = out + (size_t)changes * V;
        if (count) {
            gw_count_row(work, op->output, out, last, V);
            for (int n = 0; n < changes; n++) {
                gw_count toggles = gw_count_zero();
                for (int v = 0; v < V; v++)
                    gw_count_add(&toggles,
                                 (out[n * V + v] ^ out[(n + 1) * V + v]) & work->mask[v]);
                gw_count_end(&work->toggles[op->output], toggles);
            }
        }
        if (job->keep[op->output])
            memcpy(work->rows + (size_t)op->output * V, last, (size_t)V * sizeof(gw_v));
    }
}

/* ---- both kinds of lanes -------------------------------------------------------- */

GW_INLINE void gw_lanes(gw_job *job, gw_work *work, const int V)
{
    const int timed = job->mode == GW_TIMED;
    gw_lane_mask(work->mask, job->lanes, V);
    for (int n = 0; timed && n < job->constants; n++)
        memcpy(work->pool + (size_t)job->place[job->constant[2 * n]] * V,
               work->rows + (size_t)job->constant[2 * n] * V, (size_t)V * sizeof(gw_v));
    for (int64_t step = 0; step <= job->steps; step++) {
        if (step % GW_STEPS == 0)
            gw_planes(job, work->first, step, V, 0, work->planes);
        const gw_v *planes = work->planes + (size_t)(step % GW_STEPS) * job->plane_rows * V;
        const int count = job->count && step > 0;
        if (step == job->steps && step > 0)
            gw_lane_mask(work->mask, job->full, V);
        if (step > 0)
            gw_edge(job, work, V, count);
        for (int n = 0; n < job->drives; n++) {
            const int32_t net = job->drive[2 * n];
            const gw_v *now = planes + (size_t)job->drive[2 * n + 1] * V;
            gw_v *row = work->rows + (size_t)net * V;
            if (step == 0)
                memcpy(row, now, (size_t)V * sizeof(gw_v));
            if (timed)
                gw_source(job, work, net, job->operand_delay, now, count, V);
            else if (step > 0) {
                if (count)
                    gw_count_row(work, net, row, now, V);
                memcpy(row, now, (size_t)V * sizeof(gw_v));
            }
        }
        for (int n = 0; n < job->flip_flops; n++) {
            const gw_flip_flop *flip_flop = &job->flip_flop[n];
            gw_v *row = work->rows + (size_t)flip_flop->output * V;
            const gw_v *now = step > 0 ? work->stored + (size_t)n * V : row;
            if (timed)
                gw_source(job, work, flip_flop->output, flip_flop->delay, now, count, V);
            else if (step > 0) {
                if (count)
                    gw_count_row(work, flip_flop->output, row, now, V);
                memcpy(row, now, (size_t)V * sizeof(gw_v));
            }
        }
        if (timed)
            gw_timed_ops(job, work, count, V);
        else
            gw_settle(job, work, count, V);
        for (int n = 0; count && n < job->constants; n++)
            if (job->constant[2 * n + 1])
                gw_count_row(work, job->constant[2 * n],
                             work->rows + (size_t)job->constant[2 * n] * V,
                             work->rows + (size_t)job->constant[2 * n] * V, V);
        if (job->check)
            gw_check(job, work, NULL, V, planes, step);
    }
    gw_state(job, work, V);
}
