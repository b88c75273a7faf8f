// The fp32 code of an operand in one of several formats: exact, but NaN becomes the canonical one, save that of an fp32 operand.
// Combinational; a format outside Formats costs no logic and reads as fp32. Bits above the format's are ignored.
// Parameters: Formats: bit i for format i of cgra_pkg.
module cgra_widen_any #(
  parameter logic [7:0] Formats = '1
) (
  input  logic        clk_i,  // the units have clocks, though none is used without stages
  input  logic        en_i,
  input  logic [2:0]  format_i,
  input  logic [31:0] code_i,
  output logic [31:0] fp32_o
);

  logic [8*32-1:0] wide;
  assign wide[0+:32] = code_i;
  for (genvar f = 1; f < 8; f++) begin : g_format
    if (Formats[f]) begin : g_present
      localparam int unsigned ExpBits = cgra_pkg::format_exp_bits(f);
      localparam int unsigned ManBits = cgra_pkg::format_man_bits(f);
      fp_convert #(
        .SrcExpBits(ExpBits), .SrcManBits(ManBits), .SrcSpecials((f < 3) ? 2 : 0), .DstExpBits(8),
        .DstManBits(23), .DstSpecials(2)
      ) u_convert (
        .clk_i, .en_i, .a_i(code_i[ExpBits+ManBits:0]), .result_o(wide[f*32+:32])
      );
    end else begin : g_absent
      assign wide[f*32+:32] = code_i;
    end
  end
  assign fp32_o = wide[format_i*32+:32];
  if (Formats[7:1] == '0) begin : g_fp32
    logic unused_control;
    assign unused_control = clk_i | en_i;
  end

endmodule
