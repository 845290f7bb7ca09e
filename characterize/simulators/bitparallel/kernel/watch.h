/* SPDX-License-Identifier: Apache-2.0
 *
 * What each cycle did: weighted toggles, and when nets changed last; part of kernel.h.
 *
 * Numbers of all lanes are held bit by bit: plane p, a row, has bit p of each lane's.
 */

enum { GW_COUNT_PLANES = 32 };

static void gw_watch_begin(const gw_job *job, gw_work *work, int V)
{
    const size_t row = (size_t)V * sizeof(gw_v);
    if (job->weight)
        memset(work->sums, 0, 64 * row);
    if (job->sets)
        memset(work->moved, 0, (size_t)job->sets * (size_t)job->slots * row);
}

/* Adds weight times what `count` planes hold to the sums, modulo 2^planes. */
static void gw_watch_add(const gw_job *job, gw_work *work, uint64_t weight,
                         const gw_v *number, int count, int V, int v)
{
    for (int j = 0; j < count; j++) {
        const uint64_t addend = weight << j;
        gw_v carry = {0};
        if (!addend)
            continue;
        for (int p = __builtin_ctzll(addend); p < job->sum_planes; p++) {
            gw_v *sum = work->sums + (size_t)p * V + v;
            const gw_v other = addend >> p & 1 ? number[j] : (gw_v){0};
            const gw_v either = *sum ^ other;
            const gw_v next = (*sum & other) | (carry & either);
            *sum = either ^ carry;
            carry = next;
            if (!(addend >> p >> 1) && !gw_any(carry))
                break;
        }
    }
}

/* Notes the changes of a net in a cycle: `rows` has its values, the first before the
   cycle, and `times` the set of instants; without one, all change at `when`. */
static void gw_watch_net(const gw_job *job, gw_work *work, int net, const gw_v *rows,
                         int changes, const uint64_t *times, int when, int V)
{
    if (job->weight && job->weight[net] && changes)
        for (int v = 0; v < V; v++) {
            gw_v number[GW_COUNT_PLANES] = {{0}};
            int planes = 0;
            for (int n = 0; n < changes; n++) {
                gw_v carry = rows[(size_t)n * V + v] ^ rows[(size_t)(n + 1) * V + v];
                for (int j = 0; gw_any(carry); j++) {
                    const gw_v both = number[j] & carry;
                    number[j] ^= carry;
                    carry = both;
                    planes = j < planes ? planes : j + 1;
                }
            }
            gw_watch_add(job, work, (uint64_t)job->weight[net], number, planes, V, v);
        }
    for (int s = 0; s < job->sets; s++) {
        if (!job->member[(size_t)s * (size_t)job->nets + (size_t)net])
            continue;
        gw_v *moved = work->moved + (size_t)s * (size_t)job->slots * V;
        int word = 0;
        uint64_t left = times ? times[0] : 0;
        for (int n = 0; n < changes; n++) {
            while (times && !left)
                left = times[++word];
            const int slot = times ? word * 64 + __builtin_ctzll(left) : when;
            left &= left - 1;
            for (int v = 0; v < V; v++)
                moved[(size_t)slot * V + v] |=
                    rows[(size_t)n * V + v] ^ rows[(size_t)(n + 1) * V + v];
        }
    }
}

/* A signal that changes at once from one row to another. */
static void gw_watch_step(const gw_job *job, gw_work *work, int net, const gw_v *old,
                          const gw_v *now, int V)
{
    gw_v rows[2 * GW_WIDE];
    memcpy(rows, old, (size_t)V * sizeof(gw_v));
    memcpy(rows + V, now, (size_t)V * sizeof(gw_v));
    gw_watch_net(job, work, net, rows, 1, NULL, 0, V);
}

/* Pulses of a gated clock, two toggles each. */
static void gw_watch_pulses(const gw_job *job, gw_work *work, int net, const gw_v *pulses, int V)
{
    for (int v = 0; v < V; v++)
        gw_watch_add(job, work, (uint64_t)job->weight[net] * 2, pulses + v, 1, V, v);
}

/* Numbers of `planes` rows, less `less`, to out[lane * steps + step - 1]. */
static void gw_watch_write(const gw_job *job, const gw_v *planes, int count, int less,
                           int64_t *out, int64_t step, int V)
{
    const int64_t lanes = step == job->steps ? job->full : job->lanes;
    for (int v = 0; v < V; v++) {
        gw_v word[64] = {{0}};
        for (int p = 0; p < count; p++)
            word[p] = planes[(size_t)p * V + v];
        gw_transpose(word);
        for (int w = 0; w < GW_WORDS; w++)
            for (int bit = 0; bit < 64; bit++) {
                const int64_t lane = (int64_t)(v * GW_WORDS + w) * 64 + bit;
                /* The top plane is the sign. */
                const uint64_t number = word[bit][w] << (64 - count);
                if (lane < lanes)
                    out[lane * job->steps + step - 1] = ((int64_t)number >> (64 - count)) - less;
            }
    }
}

static void gw_watch_end(const gw_job *job, gw_work *work, int64_t step, int V)
{
    if (job->weight)
        gw_watch_write(job, work->sums, job->sum_planes, 0, job->sums, step, V);
    for (int s = 0; s < job->sets; s++) {
        gw_v seen[GW_WIDE], *planes = work->sums;
        memset(seen, 0, sizeof seen);
        memset(planes, 0, GW_COUNT_PLANES * (size_t)V * sizeof(gw_v));
        for (int slot = job->slots - 1; slot >= 0; slot--) {
            const gw_v *moved = work->moved + ((size_t)s * (size_t)job->slots + (size_t)slot) * V;
            for (int v = 0; v < V; v++) {
                const gw_v fresh = moved[v] & ~seen[v];
                seen[v] |= fresh;
                if (gw_any(fresh))
                    for (int p = 0; (slot + 1) >> p; p++)
                        if ((slot + 1) >> p & 1)
                            planes[(size_t)p * V + v] |= fresh;
            }
        }
        gw_watch_write(job, planes, GW_COUNT_PLANES, 1,
                       job->latest + (int64_t)s * job->lanes * job->steps, step, V);
    }
}
