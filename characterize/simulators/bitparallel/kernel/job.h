/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kernel takes and gives; `binding.py` has the same structures. All
 * pointers are the caller's.
 */
#ifndef GW_JOB_H
#define GW_JOB_H

#include <stddef.h>
#include <stdint.h>

#define GW_MOST_INPUTS 6

/* One Boolean function of signals; see program.py. */
typedef struct {
    int32_t function;
    int32_t inputs;
    int32_t input[GW_MOST_INPUTS];
    int32_t output;
    int32_t delay;
    uint64_t table;
} gw_op;

typedef struct {
    int32_t data;
    int32_t output;
    int32_t gate; /* -1: every edge */
    int32_t inverted;
    int32_t delay;
} gw_flip_flop;

typedef struct {
    int32_t enable;
    int32_t test; /* another enable, or the same */
    int32_t output;
    int32_t parent; /* -1: the clock */
} gw_clock_gate;

/* How time and lanes are laid out in rows of words. */
enum gw_mode {
    GW_LANES, /* a bit for each lane, one step after the other, no delays */
    GW_BATCH, /* one lane, its steps side by side: no flip-flops */
    GW_TIMED  /* as GW_LANES, with delays */
};

typedef struct {
    int32_t mode;
    int32_t wide; /* rows of 512 lanes; 1: of 1,024; 2: of 4,096 */
    int32_t count;
    int32_t settled; /* GW_BATCH: count `ones` too; the others always do */
    int32_t check; /* 0 when something was wrong */

    int32_t nets, signals;
    int32_t ops, flip_flops, clock_gates, constants;
    const gw_op *op;
    const gw_flip_flop *flip_flop;
    const gw_clock_gate *clock_gate;
    const int32_t *constant; /* (net, value) */
    const int32_t *place;    /* first row of each signal where rows are recycled */
    const uint8_t *keep;     /* GW_TIMED: signals whose settled value is read later */
    int32_t rows;            /* recycled rows in all */
    int32_t slots;           /* GW_TIMED: one more than the last step of time */
    int32_t operand_delay;

    int32_t streams, plane_rows, drives, checks;
    const uint8_t *const *stream; /* bytes, one a cycle; 7 before, 8 behind are read */
    const int32_t *plane_row;     /* of bit b of stream s at 8 s + b; -1: unused */
    const int32_t *drive;         /* (net, plane row) */
    const int32_t *expect;        /* (net, plane row, plane row that says where) */

    int64_t lanes, steps, full;
    const int64_t *first;
    uint64_t *state; /* (flip-flops, words): before; after */

    int64_t *toggles, *functional, *ones; /* (nets,): added to */

    /* What each cycle did; not with GW_BATCH. */
    const int64_t *weight; /* (nets,); NULL: no sums */
    int32_t sum_planes;    /* bits of a sum, its sign too: 1 to 64 */
    int32_t sets;
    const uint8_t *member; /* (sets, nets) */
    int64_t *sums;         /* (lanes, steps): toggles times weights */
    int64_t *latest;       /* (sets, lanes, steps): last change of any member; -1: none */

    int64_t wrong_step;
    uint64_t *wrong; /* (1 + checks, words): lanes that are wrong, the nets; 0: none */
} gw_job;

/* 0, or -1 where there is no memory. */
typedef int gw_kernel(gw_job *job);

gw_kernel gw_run_avx512, gw_run_avx2, gw_run_portable;

/* See limit.h. */
typedef int64_t gw_limit_loop(int64_t rounds);

gw_limit_loop gw_limit_avx512, gw_limit_avx2, gw_limit_portable;

#endif
