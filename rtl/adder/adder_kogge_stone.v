// SPDX-License-Identifier: Apache-2.0
// Kogge-Stone adder: sum_o = x_i + y_i, one bit wider than its operands.
//
// Algorithm: parallel prefix. Bit i generates a carry (x & y) or propagates
// one (x ^ y). Level l joins the group that ends at bit i with the one that
// ends 2^(l-1) bits below, so that after ceil(log2 WIDTH) levels each group
// reaches down to bit 0: its generate term is the carry out of bit i. Least
// depth and a fan-out of 2, paid for in cells and wires.
//
//     bit      7 6 5 4 3 2 1 0      # joined with the group 2^(l-1) below
//     level 1  # # # # # # # |      | handed on
//     level 2  # # # # # # | |
//     level 3  # # # # | | | |
//
// Source: P. Kogge, H. Stone, A Parallel Algorithm for the Efficient Solution
// of a General Class of Recurrence Equations, IEEE Trans. Computers C-22 (1973).
// Area: O(WIDTH log WIDTH). Depth: O(log WIDTH). Latency: combinational.
// Parameters: WIDTH 2..32; SIGNED 0 (unsigned) or 1 (two's complement).
`default_nettype none

module adder_kogge_stone #(
    parameter integer WIDTH  = 8,
    parameter integer SIGNED = 0
) (
    input  wire [WIDTH-1:0] x_i,
    input  wire [WIDTH-1:0] y_i,
    output wire [  WIDTH:0] sum_o
);
  localparam integer LEVELS = $clog2(WIDTH);

  genvar i, level;

  generate
    if (WIDTH < 2 || WIDTH > 32) begin : gen_bad_width
      ERROR_width_must_be_2_to_32 u_error ();
    end
    if (SIGNED != 0 && SIGNED != 1) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  // Bit i of a level: the group that ends at bit i.
  generate
    for (level = 0; level <= LEVELS; level = level + 1) begin : gen_level
      wire [WIDTH-1:0] generated;
      // There is no carry in, so nothing reads the last level's.
      // verilator lint_off UNUSEDSIGNAL
      wire [WIDTH-1:0] propagated;
      // verilator lint_on UNUSEDSIGNAL
      if (level == 0) begin : gen_bits
        assign generated  = x_i & y_i;
        assign propagated = x_i ^ y_i;
      end else begin : gen_join
        for (i = 0; i < WIDTH; i = i + 1) begin : gen_bit
          if (i >= 2 ** (level - 1)) begin : gen_cell
            prefix_cell u_cell (
                .high_generate_i (gen_level[level-1].generated[i]),
                .high_propagate_i(gen_level[level-1].propagated[i]),
                .low_generate_i  (gen_level[level-1].generated[i-2**(level-1)]),
                .low_propagate_i (gen_level[level-1].propagated[i-2**(level-1)]),
                .generate_o      (generated[i]),
                .propagate_o     (propagated[i])
            );
          end else begin : gen_wire
            assign generated[i]  = gen_level[level-1].generated[i];
            assign propagated[i] = gen_level[level-1].propagated[i];
          end
        end
      end
    end
  endgenerate

  wire [WIDTH:0] carry = {gen_level[LEVELS].generated, 1'b0};

  assign sum_o[WIDTH-1:0] = gen_level[0].propagated ^ carry[WIDTH-1:0];
  generate
    if (SIGNED == 1) begin : gen_signed
      assign sum_o[WIDTH] = gen_level[0].propagated[WIDTH-1] ^ carry[WIDTH];
    end else begin : gen_unsigned
      assign sum_o[WIDTH] = carry[WIDTH];
    end
  endgenerate
endmodule

`default_nettype wire
