// Every unit with 0 to 7 register stages; field s of an output is the result of the unit with s stages.
module pipeline_bench (
  input  logic            clk_i,
  input  logic            en_i,
  input  logic            flag_i,
  input  logic [15:0]     a_i,
  input  logic [15:0]     b_i,
  input  logic [31:0]     c_i,
  output logic [8*16-1:0] add_o,
  output logic [8*16-1:0] mul_o,
  output logic [8*32-1:0] mac_o,
  output logic [8*16-1:0] convert_o,
  output logic [8*32-1:0] from_int_o,
  output logic [8*32-1:0] to_int_o,
  output logic [8*4-1:0]  order_o,
  output logic [8*16-1:0] extreme_o,
  output logic [8*16-1:0] exp2_o,
  output logic [8*16-1:0] recip_o
);

  for (genvar s = 0; s < 8; s++) begin : g_stages
    fp_add #(.Stages(s)) u_add (
      .clk_i, .en_i, .sub_i(flag_i), .a_i, .b_i, .result_o(add_o[s*16+:16])
    );
    fp_mul #(.Stages(s)) u_mul (.clk_i, .en_i, .a_i, .b_i, .result_o(mul_o[s*16+:16]));
    fp_mac #(.AExpBits(5), .AManBits(10), .Stages(s)) u_mac (
      .clk_i, .en_i, .a_i, .b_i, .c_i, .result_o(mac_o[s*32+:32])
    );
    fp_convert #(.Stages(s)) u_convert (.clk_i, .en_i, .a_i(c_i), .result_o(convert_o[s*16+:16]));
    fp_from_int #(.Stages(s)) u_from_int (
      .clk_i, .en_i, .signed_i(flag_i), .a_i(c_i), .result_o(from_int_o[s*32+:32])
    );
    fp_to_int #(.Stages(s)) u_to_int (
      .clk_i, .en_i, .signed_i(flag_i), .a_i(c_i), .result_o(to_int_o[s*32+:32])
    );
    fp_compare #(.Stages(s)) u_compare (
      .clk_i, .en_i, .a_i, .b_i, .lt_o(order_o[s*4+2]), .le_o(order_o[s*4+1]), .eq_o(order_o[s*4])
    );
    assign order_o[s*4+3] = 1'b0;
    fp_minmax #(.Stages(s)) u_minmax (
      .clk_i, .en_i, .max_i(flag_i), .a_i, .b_i, .result_o(extreme_o[s*16+:16])
    );
    fp_exp2 #(.Stages(s)) u_exp2 (.clk_i, .en_i, .a_i, .result_o(exp2_o[s*16+:16]));
    fp_recip #(.Stages(s)) u_recip (.clk_i, .en_i, .a_i, .result_o(recip_o[s*16+:16]));
  end

endmodule
