// SPDX-License-Identifier: Apache-2.0
// Brent-Kung adder: sum_o = x_i + y_i, one bit wider than its operands.
//
// Algorithm: parallel prefix with few cells. Bit i generates a carry (x & y)
// or propagates one (x ^ y). A tree joins groups of 2, 4, 8 ... bits on the
// way up; on the way down the carries of the bits between are filled in, the
// largest distance first. Almost twice the levels of a Kogge-Stone adder, with
// a number of cells that only grows with WIDTH.
//
//     bit      7 6 5 4 3 2 1 0      # joined with the group `distance` below
//     level 1  # | # | # | # |      | handed on
//     level 2  # | | | # | | |      up: distances 1, 2, 4
//     level 3  # | | | | | | |
//     level 4  | | # | | | | |      down: distances 2, 1
//     level 5  | # | # | # | |
//
// Source: R. Brent, H. Kung, A Regular Layout for Parallel Adders, IEEE Trans.
// Computers C-31 (1982).
// Area: O(WIDTH). Depth: O(log WIDTH). Latency: combinational.
// Parameters: WIDTH 2..32; SIGNED 0 (unsigned) or 1 (two's complement).
`default_nettype none

module adder_brent_kung #(
    parameter integer WIDTH  = 8,
    parameter integer SIGNED = 0
) (
    input  wire [WIDTH-1:0] x_i,
    input  wire [WIDTH-1:0] y_i,
    output wire [  WIDTH:0] sum_o
);
  localparam integer UP = $clog2(WIDTH);
  localparam integer LEVELS = 2 * UP - 1;

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
        localparam integer DISTANCE = (level <= UP) ? 2 ** (level - 1) : 2 ** (LEVELS - level);
        for (i = 0; i < WIDTH; i = i + 1) begin : gen_bit
          // On the way up the last bit of each group of two distances, on the
          // way down the bit one distance after it.
          if ((level <= UP) ? (i + 1) % (2 * DISTANCE) == 0
                            : (i + 1) % (2 * DISTANCE) == DISTANCE && i >= DISTANCE) begin : gen_cell
            prefix_cell u_cell (
                .high_generate_i (gen_level[level-1].generated[i]),
                .high_propagate_i(gen_level[level-1].propagated[i]),
                .low_generate_i  (gen_level[level-1].generated[i-DISTANCE]),
                .low_propagate_i (gen_level[level-1].propagated[i-DISTANCE]),
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
