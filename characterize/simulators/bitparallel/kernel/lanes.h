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
    const int watch = job->weight || job->sets;
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
        if (count) {
            gw_count_row(work, op->output, out, now, V);
            if (watch && op->output < job->nets)
                gw_watch_step(job, work, op->output, out, now, V);
        }
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
        if (count && (job->weight || job->sets))
            gw_watch_net(job, work, net, values, 1, NULL, when, V);
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

/* What the gate wants at each of the instants, in `wanted`, and when, in work->when; the
   number of its changes, counted in *toggles. */
GW_INLINE int gw_wanted(const int id, const gw_op *op, const gw_work *work, const int inputs,
                        const int instants, gw_v *wanted, gw_v *toggles, const int V)
{
    const gw_v *in[GW_MOST_INPUTS] = {0};
    const int32_t *reached = work->reached, *instant = work->instant;
    uint32_t *when = work->when;
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
            gw_count_add(&sum, change & work->mask[v]);
        }
        GW_COUNT_PAUSE(toggles, sum);
        if (gw_any(any)) {
            *when++ = (uint32_t)*instant;
            wanted += V;
        }
    }
    gw_count_end(toggles, sum);
    return (int)(when - work->when);
}

/* What the gate wants: the first value in `out`, then in work->changes by which lanes it
   differs from one change to the next, in work->when the instants, and in work->marks the
   set of them; the number of changes. */
GW_INLINE int gw_changes(const int id, const gw_job *job, const gw_op *op, gw_work *work,
                         const int inputs, gw_v *out, const int V)
{
    const int words = (job->slots + 63) / 64;
    const uint64_t table = op->table;
    const gw_v *in[GW_MOST_INPUTS] = {0};
    const uint64_t *times[GW_MOST_INPUTS] = {0};
    gw_v before[GW_WIDE], *changes = work->changes;
    uint32_t *when = work->when;
#pragma GCC unroll 6
    for (int k = 0; k < inputs; k++) {
        in[k] = work->pool + (size_t)job->place[op->input[k]] * V;
        times[k] = work->times + (size_t)op->input[k] * words;
    }
#pragma GCC unroll 8
    for (int v = 0; v < V; v++)
        out[v] = before[v] = gw_value(id, in, v, table, inputs);
    for (int w = 0; w < words; w++) {
        uint64_t set[GW_MOST_INPUTS] = {0}, left = 0, marks = 0;
#pragma GCC unroll 6
        for (int k = 0; k < inputs; k++)
            left |= set[k] = times[k][w];
        for (; left; left &= left - 1) {
            const unsigned bit = (unsigned)__builtin_ctzll(left);
            gw_v any = {0};
#pragma GCC unroll 6
            for (int k = 0; k < inputs; k++)
                in[k] += (set[k] >> bit & 1) * (uint64_t)V;
#pragma GCC unroll 8
            for (int v = 0; v < V; v++) {
                const gw_v value = gw_value(id, in, v, table, inputs);
                changes[v] = value ^ before[v];
                any |= changes[v];
                before[v] = value;
            }
            /* No branch: nobody could foretell it. What did not change is overwritten. */
            const uint64_t some = gw_any(any);
            *when = (uint32_t)w * 64 + bit;
            marks |= some << bit;
            changes += some * (uint64_t)V;
            when += some;
        }
        work->marks[w] = marks;
    }
    return (int)(when - work->when);
}

/* For each change how many later ones come before it is due, in work->followers; the
   largest such number. */
static uint32_t gw_count_followers(const gw_op *op, const gw_work *work, int changes)
{
    uint32_t most = 0, *followers = work->followers;
    const uint32_t *when = work->when, delay = (uint32_t)op->delay;
    if (delay <= 64) {
        const uint64_t window = ((uint64_t)1 << (delay - 1)) - 1, *marks = work->marks;
        for (int n = 0; n < changes; n++) {
            const uint32_t word = (when[n] + 1) / 64, shift = (when[n] + 1) % 64;
            const uint64_t later = marks[word] >> shift | marks[word + 1] << 1 << (63 - shift);
            followers[n] = (uint32_t)__builtin_popcountll(later & window);
            most = followers[n] > most ? followers[n] : most;
        }
    } else
        for (int n = 0, end = 0; n < changes; n++) {
            while (end < changes && when[end] < when[n] + delay)
                end++;
            followers[n] = (uint32_t)(end - n - 1);
            most = followers[n] > most ? followers[n] : most;
        }
    return most;
}

/* A change that the gate takes back before it is due is swallowed; `out` holds the
   value before, and gets the others; their number.

   The changes that may take one back are its followers. The union of so many is that of
   two runs of 2^k changes, which work->unions holds for each k and first change. */
GW_INLINE int gw_inertia(const gw_job *job, const gw_op *op, gw_work *work, int changes,
                         uint64_t *times, gw_v *out, gw_v *toggles, const int V)
{
    const gw_v *runs[GW_UNIONS + 1] = {work->changes}, *const mask = work->mask;
    const gw_v *const nothing = work->nothing, *change = work->changes;
    const uint32_t most = gw_count_followers(op, work, changes), *when = work->when;
    const uint32_t *followers = work->followers;
    for (uint32_t k = 0; (uint32_t)2 << k <= most; k++) {
        const ptrdiff_t size = (ptrdiff_t)1 << k, end = (changes - 2 * size + 1) * V;
        const gw_v *restrict one = runs[k], *restrict other = one + size * V;
        gw_v *restrict both = work->unions + (size_t)k * ((size_t)job->slots + 2) * V;
        for (ptrdiff_t n = V; n < end; n++)
            both[n] = one[n] | other[n];
        runs[k + 1] = both;
    }
    gw_v wanted[GW_WIDE], held[GW_WIDE];
    gw_v *to = out + V;
    gw_count sum = gw_count_zero();
#pragma GCC unroll 8
    for (int v = 0; v < V; v++)
        wanted[v] = held[v] = out[v];
    for (size_t n = 0; n < (size_t)changes; n++, change += V) {
        const uint32_t some = followers[n], due = when[n] + (uint32_t)op->delay;
        const uint32_t k = 31 - (uint32_t)__builtin_clz(some | 1);
        const gw_v *one = runs[k] + (n + 1) * V;
        const gw_v *other = one + (size_t)(some - ((uint32_t)1 << k)) * V;
        one = some ? one : nothing;
        other = some ? other : nothing;
        gw_v any = {0};
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) {
            wanted[v] ^= change[v];
            const gw_v passes = (wanted[v] ^ held[v]) & ~(one[v] | other[v]);
            held[v] ^= passes;
            to[v] = held[v];
            any |= passes;
            gw_count_add(&sum, passes & mask[v]);
        }
        GW_COUNT_PAUSE(toggles, sum);
        const uint64_t kept = gw_any(any);
        times[due / 64] |= kept << due % 64;
        to += kept * (uint64_t)V;
    }
    gw_count_end(toggles, sum);
    return (int)((to - out) / V) - 1;
}

/* Functions of their own: the compiler keeps in registers what one of them needs. */
typedef int gw_changer(const gw_job *job, const gw_op *op, gw_work *work, gw_v *out);
#define GW_INERTIAL(size) \
    static __attribute__((noinline)) int gw_inertia_##size( \
        const gw_job *job, const gw_op *op, gw_work *work, int changes, uint64_t *times, \
        gw_v *out, gw_v *toggles) \
    { \
        return gw_inertia(job, op, work, changes, times, out, toggles, GW_##size); \
    }
#define GW_CHANGER(name, inputs, size) \
    static __attribute__((noinline)) int gw_changes_##name##_##size( \
        const gw_job *job, const gw_op *op, gw_work *work, gw_v *out) \
    { \
        return gw_changes(GW_##name, job, op, work, inputs, out, GW_##size); \
    }
#define GW_ALL(name, inputs, value) \
    GW_CHANGER(name, inputs, NARROW) \
    GW_CHANGER(name, inputs, MIDDLE) \
    GW_CHANGER(name, inputs, WIDE)
GW_FUNCTIONS(GW_ALL)
GW_ALL(TABLE, op->inputs, 0)
#undef GW_ALL
#undef GW_CHANGER
GW_INERTIAL(NARROW)
GW_INERTIAL(MIDDLE)
GW_INERTIAL(WIDE)
#undef GW_INERTIAL

GW_INLINE int gw_inertial(const gw_job *job, const gw_op *op, gw_work *work, uint64_t *times,
                          gw_v *out, gw_v *toggles, const int V)
{
#define GW_NAME(name, inputs, value) gw_changes_##name##_NARROW,
    static gw_changer *const narrow[] = {GW_FUNCTIONS(GW_NAME) gw_changes_TABLE_NARROW};
#undef GW_NAME
#define GW_NAME(name, inputs, value) gw_changes_##name##_MIDDLE,
    static gw_changer *const middle[] = {GW_FUNCTIONS(GW_NAME) gw_changes_TABLE_MIDDLE};
#undef GW_NAME
#define GW_NAME(name, inputs, value) gw_changes_##name##_WIDE,
    static gw_changer *const wide[] = {GW_FUNCTIONS(GW_NAME) gw_changes_TABLE_WIDE};
#undef GW_NAME
    if (V == GW_NARROW)
        return gw_inertia_NARROW(job, op, work, narrow[op->function](job, op, work, out), times,
                                 out, toggles);
    if (V == GW_MIDDLE)
        return gw_inertia_MIDDLE(job, op, work, middle[op->function](job, op, work, out), times,
                                 out, toggles);
    return gw_inertia_WIDE(job, op, work, wide[op->function](job, op, work, out), times, out,
                           toggles);
}

/* A gate that passes all that it wants. */
GW_INLINE int gw_prompt(const gw_job *job, const gw_op *op, gw_work *work, uint64_t *times,
                        gw_v *out, gw_v *toggles, const int V)
{
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
        changes = gw_wanted(GW_##name, op, work, inputs, instants, out, toggles, V); \
        break;
        GW_FUNCTIONS(GW_CASE)
#undef GW_CASE
    case GW_TABLE:
        changes = gw_wanted(GW_TABLE, op, work, op->inputs, instants, out, toggles, V);
        break;
    }
    for (int n = 0; n < changes; n++) {
        const uint32_t due = work->when[n] + (uint32_t)op->delay;
        times[due / 64] |= (uint64_t)1 << due % 64;
    }
    return changes;
}

GW_INLINE void gw_timed_ops(const gw_job *job, gw_work *work, const int count, const int V)
{
    const int words = (job->slots + 63) / 64, watch = job->weight || job->sets;
    for (const gw_op *op = job->op, *end = op + job->ops; op < end; op++) {
        gw_v *out = work->pool + (size_t)job->place[op->output] * V;
        uint64_t *times = work->times + (size_t)op->output * words;
        memset(times, 0, (size_t)words * 8);
        gw_v toggles = {0};
        /* No pulse is shorter than one step. */
        const int changes = op->delay < 2
                                ? gw_prompt(job, op, work, times, out, &toggles, V)
                                : gw_inertial(job, op, work, times, out, &toggles, V);
        const gw_v *last = out + (size_t)changes * V;
        if (count) {
            gw_count_row(work, op->output, out, last, V);
            work->toggles[op->output] += toggles;
            if (watch && op->output < job->nets)
                gw_watch_net(job, work, op->output, out, changes, times, 0, V);
        }
        if (job->keep[op->output])
            memcpy(work->rows + (size_t)op->output * V, last, (size_t)V * sizeof(gw_v));
    }
}

/* ---- both kinds of lanes -------------------------------------------------------- */

GW_INLINE void gw_lanes(gw_job *job, gw_work *work, const int V)
{
    const int timed = job->mode == GW_TIMED, watch = job->weight || job->sets;
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
        if (watch && count)
            gw_watch_begin(job, work, V);
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
                if (count && watch)
                    gw_watch_step(job, work, net, row, now, V);
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
                if (count && watch)
                    gw_watch_step(job, work, flip_flop->output, row, now, V);
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
        if (watch && count)
            gw_watch_end(job, work, step, V);
        if (job->check)
            gw_check(job, work, V, planes, step);
    }
    gw_state(job, work, V);
}
