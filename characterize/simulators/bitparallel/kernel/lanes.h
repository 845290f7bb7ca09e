/* SPDX-License-Identifier: Apache-2.0
 *
 * Lanes, one step after the other, without delays and with them; part of kernel.h.
 */

/* ---- lanes without delays ------------------------------------------------------- */

GW_INLINE void gw_settle_op(const int id, const gw_op *op, const gw_work *work, gw_v *now,
                            const int V)
{
    const gw_v *in[GW_MOST_INPUTS] = {0};
#pragma GCC unroll 6
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
GW_INLINE int gw_instants(const gw_job *job, const gw_op *op, gw_work *work, const int inputs,
                          const int V)
{
    const int words = (job->slots + 63) / 64;
    const uint64_t *times[GW_MOST_INPUTS] = {0};
    int32_t at[GW_MOST_INPUTS] = {0};
    int32_t *reached = work->reached, *instant = work->instant;
#pragma GCC unroll 6
    for (int k = 0; k < inputs; k++) {
        at[k] = job->place[op->input[k]];
        times[k] = work->times + (size_t)op->input[k] * words;
        reached[k] = at[k] * V;
    }
    for (int w = 0; w < words; w++) {
        uint64_t left = 0;
#pragma GCC unroll 6
        for (int k = 0; k < inputs; k++)
            left |= times[k][w];
        for (; left; left &= left - 1) {
            const int bit = __builtin_ctzll(left);
            *instant++ = w * 64 + bit;
            reached += GW_MOST_INPUTS;
#pragma GCC unroll 6
            for (int k = 0; k < inputs; k++) {
                at[k] += (int32_t)(times[k][w] >> bit & 1);
                reached[k] = at[k] * V;
            }
        }
    }
    return (int)(instant - work->instant);
}

/* What the gate wants at each of the instants, in `wanted`, and by which lanes that
   differs, in work->changes; the number of its changes, counted in *toggles. */
GW_INLINE int gw_wanted(const int id, const gw_op *op, const gw_work *work, const int inputs,
                        const int instants, gw_v *wanted, gw_v *toggles, const int V)
{
    const gw_v *in[GW_MOST_INPUTS] = {0};
    const int32_t *reached = work->reached, *instant = work->instant;
    int32_t *when = work->when;
    gw_v *changes = work->changes;
    gw_count sum = gw_count_zero();
#pragma GCC unroll 6
    for (int k = 0; k < inputs; k++)
        in[k] = work->pool + reached[k];
    for (int v = 0; v < V; v++)
        wanted[v] = gw_value(id, in, v, op->table, inputs);
    for (const int32_t *end = instant + instants; instant < end; instant++) {
        reached += GW_MOST_INPUTS;
#pragma GCC unroll 6
        for (int k = 0; k < inputs; k++)
            in[k] = work->pool + reached[k];
        gw_v any = {0};
        for (int v = 0; v < V; v++) {
            const gw_v value = gw_value(id, in, v, op->table, inputs);
            const gw_v change = value ^ wanted[v];
            any |= change;
            wanted[V + v] = value;
            changes[v] = change;
            gw_count_add(&sum, change & work->mask[v]);
        }
        GW_COUNT_PAUSE(toggles, sum);
        if (gw_any(any)) {
            *when++ = *instant;
            wanted += V;
            changes += V;
        }
    }
    gw_count_end(toggles, sum);
    return (int)(when - work->when);
}

/* A change that the gate takes back before it is due is swallowed; `out` holds the
   value before, and gets the others; their number.

   The changes that may take change n back are those from n + 1 up to `end`. Their
   union slides along in two parts: of those before `middle`, work->ahead[k] is the
   union of k, k + 1, ...; the others are in `behind`. */
GW_INLINE int gw_inertia(const gw_op *op, gw_work *work, int changes, uint64_t *times, gw_v *out,
                         gw_v *toggles, const int V)
{
    int kept = 0, end = 0, middle = 0;
    gw_v behind[GW_WIDE];
    gw_count sum = gw_count_zero();
    work->when[changes] = INT32_MAX;
    for (int n = 0; n < changes; n++) {
        const int due = work->when[n] + op->delay;
        const gw_v *wanted = work->wanted + (size_t)(n + 1) * V;
        gw_v any = {0};
        if (n + 1 >= middle) {
            while (work->when[end] < due)
                end++;
            middle = end;
            for (int v = 0; v < V; v++)
                behind[v] = work->ahead[(size_t)end * V + v] = (gw_v){0};
            for (int k = end - 1; k > n; k--)
#pragma GCC unroll 8
                for (int v = 0; v < V; v++)
                    work->ahead[(size_t)k * V + v] = work->changes[(size_t)k * V + v]
                                                     | work->ahead[(size_t)(k + 1) * V + v];
        } else
            for (; work->when[end] < due; end++)
#pragma GCC unroll 8
                for (int v = 0; v < V; v++)
                    behind[v] |= work->changes[(size_t)end * V + v];
        const gw_v *ahead = work->ahead + (size_t)(n + 1) * V;
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) {
            const gw_v passes = (wanted[v] ^ out[v]) & ~(ahead[v] | behind[v]);
            out[V + v] = out[v] ^ passes;
            any |= passes;
            gw_count_add(&sum, passes & work->mask[v]);
        }
        GW_COUNT_PAUSE(toggles, sum);
        if (gw_any(any)) {
            times[due / 64] |= (uint64_t)1 << due % 64;
            out += V;
            kept++;
        }
    }
    gw_count_end(toggles, sum);
    return kept;
}

GW_INLINE void gw_timed_ops(const gw_job *job, gw_work *work, const int count, const int V)
{
    const int words = (job->slots + 63) / 64;
    for (const gw_op *op = job->op, *end = op + job->ops; op < end; op++) {
        gw_v *out = work->pool + (size_t)job->place[op->output] * V;
        uint64_t *times = work->times + (size_t)op->output * words;
        memset(times, 0, (size_t)words * 8);
        /* No pulse is shorter than one step: all that the gate wants comes. */
        const int prompt = op->delay < 2;
        gw_v *wanted = prompt ? out : work->wanted;
        gw_v toggles = {0};
        int instants, changes = 0;
        switch (op->inputs) {
        case 1: instants = gw_instants(job, op, work, 1, V); break;
        case 2: instants = gw_instants(job, op, work, 2, V); break;
        case 3: instants = gw_instants(job, op, work, 3, V); break;
        case 4: instants = gw_instants(job, op, work, 4, V); break;
        default: instants = gw_instants(job, op, work, op->inputs, V); break;
        }
        switch (op->function) {
#define GW_CASE(name, inputs, value) \
    case GW_##name: \
        changes = gw_wanted(GW_##name, op, work, inputs, instants, wanted, &toggles, V); \
        break;
            GW_FUNCTIONS(GW_CASE)
#undef GW_CASE
        case GW_TABLE:
            changes = gw_wanted(GW_TABLE, op, work, op->inputs, instants, wanted, &toggles, V);
            break;
        }
        if (prompt)
            for (int n = 0; n < changes; n++) {
                const int due = work->when[n] + op->delay;
                times[due / 64] |= (uint64_t)1 << due % 64;
            }
        else {
            memcpy(out, wanted, (size_t)V * sizeof(gw_v));
            toggles = (gw_v){0};
            changes = gw_inertia(op, work, changes, times, out, &toggles, V);
        }
        const gw_v *last = out + (size_t)changes * V;
        if (count) {
            gw_count_row(work, op->output, out, last, V);
            work->toggles[op->output] += toggles;
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
            gw_planes(job, work->first, step, V, work->planes);
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
            gw_check(job, work, V, planes, step);
    }
    gw_state(job, work, V);
}
