// Constants shared by all modules of the array. Opcode numbers are those of compiler/dfg/graph.h (a test compares them).
package cgra_pkg;

  localparam int unsigned OpBits = 7;
  localparam int unsigned NumOps = 128;

  localparam logic [6:0] OpMov = 7'd1;
  localparam logic [6:0] OpAdd = 7'd2;
  localparam logic [6:0] OpSub = 7'd3;
  localparam logic [6:0] OpMul = 7'd4;
  localparam logic [6:0] OpAnd = 7'd5;
  localparam logic [6:0] OpOr = 7'd6;
  localparam logic [6:0] OpXor = 7'd7;
  localparam logic [6:0] OpShl = 7'd8;
  localparam logic [6:0] OpLshr = 7'd9;
  localparam logic [6:0] OpAshr = 7'd10;
  localparam logic [6:0] OpEq = 7'd11;
  localparam logic [6:0] OpNe = 7'd12;
  localparam logic [6:0] OpSlt = 7'd13;
  localparam logic [6:0] OpSle = 7'd14;
  localparam logic [6:0] OpUlt = 7'd15;
  localparam logic [6:0] OpUle = 7'd16;
  localparam logic [6:0] OpSmin = 7'd17;
  localparam logic [6:0] OpSmax = 7'd18;
  localparam logic [6:0] OpUmin = 7'd19;
  localparam logic [6:0] OpUmax = 7'd20;
  localparam logic [6:0] OpAbs = 7'd21;
  localparam logic [6:0] OpSelect = 7'd22;
  localparam logic [6:0] OpSext8 = 7'd23;
  localparam logic [6:0] OpSext16 = 7'd24;
  localparam logic [6:0] OpSext32 = 7'd25;
  localparam logic [6:0] OpZext8 = 7'd26;
  localparam logic [6:0] OpZext16 = 7'd27;
  localparam logic [6:0] OpZext32 = 7'd28;
  localparam logic [6:0] OpSdiv = 7'd29;
  localparam logic [6:0] OpSrem = 7'd30;
  localparam logic [6:0] OpUdiv = 7'd31;
  localparam logic [6:0] OpUrem = 7'd32;
  localparam logic [6:0] OpLoadS8 = 7'd40;
  localparam logic [6:0] OpLoadU8 = 7'd41;
  localparam logic [6:0] OpLoadS16 = 7'd42;
  localparam logic [6:0] OpLoadU16 = 7'd43;
  localparam logic [6:0] OpLoadS32 = 7'd44;
  localparam logic [6:0] OpLoadU32 = 7'd45;
  localparam logic [6:0] OpLoad64 = 7'd46;
  localparam logic [6:0] OpStore8 = 7'd48;
  localparam logic [6:0] OpStore16 = 7'd49;
  localparam logic [6:0] OpStore32 = 7'd50;
  localparam logic [6:0] OpStore64 = 7'd51;

  // Operations of number formats (compiler/dfg/number_operations.h): 13 of fp32, 11 each of fp16 and bf16, then 5 each of e4m3,
  // e5m2, e3m2, e2m3, e2m1.
  localparam logic [6:0] OpFp32First = 7'd64;
  localparam logic [6:0] OpFp32FromS32 = 7'd73;
  localparam logic [6:0] OpFp16First = 7'd77;
  localparam logic [6:0] OpBf16First = 7'd88;
  localparam logic [6:0] OpE4m3First = 7'd99;
  localparam logic [6:0] OpE5m2First = 7'd104;
  localparam logic [6:0] OpE3m2First = 7'd109;
  localparam logic [6:0] OpE2m3First = 7'd114;
  localparam logic [6:0] OpE2m1First = 7'd119;
  localparam logic [6:0] OpNumberEnd = 7'd124;

  // Formats, and functions as dfg::NumberFunction numbers them.
  localparam logic [2:0] FormatFp32 = 3'd0;
  localparam logic [2:0] FormatFp16 = 3'd1;
  localparam logic [2:0] FormatBf16 = 3'd2;
  localparam logic [2:0] FormatE4m3 = 3'd3;
  localparam logic [2:0] FormatE5m2 = 3'd4;
  localparam logic [2:0] FormatE3m2 = 3'd5;
  localparam logic [2:0] FormatE2m3 = 3'd6;
  localparam logic [2:0] FormatE2m1 = 3'd7;
  localparam logic [3:0] FnAdd = 4'd0;
  localparam logic [3:0] FnSub = 4'd1;
  localparam logic [3:0] FnMul = 4'd2;
  localparam logic [3:0] FnMac = 4'd3;
  localparam logic [3:0] FnMin = 4'd4;
  localparam logic [3:0] FnMax = 4'd5;
  localparam logic [3:0] FnLt = 4'd6;
  localparam logic [3:0] FnLe = 4'd7;
  localparam logic [3:0] FnEq = 4'd8;
  localparam logic [3:0] FnToFp32 = 4'd9;
  localparam logic [3:0] FnFromFp32 = 4'd10;
  localparam logic [3:0] FnFromS32 = 4'd11;
  localparam logic [3:0] FnFromU32 = 4'd12;
  localparam logic [3:0] FnToS32 = 4'd13;
  localparam logic [3:0] FnToU32 = 4'd14;

  // Sets of opcodes, bit i for opcode i.
  localparam logic [127:0] DivMask = 128'h0000_0001_E000_0000;
  localparam logic [127:0] LoadMask = 128'h0000_7F00_0000_0000;
  localparam logic [127:0] StoreMask = 128'h000F_0000_0000_0000;
  localparam logic [127:0] MulMask = 128'h0000_0000_0000_0010;

  // The unit a result comes from. PEs without number formats have the first four, so 2 bits are enough for them.
  localparam logic [2:0] LaneAlu = 3'd0;
  localparam logic [2:0] LaneMul = 3'd1;
  localparam logic [2:0] LaneDiv = 3'd2;
  localparam logic [2:0] LaneLoad = 3'd3;
  localparam logic [2:0] LaneMac = 3'd4;
  localparam logic [2:0] LaneCompare = 3'd5;
  localparam logic [2:0] LaneConvert = 3'd6;

  // Format of an operation on numbers; meaningless for others.
  function automatic logic [2:0] number_format(input logic [6:0] op);
    number_format = (op < OpFp16First) ? FormatFp32 : (op < OpBf16First) ? FormatFp16
                  : (op < OpE4m3First) ? FormatBf16 : (op < OpE5m2First) ? FormatE4m3
                  : (op < OpE3m2First) ? FormatE5m2 : (op < OpE2m3First) ? FormatE3m2
                  : (op < OpE2m1First) ? FormatE2m3 : FormatE2m1;
  endfunction

  // Function of an operation on numbers; meaningless for others.
  function automatic logic [3:0] number_function(input logic [6:0] op);
    logic [3:0] place;  // place among the five functions of a minifloat
    place = 4'(op) - ((op < OpE5m2First) ? 4'(OpE4m3First) : (op < OpE3m2First) ? 4'(OpE5m2First)
          : (op < OpE2m3First) ? 4'(OpE3m2First) : (op < OpE2m1First) ? 4'(OpE2m3First) : 4'(OpE2m1First));
    if (op < OpFp32FromS32) number_function = 4'(op) - 4'(OpFp32First);
    else if (op < OpFp16First) number_function = 4'(op) - 4'(OpFp32FromS32) + FnFromS32;
    else if (op < OpBf16First) number_function = 4'(op) - 4'(OpFp16First);
    else if (op < OpE4m3First) number_function = 4'(op) - 4'(OpBf16First);
    else begin
      case (place)
        4'd0: number_function = FnAdd;
        4'd1: number_function = FnMul;
        4'd2: number_function = FnMac;
        4'd3: number_function = FnToFp32;
        default: number_function = FnFromFp32;
      endcase
    end
  endfunction

  // Width of a format's codes, and what they are made of.
  function automatic int unsigned format_exp_bits(input logic [2:0] format);
    case (format)
      FormatFp32, FormatBf16: format_exp_bits = 8;
      FormatFp16, FormatE5m2: format_exp_bits = 5;
      FormatE4m3: format_exp_bits = 4;
      FormatE3m2: format_exp_bits = 3;
      default: format_exp_bits = 2;
    endcase
  endfunction
  function automatic int unsigned format_man_bits(input logic [2:0] format);
    case (format)
      FormatFp32: format_man_bits = 23;
      FormatFp16: format_man_bits = 10;
      FormatBf16: format_man_bits = 7;
      FormatE4m3, FormatE2m3: format_man_bits = 3;
      FormatE5m2, FormatE3m2: format_man_bits = 2;
      default: format_man_bits = 1;
    endcase
  endfunction

  // Sets of operations on numbers, by the lane of cgra_number that executes them, and by what they need of it.
  localparam logic [127:0] NumberMask = 128'h0FFF_FFFF_FFFF_FFFF_0000_0000_0000_0000;
  localparam logic [127:0] MacMask = 128'h039C_E738_0F01_E00F_0000_0000_0000_0000;
  localparam logic [127:0] CompareMask = 128'h0000_0001_F03E_01F0_0000_0000_0000_0000;
  localparam logic [127:0] ConvertMask = 128'h0C63_18C6_00C0_1E00_0000_0000_0000_0000;
  localparam logic [127:0] NarrowSumMask = 128'h018C_6318_0700_E000_0000_0000_0000_0000;
  localparam logic [127:0] FromFp32Mask = 128'h0842_1084_0080_0000_0000_0000_0000_0000;
  localparam logic [127:0] FromIntMask = 128'h0000_0000_0000_0600_0000_0000_0000_0000;
  localparam logic [127:0] ToIntMask = 128'h0000_0000_0000_1800_0000_0000_0000_0000;

  localparam logic [127:0] Fp32Mask = 128'h0000_0000_0000_1FFF_0000_0000_0000_0000;
  localparam logic [127:0] Fp16Mask = 128'h0000_0000_00FF_E000_0000_0000_0000_0000;
  localparam logic [127:0] Bf16Mask = 128'h0000_0007_FF00_0000_0000_0000_0000_0000;
  localparam logic [127:0] E4m3Mask = 128'h0000_00F8_0000_0000_0000_0000_0000_0000;
  localparam logic [127:0] E5m2Mask = 128'h0000_1F00_0000_0000_0000_0000_0000_0000;
  localparam logic [127:0] E3m2Mask = 128'h0003_E000_0000_0000_0000_0000_0000_0000;
  localparam logic [127:0] E2m3Mask = 128'h007C_0000_0000_0000_0000_0000_0000_0000;
  localparam logic [127:0] E2m1Mask = 128'h0F80_0000_0000_0000_0000_0000_0000_0000;

  // Formats of the operations in `ops`, bit i for format i.
  function automatic logic [7:0] formats_of(input logic [127:0] ops);
    formats_of = {|(ops & E2m1Mask), |(ops & E2m3Mask), |(ops & E3m2Mask), |(ops & E5m2Mask),
                  |(ops & E4m3Mask), |(ops & Bf16Mask), |(ops & Fp16Mask), |(ops & Fp32Mask)};
  endfunction

  // The largest number of mantissa bits among them; 0 if there is none.
  function automatic int unsigned most_man_bits(input logic [7:0] formats);
    most_man_bits = formats[0] ? 23 : formats[1] ? 10 : formats[2] ? 7
                  : (formats[3] || formats[6]) ? 3 : (formats[4] || formats[5]) ? 2 : formats[7] ? 1 : 0;
  endfunction

  // Bits to number `count` values: 0 for none, else at least 1.
  function automatic int unsigned select_bits(input int unsigned count);
    select_bits = (count == 0) ? 0 : (count == 1) ? 1 : $clog2(count);
  endfunction

  // 1 for 0: width of a port that may be absent.
  function automatic int unsigned at_least_1(input int unsigned count);
    at_least_1 = (count == 0) ? 1 : count;
  endfunction

  // Opcodes whose latency, a byte each in `latencies`, equals `latency`.
  function automatic logic [127:0] ops_of_latency(input logic [1023:0] latencies,
                                                 input int unsigned latency);
    ops_of_latency = '0;
    for (int unsigned i = 0; i < NumOps; i++) begin
      if ({24'd0, latencies[i*8+:8]} == latency) ops_of_latency[i] = 1'b1;
    end
  endfunction

  // Largest latency among the opcodes in `mask`; 0 if the PE has none of them.
  function automatic int unsigned max_latency(input logic [1023:0] latencies,
                                              input logic [127:0] mask);
    max_latency = 0;
    for (int unsigned i = 0; i < NumOps; i++) begin
      if (mask[i] && {24'd0, latencies[i*8+:8]} > max_latency) begin
        max_latency = {24'd0, latencies[i*8+:8]};
      end
    end
  endfunction

endpackage
