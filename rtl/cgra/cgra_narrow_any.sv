// An fp32 code rounded to one of several formats, zero-extended. Too large: infinity in fp16 and bf16, the largest value in
// minifloats. A format outside Formats costs no logic and gives the fp32 code.
// Latency: Stages enabled clocks; throughput 1.
// Parameters: Formats: bit i for format i of cgra_pkg; Stages >= 0.
module cgra_narrow_any #(
  parameter logic [7:0] Formats = '1,
  parameter int unsigned Stages = 0
) (
  input  logic        clk_i,
  input  logic        en_i,
  input  logic [2:0]  format_i,
  input  logic [31:0] fp32_i,
  output logic [31:0] code_o
);

  logic [8*32-1:0] narrow;
  logic [31:0] as_it_is;
  logic [2:0] format;
  cgra_delay #(.Width(35), .Cycles(Stages)) u_delay (
    .clk_i, .en_i, .d_i({format_i, fp32_i}), .q_o({format, as_it_is})
  );
  assign narrow[0+:32] = as_it_is;
  for (genvar f = 1; f < 8; f++) begin : g_format
    if (Formats[f]) begin : g_present
      localparam int unsigned ExpBits = cgra_pkg::format_exp_bits(f);
      localparam int unsigned ManBits = cgra_pkg::format_man_bits(f);
      logic [ExpBits+ManBits:0] code;
      fp_convert #(
        .SrcExpBits(8), .SrcManBits(23), .SrcSpecials(2), .DstExpBits(ExpBits), .DstManBits(ManBits),
        .DstSpecials((f < 3) ? 2 : 0), .Saturate(f >= 3), .Stages(Stages)
      ) u_convert (
        .clk_i, .en_i, .a_i(fp32_i), .result_o(code)
      );
      assign narrow[f*32+:32] = 32'(code);
    end else begin : g_absent
      assign narrow[f*32+:32] = as_it_is;
    end
  end
  assign code_o = narrow[format*32+:32];

endmodule
