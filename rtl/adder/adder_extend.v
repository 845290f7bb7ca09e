// SPDX-License-Identifier: Apache-2.0
// Adder of a narrow number to a wide one: sum_o = addend_i + x_i modulo
// 2^WIDTH_ACC.
//
// Algorithm: x_i is extended (by its sign where SIGNED) to WIDTH_ACC bits and
// added: by a ripple adder, or where PREFIX by a Brent-Kung adder. The extension
// belongs to the adder, so that synthesis buffers the sign bit, which many gates
// read. Only the chosen adder is elaborated, so only its files are needed.
//
//     x_i --extend--+
//                   [adder]-- sum_o
//     addend_i -----+
//
// Area: O(WIDTH_ACC). Depth: O(WIDTH_ACC), where PREFIX O(log WIDTH_ACC).
// Latency: combinational.
// Parameters: WIDTH_X 2..32, not above WIDTH_ACC 8..32; SIGNED, PREFIX 0 or 1.
`default_nettype none

module adder_extend #(
    parameter integer WIDTH_X   = 16,
    parameter integer SIGNED    = 0,
    parameter integer PREFIX    = 0,
    parameter integer WIDTH_ACC = 32
) (
    input  wire [  WIDTH_X-1:0] x_i,
    input  wire [WIDTH_ACC-1:0] addend_i,
    output wire [WIDTH_ACC-1:0] sum_o
);
  generate
    if (WIDTH_ACC < 8 || WIDTH_ACC > 32 || WIDTH_X < 2 || WIDTH_X > WIDTH_ACC) begin : gen_bad_width
      ERROR_width_x_must_be_2_to_width_acc_and_width_acc_8_to_32 u_error ();
    end
    if (SIGNED != 0 && SIGNED != 1) begin : gen_bad_signed
      ERROR_signed_must_be_0_or_1 u_error ();
    end
    if (PREFIX != 0 && PREFIX != 1) begin : gen_bad_prefix
      ERROR_prefix_must_be_0_or_1 u_error ();
    end
  endgenerate

  wire [WIDTH_ACC-1:0] extended;
  // The carry is dropped: modulo 2^WIDTH_ACC.
  // verilator lint_off UNUSEDSIGNAL
  wire [  WIDTH_ACC:0] sum;
  // verilator lint_on UNUSEDSIGNAL

  generate
    if (WIDTH_X == WIDTH_ACC) begin : gen_full
      assign extended = x_i;
    end else begin : gen_extend
      wire fill = (SIGNED == 1) ? x_i[WIDTH_X-1] : 1'b0;
      assign extended = {{(WIDTH_ACC - WIDTH_X) {fill}}, x_i};
    end
  endgenerate

  generate
    if (PREFIX == 1) begin : gen_prefix
      adder_brent_kung #(
          .WIDTH (WIDTH_ACC),
          .SIGNED(0)
      ) u_adder (
          .x_i  (addend_i),
          .y_i  (extended),
          .sum_o(sum)
      );
    end else begin : gen_ripple
      adder_ripple #(
          .WIDTH (WIDTH_ACC),
          .SIGNED(0)
      ) u_adder (
          .x_i  (addend_i),
          .y_i  (extended),
          .sum_o(sum)
      );
    end
  endgenerate

  assign sum_o = sum[WIDTH_ACC-1:0];
endmodule

`default_nettype wire
