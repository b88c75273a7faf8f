// All 27 signed minifloats without specials, saturating, and 8 formats with specials; format k has byte (word) k of each output.
module minifloat_bench (
  input  logic [7:0]       a_i,
  input  logic [7:0]       b_i,
  input  logic [7:0]       c_i,
  input  logic [31:0]      single_i,
  output logic [35*8-1:0]  sum_o,
  output logic [35*8-1:0]  difference_o,
  output logic [35*8-1:0]  product_o,
  output logic [35*8-1:0]  fused_o,
  output logic [35*8-1:0]  narrowed_o,
  output logic [35*32-1:0] widened_o
);

  // Of every format: exponent bits, mantissa bits, specials, saturating; tests/arithmetic/float/minifloat_test.cpp has the same list.
  localparam int unsigned Formats = 35;
  localparam logic [Formats*16-1:0] Table = {
    4'd5, 4'd2, 4'd3, 4'd1,  4'd3, 4'd4, 4'd2, 4'd0,  4'd4, 4'd3, 4'd2, 4'd0,  4'd4, 4'd3, 4'd3, 4'd0,
    4'd5, 4'd2, 4'd2, 4'd1,  4'd5, 4'd2, 4'd2, 4'd0,  4'd4, 4'd3, 4'd1, 4'd1,  4'd4, 4'd3, 4'd1, 4'd0,
    4'd7, 4'd0, 4'd0, 4'd1,  4'd6, 4'd1, 4'd0, 4'd1,  4'd5, 4'd2, 4'd0, 4'd1,  4'd4, 4'd3, 4'd0, 4'd1,
    4'd3, 4'd4, 4'd0, 4'd1,  4'd2, 4'd5, 4'd0, 4'd1,  4'd1, 4'd6, 4'd0, 4'd1,  4'd6, 4'd0, 4'd0, 4'd1,
    4'd5, 4'd1, 4'd0, 4'd1,  4'd4, 4'd2, 4'd0, 4'd1,  4'd3, 4'd3, 4'd0, 4'd1,  4'd2, 4'd4, 4'd0, 4'd1,
    4'd1, 4'd5, 4'd0, 4'd1,  4'd5, 4'd0, 4'd0, 4'd1,  4'd4, 4'd1, 4'd0, 4'd1,  4'd3, 4'd2, 4'd0, 4'd1,
    4'd2, 4'd3, 4'd0, 4'd1,  4'd1, 4'd4, 4'd0, 4'd1,  4'd4, 4'd0, 4'd0, 4'd1,  4'd3, 4'd1, 4'd0, 4'd1,
    4'd2, 4'd2, 4'd0, 4'd1,  4'd1, 4'd3, 4'd0, 4'd1,  4'd3, 4'd0, 4'd0, 4'd1,  4'd2, 4'd1, 4'd0, 4'd1,
    4'd1, 4'd2, 4'd0, 4'd1,  4'd2, 4'd0, 4'd0, 4'd1,  4'd1, 4'd1, 4'd0, 4'd1
  };

  for (genvar k = 0; k < Formats; k++) begin : g_format
    localparam logic [15:0] Format = Table[k*16+:16];
    minifloat_units #(
      .ExpBits(32'(Format[15:12])), .ManBits(32'(Format[11:8])), .Specials(32'(Format[7:4])), .Saturate(Format[0])
    ) u_units (
      .a_i, .b_i, .c_i, .single_i,
      .sum_o(sum_o[k*8+:8]), .difference_o(difference_o[k*8+:8]), .product_o(product_o[k*8+:8]),
      .fused_o(fused_o[k*8+:8]), .narrowed_o(narrowed_o[k*8+:8]), .widened_o(widened_o[k*32+:32])
    );
  end

endmodule
