// Constants shared by all modules of the array. Opcode numbers are those of compiler/dfg/graph.h (a test compares them).
package cgra_pkg;

  localparam int unsigned OpBits = 6;
  localparam int unsigned NumOps = 64;

  localparam logic [5:0] OpMov = 6'd1;
  localparam logic [5:0] OpAdd = 6'd2;
  localparam logic [5:0] OpSub = 6'd3;
  localparam logic [5:0] OpMul = 6'd4;
  localparam logic [5:0] OpAnd = 6'd5;
  localparam logic [5:0] OpOr = 6'd6;
  localparam logic [5:0] OpXor = 6'd7;
  localparam logic [5:0] OpShl = 6'd8;
  localparam logic [5:0] OpLshr = 6'd9;
  localparam logic [5:0] OpAshr = 6'd10;
  localparam logic [5:0] OpEq = 6'd11;
  localparam logic [5:0] OpNe = 6'd12;
  localparam logic [5:0] OpSlt = 6'd13;
  localparam logic [5:0] OpSle = 6'd14;
  localparam logic [5:0] OpUlt = 6'd15;
  localparam logic [5:0] OpUle = 6'd16;
  localparam logic [5:0] OpSmin = 6'd17;
  localparam logic [5:0] OpSmax = 6'd18;
  localparam logic [5:0] OpUmin = 6'd19;
  localparam logic [5:0] OpUmax = 6'd20;
  localparam logic [5:0] OpAbs = 6'd21;
  localparam logic [5:0] OpSelect = 6'd22;
  localparam logic [5:0] OpSext8 = 6'd23;
  localparam logic [5:0] OpSext16 = 6'd24;
  localparam logic [5:0] OpSext32 = 6'd25;
  localparam logic [5:0] OpZext8 = 6'd26;
  localparam logic [5:0] OpZext16 = 6'd27;
  localparam logic [5:0] OpZext32 = 6'd28;
  localparam logic [5:0] OpSdiv = 6'd29;
  localparam logic [5:0] OpSrem = 6'd30;
  localparam logic [5:0] OpUdiv = 6'd31;
  localparam logic [5:0] OpUrem = 6'd32;
  localparam logic [5:0] OpLoadS8 = 6'd40;
  localparam logic [5:0] OpLoadU8 = 6'd41;
  localparam logic [5:0] OpLoadS16 = 6'd42;
  localparam logic [5:0] OpLoadU16 = 6'd43;
  localparam logic [5:0] OpLoadS32 = 6'd44;
  localparam logic [5:0] OpLoadU32 = 6'd45;
  localparam logic [5:0] OpLoad64 = 6'd46;
  localparam logic [5:0] OpStore8 = 6'd48;
  localparam logic [5:0] OpStore16 = 6'd49;
  localparam logic [5:0] OpStore32 = 6'd50;
  localparam logic [5:0] OpStore64 = 6'd51;

  // Sets of opcodes, bit i for opcode i.
  localparam logic [63:0] DivMask = 64'h0000_0001_E000_0000;
  localparam logic [63:0] LoadMask = 64'h0000_7F00_0000_0000;
  localparam logic [63:0] StoreMask = 64'h000F_0000_0000_0000;
  localparam logic [63:0] MulMask = 64'h0000_0000_0000_0010;

  // The unit a result comes from.
  localparam logic [1:0] LaneAlu = 2'd0;
  localparam logic [1:0] LaneMul = 2'd1;
  localparam logic [1:0] LaneDiv = 2'd2;
  localparam logic [1:0] LaneLoad = 2'd3;

  // Bits to number `count` values: 0 for none, else at least 1.
  function automatic int unsigned select_bits(input int unsigned count);
    select_bits = (count == 0) ? 0 : (count == 1) ? 1 : $clog2(count);
  endfunction

  // 1 for 0: width of a port that may be absent.
  function automatic int unsigned at_least_1(input int unsigned count);
    at_least_1 = (count == 0) ? 1 : count;
  endfunction

  // Opcodes whose latency, a byte each in `latencies`, equals `latency`.
  function automatic logic [63:0] ops_of_latency(input logic [511:0] latencies,
                                                 input int unsigned latency);
    ops_of_latency = '0;
    for (int unsigned i = 0; i < 64; i++) begin
      if ({24'd0, latencies[i*8+:8]} == latency) ops_of_latency[i] = 1'b1;
    end
  endfunction

  // Largest latency among the opcodes in `mask`; 0 if the PE has none of them.
  function automatic int unsigned max_latency(input logic [511:0] latencies,
                                              input logic [63:0] mask);
    max_latency = 0;
    for (int unsigned i = 0; i < 64; i++) begin
      if (mask[i] && {24'd0, latencies[i*8+:8]} > max_latency) begin
        max_latency = {24'd0, latencies[i*8+:8]};
      end
    end
  endfunction

endpackage
