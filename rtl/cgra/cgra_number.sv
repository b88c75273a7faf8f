// Operations of number formats (docs/execution_model.md, section 2) in three lanes that work side by side: sums and products,
// comparisons, conversions. All compute on fp32 codes, which hold the values of every other format.
// Latency: a lane's output belongs to the operation issued (its latency - 1) enabled clocks before. Throughput 1.
// What is in no operation of OpMask costs no logic; the multiplier is as wide as the widest factor.
// Parameters: Width 16, 32, 64; OpMask: bit i set if opcode i is present; latencies >= 1 of lanes that have operations, else 0.
module cgra_number #(
  parameter int unsigned Width = 32,
  parameter logic [127:0] OpMask = '0,
  parameter int unsigned MacLatency = 0,
  parameter int unsigned CompareLatency = 0,
  parameter int unsigned ConvertLatency = 0
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic [6:0]       op_i,
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  input  logic [Width-1:0] c_i,
  output logic [Width-1:0] mac_o,
  output logic [Width-1:0] compare_o,
  output logic [Width-1:0] convert_o
);

  localparam logic [127:0] MacOps = OpMask & cgra_pkg::MacMask;
  localparam logic [127:0] ConvertOps = OpMask & cgra_pkg::ConvertMask;
  localparam logic [7:0] Formats = cgra_pkg::formats_of(OpMask);

  logic [2:0] op_format;
  logic [3:0] op_function;
  logic [31:0] a_code, b_code, c_code, a, b, mac, compare, convert;
  assign op_format = cgra_pkg::number_format(op_i);
  assign op_function = cgra_pkg::number_function(op_i);
  assign a_code = 32'(a_i);
  assign b_code = 32'(b_i);
  assign c_code = 32'(c_i);
  cgra_widen_any #(.Formats(Formats)) u_a (
    .clk_i, .en_i, .format_i(op_format), .code_i(a_code), .fp32_o(a)
  );
  cgra_widen_any #(.Formats(Formats)) u_b (
    .clk_i, .en_i, .format_i(op_format), .code_i(b_code), .fp32_o(b)
  );

  if (MacLatency > 0) begin : g_mac
    localparam int unsigned ManBits = cgra_pkg::most_man_bits(cgra_pkg::formats_of(MacOps));
    localparam logic [7:0] Narrow = cgra_pkg::formats_of(OpMask & cgra_pkg::NarrowSumMask);
    cgra_number_mac #(.ManBits(ManBits), .Narrow(Narrow), .Latency(MacLatency)) u_mac (
      .clk_i, .en_i, .function_i(op_function), .format_i(op_format), .a_i(a), .b_i(b), .c_i(c_code),
      .result_o(mac)
    );
  end else begin : g_no_mac
    assign mac = '0;
    logic unused_addend;
    assign unused_addend = ^c_code;
  end

  if (CompareLatency > 0) begin : g_compare
    logic [31:0] result;
    cgra_number_compare u_compare (
      .function_i(op_function), .format_i(op_format), .a_i(a), .b_i(b), .a_code_i(a_code),
      .b_code_i(b_code), .result_o(result)
    );
    cgra_delay #(.Width(32), .Cycles(CompareLatency - 1)) u_delay (
      .clk_i, .en_i, .d_i(result), .q_o(compare)
    );
  end else begin : g_no_compare
    assign compare = '0;
  end

  if (ConvertLatency > 0) begin : g_convert
    localparam int unsigned Stages = ConvertLatency - 1;
    logic [31:0] wide, narrow, from_int, to_int;
    logic [3:0] which;
    cgra_delay #(.Width(36), .Cycles(Stages)) u_delay (
      .clk_i, .en_i, .d_i({op_function, a}), .q_o({which, wide})
    );
    cgra_narrow_any #(
      .Formats(cgra_pkg::formats_of(ConvertOps & cgra_pkg::FromFp32Mask)), .Stages(Stages)
    ) u_narrow (
      .clk_i, .en_i, .format_i(op_format), .fp32_i(a_code), .code_o(narrow)
    );
    if (|(ConvertOps & cgra_pkg::FromIntMask)) begin : g_from_int
      fp_from_int #(.IntBits(32), .ExpBits(8), .ManBits(23), .Specials(2), .Stages(Stages)) u_from_int (
        .clk_i, .en_i, .signed_i(op_function == cgra_pkg::FnFromS32), .a_i(a_code), .result_o(from_int)
      );
    end else begin : g_no_from_int
      assign from_int = '0;
    end
    if (|(ConvertOps & cgra_pkg::ToIntMask)) begin : g_to_int
      fp_to_int #(.IntBits(32), .ExpBits(8), .ManBits(23), .Specials(2), .Stages(Stages)) u_to_int (
        .clk_i, .en_i, .signed_i(op_function == cgra_pkg::FnToS32), .a_i(a_code), .result_o(to_int)
      );
    end else begin : g_no_to_int
      assign to_int = '0;
    end
    assign convert = (which == cgra_pkg::FnToFp32) ? wide
                   : (which == cgra_pkg::FnFromFp32) ? narrow
                   : (which == cgra_pkg::FnFromS32 || which == cgra_pkg::FnFromU32) ? from_int : to_int;
  end else begin : g_no_convert
    assign convert = '0;
  end

  assign mac_o = Width'(mac);
  assign compare_o = Width'(compare);
  assign convert_o = Width'(convert);
  if (Width < 32) begin : g_narrow_word
    logic unused_results;
    assign unused_results = ^{mac[31:Width], compare[31:Width], convert[31:Width]};
  end else if (Width > 32) begin : g_wide_word
    logic unused_operands;
    assign unused_operands = ^{a_i[Width-1:32], b_i[Width-1:32], c_i[Width-1:32]};
  end

endmodule
